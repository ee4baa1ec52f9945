"""What templates ask of access: where the reader stands for a seat, and why.
May import what lms.access may."""
