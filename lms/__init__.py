"""The ground floor and the roof: settings, addresses, the task queue, people, pages and overviews.
Its packages import downwards only; see the layers contract in pyproject.toml."""

from lms.celery import app as celery_app

__all__ = ["celery_app"]
