"""A world to try scale on: up to millions of invented learners, planned as plain values (people, studying, rows), written in bulk.
May import everything but lms.urls."""
