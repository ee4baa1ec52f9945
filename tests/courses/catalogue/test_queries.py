import pytest
from wagtail.models import Locale

from courses.catalogue import queries
from courses.catalogue.models import CoursePage
from tests.factories.catalogue import CoursePageFactory, InstructorFactory, SubjectFactory, catalogue_page

pytestmark = pytest.mark.django_db


def listing(reader="en", page_number=None, **given):
    return queries.catalogue_listing(given, reader=reader, page_number=page_number)


def titles(found):
    return [row.page.title for row in found.rows]


def translate(course: CoursePage, language: str, title: str, *, live: bool = True) -> CoursePage:
    locale, _created = Locale.objects.get_or_create(language_code=language)
    page = course.copy_for_translation(locale, copy_parents=True)
    page.title = title
    revision = page.save_revision()
    if live:
        revision.publish()
    return CoursePage.objects.get(pk=page.pk)


def file_under(course: CoursePage, *names: str) -> None:
    course.subjects = [SubjectFactory(name=name, slug=name.lower()) for name in names]
    course.save_revision().publish()


def choices(found, group):
    facet = next(facet for facet in found.facets if facet.group == group)
    return {choice.value: choice.count for choice in (*facet.choices, *facet.more)}


def test_a_search_finds_words_of_title_summary_and_topic():
    by_title = CoursePageFactory(title="Reading pedigrees")
    by_summary = CoursePageFactory(summary="Haemoglobin and its disorders")
    by_topic = CoursePageFactory()
    file_under(by_topic, "Nutrition")
    for words, course in (("pedigrees", by_title), ("haemoglobin", by_summary), ("nutrition", by_topic)):
        assert [row.page.pk for row in listing(q=[words]).rows] == [course.pk]


def test_a_search_asks_for_every_word_and_takes_the_beginning_of_a_title():
    course = CoursePageFactory(title="Pharmacogenomics in practice", summary="Drugs and genes")
    CoursePageFactory(title="Practice makes perfect", summary="Of something else")
    assert [row.page.pk for row in listing(q=["practice genes"]).rows] == [course.pk]
    assert [row.page.pk for row in listing(q=["pharmacogen"]).rows] == [course.pk]
    assert not listing(q=["practice haemoglobin"]).rows


def test_the_search_backend_filters_by_topic_through_related_fields():
    drugs, other = CoursePageFactory(title="Genes one"), CoursePageFactory(title="Genes two")
    file_under(drugs, "Drugs")
    file_under(other, "Ethics")
    found = CoursePage.objects.live().filter(subjects__slug="drugs").search("genes")
    assert [page.pk for page in found] == [drugs.pk]


@pytest.mark.parametrize(
    "odd",
    [
        '"',
        "'",
        "a' OR 1=1 --",
        "%s %d",
        "NEAR(gene",
        "gene AND",
        "*",
        "\x00gene\x07",
        "\\",
        "x" * 10_000,
        "🧬",
        "()",
        "٪",
    ],
)
def test_odd_input_finds_what_it_can_and_breaks_nothing(odd):
    CoursePageFactory(title="Genes")
    assert listing(q=[odd]).total in (0, 1)


def test_a_draft_is_not_listed():
    CoursePageFactory(title="Not yet", live=False)
    assert listing().total == 0
    assert listing(q=["yet"]).total == 0


def test_a_course_in_two_languages_is_one_row_in_the_readers():
    course = CoursePageFactory(title="Foundations")
    translate(course, "fr", "Fondements")
    assert titles(listing()) == ["Foundations"]
    assert titles(listing(reader="fr")) == ["Fondements"]
    assert titles(listing(reader="es")) == ["Foundations"]
    row = listing().rows[0]
    assert row.languages == ("English", "French")
    assert choices(listing(), "language") == {"en": 1, "fr": 1}


def test_the_language_filter_keeps_courses_that_have_it_and_shows_them_in_it():
    course = CoursePageFactory(title="Foundations")
    translate(course, "fr", "Fondements")
    CoursePageFactory(title="Only English")
    assert titles(listing(language=["fr"])) == ["Fondements"]


def test_a_search_in_any_language_finds_the_course():
    course = CoursePageFactory(title="Foundations")
    translate(course, "fr", "Fondements de la médecine")
    assert titles(listing(q=["médecine"])) == ["Foundations"]


def test_a_translation_that_is_a_draft_is_not_offered():
    course = CoursePageFactory(title="Foundations")
    translate(course, "fr", "Fondements", live=False)
    assert titles(listing(reader="fr")) == ["Foundations"]
    assert listing().rows[0].languages == ("English",)
    assert [version.code for version in queries.language_versions(course)] == ["en"]


def test_filters_narrow_the_list_and_can_be_taken_away_one_by_one():
    file_under(CoursePageFactory(title="Short", minutes=60, level="beginner"), "Drugs")
    file_under(CoursePageFactory(title="Long", minutes=600, level="beginner"), "Ethics")
    found = listing(topic=["drugs", "nonsense"], level=["beginner"], duration=["short"])
    assert titles(found) == ["Short"]
    assert [applied.label for applied in found.applied] == ["Drugs", "Starting", "Up to 2 hours"]
    assert found.applied[0].query == "level=beginner&duration=short"
    assert choices(found, "topic") == {"drugs": 1}
    assert choices(found, "duration") == {"short": 1, "medium": 0, "long": 0}


def test_topics_beyond_the_first_are_folded_unless_chosen():
    course = CoursePageFactory()
    file_under(course, *(f"Topic{n:02}" for n in range(12)))
    topics = next(facet for facet in listing(topic=["topic11"]).facets if facet.group == "topic")
    assert topics.choices[0].value == "topic11"
    assert (len(topics.choices), len(topics.more)) == (8, 4)


@pytest.mark.parametrize(("asked_for", "shown"), [("1", 1), ("2", 2), ("9", 2), ("x", 1), ("-1", 2)])
def test_a_long_list_is_cut_into_pages_and_any_number_leads_to_one(asked_for, shown):
    for _ in range(21):
        CoursePageFactory()
    found = listing(page_number=asked_for)
    assert (found.total, found.pages.number) == (21, shown)


def test_a_translation_borrows_what_it_does_not_say_itself():
    before = CoursePageFactory(title="Take this first")
    course = CoursePageFactory(audience="Nurses\nPharmacists")
    course.instructors, course.prerequisites = [InstructorFactory(name="Clinical geneticist")], [before]
    course.save_revision().publish()
    french = translate(course, "fr", "Cours")
    french.audience, french.instructors, french.prerequisites = "", [], []
    french.save_revision().publish()
    about = queries.about(CoursePage.objects.get(pk=french.pk))
    assert about.audience == ("Nurses", "Pharmacists")
    assert [instructor.name for instructor in about.instructors] == ["Clinical geneticist"]
    assert [page.title for page in about.prerequisites] == ["Take this first"]
    assert about.language == "en"


@pytest.mark.indexed
def test_the_list_costs_the_same_queries_for_4_courses_and_for_40(
    django_assert_num_queries, django_assert_max_num_queries
):
    catalogue_page()
    subject = SubjectFactory(name="Genes", slug="genes")

    def add(count):
        for _ in range(count):
            course = CoursePageFactory(summary="Genes and more")
            course.subjects = [subject]
            course.save()

    def ask():
        for given in ({}, {"q": ["genes"], "topic": ["genes"]}):
            assert listing(**given).rows

    add(4)
    ask()
    with django_assert_max_num_queries(20) as first:
        ask()
    add(36)
    with django_assert_num_queries(len(first.captured_queries)):
        ask()
