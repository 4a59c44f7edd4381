"""A paper's fields as columns of `papers`: as `bot.paper.model` names and types them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Final, get_args, get_origin, get_type_hints

from pydantic_core import from_json

from bot.catalog.schema import PROVENANCE
from bot.paper.model import Citations, Paper

UNKNOWN: Final = "-"
"""The letter of a column whose value nobody gave."""

NAMES: Final = tuple(name for name in Paper.model_fields if name not in ("featured", "citations"))
"""Every column that makes a Paper. Days it was featured on and citations are tables of their own."""

_GIVEN = {"year": "given_year"}
"""What is merged of a field, where that isn't its value."""


def paper_from_row(row: Mapping[str, Any] | sqlite3.Row) -> Paper:
    """A Paper from a row that holds NAMES, `featured`: its days as ISO dates between commas, or None, and
    `cited`: count, influential, source and day of its citations as a JSON list, or None.

    Rows were validated when they were written.
    """
    values = {name: row[name] for name in NAMES}
    for name, read in _READERS:
        values[name] = read(values[name])
    featured = sorted(row["featured"].split(",")) if row["featured"] else ()
    days = tuple(map(date.fromisoformat, featured))
    return Paper.model_construct(**values, featured=days, citations=_citations(row["cited"]))


def merged_values(paper: Paper) -> list[Any]:
    """What a paper gives for each column of PROVENANCE, as SQLite keeps it."""
    values: list[Any] = list(_merged(paper))
    for place, write in _WRITERS:
        values[place] = write(values[place])
    return values


def origins(letters: str) -> dict[str, str]:
    """The letter of each column of PROVENANCE; a row from before a column came has none for it."""
    return dict(zip(PROVENANCE, letters.ljust(len(PROVENANCE), UNKNOWN), strict=True))


def letters(origins: Mapping[str, str]) -> str:
    """As `papers.provenance` keeps them."""
    return "".join(origins[name] for name in PROVENANCE)


def letter_of(name: str) -> str:
    """This column's letter in SQL, of a row of `papers`."""
    return f"substr(provenance, {PROVENANCE.index(name) + 1}, 1)"


def with_letter(name: str, letter: str) -> str:
    """`papers.provenance` in SQL, but with this letter for this column."""
    place = PROVENANCE.index(name) + 1
    return f"substr(provenance, 1, {place - 1}) || '{letter}' || substr(provenance, {place + 1})"


def _json_list(texts: Sequence[str]) -> str:
    """As `json.dumps` writes it without escaping letters, in a third of its time."""
    return f"[{', '.join(map(encode_basestring, texts))}]" if texts else "[]"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _citations(text: str | None) -> Citations | None:
    if text is None:
        return None
    count, influential, source, day = from_json(text)
    return Citations.model_construct(
        count=count, influential=influential, source=source, day=date.fromisoformat(day)
    )


def _texts(text: str) -> tuple[str, ...]:
    return tuple(from_json(text))


_Kept = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _kept(hint: Any) -> _Kept | None:
    """How a value of this type is written and read; None where SQLite keeps it as it is."""
    if get_origin(hint) is tuple:
        return _json_list, _texts
    if date in get_args(hint):
        return _iso, _day
    return (int, bool) if hint is bool else None


_KEPT = {
    name: kept for name, hint in get_type_hints(Paper).items() if name in NAMES and (kept := _kept(hint))
}
_READERS = [(name, read) for name, (_, read) in _KEPT.items()]
_WRITERS = [(PROVENANCE.index(name), write) for name, (write, _) in _KEPT.items()]
_merged = attrgetter(*(_GIVEN.get(name, name) for name in PROVENANCE))
