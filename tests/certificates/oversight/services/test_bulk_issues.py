"""All that a course or a webinar lacks is issued by a worker, each once."""

import pytest

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_certificate, render_certificate
from certificates.oversight import queries
from certificates.oversight.errors import NothingToIssue, UnderWay
from certificates.oversight.models import BulkIssue, BulkIssueItem
from certificates.oversight.services import bulk_issues
from certificates.oversight.services.bulk_issues import ask_bulk_issue, issue_next
from certificates.oversight.services.leases import LEASE
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate
from tests.factories.progress import CompletionFactory
from tests.factories.webinars import attended_webinar

pytestmark = pytest.mark.django_db


def completions(number: int) -> list:
    """Return completions of one course without certificates."""
    first = CompletionFactory()
    run = first.enrolment.run
    return [first, *(CompletionFactory(enrolment__run=run) for _ in range(number - 1))]


def course_of(completion):
    return completion.enrolment.run.course


def run_through(bulk, now=NOW) -> list[int]:
    made: list[int] = []
    for _ in range(9):
        step = issue_next(bulk.pk, now=now)
        if not step.has_more:
            return made
        made += step.certificate_ids
    raise AssertionError("it does not come to an end")


def test_everybody_who_earned_one_gets_one(reviewer):
    earned = completions(3)
    CompletionFactory()  # of another course
    bulk = ask_bulk_issue(course_of(earned[0]), by=reviewer, now=NOW)
    assert bulk.expected == 3
    made = run_through(bulk)
    assert set(made) == set(Certificate.objects.values_list("pk", flat=True))
    assert set(Certificate.objects.values_list("completion", flat=True)) == {one.pk for one in earned}
    bulk.refresh_from_db()
    assert bulk.ended_at == NOW


def test_what_was_set_aside_is_tried_again_once(reviewer):
    completion = CompletionFactory()
    certificate = open_certificate(completion.pk, now=NOW)
    Certificate.objects.filter(pk=certificate.pk).update(state="failed", reason="out of ink")
    bulk = ask_bulk_issue(course_of(completion), by=reviewer, now=NOW)
    assert run_through(bulk) == [certificate.pk]
    assert BulkIssueItem.objects.get().was_set_aside
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason) == ("waiting", "")
    Certificate.objects.filter(pk=certificate.pk).update(state="failed", reason="still out of ink")
    assert not issue_next(bulk.pk, now=NOW).has_more


def test_a_webinars_attendances_are_certified(reviewer):
    attendance = attended_webinar(UserFactory())
    webinar = attendance.registration.webinar
    bulk = ask_bulk_issue(webinar, by=reviewer, now=NOW)
    (made,) = run_through(bulk)
    assert Certificate.objects.get(pk=made).attendance == attendance


def test_where_nothing_is_lacking_nothing_is_asked_for(reviewer):
    certificate = issued_certificate()
    with pytest.raises(NothingToIssue):
        ask_bulk_issue(course_of(certificate.completion), by=reviewer, now=NOW)
    assert not BulkIssue.objects.exists()


def test_one_at_a_time_for_a_course(reviewer):
    completion = CompletionFactory()
    ask_bulk_issue(course_of(completion), by=reviewer, now=NOW)
    with pytest.raises(UnderWay):
        ask_bulk_issue(course_of(completion), by=reviewer, now=NOW)


def test_a_few_at_a_time_and_after_a_killed_worker(reviewer, monkeypatch):
    monkeypatch.setattr(bulk_issues, "AT_ONCE", 2)
    bulk = ask_bulk_issue(course_of(completions(3)[0]), by=reviewer, now=NOW)
    assert len(issue_next(bulk.pk, now=NOW).certificate_ids) == 2
    BulkIssue.objects.filter(pk=bulk.pk).update(leased_until=NOW + LEASE)
    assert issue_next(bulk.pk, now=NOW) == bulk_issues.Step()
    assert queries.bulk_issues_under_way().exists()
    assert len(run_through(bulk, now=NOW + 2 * LEASE)) == 1
    assert Certificate.objects.count() == 3


def test_one_that_cannot_be_opened_is_written_down_and_keeps_none_back(reviewer, monkeypatch):
    broken, whole = completions(2)

    def fails_for_one(completion_id, *, now):
        if completion_id == broken.pk:
            raise RuntimeError("out of ink")
        return open_certificate(completion_id, now=now)

    monkeypatch.setattr(bulk_issues, "open_certificate", fails_for_one)
    bulk = ask_bulk_issue(course_of(broken), by=reviewer, now=NOW)
    run_through(bulk)
    assert Certificate.objects.get().completion == whole
    item = BulkIssueItem.objects.get(completion=broken)
    assert "out of ink" in item.fault
    found = queries.bulk_issues().get()
    assert (found.taken_up, found.issued, found.set_aside) == (2, 0, 1)


def test_how_far_it_is_follows_the_certificates(reviewer):
    bulk = ask_bulk_issue(course_of(completions(2)[0]), by=reviewer, now=NOW)
    first, second = run_through(bulk)
    render_certificate(first, now=NOW)
    Certificate.objects.filter(pk=second).update(state="failed", reason="out of ink")
    found = queries.bulk_issues().get()
    assert (found.taken_up, found.issued, found.set_aside) == (2, 1, 1)
