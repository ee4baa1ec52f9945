"""Serves a course to a class over Wi-Fi, and keeps what everybody does until it is brought to the academy."""
