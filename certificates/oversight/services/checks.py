"""Is the register as it should be: a certificate for everything earned, its file, its signatures, the public lists?

Reads in bounded memory, whatever the number of certificates. Mends what can be mended without anybody's judgement.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from certificates.credentials.badges import StatusPosition
from certificates.credentials.errors import KeysUnusable, NotGenuine
from certificates.credentials.keys import PublicKey, SigningKeys
from certificates.credentials.models import StatusList
from certificates.credentials.proofs import verify_credential
from certificates.credentials.queries import known_keys
from certificates.credentials.services import publish_status_list, signing_keys
from certificates.credentials.status import ended_in
from certificates.credentials.tokens import verify_jwt
from certificates.issuing import files
from certificates.issuing.models import Certificate
from certificates.issuing.queries import ended_on_status_list, newest_status_list
from certificates.issuing.services import open_attendance_certificate, open_certificate
from certificates.issuing.services.making import draw
from certificates.issuing.services.signing import sign, store_credential
from certificates.oversight import queries
from certificates.oversight.models import Inspection

logger = logging.getLogger(__name__)

Kind = Inspection.Kind
AT_ONCE = 200  # certificates held while they are checked
KEEP_FILES = timedelta(days=1)  # that no row names: a worker may be about to
KEEP_INSPECTIONS = timedelta(days=400)
MOST_KEPT = 200  # findings of one inspection that are still wrong, and as many that were mended
GRACE = timedelta(minutes=10)  # in which lists are published and certificates opened: what is younger is not late
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. subject: a certificate's code, a file's name, whatever it is about."""

    kind: Inspection.Kind
    subject: str
    detail: str = ""
    is_mended: bool = False


@dataclass
class Report:
    """What was found so far: all is counted, the first of it kept."""

    wrong: int = 0
    mended: int = 0
    kept: list[Finding] = field(default_factory=list)

    def add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            before = self.mended if finding.is_mended else self.wrong
            self.mended += finding.is_mended
            self.wrong += not finding.is_mended
            if before < MOST_KEPT:
                self.kept.append(finding)


def inspect(
    *,
    sample: int | None = None,
    after: int | None = None,
    is_mending: bool,
    by_night: bool = False,
    clock: Callable[[], datetime],
    tell: Progress = lambda what, count: None,
) -> Inspection:
    """Check the register and return what was found, on record. tell: is told from time to time how far it is.

    sample: of how many certificates files and signatures are read; None: of all. after: of those that follow this id, going on
    at the first ones once there are no more; None: of some drawn at random.
    """
    now = clock()
    inspection = Inspection.objects.create(began_at=now, is_mending=is_mending, by_night=by_night)
    report = Report()
    try:
        keys: SigningKeys | None = signing_keys(now=now)
    except KeysUnusable as unusable:
        keys = None
        report.add([Finding(Kind.KEYS, str(settings.SIGNING_KEY_FILE), str(unusable))])
    mend = Mending(keys, now) if is_mending else None
    report.add(_lacking(mend, now=now))
    checked, last, public = 0, 0, known_keys()
    for certificate in queries.certificates_to_check(sample=sample, after=after, at_once=AT_ONCE):
        report.add(_certificate(certificate, public, mend))
        checked, last = checked + 1, certificate.pk
        if checked % AT_ONCE == 0:
            tell("certificates", checked)
    report.add(_status_lists(public, mend, now=now))
    report.add(_leftovers(mend, now=now, tell=tell))
    return _record(inspection, report, checked=checked, last=last, at=clock())


@dataclass(frozen=True)
class Mending:
    """What mending takes: the keys, where there are any, and the moment."""

    keys: SigningKeys | None
    now: datetime


def _lacking(mend: Mending | None, *, now: datetime) -> Iterator[Finding]:
    for completion in queries.by_key(queries.completions_lacking(now - GRACE), AT_ONCE):
        opens = partial(open_certificate, completion.pk, now=now)
        yield _tried(Kind.NO_CERTIFICATE, str(completion.pk), "", mend, opens)
    for attendance in queries.by_key(queries.attendances_lacking(now - GRACE), AT_ONCE):
        opens = partial(open_attendance_certificate, attendance.pk, now=now)
        yield _tried(Kind.NO_CERTIFICATE_OF_ATTENDANCE, str(attendance.pk), "", mend, opens)
    for certificate in queries.by_key(queries.late_certificates(now), AT_ONCE):
        yield Finding(Kind.LATE, certificate.serial, certificate.reason)


def _certificate(certificate: Certificate, public: list[PublicKey], mend: Mending | None) -> Iterator[Finding]:
    digest = files.digest_of(certificate.file_name)
    if digest != certificate.file_sha256 and queries.still_names_file(certificate):
        kind = Kind.NO_FILE if digest is None else Kind.WRONG_FILE
        draw_again = partial(_draw_again, certificate, mend)
        yield _tried(kind, certificate.serial, certificate.file_name, mend, draw_again)
    credential = getattr(certificate, "credential", None)
    if credential is None:
        if queries.still_names_file(certificate):
            yield _tried(Kind.NO_CREDENTIAL, certificate.serial, "", mend, partial(_sign, certificate, mend))
        return
    try:
        document = json.loads(credential.document)
        verify_credential(document, public)
        verify_jwt(credential.token, public)
        if problem := _otherwise_than_the_register(document, certificate):
            yield Finding(Kind.WRONG_CREDENTIAL, certificate.serial, problem)
    except (NotGenuine, ValueError) as problem:
        yield Finding(Kind.WRONG_CREDENTIAL, certificate.serial, str(problem))


def _draw_again(certificate: Certificate, mend: Mending | None) -> bool:
    """Make a file that is lost or spoilt anew; say whether it came out as it was, byte for byte."""
    if mend is None or mend.keys is None:
        return False
    pdf = draw(certificate, sign(certificate, mend.keys, now=mend.now))
    is_same = hashlib.sha256(pdf).hexdigest() == certificate.file_sha256
    return is_same and queries.still_names_file(certificate) and files.put_back(pdf)


def _sign(certificate: Certificate, mend: Mending | None) -> bool:
    if mend is None or mend.keys is None:
        return False
    store_credential(certificate, sign(certificate, mend.keys, now=mend.now))
    return True


def _otherwise_than_the_register(document: dict[str, Any], certificate: Certificate) -> str:
    """Return what a sound credential says otherwise than its row, "" if nothing."""
    status = document.get("credentialStatus", {})
    expected = {
        # Wherever the site was when it was signed.
        "id": (str(document.get("id")).rpartition("/")[2], f"{certificate.serial}.json"),
        "name": (document.get("name"), certificate.facts["course_title"]),
        "statusListIndex": (status.get("statusListIndex"), str(StatusPosition(certificate.status_position).index)),
    }
    return ", ".join(name for name, (said, meant) in expected.items() if said != meant)


def _status_lists(public: list[PublicKey], mend: Mending | None, *, now: datetime) -> Iterator[Finding]:
    if not Certificate.objects.exists():
        return
    for number in range(newest_status_list() + 1):
        text = StatusList.objects.filter(number=number).values_list("document", flat=True).first() or ""
        if problem := _problem_of_list(number, text, public, now=now):
            yield _tried(Kind.STATUS_LIST, str(number), problem, mend, partial(_publish, number, mend))


def _problem_of_list(number: int, text: str, public: list[PublicKey], *, now: datetime) -> str:
    ended, long_ended = set(ended_on_status_list(number)), set(ended_on_status_list(number, before=now - GRACE))
    if not text:
        return "not published" if long_ended else ""
    try:
        document = json.loads(text)
        verify_credential(document, public)
        published = ended_in(document)
    except (NotGenuine, ValueError) as problem:
        return str(problem)
    wrong = len(long_ended - published) + len(published - ended)
    return f"{wrong} of its bits are not as the register says" if wrong else ""


def _publish(number: int, mend: Mending | None) -> bool:
    if mend is None or mend.keys is None:
        return False
    with transaction.atomic():
        StatusList.objects.filter(number=number).update(document="")  # what is spoilt could say the right thing
        return publish_status_list(number, partial(ended_on_status_list, number), keys=mend.keys, now=mend.now)


def _leftovers(mend: Mending | None, *, now: datetime, tell: Progress) -> Iterator[Finding]:
    old = files.stored_before(now - KEEP_FILES)
    seen = 0
    while some := list(islice(old, AT_ONCE)):
        for name in sorted(set(some) - queries.files_in_use(some)):
            yield _tried(Kind.LEFTOVER, name, "", mend, partial(_remove, name))
        seen += len(some)
        tell("files", seen)


def _remove(name: str) -> bool:
    if queries.files_in_use([name]):
        return False  # a worker was about to name it
    files.remove([name])
    return True


def _tried(
    kind: Inspection.Kind, subject: str, detail: str, mend: Mending | None, act: Callable[[], object]
) -> Finding:
    """Return a finding, mended if it is to be and that works; an act that answers False could not."""
    if mend is None:
        return Finding(kind, subject, detail)
    try:
        return Finding(kind, subject, detail, is_mended=act() is not False)
    except Exception as error:  # whatever is wrong with one, the others are checked
        logger.exception("%s could not be mended: %s", kind, subject)
        return Finding(kind, subject, f"{detail} {error!r}".strip()[:300])


def _record(inspection: Inspection, report: Report, *, checked: int, last: int, at: datetime) -> Inspection:
    inspection.checked, inspection.last_checked = checked, last
    inspection.wrong, inspection.mended = report.wrong, report.mended
    inspection.findings = [asdict(finding) for finding in sorted(report.kept, key=lambda finding: finding.is_mended)]
    inspection.ended_at = at
    inspection.save()
    if report.wrong:
        logger.error("The register of certificates is not in order: %s findings", report.wrong)
    Inspection.objects.filter(began_at__lt=at - KEEP_INSPECTIONS).delete()
    return inspection
