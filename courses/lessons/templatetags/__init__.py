"""What templates ask of lessons: sources, cited text.
May import what courses.lessons may."""
