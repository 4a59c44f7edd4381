"""BibTeX and biblatex, as reference managers, publishers and arXiv give it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.paper.harvest import Read, Skipped, is_of_arxiv, with_remark
from bot.paper.latex import end_of_group, plain, spaced
from bot.paper.model import Paper
from bot.paper.names import whole_name
from bot.paper.remarks import OWNER, Remark, foreign_remark_of, remark_of
from bot.sources.bibtex_entries import Entry, read_entries
from bot.sources.bibtex_parents import with_parents
from bot.sources.people import DBLP_NUMBER, apart, given_first, is_list, is_pair, is_suffix, people
from bot.sources.pointers import Pointers, is_venue
from bot.sources.record_dates import When, combined, when
from bot.sources.records import build

_BETWEEN_NAMES = re.compile(r"[{}]|(?<=\s)and(?=\s)|;(?=\s|$)", re.IGNORECASE)
_COMMA = re.compile(r"[{},]")
_EXTENDED = re.compile(r"\s*(family|given|prefix|suffix)\s*=\s*(.*)", re.IGNORECASE | re.DOTALL)
_BETWEEN_KEYWORDS = re.compile(r"\s*[,;]\s*")
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")
_VENUES = (
    "journal",
    "journaltitle",
    "booktitle",
    "eventtitle",
    "series",
    "school",
    "institution",
    "publisher",
)
_NOTES = ("annote", "annotation", "comment", "review")
_ADDED = ("date-added", "creationdate", "timestamp")
"""BibDesk's and JabRef's."""
_MOST_COMMAS = 2


def read_bibtex(lines: Iterable[str] | str) -> Iterator[Read]:
    """The papers of every kind of entry that has a title, from a text or its lines."""
    if isinstance(lines, str):
        lines = lines.splitlines(keepends=True)
    for entry in with_parents(read_entries(lines)):
        if isinstance(entry, Skipped):
            yield entry
        elif entry.kind != "xdata":  # no paper, but what several have in common
            record = _paper(entry)
            yield with_remark(record, _remark(entry.fields, is_of_arxiv(record)))


def _paper(entry: Entry) -> Paper | Skipped:
    fields = entry.fields
    where = f"entry {entry.key[:100]}, line {entry.line}" if entry.key else f"line {entry.line}"
    title = plain(fields.get("title", ""))
    if not title and entry.broken:
        return Skipped("no BibTeX entry that can be read", where)
    subtitle = plain(fields.get("subtitle", ""))
    date = _date(fields)
    pointers = _pointers(fields)
    return build(
        {
            "id": pointers.arxiv_id(),
            "title": f"{title}: {subtitle}" if title and subtitle else title,
            "abstract": plain(fields.get("abstract", "")),
            "authors": tuple(_people(fields.get("author") or fields.get("editor", ""))),
            "published": date.day,
            "year": date.year,
            "categories": _categories(fields),
            "keywords": tuple(filter(None, _BETWEEN_KEYWORDS.split(plain(fields.get("keywords", ""))))),
            "doi": pointers.doi(),
            "url": pointers.url(),
            "venue": _venue(fields),
        },
        where,
    )


def _remark(fields: dict[str, str], of_arxiv: bool) -> Remark | None:
    """A note's breaks are those of the file: what reads BibTeX for LaTeX takes them for spaces.

    So are its spaces where we wrote it: other programs wrap and indent.
    """
    is_ours = fields.get("owner") == OWNER
    of_one_user = sorted(name for name in fields if name.startswith("comment-"))  # JabRef's
    found = "\n".join(dict.fromkeys(filter(None, (fields.get(name) for name in (*_NOTES, *of_one_user)))))
    note = "\n".join(
        map(spaced if is_ours else plain, found.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    )
    added = next((fields[name] for name in _ADDED if name in fields), "")
    said = note, plain(fields.get("readstatus", "")), plain(added[:60])
    return remark_of(*said) if is_ours else foreign_remark_of(*said, of_arxiv=of_arxiv)


def _pointers(fields: dict[str, str]) -> Pointers:
    archives = [fields[name] for name in ("primaryclass", "eprintclass", "archiveprefix") if name in fields]
    eprints = [fields[name].strip("{} ") for name in ("eprint", "arxiv", "arxivid") if name in fields]
    texts = ("volume", "number", "note", "howpublished", "type", "pages")
    return Pointers(
        eprints=eprints,
        archives=archives,
        dois=[plain(fields["doi"])] if "doi" in fields else (),
        addresses=[
            _address(fields[name])
            for name in ("url", "link", "ee", "pdf", "bdsk-url-1", "howpublished")
            if name in fields
        ],
        volumes=[plain(fields[name]) for name in texts if len(fields.get(name, "")) in range(1, 100)],
        journals=[plain(fields[name]) for name in _VENUES if len(fields.get(name, "")) in range(1, 500)],
    )


def _address(value: str) -> str:
    """As it stands, but for the backslashes that some programs write before its signs."""
    return re.sub(r"\\([_%#&~])", r"\1", re.sub(r"^\s*\{(.*)\}\s*$", r"\1", value, flags=re.DOTALL))


def _date(fields: dict[str, str]) -> When:
    for name in ("date", "year", "issued", "eventdate"):
        value = plain(fields.get(name, "")[:100])
        found = combined(value, plain(fields.get("month", "")[:50]), plain(fields.get("day", "")[:50]))
        if found.year:
            return found
    return when(None)


def _categories(fields: dict[str, str]) -> tuple[str, ...]:
    primary = (fields.get("primaryclass") or fields.get("eprintclass", "")).strip("{} ")
    return (primary,) if _CATEGORY.fullmatch(primary) else ()


def _venue(fields: dict[str, str]) -> str | None:
    for name in _VENUES[:4]:
        venue = plain(fields.get(name, ""))
        if is_venue(venue):
            return venue
    return None


def _people(text: str) -> Iterator[str]:
    if "{" not in text:
        text = apart(text)
    persons = _parted(" ".join(text.split()), _BETWEEN_NAMES, ("and", ";"))
    if len(persons) == 1 and "{" not in persons[0] and is_list(persons[0]):
        yield from people(plain(persons[0])) or ()
        return
    for person in persons:
        person = person.rstrip(", ")
        parts = _parted(person, _COMMA, ",")
        if len(parts) == 2 and is_pair(*parts):
            yield from people(plain(person)) or ()
            continue
        if person.lower() in ("others", "et al.", "et al", ""):
            continue
        whole = person.startswith("{") and end_of_group(person, 0) == len(person)
        name = plain(person) if whole else DBLP_NUMBER.sub("", _name(person))
        if name:
            yield name


def _name(person: str) -> str:
    parts = _parted(person, _COMMA, ",")
    if len(parts) > 1 and all("=" in part for part in parts):
        named = {found[1].lower(): found[2] for part in parts if (found := _EXTENDED.match(part))}
        given, prefix, family, suffix = (
            plain(named.get(name, "").strip('"')) for name in ("given", "prefix", "family", "suffix")
        )
        whole = whole_name(given, " ".join(filter(None, (prefix, family))))
        return " ".join(filter(None, (whole, suffix)))
    plains = [plain(part) for part in parts]
    if len(parts) > _MOST_COMMAS + 1 or len(parts) == 1:
        return ", ".join(filter(None, plains))
    if len(parts) == 2 and not is_suffix(plains[1], of=plains[0]):
        return whole_name(plains[1], plains[0])
    return given_first(", ".join(plains)) if all(plains) else whole_name(plains[2], plains[0])


def _parted(text: str, between: re.Pattern[str], dividers: str | tuple[str, ...]) -> list[str]:
    """The parts of `text` between dividers that stand outside braces."""
    parts: list[str] = []
    depth = start = 0
    for found in between.finditer(text):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth = max(0, depth - 1)
        elif found[0].lower() in dividers and depth == 0:
            parts.append(text[start : found.start()].strip())
            start = found.end()
    parts.append(text[start:].strip())
    return parts if dividers == "," else [part for part in parts if part]
