"""Loading course content from files: read and checked as plain values, then saved into the page tree.
Reading imports lms.lib and, of courses, what checks; saving may import courses and lms.pages."""
