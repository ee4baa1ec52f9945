"""The task queue. Tasks are found in each app's tasks.py; schedules stand in settings.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

app = Celery("genomed")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
