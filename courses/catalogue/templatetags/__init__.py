"""What templates ask of the catalogue: the list of courses, the languages of a course, how long things take.
May import what courses.catalogue may."""
