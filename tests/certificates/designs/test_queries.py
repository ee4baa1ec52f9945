from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.designs.models import CertificateDesign
from certificates.designs.pictures import keep_picture
from certificates.designs.queries import accreditation_for, design_of, look_of, looks_of_courses
from certificates.designs.services import freeze_design
from certificates.rendering.design import BUILT_IN
from tests.factories.catalogue import CourseFactory
from tests.factories.designs import NOW, SVG, accreditation, frozen_design, picture_file
from tests.factories.webinars import dated_webinar

pytestmark = pytest.mark.django_db


def test_without_any_design_it_is_the_built_in_one():
    assert look_of(CourseFactory()).version is None
    assert design_of(None) is BUILT_IN


def test_a_course_and_a_webinar_have_their_own_design_and_all_others_the_default():
    course, webinar = CourseFactory(), dated_webinar()
    default, own = frozen_design(is_default=True), frozen_design(uses=({"course": course}, {"webinar": webinar}))
    assert look_of(course).version == look_of(webinar).version == own.pk
    assert look_of(CourseFactory()).version == look_of(dated_webinar()).version == default.pk


def test_new_certificates_get_the_newest_version():
    course = CourseFactory()
    first = frozen_design(uses=({"course": course},))
    first.design.deep_colour = "#402060"
    first.design.save()
    second = freeze_design(first.design, by=None, now=NOW)
    assert second.pk > first.pk
    assert look_of(course).version == second.pk
    assert design_of(first.pk).colours.deep == "#07372d"
    assert design_of(second.pk).colours.deep == "#402060"


def test_a_frozen_design_is_drawn_as_it_was_filled_in():
    design = CertificateDesign.objects.create(name="Full", layout="ring", paper="us-letter")
    design.logos.add(design.logos.model(picture=keep_picture(picture_file()), words="Example University"))
    signature = keep_picture(SimpleUploadedFile("s.svg", SVG))
    design.signatories.add(design.signatories.model(name="Dr Demo", role="Director", signature=signature))
    design.wordings.add(design.wordings.model(language="fr", intro="Nous attestons que"))
    design.save()
    frozen = design_of(freeze_design(design, by=None, now=NOW).pk)
    assert (frozen.layout, frozen.paper) == ("ring", "us-letter")
    assert [(logo.kind, logo.words) for logo in frozen.logos] == [("png", "Example University")]
    assert (frozen.signatories[0].name, frozen.signatories[0].role) == ("Dr Demo", "Director")
    assert frozen.signatories[0].signature.data == SVG
    assert frozen.wording == {"fr": {"intro": "Nous attestons que"}}


def test_an_accreditation_is_of_its_courses_and_webinars_on_its_days():
    course, webinar = CourseFactory(), dated_webinar()
    one = accreditation(courses=[course], webinars=[webinar])
    for ground in (course, webinar):
        assert accreditation_for(ground, date(2026, 6, 1)) == one.text
        assert look_of(ground).accreditation_on(date(2026, 6, 1)) == one.text
        assert accreditation_for(ground, date(2027, 1, 1)) == look_of(ground).accreditation_on(date(2027, 1, 1)) == ""
    assert accreditation_for(CourseFactory(), date(2026, 6, 1)) == ""


def test_the_looks_of_many_courses_cost_three_queries(django_assert_num_queries):
    courses = [CourseFactory() for _ in range(20)]
    frozen_design(uses=tuple({"course": course} for course in courses[:10]))
    with django_assert_num_queries(3):
        looks_of_courses([course.pk for course in courses])
