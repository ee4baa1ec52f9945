"""Programme leads revoke many with a second one's consent, and issue what a course lacks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.award import show_serial
from certificates.issuing.models import Certificate
from certificates.oversight.candidates import Verdict
from certificates.oversight.models import BulkIssue, RevocationProposal
from certificates.oversight.services.bulk_issues import ask_bulk_issue, issue_next
from certificates.oversight.services.revocations import propose_revocation, revoke_next
from courses.enrolment.models import Enrolment
from tests.cms.conftest import signed_in
from tests.cms.test_menus import names
from tests.factories.accounts import EditorFactory, InstructorFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.issuing import NOW, issued_certificate
from tests.factories.progress import CompletionFactory
from tests.factories.webinars import attended_webinar

pytestmark = pytest.mark.django_db
WHY = {"public_reason": "The assessment was open.", "private_reason": "Seen in the log."}


@pytest.fixture
def second():
    return signed_in(ProgrammeLeadFactory(name="Second Lead"))


@pytest.fixture
def rung(monkeypatch):
    """What the worker was rung for: (task, id)."""
    rung = []
    for task in ("carry_out_revocation", "carry_on_bulk_issue"):
        monkeypatch.setattr(
            f"certificates.oversight.tasks.{task}.delay_on_commit", lambda pk, task=task: rung.append((task, pk))
        )
    return rung


def shown(client, name: str, *args, **asked) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_a_filtered_list_becomes_a_proposal_that_a_second_lead_confirms(lead, second, rung):
    wrong = issued_certificate(learner=UserFactory(email="wrong@example.org"))
    other = issued_certificate()
    assert "Propose to revoke these" in shown(lead, "certificate_register", q="wrong@example")
    form = shown(lead, "propose_revocation", q="wrong@example")
    assert str(wrong) in form
    assert str(other) not in form
    page = lead.post(reverse("propose_revocation"), WHY | {"codes": f"{wrong}\n\n"}, follow=True).content.decode()
    assert "another programme lead has to confirm it" in page
    proposal = RevocationProposal.objects.get()
    address = reverse("revocation", args=[proposal.pk])
    assert "somebody else has to confirm it" in lead.post(address, {"confirm": ""}, follow=True).content.decode()
    assert "its holder is told by mail" in shown(second, "revocation", proposal.pk)
    assert "Confirmed." in second.post(address, {"confirm": ""}, follow=True).content.decode()
    assert rung == [("carry_out_revocation", proposal.pk)]
    revoke_next(proposal.pk, now=timezone.now())
    page = shown(lead, "revocation", proposal.pk)
    assert "1 of 1 are done." in page
    assert "Second Lead" in page
    report = b"".join(lead.get(reverse("revocation_csv", args=[proposal.pk])).streaming_content).decode()
    assert wrong.serial in report
    assert "Revoked" in report


def test_a_proposal_is_declined_or_taken_back(lead, second, reviewer, rung):
    for client in (lead, second):
        proposal = propose_revocation([issued_certificate().serial], **WHY, by=reviewer, now=timezone.now())
        page = client.post(reverse("revocation", args=[proposal.pk]), {"decline": ""}, follow=True).content.decode()
        assert "Nothing comes of this proposal." in page
        assert "declined" in shown(lead, "revocations")
    assert not rung


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("", "This field is required."),
        ("NOT A CODE", "Row 1 is not a certificate’s code: NOT A CODE."),
        ("0000 0000 0000", "No issued certificate has this code: 000000000000."),
    ],
)
def test_codes_that_name_no_issued_certificate_are_named(lead, codes, said):
    page = lead.post(reverse("propose_revocation"), WHY | {"codes": codes}).content.decode()
    assert said in page
    assert not RevocationProposal.objects.exists()


def test_a_course_is_previewed_and_what_it_lacks_is_issued(lead, rung):
    completion = CompletionFactory(enrolment__learner=UserFactory(name="Has Earned", email="earned@example.org"))
    course = completion.enrolment.run.course
    Enrolment.objects.create(
        learner=UserFactory(name="Has Not", email="not@example.org"),
        run=completion.enrolment.run,
        contract=completion.contract,
        country="DE",
        enrolled_at=NOW,
    )
    address = reverse("bulk_issue_of_course", args=[course.pk])
    assert lead.get(reverse("bulk_issues"), {"course": course.pk, "webinar": ""}).headers["Location"] == address
    page = lead.get(address).content.decode()
    assert "1 certificate would be issued." in page
    assert "Has Earned" in page
    assert "Has not finished the course yet" in page
    for verdict in Verdict:
        assert "Has Not" not in lead.get(address, {"who": verdict}).content.decode()
    assert "?who=not-finished" not in page
    asked = lead.get(address, {"email": "NOT@example.org"}).content.decode()
    assert asked.count("Has not finished the course yet") == 2
    assert "Nobody with this address" in lead.get(address, {"email": "no@example.org"}).content.decode()
    lead.post(address)
    bulk = BulkIssue.objects.get()
    assert rung == [("carry_on_bulk_issue", bulk.pk)]
    assert "being issued already" in lead.post(address, follow=True).content.decode()
    issue_next(bulk.pk, now=timezone.now())
    serial = Certificate.objects.get().serial
    page = shown(lead, "bulk_issue", bulk.pk)
    assert "0 of 1 are issued, 0 are set aside." in page
    assert show_serial(serial) in page
    report = b"".join(lead.get(reverse("bulk_issue_csv", args=[bulk.pk])).streaming_content).decode()
    assert f"Has Earned,{serial},Waiting" in report


def test_a_webinar_is_previewed(lead):
    webinar = attended_webinar(UserFactory(name="Was There")).registration.webinar
    assert "Was There" in shown(lead, "bulk_issue_of_webinar", webinar.pk)


def test_a_course_or_a_webinar_has_to_be_chosen(lead):
    assert "Choose a course or a webinar" in shown(lead, "bulk_issues", course="", webinar="")


def test_lists_take_the_same_queries_for_2_and_20(lead, reviewer):
    completion = CompletionFactory()
    run = completion.enrolment.run
    bulk = ask_bulk_issue(run.course, by=reviewer, now=NOW)
    pages = [
        ("revocations", []),
        ("bulk_issues", []),
        ("bulk_issue", [bulk.pk]),
        ("bulk_issue_of_course", [run.course.pk]),
    ]

    def more(number: int) -> None:
        for _ in range(number):
            propose_revocation([issued_certificate().serial], **WHY, by=reviewer, now=NOW)
            ask_bulk_issue(CompletionFactory().enrolment.run.course, by=reviewer, now=NOW)
            CompletionFactory(enrolment__run=run)
        issue_next(bulk.pk, now=NOW)

    more(2)
    few = {}
    for round_ in range(2):
        for name, args in pages:
            shown(lead, name, *args)
            with CaptureQueriesContext(connection) as queries:
                shown(lead, name, *args)
            assert few.setdefault(name, len(queries)) == len(queries), name
        if not round_:
            more(6)


@pytest.mark.parametrize("factory", [InstructorFactory, EditorFactory])
def test_other_staff_do_none_of_it(factory, reviewer):
    certificate = issued_certificate()
    course = certificate.completion.enrolment.run.course
    proposal = propose_revocation([certificate.serial], **WHY, by=reviewer, now=NOW)
    CompletionFactory(enrolment__run__course=course)
    bulk = ask_bulk_issue(course, by=reviewer, now=NOW)
    client = signed_in(factory())
    addresses = [
        *map(reverse, ("revocations", "propose_revocation", "bulk_issues", "corrections")),
        *(reverse(name, args=[proposal.pk]) for name in ("revocation", "revocation_csv")),
        *(reverse(name, args=[bulk.pk]) for name in ("bulk_issue", "bulk_issue_csv")),
        reverse("bulk_issue_of_course", args=[course.pk]),
    ]
    for address in addresses:
        for answer in (client.get(address), client.post(address, {"confirm": ""})):
            assert answer.headers["Location"] == "/cms/", address
    proposal.refresh_from_db()
    assert proposal.is_open
    assert BulkIssue.objects.count() == 1
    assert not names(client) & {"Register", "Issue many", "Revoke many", "Corrections", "Set aside"}


def test_leads_find_all_of_it_in_the_menu(lead):
    assert {"Register", "Issue many", "Revoke many", "Corrections", "Set aside"} <= names(lead)
