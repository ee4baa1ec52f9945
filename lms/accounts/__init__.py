"""People: the user, what a certificate and the statistics need of them, institutions, signing in.
May import lms.measures, lms.mail and lms.lib."""
