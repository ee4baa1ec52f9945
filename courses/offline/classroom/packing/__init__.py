"""A course made into the files that a class takes along: texts, pictures and sound as they stand, questions without keys.
May import what courses.offline.classroom may."""
