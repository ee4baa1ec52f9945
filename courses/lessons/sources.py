"""Published sources: their DOIs, the records that DOIs stand for, and how they are written. Pure functions on plain values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

# Source: Crossref, "DOIs and matching regular expressions" (2015), the pattern for modern DOIs. What older ones may hold
# besides (<, >, quotes) is left out: it has no business in a link.
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:A-Za-z0-9]+")
MOST_AUTHORS = 4  # named in full; of more, the first three and et al.

_BEFORE_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", re.IGNORECASE)
_RANGE = re.compile(r"(?<=\d)-(?=[A-Za-z]?\d)")


def plain_doi(text: str) -> str:
    """Return a DOI without the address or the word it was copied with: "https://doi.org/10.1/x" and "doi:10.1/x" are 10.1/x."""
    return _BEFORE_DOI.sub("", text.strip(), count=1).strip()


def as_sentence(text: str) -> str:
    """Return a text with the full stop that ends it, unless it ends already."""
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def with_range_dashes(text: str) -> str:
    """Return a source with dashes in its ranges: "409:860-921" is 409:860–921; words with hyphens stay."""
    return _RANGE.sub("–", text)


def fields_of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a reference that a DOI's record states: key, authors, year, title, source, doi.

    record: one item of CSL-JSON, as doi.org, Crossref and reference managers give it. What it does not state, or not in
    the form the schema asks for, is left out.
    Source: Citation Style Language, csl-data.json schema 1.0.2; Crossref gives titles as lists.
    """
    names = [name for name in map(_name, _items(record.get("author"))) if name]
    year = _year(record.get("issued"))
    found = {
        "authors": _authors(names),
        "year": year,
        "title": _words(record.get("title")).rstrip("."),
        "source": _source(record),
        "doi": plain_doi(_words(record.get("DOI"))),
        "key": _key(names, year),
    }
    return {field: value for field, value in found.items() if value}


def _items(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _words(value: Any) -> str:
    """Return a text of a record in one line, without the markup that titles may carry; "" for anything else."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, int):
        value = str(value)
    return " ".join(re.sub(r"<[^<>]*>", "", value).split()) if isinstance(value, str) else ""


def _name(author: Mapping[str, Any]) -> str:
    """Return an author as bibliographies of medicine write them: "Aziz N"; a body by its own name."""
    family = " ".join(filter(None, [_words(author.get("non-dropping-particle")), _words(author.get("family"))]))
    initials = "".join(part[0].upper() for part in re.split(r"[\s.-]+", _words(author.get("given"))) if part)
    return f"{family} {initials}".strip() if family else _words(author.get("literal")) or _words(author.get("name"))


def _authors(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= MOST_AUTHORS else ", ".join([*names[: MOST_AUTHORS - 1], "et al."])


def _year(issued: Any) -> int | None:
    try:
        return int(issued["date-parts"][0][0])
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return None


def _source(record: Mapping[str, Any]) -> str:
    """Return journal, volume and pages, such as "Genet Med 17:405-424"; a publisher where there is no journal."""
    journal = _words(record.get("container-title-short")) or _words(record.get("container-title"))
    if not journal:
        return _words(record.get("publisher"))
    pages = _words(record.get("page")) or _words(record.get("article-number"))
    return f"{journal} {':'.join(filter(None, [_words(record.get('volume')), pages]))}".strip()


def _key(names: Sequence[str], year: int | None) -> str:
    """Return what the source may be cited by, such as richards2015."""
    first = names[0].rpartition(" ")[0] or names[0] if names else ""
    family = re.sub(r"[^a-z]", "", normalize("NFKD", first).lower())
    return f"{family[:50]}{year}" if family and year else ""
