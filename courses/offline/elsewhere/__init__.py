"""Lessons read elsewhere: a course as a book for reading apps, a lesson as a mail without pictures."""
