"""Erasing a person: who they were and what they wrote goes; what counts are made of stays, and is about nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import ProtectedError, QuerySet
from wagtail.models import ModelLogEntry

from certificates.issuing.models import Certificate
from certificates.issuing.queries import completions_without_certificate
from certificates.issuing.services import open_certificate, withdraw_certificates
from courses.assessments.models import Attempt
from courses.enrolment.models import Enrolment
from courses.offline.classroom.services.tidying import forget_address
from courses.progress.models import WatchedMedia
from courses.webinars.models import AskedQuestion, Feedback, Join, Presence, Registration
from lms.accounts.models import User
from lms.accounts.queries import is_staff_member
from lms.lib.errors import Refusal
from lms.mail.models import OutgoingMail
from lms.operations.milestones import move

DOMAIN = "erased.invalid"  # Source: RFC 2606, a name that will never exist
TRIES = 3
NOBODYS = {"country": "", "tier": "", "profession": "", "device": "", "institution_id": None}


class CannotBeErased(Refusal):
    """The person works here, is not there any more, or is on record as having decided about others."""


@dataclass(frozen=True)
class Erased:
    """What an erasure came upon. registrations: those that went; one with a certificate stays, about nobody."""

    enrolments: int
    registrations: int
    certificates: int


def erase_person(person: User, *, now: datetime) -> Erased:
    """Take a person out of everything, all or nothing, and say what was found of them.

    Enrolments and certificates, emptied of all that is theirs, pass to an account without a name, so that counts and
    codes go on telling the truth. Raises CannotBeErased.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _erase(person.pk, now=now)
        except (IntegrityError, OperationalError, ProtectedError) as error:
            # Mostly something about them was written at the same moment; the next time it is there to be found.
            if tries_left and not connection.in_atomic_block:
                continue
            if isinstance(error, ProtectedError):
                raise CannotBeErased(
                    "The record of what this person decided about others needs the account. Switch it off instead."
                ) from error
            raise
    raise AssertionError  # the last try returned or raised


def _erase(person_id: int, *, now: datetime) -> Erased:
    # No key: else everybody who writes about them waits here with what is asked for next.
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None or person.is_stand_in:
        raise CannotBeErased("This person is erased already.")
    if person.is_superuser or is_staff_member(person) or person.groups.exists():
        raise CannotBeErased("This person works here. Take away their roles in the CMS first.")
    enrolments = Enrolment.objects.filter(learner=person)
    _open_certificates(person, now=now)  # before the locks, which whoever opens one at this moment may wait for
    # In the order in which whoever counts a step of theirs takes them.
    for rows in (Certificate.objects.filter(holder=person), enrolments, Registration.objects.filter(person=person)):
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    _open_certificates(person, now=now)  # of what was completed meanwhile
    certificates = withdraw_certificates(person, by=None, now=now)
    kept = Registration.objects.filter(
        pk__in=Certificate.objects.filter(holder=person).values("attendance__registration")
    )
    found = Erased(
        enrolments=enrolments.count(),
        registrations=Registration.objects.filter(person=person).exclude(pk__in=kept.values("pk")).count(),
        certificates=certificates,
    )
    move(enrolments, kept, erased_at=now, **NOBODYS)
    _delete_writings(person)
    if found.enrolments or Certificate.objects.filter(holder=person).exists():
        stand_in = _make_stand_in(person, now=now)
        kept.update(person=stand_in, look_at=None)
        Certificate.objects.filter(holder=person).update(holder=stand_in)
        enrolments.update(learner=stand_in, resume_lesson=None)
    person.delete()
    return found


def _open_certificates(person: User, *, now: datetime) -> None:
    """Open one for each completion that has none, to be withdrawn with the others: else one is opened later, for nobody."""
    completions = completions_without_certificate().filter(enrolment__learner=person)
    for completion_id in completions.values_list("pk", flat=True):
        open_certificate(completion_id, now=now)


def _delete_writings(person: User) -> None:
    """Delete what a person wrote or was written to, where it does not go with the account."""
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    for address in addresses:
        OutgoingMail.objects.filter(to__iexact=address).delete()
        Presence.objects.filter(email__iexact=address).delete()
        forget_address(address)
    of_webinars = [
        model._default_manager.filter(registration__person=person)
        for model in (AskedQuestion, Feedback, Join, Presence)
    ]
    written: list[QuerySet[Any]] = [
        Attempt.objects.filter(enrolment__learner=person),
        WatchedMedia.objects.filter(enrolment__learner=person),
        *of_webinars,
    ]
    for rows in written:
        rows.delete()
    for key in UserSession.objects.filter(user=person).values_list("session_key", flat=True):
        SessionStore(key).delete()  # they tell the address that somebody signed in with
    ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    ).delete()


def _make_stand_in(person: User, *, now: datetime) -> User:
    stand_in = User(
        email=f"{uuid4()}@{DOMAIN}", is_active=False, is_stand_in=True, is_demo=person.is_demo, date_joined=now
    )
    stand_in.set_unusable_password()
    stand_in.save()
    return stand_in
