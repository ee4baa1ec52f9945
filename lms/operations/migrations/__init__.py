"""Migrations of lms.operations.
Each is named for its one change."""
