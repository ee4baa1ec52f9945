from io import BytesIO
from unittest.mock import patch

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from certificates.designs.models import Accreditation, CertificateDesign, DesignVersion
from certificates.designs.queries import design_of
from certificates.designs.samples import BY_KEY
from certificates.rendering.words import FIELDS
from tests.factories.accounts import ProgrammeLeadFactory
from tests.factories.catalogue import CourseFactory
from tests.factories.designs import frozen_design, picture_file
from tests.factories.webinars import dated_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return ProgrammeLeadFactory()


@pytest.fixture
def cms(client, lead):
    client.force_login(lead)
    return client


def rows(name: str, *forms: dict) -> dict:
    """Return what the editor sends of the rows below a design."""
    sent = {f"{name}-TOTAL_FORMS": len(forms), f"{name}-INITIAL_FORMS": sum("id" in form for form in forms)}
    for number, form in enumerate(forms):
        sent |= {f"{name}-{number}-{key}": value for key, value in {"ORDER": number + 1, "DELETE": "", **form}.items()}
    return sent


def filled_in(**changes) -> dict:
    facts = {
        "name": "With our partners",
        "layout": "ruler",
        "paper": "a4",
        "deep_colour": "#402060",
        "accent_colour": "#f0b23a",
        **rows("logos", {"picture": picture_file(), "words": "Example University"}),
        **rows("signatories", {"name": "Dr Demo Řehoř", "role": "Director", "signature": picture_file("JPEG")}),
        **rows(
            "wordings",
            {"language": "en", **dict.fromkeys(FIELDS, ""), "intro": "The faculty of {issuer} declares that"},
        ),
        **rows("uses"),
    }
    return {**facts, **changes}


def address(view: str, *args) -> str:
    return reverse(CertificateDesign.snippet_viewset.get_url_name(view), args=args)


def errors_in(response) -> str:
    form = response.context["form"]
    return str(form.errors) + "".join(str(formset.errors) for formset in form.formsets.values())


def test_a_lead_makes_a_design_and_it_is_frozen(cms, lead):
    course = CourseFactory()
    response = cms.post(address("add"), filled_in(**rows("uses", {"course": course.pk, "webinar": ""})))
    assert response.status_code == 302, errors_in(response)
    version = DesignVersion.objects.get()
    assert version.saved_by == lead
    frozen = design_of(version.pk)
    assert (frozen.layout, frozen.colours.deep, frozen.logos[0].kind) == ("ruler", "#402060", "png")
    assert frozen.signatories[0].signature.kind == "jpg"
    assert frozen.wording["en"] == {"intro": "The faculty of {issuer} declares that"}


def test_a_change_is_a_further_version_and_the_first_stays(cms):
    cms.post(address("add"), filled_in())
    design = CertificateDesign.objects.get()
    kept = {
        name: [{"id": one.pk} for one in getattr(design, name).all()] for name in ("logos", "signatories", "wordings")
    }
    changed = filled_in(
        paper="us-letter",
        **rows("logos", {**kept["logos"][0], "words": "Example University"}),
        **rows("signatories", {**kept["signatories"][0], "name": "Dr Demo Řehoř", "role": "Dean"}),
        **rows("wordings", {**kept["wordings"][0], "language": "en", **dict.fromkeys(FIELDS, "")}),
    )
    response = cms.post(address("edit", design.pk), changed)
    assert response.status_code == 302, errors_in(response)
    second, first = DesignVersion.objects.all()
    assert (first.facts["paper"], second.facts["paper"]) == ("a4", "us-letter")
    assert first.facts["logos"] == second.facts["logos"]
    assert (first.facts["signatories"][0]["role"], second.facts["signatories"][0]["role"]) == ("Director", "Dean")
    assert first.facts["signatories"][0]["signature"] == second.facts["signatories"][0]["signature"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"deep_colour": "#f0f0f0"}, "too pale"),
        ({"accent_colour": "red"}, "Write a colour as"),
        (rows("wordings", {"language": "en", "closing": "With {grade} from {issuer}"}), "{grade} is not known here"),
        (rows("wordings", {"language": "en", "closing": "😀"}), "No font here draws"),
        (rows("wordings", {"language": "en"}, {"language": "en"}), "duplicate"),
        (rows("logos", {"picture": picture_file("GIF"), "words": "A"}), "not a PNG"),
    ],
)
def test_what_would_spoil_a_certificate_is_refused_in_a_sentence(cms, changes, sentence):
    response = cms.post(address("add"), filled_in(**changes))
    assert response.status_code == 200
    said = errors_in(response) + "".join(str(f.non_form_errors()) for f in response.context["form"].formsets.values())
    assert sentence in said
    assert not CertificateDesign.objects.exists()


def test_a_use_is_of_one_thing_and_nothing_has_two_designs(cms):
    course, webinar = CourseFactory(), dated_webinar()
    both = filled_in(**rows("uses", {"course": course.pk, "webinar": webinar.pk}))
    assert "Choose a course or a webinar" in str(cms.post(address("add"), both).context["form"].formsets["uses"].errors)
    frozen_design(uses=({"course": course},))
    again = filled_in(**rows("uses", {"course": course.pk, "webinar": ""}))
    assert "already exists" in str(cms.post(address("add"), again).context["form"].formsets["uses"].errors)


def test_nobody_deletes_a_design_or_an_accreditation(cms, admin_client):
    version = frozen_design()
    for client in (cms, admin_client):
        client.post(address("delete", version.design_id))
    assert CertificateDesign.objects.filter(pk=version.design_id).exists()


def test_an_accreditation_is_written_down(cms):
    course = CourseFactory()
    facts = {
        "body": "Example Council",
        "number": "12345",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "most_hours": "1.5",
        "text": "Accredited for 1.5 credits.",
        "courses": [course.pk],
    }
    add = reverse(Accreditation.snippet_viewset.get_url_name("add"))
    assert "lies before the first" in cms.post(add, {**facts, "valid_until": "2025-12-31"}).text
    assert cms.post(add, facts).status_code == 302
    assert list(Accreditation.objects.get().courses.all()) == [course]


@pytest.mark.parametrize("sample", ["latin", "arabic", "devanagari", "long"])
def test_a_preview_is_the_real_file_and_its_picture(cms, sample):
    design = frozen_design(layout="ring").design
    file = cms.get(reverse("design_sample", args=[design.pk, sample]))
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "application/pdf",
        f'inline; filename="sample-{sample}.pdf"',
    )
    assert len(PdfReader(BytesIO(file.content)).pages) == 1
    picture = cms.get(reverse("design_sample_picture", args=[design.pk, sample]))
    assert Image.open(BytesIO(picture.content)).size == (480, 339)


def test_a_sample_that_no_font_draws_says_so_in_one_sentence(cms):
    design = frozen_design().design
    with patch.dict(BY_KEY, {"chinese": BY_KEY["chinese"].__class__("chinese", "Emoji", "😀", "Sample")}):
        page = cms.get(reverse("design_sample", args=[design.pk, "chinese"]))
    assert "No font here draws 😀" in page.text


def test_the_preview_shows_every_sample(cms):
    page = cms.get(reverse("design_preview", args=[frozen_design().design.pk]))
    assert page.status_code == 200
    assert page.text.count("<h2") >= len(BY_KEY)
    assert cms.get(reverse("design_preview", args=[0])).status_code == 404
