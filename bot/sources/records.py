"""From a record, by whatever names it calls its fields, to a Paper, or to the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from pydantic import ValidationError

from bot.paper.foreign_notes import by_reader
from bot.paper.harvest import Read, Skipped, is_of_arxiv, with_remark
from bot.paper.ids import is_arxiv_id, own_id, parse_arxiv_id, repair_arxiv_id
from bot.paper.model import Paper
from bot.paper.remarks import Remark, foreign_remark_of, remark_of, status_in, status_of
from bot.paper.text import title_key
from bot.sources import reader_documents
from bot.sources.field_names import named
from bot.sources.people import people, texts
from bot.sources.pointers import Pointers, is_venue
from bot.sources.record_dates import When, when

_NOTICE = re.compile(
    r"(?:this|the|our)?\s*(?:paper|article|submission|manuscript|work|preprint|version|note|report)?\s*"
    r"(?:has been|have been|is|was|is being)?\s*(?:temporarily |now )?withdrawn\b",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(r"\bwithdrawn\b|\bthis (?:paper|article) has been retracted\b", re.IGNORECASE)
_LONGEST_NOTICE = 400
"""Characters; a longer abstract that begins by withdrawing an earlier claim is about something."""
_KEPT = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff]{1,64}")
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?")
_IN_BRACKETS = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")
_BETWEEN_WORDS = re.compile(r"[\s,;|]+")
_BETWEEN_PHRASES = re.compile(r"\s*[,;|]\s*")
_HEADING = re.compile(r"^\s*(?:Title|Abstract):(?=\S)\s*")
"""What those who copy from arXiv's pages bring along."""
SHOWN_ID = re.compile(r"\s*\[(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\]\s+(?=\S)")
"""What browsers have before the title of arXiv's pages: `[2411.13543] BALROG`."""
_ADDRESS = re.compile(r"https?://\S{1,600}")
"""What Pocket has for a title where it found none."""
_LAST_DOT = re.compile(r"(?<=\w\w)\.\s*$")
_ESCAPED = re.compile(r"\\([&%#_])")
_EXTRA = re.compile(
    r"\s*(?:\{:[\w -]+:.*\}|arXiv\b.*|(?:citation[ -]key|pmc?id|doi|issn|isbn|oclc|lccn|type|publisher|place"
    r"|original[- ]\w+|event[- ]\w+|number[- ]of[- ]\w+|container[- ]\w+|issued|accessed|status|genre|medium"
    r"|references|section|version|scale|translator|tex\.[\w.]+|bibtex\*?|mag id|s2id|corpus ?id"
    r"|citations?|_\w+|container|titleTranslation|shortDOI|ADS Bibcode)\s*:.*)$",
    re.IGNORECASE,
)
"""A line of Zotero's Extra: `arXiv:1706.03762 [cs]`, `Citation Key: vaswani2017`. Others are a reader's."""
NO_PAPER = "an attachment or a note, and no paper"
_TRUE = frozenset({"true", "yes", "1"})
_CITATION_KINDS = frozenset(
    [
        "article",
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "bill",
        "book",
        "chapter",
        "dataset",
        "document",
        "entry",
        "manuscript",
        "paper-conference",
        "post",
        "post-weblog",
        "report",
        "review",
        "software",
        "speech",
        "standard",
        "thesis",
        "webpage",
    ]
)
"""CSL's types that papers have: the ids of such records are citation keys."""


def read_record(given: Mapping[str, Any], where: str) -> Read:
    """As `paper_from_record`, with what the record says of its reader."""
    if reader_documents.is_on_another(given):
        return Skipped(NO_PAPER, where)
    if reader_documents.is_document(given):
        given = reader_documents.in_common_names(given)
    known = named(given)
    record = paper_from_record(given, where)
    return with_remark(record, _remark(given, known, is_of_arxiv(record)))


def _remark(given: Mapping[str, Any], known: Mapping[str, Any], of_arxiv: bool) -> Remark | None:
    ours = _mapping(_mapping(known.get("custom")).get("paperboy"))
    note = _text(known.get("note"))
    if ours:
        return remark_of(note, ours.get("status"), ours.get("added"))
    if is_citation(given):
        # CSL's note is where programs put what they have no field for.
        note = "\n".join(line for line in note.splitlines() if not _EXTRA.match(line))
    said = known.get("status")
    if note and status_of(said):
        return remark_of(note, said, known.get("added"))
    note = note or "\n".join(map(by_reader, _notes(known.get("notes"))))
    within = status_in(_text(given.get("extra") or given.get("Extra")))
    return foreign_remark_of(note, said or within, known.get("added"), of_arxiv=of_arxiv)


def _notes(given: object) -> list[str]:
    """Each as a text, or as Zotero has it: an object with one."""
    several = given if isinstance(given, list) else [given]
    return [text for each in several for text in _texts(each.get("note") if isinstance(each, dict) else each)]


def is_citation(given: Mapping[str, Any]) -> bool:
    """Whether a record is CSL-JSON's."""
    return "issued" in given or str(given.get("type"))[:30] in _CITATION_KINDS


def paper_from_record(given: Mapping[str, Any], where: str) -> Paper | Skipped:
    """A Paper from a mapping with names as in `bot.sources.field_names`.

    An `id` that is no arXiv id is kept as it is, unless it is an address or a citation key.
    """
    known = {name: _unwrapped(value) for name, value in named(given).items()}
    pointers = _pointers(known)
    date = _date(known)
    fields = {name: known[name] for name in _PLAIN & known.keys()}
    fields |= {
        "id": pointers.arxiv_id() or (None if is_citation(given) else _kept_id(known.get("id"))),
        "title": _title(known),
        "authors": people(known.get("authors")),
        "published": date.day,
        "year": date.year,
        "categories": _categories(known),
        "keywords": _listed(known.get("keywords"), _BETWEEN_PHRASES),
        "featured": _listed(known.get("featured"), _BETWEEN_WORDS),
        "doi": pointers.doi(),
        "url": pointers.url(),
        "venue": _venue(known),
    }
    if "ai_summary" in known:
        fields["summary"] = known["ai_summary"]
    if "abstract" not in known and "summary" in known:
        # arXiv's own name for it, and most programs'; what we export has both.
        fields["abstract"] = known["summary"]
        fields["summary"] = known.get("ai_summary")
    if isinstance(fields.get("abstract"), str):
        fields["abstract"] = _HEADING.sub("", fields["abstract"])
    said = known.get("withdrawn")
    said_so = said is True or said == 1 or _text(said).lower() in _TRUE
    fields["withdrawn"] = said_so or is_withdrawn(_text(fields.get("abstract")), _text(known.get("comment")))
    return build(fields, where)


_PLAIN = frozenset(
    [
        "abstract",
        "arxiv_version",
        "upvotes",
        "code_url",
        "code_stars",
        "project_url",
        "picture_url",
        "summary",
    ]
)
"""Fields that are taken as they were given."""


def build(fields: Mapping[str, Any], where: str) -> Paper | Skipped:
    """A Paper from `fields`; only what a paper cannot be without makes it unusable.

    Any other field that is wrong is left out, as if the source did not know it. A record without an id gets
    one of its own from its title.
    """
    known = {name: value for name, value in fields.items() if value is not None}
    title = known.get("title")
    if isinstance(title, str) and (shown := SHOWN_ID.match(title)):
        known["title"] = title = title[shown.end() :]
        known["id"] = known.get("id") or parse_arxiv_id(shown[1])
    if not isinstance(title, str) or not title.strip():
        return Skipped("no title", where, _named(known))
    if not known.get("id"):
        key = title_key(title)
        if not key:
            return Skipped("no title", where)
        known["id"] = own_id(key)
    try:
        return Paper(**known)
    except ValidationError as error:
        wrong = {str(part["loc"][0]) for part in error.errors(include_url=False, include_input=False)}
    if wrong & {"id", "title"}:
        return Skipped("no id that can be kept" if "id" in wrong else "no title", where)
    return Paper(**{name: value for name, value in known.items() if name not in wrong})


def _named(known: Mapping[str, Any]) -> Paper | None:
    """What is known by its arXiv id or DOI alone, with that for a title."""
    arxiv_id, doi = known.get("id"), known.get("doi")
    if isinstance(arxiv_id, str) and is_arxiv_id(arxiv_id):
        return Paper(id=arxiv_id, title=arxiv_id)
    if isinstance(doi, str) and doi:
        return Paper(id=own_id(title_key(doi)), title=doi, doi=doi)
    return None


def is_named_only(paper: Paper) -> bool:
    """Whether `paper` is one of which nothing but its arXiv id or DOI was known."""
    return paper.title in (paper.arxiv_id, paper.doi)


def names(value: object) -> tuple[str, ...]:
    """The texts of a list that may hold anything."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value if isinstance(item, str) and item.strip())


def is_withdrawn(abstract: str, comment: str = "") -> bool:
    """Whether arXiv's comment says so, or the abstract is nothing but the notice."""
    if _WITHDRAWN.search(comment):
        return True
    return len(abstract) <= _LONGEST_NOTICE and _NOTICE.match(abstract.strip()) is not None


def _title(known: Mapping[str, Any]) -> str | None:
    title = known.get("title")
    if isinstance(title, list):  # Crossref's
        title = next((part for part in title if isinstance(part, str)), None)
    if isinstance(title, str) and _ADDRESS.fullmatch(title.strip()):
        return None
    if isinstance(title, str):
        title = _HEADING.sub("", title)
        if _ends_titles_with_a_dot(known):
            title = _LAST_DOT.sub("", title)
    subtitle = known.get("subtitle")
    if isinstance(title, str) and isinstance(subtitle, str) and subtitle not in title:
        return f"{title}: {subtitle}"
    return title if isinstance(title, str) else None


def _ends_titles_with_a_dot(known: Mapping[str, Any]) -> bool:
    """Whether a record is dblp's or PubMed's."""
    return "pubmed_id" in known or isinstance(_mapping(known.get("authors")).get("author"), list | dict)


def _pointers(known: Mapping[str, Any]) -> Pointers:
    outside = _outside(known.get("external_ids"))
    addresses = list(_texts(known.get("addresses")))
    addresses += [text.strip() for text in _texts(known.get("title")) if _ADDRESS.fullmatch(text.strip())]
    identity = known.get("id")
    ids = [*_texts(known.get("arxiv_id"), numbers=True), *_texts(outside.get("arxiv"))]
    for text in (*_texts(identity, numbers=True), *_texts(known.get("other_ids"))):
        (addresses if "://" in text else ids).append(text)
    venue = known.get("venue")
    journal = _mapping(venue)
    journals = [*_texts(journal.get("name") or venue), *_texts(known.get("publisher"))]
    return Pointers(
        eprints=ids,
        archives=_texts(known.get("primary")),
        dois=(*_texts(known.get("doi")), *_texts(outside.get("doi"))),
        addresses=addresses,
        volumes=[*_texts(known.get("volume") or journal.get("volume")), *_texts(known.get("number"))],
        journals=journals,
    )


def _unwrapped(value: Any) -> Any:
    """ORCID's `{"title": {"value": "Reeds"}}` as the text."""
    for _ in range(2):
        if not isinstance(value, dict) or not value.keys() & {"value", "title"}:
            return value
        value = value.get("value") or value.get("title")
    return value


def _outside(value: object) -> dict[str, Any]:
    """Ids by their kind: a mapping of them, or ORCID's list."""
    ids = _mapping(value)
    listed = ids.get("external-id")
    if not isinstance(listed, list):
        return ids
    pairs = [_mapping(each) for each in listed[:20]]
    return {
        str(each.get("external-id-type")).lower(): each.get("external-id-value")
        for each in reversed(pairs)
        if each.get("external-id-relationship") in (None, "self")
    }


def _kept_id(given: object) -> str | None:
    """As it was given; None where there was none that can be kept, or an address."""
    text = _text(given, numbers=True).strip()
    return text if _KEPT.fullmatch(text) and "://" not in text else None


def _texts(value: object, *, numbers: bool = False, depth: int = 0) -> list[str]:
    """The texts in a value that may be one, or a list or mapping of such."""
    if value is None:
        return []
    if isinstance(value, str) and not numbers:
        return [value]
    if isinstance(value, list | tuple) and depth < 3:
        return [text for part in value[:50] for text in _texts(part, numbers=numbers, depth=depth + 1)]
    if isinstance(value, dict) and depth < 3:
        return [text for key in ("href", "url", "value") for text in _texts(value.get(key), depth=depth + 1)]
    text = _text(value, numbers=numbers)
    return [text] if text else []


def _text(value: object, *, numbers: bool = False) -> str:
    """A text that may be a number; an arXiv id that a program took for one gets its zeros back."""
    if isinstance(value, str):
        if numbers and value[:1].isdigit() and parse_arxiv_id(value) is None:
            return repair_arxiv_id(value) or value
        return value
    if numbers and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return repair_arxiv_id(str(value)) or str(value)
    return ""


def _mapping(value: object) -> dict[str, Any]:
    return {str(key).lower(): inner for key, inner in value.items()} if isinstance(value, dict) else {}


def _date(known: Mapping[str, Any]) -> When:
    """The day of the first field that has one; else the year that is named as such."""
    day = _when(known.get("published"))
    year = _when(known.get("year"))
    if day.day:
        return day
    return year if year.year else day


def _when(value: object) -> When:
    if isinstance(value, dict):  # CSL's: {"date-parts": [[2017, 6, 12]]}
        parts = value.get("date-parts") or value.get("raw") or value.get("literal")
        if isinstance(parts, list):
            first = parts[0] if parts and isinstance(parts[0], list) else parts
            value = "-".join(f"{_text(part, numbers=True):0>2}" for part in first[:3])
        elif "year" in value:  # ORCID's
            parts = [_unwrapped(value.get(name)) for name in ("year", "month", "day")]
            value = "-".join(_text(part, numbers=True) for part in takewhile(bool, parts))
        else:
            value = parts
    return when(value)


def _categories(known: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary one first."""
    primary = [text for text in _texts(known.get("primary")) if _CATEGORY.fullmatch(text) and "." in text]
    given = known.get("categories")
    if isinstance(given, str) and (bracketed := _IN_BRACKETS.findall(given)):
        listed: tuple[str, ...] | None = tuple(bracketed)
    else:
        listed = _listed(given, _BETWEEN_WORDS)
    if listed is None:
        tags = known.get("tags")
        terms = [tag.get("term") for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
        listed = tuple(term for term in names(terms) if _CATEGORY.fullmatch(term))
    return tuple(dict.fromkeys((*primary[:1], *listed)))


def _listed(value: object, between: re.Pattern[str]) -> tuple[str, ...] | None:
    if isinstance(value, str):
        found = texts(value)
        return tuple(filter(None, between.split(value.strip()))) if found is None else tuple(found)
    return names(value) if value is not None else None


def _venue(known: Mapping[str, Any]) -> str | None:
    venue = known.get("venue")
    if isinstance(venue, list):
        venue = venue[0] if venue else None
    venue = _mapping(venue).get("name") or venue
    # Tables made of BibTeX keep its backslashes.
    return _ESCAPED.sub(r"\1", venue) if isinstance(venue, str) and is_venue(venue) else None
