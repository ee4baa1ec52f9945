import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import translation
from wagtail.models import Locale

from lms.lib.bundles import style_of
from tests.factories.pages import home_page


def rendered(template: str, path: str, **context) -> str:
    request = RequestFactory().get(path)
    with translation.override(translation.get_language_from_path(path) or "en"):
        request.resolver_match = resolve(request.path)
        request.user = AnonymousUser()
        return engines["django"].from_string(template).render({"request": request, **context}, request).strip()


def test_style_of_a_kind_of_page_stands_in_it_and_is_followed_by_what_is_late():
    template = "{% load site_tags %}{% page_style as style %} lesson media {% endpage_style %}"
    style = style_of("lesson", "media")
    assert rendered(template + "{{ style.inside }}", "/") == style.text
    assert rendered(template + "{{ style.late }}", "/") == "/static/bundles/lesson.css"
    assert rendered(
        template + "{{ request.styles_allowed|join:' ' }}",
        "/",
    ) == style.source.replace("'", "&#x27;")


@pytest.mark.parametrize(
    ("path", "current"),
    [("/courses/", "Courses"), ("/courses/a/b/", "Courses"), ("/webinars/", "Webinars"), ("/my/", "My learning")],
)
def test_navigation_marks_the_part_one_is_in(path, current):
    template = (
        "{% load site_tags %}{% main_navigation as entries %}"
        "{% for entry in entries %}{% if entry.is_current %}{{ entry.title }};{% endif %}{% endfor %}"
    )
    assert rendered(template, path) == f"{current};"


def test_navigation_stays_in_the_language_of_the_page():
    template = "{% load site_tags %}{% main_navigation as entries %}{% for e in entries %}{{ e.url }} {% endfor %}"
    assert rendered(template, "/fr/courses/").split() == ["/fr/courses/", "/fr/webinars/", "/fr/my/"]


LANGUAGES = (
    "{% load site_tags %}{% language_links as links %}{% for l in links %}{{ l.code }} {{ l.url }}\n{% endfor %}"
)


@pytest.mark.parametrize("path", ["/courses/a-course/", "/fr/courses/a-course/", "/zh-hans/courses/a-course/"])
def test_language_menu_leads_to_the_same_path_in_every_language(path):
    assert rendered(LANGUAGES, path).splitlines() == [
        "en /courses/a-course/",
        "ar /ar/courses/a-course/",
        "zh-Hans /zh-hans/courses/a-course/",
        "fr /fr/courses/a-course/",
        "pt /pt/courses/a-course/",
        "es /es/courses/a-course/",
    ]


def test_language_menu_keeps_what_was_asked_for():
    lines = rendered(LANGUAGES, "/accounts/login/?next=/courses/%3Fq%3Da%26b").splitlines()
    assert lines[3] == "fr /fr/accounts/login/?next=%2Fcourses%2F%3Fq%3Da%26b"


def test_language_menu_of_a_page_of_one_language_leads_to_the_page_itself():
    assert rendered(LANGUAGES, "/healthz").splitlines()[3] == "fr /healthz"


def test_data_for_a_script_cannot_leave_its_attribute():
    html = rendered('{% load site_tags %}<p data-x="{{ value|as_json }}">', "/", value={"a": '"><script>', "b": [1]})
    assert html == '<p data-x="{&quot;a&quot;:&quot;\\&quot;&gt;&lt;script&gt;&quot;,&quot;b&quot;:[1]}">'


@pytest.mark.django_db
def test_page_in_another_language_than_its_address_says_so():
    home = home_page()
    template = "{% load site_tags %}<main{% content_language %}>"
    assert rendered(template, "/", page=home) == "<main>"
    assert rendered(template, "/pt/", page=home) == '<main lang="en" dir="ltr">'
    home.locale = Locale.objects.create(language_code="fr")
    assert rendered(template, "/fr/", page=home) == "<main>"
    assert rendered(template, "/fr/") == "<main>"


@pytest.mark.django_db
def test_header_and_footer_ask_the_database_nothing():
    template = '{% extends "base.html" %}{% block content %}<h1>Here</h1>{% endblock %}'
    page = home_page()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = rendered(template, "/courses/", page=page)
    assert "<h1>Here</h1>" in html
    assert len(queries) == 0
