"""`/impact/`: what the academy has come to, for everybody, once a programme lead has switched it on.
May import the ground floor, enrolments and lms.dashboards.rules."""
