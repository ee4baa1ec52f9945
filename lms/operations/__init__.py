"""What crosses the whole house: loading content, the demo, health checks.
May import everything but lms.urls."""
