"""How many certificates one core makes in a second: the drawing alone, and the whole way to the issued row."""

import time

import pytest
from django.utils import timezone

from certificates.issuing.services import issue_in_bulk, open_certificate, render_certificate
from certificates.rendering.pdf import render
from tests.benchmarks.twin import render_twin, weasyprint_fonts
from tests.certificates.rendering.test_pdf import CREDENTIAL, statement
from tests.factories.enrolment import ContractFactory, EnrolmentFactory
from tests.factories.issuing import AwardFactory
from tests.factories.progress import CompletionFactory

COUNT = 200
TWINS = 20
NAMES = ("Tsion Example", "Nguyễn Thị Ánh", "ليلى مثال", "प्रियंका उदाहरण")


def per_core_second(act, things) -> float:
    """Return how many things are done in a second of this process's CPU."""
    began = time.process_time()
    for thing in things:
        act(thing)
    return len(things) / (time.process_time() - began)


def draw(award) -> bytes:
    """Return the file as a worker makes it: with a signed statement and a credential."""
    return render(award, statement=statement(), attachments=[CREDENTIAL])


@pytest.mark.parametrize("name", NAMES)
def test_certificates_drawn_per_second(name, record_figure):
    awards = [AwardFactory(name=f"{name} {n}") for n in range(COUNT)]
    draw(awards[0])  # fonts are read once
    limit = 100 if name == NAMES[0] else None  # on a quiet machine
    record_figure(f"certificates drawn, {name}", per_core_second(draw, awards), "per second and core", limit=limit)


def test_ratio_to_the_same_page_by_weasyprint(record_figure):
    try:
        fonts = weasyprint_fonts()
    except OSError as missing:
        pytest.skip(f"WeasyPrint lacks a system library ({missing}): apt-get install libpango-1.0-0 libpangoft2-1.0-0")
    ratios = []
    for turn in range(3):  # by turns, so that what else the machine does falls on both
        awards = [AwardFactory(name=f"{NAMES[0]} {turn} {n}") for n in range(TWINS)]
        render_twin(awards[0], fonts, statement=statement())
        slow = per_core_second(lambda award: render_twin(award, fonts, statement=statement()), awards)
        ratios.append(per_core_second(draw, awards) / slow)
    record_figure("certificates drawn, to WeasyPrint's", sorted(ratios)[1], "times as many", limit=5)


@pytest.fixture
def completions(db):
    contract = ContractFactory(lesson_minutes=[20, 10, 15], quiz_ids=[1])
    return [
        CompletionFactory(enrolment=EnrolmentFactory(contract=contract, course=contract.course)) for _ in range(COUNT)
    ]


def test_certificates_issued_per_second(completions, record_figure):
    now = timezone.now()
    waiting = [open_certificate(completion.pk, now=now).pk for completion in completions]
    figure = per_core_second(lambda pk: render_certificate(pk, now=now), waiting)
    record_figure("certificates issued, with file, mail and count", figure, "per second and core")


def test_certificates_seeded_per_second(completions, record_figure):
    began = time.process_time()
    issue_in_bulk([completion.pk for completion in completions], now=timezone.now())
    record_figure("certificates issued in bulk", COUNT / (time.process_time() - began), "per second and core")
