"""Webinars for those who organise them: which are whose to see to, and who has registered.

May import courses.webinars, lms.access and lms.accounts, and of the dashboards the teaching view."""
