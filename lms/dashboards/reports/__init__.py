"""Views of the insights that a lead has saved under a name.
May import lms.dashboards and the ground floor."""
