import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale

from courses.lessons.models import Reference
from tests.factories.lessons import GlossaryTermFactory

pytestmark = pytest.mark.django_db


def test_every_term_stands_where_a_note_leads_to(client):
    allele = GlossaryTermFactory(key="allele", term="Allele")
    GlossaryTermFactory(key="haplotype", term="Haplotype").see_also.add(allele)
    html = client.get(reverse("glossary")).content.decode()
    assert '<dt id="allele">Allele</dt>' in html
    assert html.index("Allele") < html.index("Haplotype")
    assert '<a href="#allele">Allele</a>' in html


def test_a_language_without_a_glossary_shows_the_english_one_as_english(client):
    GlossaryTermFactory(term="Allele")
    with override("fr"):
        address = reverse("glossary")
    assert '<dl class="glossary" lang="en">' in client.get(address).content.decode()
    french = Locale.objects.create(language_code="fr")
    GlossaryTermFactory(term="Allèle", locale=french)
    html = client.get(address).content.decode()
    assert "Allèle" in html
    assert 'class="glossary" lang' not in html


def test_a_longer_glossary_asks_no_more(client):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("glossary"))
        return len(asked)

    GlossaryTermFactory()
    few = queries()
    for _number in range(5):
        GlossaryTermFactory().see_also.add(GlossaryTermFactory())
    assert queries() <= few


def test_a_reference_is_written_the_same_way_everywhere():
    reference = Reference(authors="A", year=1990, title="Rare?", source="J 1:2-3", doi="10.1/<b>", note="free to read")
    html = " ".join(render_to_string("courses/lessons/reference.html", {"reference": reference}).split())
    assert html == (
        'A (1990). Rare? <i>J 1:2–3.</i> (free to read) <a href="https://doi.org/10.1/%3Cb%3E">doi:10.1/&lt;b&gt;</a>'
    )


def test_the_glossary_is_valid_html(client, validate_html):
    assert validate_html(client.get(reverse("glossary")).content.decode()) == []
    GlossaryTermFactory().see_also.add(GlossaryTermFactory())
    assert validate_html(client.get(reverse("glossary")).content.decode()) == []
