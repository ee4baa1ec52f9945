"""Teaching: the catalogue, lessons, enrolment, assessments, webinars, progress.
May import lms.accounts, lms.measures, lms.mail and lms.lib."""
