"""The entries of a file as what comes onto a list: each paper once, with all that was noted about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.remarks import Remark, joined
from bot.paper.sameness import id_by_itself, is_one
from bot.paper.text import title_key

_MOST_ALIKE = 200
"""Papers of one title that are compared, as in the catalog."""


@dataclass(frozen=True, slots=True)
class Entry:
    paper: Paper
    remark: Remark | None = None
    lacking: bool = False
    """Whether no catalog has the paper: a list keeps it itself."""


def title_ids(entries: Iterable[Entry]) -> list[str]:
    """The ids that their titles make: by these somebody may have written the papers here."""
    return list({own_id(title_key(entry.paper.title)) for entry in entries})


def each_once(
    entries: Sequence[Entry], held: Sequence[Paper | None], written: Mapping[str, Paper]
) -> list[Entry]:
    """Each paper at its first entry's place, no two with one id.

    `held` has for each entry the catalog's paper that it is; `written`, by `title_ids`, what is known of
    these here. A paper that the catalog lacks gets an id of its own, the same whenever it is imported.
    """
    found: list[Entry] = []
    by_id: dict[str, int] = {}
    by_title: dict[str, list[int]] = {}
    for entry, known in zip(entries, held, strict=True):
        if known is not None:
            paper, alike = known, []
        else:
            paper = _by_itself(entry.paper, written)
            alike = by_title.setdefault(title_key(paper.title), [])
        place = by_id.get(paper.id)
        if place is None:
            same = (each for each in alike[:_MOST_ALIKE] if is_one(found[each].paper, paper))
            place = next(same, len(found))
        if place == len(found):
            found.append(Entry(paper, entry.remark, known is None))
            alike.append(place)
        elif entry.remark is not None:
            before = found[place].remark
            found[place] = replace(
                found[place], remark=joined(before, entry.remark) if before else entry.remark
            )
        by_id.setdefault(paper.id, place)
    return found


def _by_itself(paper: Paper, written: Mapping[str, Paper]) -> Paper:
    """Under the id of what was written of it here, where that is this very paper."""
    here = written.get(own_id(title_key(paper.title)))
    return paper.model_copy(update={"id": here.id if here and is_one(here, paper) else id_by_itself(paper)})
