"""What goes along with a course as it is and runs on a class's computer: Python's standard library alone, from version 3.8.
May import nothing of the platform."""
