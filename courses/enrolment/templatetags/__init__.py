"""What templates ask of enrolment.
May import what courses.enrolment may."""
