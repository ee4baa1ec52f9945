from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from courses.lessons.models import LessonPage
from courses.lessons.texts import kept_text
from courses.offline.elsewhere.plain import as_plain_text
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from lms.mail.services import queue_mail


def mail_lesson(reader: User, page: LessonPage, *, now: datetime) -> OutgoingMail:
    """Put the text of a lesson that somebody may read into the outbox, in the lesson's language; once a day and revision."""
    address = settings.SITE_URL + page.url
    with translation.override(page.locale.language_code):
        context = {
            "name": reader.name,
            "page": page,
            "address": address,
            "text": as_plain_text(kept_text(page, is_lite=True), site=address),
        }
        return queue_mail(
            key=f"lesson-text:{reader.pk}:{page.pk}:{page.live_revision_id or 0}:{now:%Y-%m-%d}",
            to=reader.email,
            subject=_("Lesson to read: %(title)s") % {"title": page.title},
            text=render_to_string("emails/lesson_text.txt", context),
        )
