from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from certificates.designs import rules
from certificates.designs.models import Accreditation, CertificateDesign, DesignUse, DesignVersion
from certificates.designs.pictures import kept_picture
from certificates.rendering.design import BUILT_IN, Colours, Design, Picture, Signatory
from certificates.rendering.words import FIELDS
from courses.catalogue.models import Course
from courses.webinars.models import Webinar


@dataclass(frozen=True)
class Look:
    """What a course's or webinar's new certificates are given: a version's number, None for the built-in design, and
    the accreditations that may cover their day."""

    version: int | None = None
    accreditations: tuple[Accreditation, ...] = field(default=())

    def accreditation_on(self, day: date) -> str:
        return rules.text_on(day, self.accreditations)


def look_of(ground: Course | Webinar) -> Look:
    """Return the look of one course or webinar; three queries."""
    kind = "course" if isinstance(ground, Course) else "webinar"
    return _looks(kind, [ground.pk])[ground.pk]


def looks_of_courses(course_ids: Collection[int]) -> dict[int, Look]:
    """Return the looks of courses by their id; three queries."""
    return _looks("course", course_ids)


def accreditation_for(ground: Course | Webinar, day: date) -> str:
    """Return the exact text of what accredits a course or webinar on a day, "" for nothing."""
    kind = "courses" if isinstance(ground, Course) else "webinars"
    return rules.text_on(day, Accreditation.objects.filter(**{kind: ground}))


def design_of(number: int | None) -> Design:
    """Return the design that an award was given, with its pictures; None is the built-in one."""
    return BUILT_IN if number is None else design_from(DesignVersion.objects.get(pk=number).facts)


def design_from(facts: dict[str, Any]) -> Design:
    """Return the design whose facts `facts_of` returned."""
    return Design(
        layout=facts["layout"],
        paper=facts["paper"],
        colours=Colours(**facts["colours"]),
        logos=tuple(kept_picture(**logo) for logo in facts["logos"]),
        signatories=tuple(
            Signatory(name=one["name"], role=one["role"], signature=_signature(one)) for one in facts["signatories"]
        ),
        wording=facts["wording"],
    )


def facts_of(design: CertificateDesign) -> dict[str, Any]:
    """Return all that a design says now, as plain values."""
    return {
        "layout": design.layout,
        "paper": design.paper,
        "colours": {"deep": design.deep_colour, "accent": design.accent_colour},
        "logos": [{"name": logo.picture.name, "words": logo.words} for logo in design.logos.all()],
        "signatories": [
            {"name": one.name, "role": one.role, "signature": one.signature.name or ""}
            for one in design.signatories.all()
        ],
        "wording": {
            wording.language: {name: text for name in FIELDS if (text := getattr(wording, name))}
            for wording in design.wordings.all()
        },
    }


def newest_version(design: CertificateDesign) -> DesignVersion | None:
    return design.versions.first()


def _signature(facts: dict[str, str]) -> Picture | None:
    return kept_picture(facts["signature"], facts["name"]) if facts["signature"] else None


def _looks(kind: str, ids: Collection[int]) -> dict[int, Look]:
    newest = DesignVersion.objects.filter(design=OuterRef("design")).order_by("-pk").values("pk")[:1]
    uses = DesignUse.objects.filter(Q(**{f"{kind}_id__in": ids})).annotate(version=Subquery(newest))
    own = {getattr(use, f"{kind}_id"): use.version for use in uses}
    default = DesignVersion.objects.filter(design__is_default=True).values_list("pk", flat=True).first()
    linked = getattr(Accreditation, f"{kind}s").through.objects.filter(**{f"{kind}_id__in": ids})
    covering: dict[int, list[Accreditation]] = {}
    for link in linked.select_related("accreditation"):
        covering.setdefault(getattr(link, f"{kind}_id"), []).append(link.accreditation)
    return {pk: Look(own.get(pk) or default, tuple(covering.get(pk, ()))) for pk in ids}
