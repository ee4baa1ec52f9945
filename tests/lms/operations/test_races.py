"""What only real transactions side by side can show: nobody is moved in the counts between the reading and the counting of a step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection, transaction

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_attendance_certificate, open_certificate
from certificates.issuing.services.making import mark_issued
from courses.enrolment.models import Enrolment
from courses.webinars.models import Registration
from lms.operations.milestones import move
from tests.factories.accounts import UserFactory
from tests.factories.progress import CompletionFactory
from tests.factories.webinars import attended_webinar

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def moves_at_once() -> bool:
    """Say whether somebody else could move everybody at this moment, without waiting."""

    def try_to_move() -> bool:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '300ms'")
                move(Enrolment.objects.all(), Registration.objects.all(), tier="P")
            return True
        except OperationalError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(try_to_move).result()


def of_course() -> Certificate:
    return open_certificate(CompletionFactory().pk, now=NOW)


def of_webinar() -> Certificate:
    return open_attendance_certificate(attended_webinar(UserFactory(), gives_certificate=True).pk, now=NOW)


@pytest.mark.parametrize("opened", [of_course, of_webinar])
def test_nobody_is_moved_while_their_certificate_is_counted(opened):
    certificate = opened()
    with transaction.atomic():
        assert mark_issued(certificate, sha256="0" * 64, size=1, at=NOW)
        assert not moves_at_once()
    assert moves_at_once()
