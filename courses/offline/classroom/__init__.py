"""Classes without internet: a course as one file that a computer serves over Wi-Fi, and the work that comes back in another.
May import courses.progress, courses.reflections and below, and what courses.offline and its saving know."""
