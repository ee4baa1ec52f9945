"""Which webinars are whose to see to.

May import courses.webinars and lms.accounts."""
