from datetime import UTC, date, datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from certificates.designs.models import Accreditation, CertificateDesign, DesignVersion
from certificates.designs.services import freeze_design

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path d="M5 20C30-10 50 60 85 10" stroke="#1a2a6c"/></svg>'


def picture_file(kind: str = "PNG", size: tuple[int, int] = (1200, 480), name: str = "logo.png") -> SimpleUploadedFile:
    """Return an upload of a picture: a disc on white."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((10, 10, size[1] - 10, size[1] - 10), fill="#8c1a3b")
    file = BytesIO()
    image.save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


def frozen_design(*, now: datetime = NOW, uses: tuple[dict, ...] = (), **changes) -> DesignVersion:
    """Return the version of a new design. uses: what has it, such as {"course": course}."""
    design = CertificateDesign.objects.create(**{"name": f"Design {CertificateDesign.objects.count() + 1}", **changes})
    for use in uses:
        design.uses.add(design.uses.model(**use))
    design.save()
    return freeze_design(design, by=None, now=now)


def accreditation(*, courses=(), webinars=(), **changes) -> Accreditation:
    """Return an accreditation of these for the year 2026."""
    facts = {
        "body": "Example Council",
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "most_hours": 2,
        "text": "Accredited by the Example Council.",
    }
    one = Accreditation.objects.create(**{**facts, **changes})
    one.courses.set(courses)
    one.webinars.set(webinars)
    one.save()
    return one
