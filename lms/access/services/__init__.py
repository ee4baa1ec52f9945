"""Verbs: load country facts, decide about people and keep the record of it. May import what lms.access may."""
