"""Certificates: what they state, how they are drawn, issued and checked.
May import courses, lms.accounts, lms.measures, lms.mail and lms.lib."""
