"""Reads: country facts and policies, what people's decisions come to. May import what lms.access may."""
