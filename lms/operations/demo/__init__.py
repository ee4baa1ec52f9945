"""The demo's people and their year of activity: invented as plain values (plan), written in bulk, taken out again.
May import everything but lms.urls."""
