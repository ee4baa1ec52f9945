"""Loading course content from files: read and checked as plain values, then saved into the page tree.
Reading imports nothing of ours but lms.lib; saving may import courses and lms.pages."""
