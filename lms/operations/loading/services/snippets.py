"""What courses share: references, the glossary, subjects and instructors."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify
from wagtail.models import Locale

from courses.catalogue.models import Instructor, Subject
from courses.lessons.models import GlossaryTerm, Reference
from lms.operations.loading import schema
from lms.operations.loading.ledger import Outcome, digest_of
from lms.operations.loading.services.run import LoadRun, set_all


def load_references(run: LoadRun, references: Mapping[str, schema.Reference]) -> None:
    stored = Reference.objects.in_bulk(list(references), field_name="key")
    for key, entry in references.items():
        fields = {
            "authors": entry.authors,
            "year": entry.year,
            "title": entry.title,
            "source": entry.source,
            "doi": entry.doi or "",
            "note": entry.note or "",
        }
        run.references[key], _outcome = _load_snippet(
            run, f"reference:{key}", key, stored.get(key), Reference(key=key), fields
        )


def load_glossary(run: LoadRun, language: str, terms: Mapping[str, schema.Term]) -> None:
    locale = run.locales[language]
    default = Locale.get_default()
    found = GlossaryTerm.objects.filter(locale=locale, key__in=list(terms)).prefetch_related("see_also")
    stored = {term.key: term for term in found}
    written = []
    for key, entry in terms.items():
        new = GlossaryTerm(key=key, locale=locale)
        original = run.terms.get((default.language_code, key))
        if locale != default and original:
            new.translation_key = original.translation_key
        fields = {"term": entry.term, "definition": entry.definition}
        see_also = sorted(other.key for other in stored[key].see_also.all()) if key in stored else []
        term, outcome = _load_snippet(
            run, f"term:{language}:{key}", entry.term, stored.get(key), new, fields, (see_also, sorted(set(entry.see)))
        )
        run.terms[language, key] = term
        if outcome.writes and (entry.see or see_also):
            written.append((term, entry.see))
    for term, others in written:  # once all of them stand
        term.see_also.set([run.terms[language, other] for other in others])


def load_subject(run: LoadRun, name: str, language: str) -> Subject:
    slug, locale = slugify(name), run.locales[language]
    item_name = f"subject:{language}:{slug}"
    if item_name in run.shared:
        return run.shared[item_name]
    stored = Subject.objects.filter(slug=slug, locale=locale).first()
    run.shared[item_name], _outcome = _load_snippet(
        run, item_name, name, stored, Subject(slug=slug, locale=locale), {"name": name}
    )
    return run.shared[item_name]


def load_instructor(run: LoadRun, name: str, language: str) -> Instructor:
    item_name = f"instructor:{language}:{slugify(name)}"
    locale = run.locales[language]
    if item_name in run.shared:
        return run.shared[item_name]
    stored = (
        Instructor.objects.filter(pk=run.ledger.object_id(item_name) or 0).first()
        or Instructor.objects.filter(name=name, locale=locale).first()
    )
    run.shared[item_name], _outcome = _load_snippet(
        run, item_name, name, stored, Instructor(locale=locale), {"name": name}
    )
    return run.shared[item_name]


def _load_snippet(
    run: LoadRun,
    name: str,
    label: str,
    stored: Any,
    new: Any,
    fields: Mapping[str, Any],
    others: tuple[Any, Any] = (None, None),
) -> tuple[Any, Outcome]:
    """Return the snippet, brought up to date unless the CMS has changed it, and what was done.

    others: names of related snippets, as they stand and as they shall be; the caller sets them. A snippet deleted in
    the CMS is made again, for pages need it.
    """
    digest = digest_of([fields, others[1]])
    standing = digest_of([{field: getattr(stored, field) for field in fields}, others[0]]) if stored else None
    if stored is None:
        run.ledger.items.pop(name, None)
    outcome = run.ledger.decide(name, label, digest, stored, standing_digest=standing)
    snippet = stored or new
    if outcome.writes:
        set_all(snippet, fields)
        snippet.full_clean()
        snippet.save()
    if outcome.writes or (outcome is Outcome.UNCHANGED and name not in run.ledger.items):
        run.ledger.record(name, digest, snippet)
    return snippet, outcome
