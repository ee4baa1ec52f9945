"""What templates ask of webinars: which, when, and whether the way in is open.
May import what courses.webinars may."""
