"""Awards that nobody was given, to see what a design makes of names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from certificates.award import ACHIEVEMENT, Award


@dataclass(frozen=True)
class Sample:
    """A name to try a design with. label: what is tried. language: of the certificate."""

    key: str
    label: Any
    name: str
    title: str
    language: str = "en"


SAMPLES = (
    Sample("latin", _("Latin with diacritics"), "Demo Řehoř Ñandú-Ångström", "Sample: Reading a genome report"),
    Sample("arabic", _("Arabic"), "ديمو مثال", "نموذج: قراءة تقرير الجينوم", "ar"),
    Sample("devanagari", _("Devanagari"), "डेमो उदाहरण", "Sample: Reading a genome report"),
    Sample("chinese", _("Chinese"), "示例·文静", "示例：解读基因组报告", "zh-hans"),
    Sample(
        "long",
        _("The longest name and title"),
        "Demo-Ångström Nguyễn Thị Ánh Škvorecká-Þórðardóttir de Albuquerque e Vasconcelos Wilhelmina Example-Example the 7th",
        "Sample: Communicating uncertain findings of genome sequencing to families across generations and languages, with "
        "exercises in pairs and groups",
    ),
)
BY_KEY = {sample.key: sample for sample in SAMPLES}


def award_of(sample: Sample, *, on: date) -> Award:
    """Return an award for a sample name. Its serial is none that can be issued."""
    return Award(
        name=sample.name,
        course_title=sample.title,
        course_version="1.0",
        format="self-paced",
        language=sample.language,
        completed_on=on,
        issued_on=on,
        minutes=90,
        lessons=6,
        lesson_minutes=(20, 12, 10, 12, 8, 5),
        result=ACHIEVEMENT,
        score_percent=90,
        pass_mark_percent=70,
        issuer=settings.CERTIFICATE_ISSUER,
        signatory=settings.CERTIFICATE_SIGNATORY,
        serial="SAMPLESAMPLE",
        verification_url=f"{settings.SITE_URL}/v/SAMPLESAMPLE",
    )
