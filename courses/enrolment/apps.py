from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "courses.enrolment"

    def ready(self):
        from courses.enrolment import receivers  # noqa: F401
