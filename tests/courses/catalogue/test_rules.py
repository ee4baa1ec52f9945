from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue import rules
from courses.catalogue.rules import Asked, Facts

TOPICS, LEVELS, LANGUAGES = ("sequencing", "ethics", "drugs"), ("beginner", "advanced"), ("en", "fr", "ar")
KNOWN = {
    "topic": TOPICS,
    "level": LEVELS,
    "language": LANGUAGES,
    "format": rules.FORMATS,
    "duration": tuple(rules.DURATIONS),
}

facts = st.builds(
    Facts,
    topic=st.frozensets(st.sampled_from(TOPICS)),
    level=st.sampled_from(LEVELS),
    language=st.frozensets(st.sampled_from(LANGUAGES), min_size=1),
    format=st.sampled_from(rules.FORMATS),
    minutes=st.integers(0, 30_000),
)
questions = st.fixed_dictionaries(
    {}, optional={group: st.lists(st.sampled_from(values)) for group, values in KNOWN.items()}
).map(lambda given: rules.read_question(given, KNOWN))


@given(st.text(max_size=12_000))
def test_search_words_are_few_short_and_plain_whatever_is_typed(text):
    words = rules.search_words(text)
    assert len(words) <= rules.LONGEST_SEARCH
    assert len(words.split(" ")) <= rules.MOST_SEARCH_WORDS
    assert not set(words) & set("\"'\\%\0\n")


def test_names_of_variants_and_alleles_stay_whole():
    assert rules.search_words('“c.35delG”, HLA-B*15:02 & "CYP2D6"') == "c.35delG HLA-B*15:02 CYP2D6"


def test_unknown_and_repeated_values_are_passed_over():
    given = {"level": ["beginner", "genius", "beginner"], "topic": ["'; drop table"], "colour": ["red"], "q": ["gene "]}
    assert rules.read_question(given, KNOWN) == Asked(words="gene", level=("beginner",))


def test_values_of_one_group_widen_and_groups_narrow():
    course = Facts(topic=frozenset({"drugs"}), level="advanced", language=frozenset({"en"}), minutes=120)
    assert rules.fits(course, Asked(topic=("ethics", "drugs"), level=("advanced",)))
    assert not rules.fits(course, Asked(topic=("ethics", "drugs"), level=("beginner",)))
    assert rules.fits(course, Asked(duration=("short",)))
    assert not rules.fits(course, Asked(duration=("medium", "long")))


@given(st.lists(facts, max_size=12), questions, st.sampled_from(rules.GROUPS))
def test_a_choice_promises_as_many_courses_as_choosing_it_alone_gives(courses, asked, group):
    counts = rules.count_choices(courses, asked, group)
    others = asked.without(group)
    for value in KNOWN[group]:
        alone = Asked(**{**vars(others), group: (value,)})
        assert counts[value] == sum(rules.fits(course, alone) for course in courses)


@given(questions)
def test_taking_every_filter_away_leaves_none(asked):
    for group, value in asked.filters:
        asked = asked.without(group, value)
    assert asked == Asked(words=asked.words)


def test_a_course_is_shown_in_the_language_asked_for_then_the_readers_then_the_first():
    def shown(languages, asked=(), reader="fr"):
        return rules.preferred_language(languages, asked=asked, reader=reader, default="en")

    assert shown(["en", "fr", "ar"]) == "fr"
    assert shown(["en", "ar"]) == "en"
    assert shown(["es", "ar"]) == "ar"
    assert shown(["en", "fr", "ar"], asked=["ar"]) == "ar"
    assert shown(["en", "fr", "ar"], asked=["ar", "fr"]) == "fr"
    assert shown(["en", "fr"], asked=["ar"]) == "fr"
