"""Certificates are drawn in the design that their course had when they were opened."""

import pytest
from django.core.files.storage import storages
from django.db.models import ProtectedError
from pypdf import PdfReader

from certificates.designs.services import freeze_design
from certificates.issuing.services import render_certificate
from tests.factories.catalogue import CourseFactory
from tests.factories.designs import accreditation, frozen_design
from tests.factories.issuing import NOW, waiting_certificate

pytestmark = pytest.mark.django_db


def test_a_certificate_is_drawn_in_the_design_its_course_had_and_says_what_accredited_it():
    course = CourseFactory()
    version = frozen_design(uses=({"course": course},), layout="ring", paper="us-letter")
    accreditation(courses=[course], text="Accredited by the Example Council.")
    certificate = waiting_certificate(course=course)
    version.design.paper = "a4"
    version.design.save()
    freeze_design(version.design, by=None, now=NOW)
    assert render_certificate(certificate.pk, now=NOW)
    certificate.refresh_from_db()
    assert (certificate.award.design, certificate.design_version) == (version.pk, version)
    assert certificate.award.accreditation == "Accredited by the Example Council."
    page = PdfReader(storages["private"].open(certificate.file_name)).pages[0]
    assert page.mediabox.width == 792
    assert "Accredited by the Example Council." in " ".join(page.extract_text().split())
    with pytest.raises(ProtectedError):
        version.delete()
