import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from tests.factories.issuing import issued_certificate

pytestmark = pytest.mark.django_db

LIST = Template(
    "{% load certificate_tags %}{% my_certificates as certificates %}"
    '{% for held in certificates %}{% include "components/certificate_row.html" with held=held only %}{% endfor %}'
)


def shown_to(person) -> str:
    request = RequestFactory().get("/my/")
    request.user = person
    return LIST.render(Context({"request": request}))


def test_another_page_can_show_a_persons_own_certificates():
    certificate, other = issued_certificate(), issued_certificate()
    page = shown_to(certificate.completion.enrolment.learner)
    assert certificate.award.shown_serial in page
    assert other.award.shown_serial not in page
    assert shown_to(AnonymousUser()) == ""
