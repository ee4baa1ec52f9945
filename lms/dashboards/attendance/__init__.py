"""Who came to a webinar, for its organisers: attendance lists imported, and what they come to.

May import the services of courses.webinars, and of the dashboards the teaching view and webinars."""
