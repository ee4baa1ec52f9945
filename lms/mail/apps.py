from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "lms.mail"
    label = "mail"

    def ready(self):
        from lms.mail import receivers  # noqa: F401
