"""The entries of a file as what comes onto a list: each paper once, with all that was noted about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.paper.fuller import fuller
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.remarks import Remark, joined
from bot.paper.sameness import by_fullness, closeness, id_by_itself, is_one, says_which
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
    these here. A paper that the catalog lacks gets all that its entries say, and an id of its own: the same
    in whatever order they come, and whenever it is imported.
    """
    of_catalog = {known.id: known for known in held if known is not None}
    called = {
        place: known.id if known is not None else id_by_itself(entry.paper)
        for place, (entry, known) in enumerate(zip(entries, held, strict=True))
    }
    lacking = [place for place, each in called.items() if each not in of_catalog]
    papers, group_of = _put_together([entries[place].paper for place in lacking])
    members: list[list[Paper]] = [[] for _ in papers]
    for place, group in zip(lacking, group_of, strict=True):
        members[group].append(entries[place].paper)
    papers = _under_ids(papers, members, written)
    called |= {place: papers[group].id for place, group in zip(lacking, group_of, strict=True)}
    by_id = dict(of_catalog)
    for paper in papers:
        by_id[paper.id] = fuller(by_id[paper.id], paper) if paper.id in by_id else paper
    remarks: dict[str, Remark | None] = {}
    for place, entry in enumerate(entries):
        each = called[place]
        before = remarks.get(each)
        remarks[each] = joined(before, entry.remark) if before and entry.remark else before or entry.remark
    return [Entry(by_id[each], remark, each not in of_catalog) for each, remark in remarks.items()]


def _put_together(papers: Sequence[Paper]) -> tuple[list[Paper], list[int]]:
    """Those that are one as one, and for each of `papers` its place among these."""
    group_of = list(range(len(papers)))
    while True:
        # Two that have got years or authors may be one by now.
        alike = _Alike(papers)
        group_of = [alike.group_of[each] for each in group_of]
        if len(alike.papers) == len(papers):
            return alike.papers, group_of
        papers = alike.papers


class _Alike:
    """Papers that the catalog lacks, those that are one put together.

    Those that say most surely which they are come first: one that may be either of two then finds both.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers: list[Paper] = []
        self.group_of = [0] * len(papers)
        """For each of the papers given its place in `papers`."""
        self._by_key: dict[str, dict[int, None]] = {}
        for place in sorted(range(len(papers)), key=lambda each: by_fullness(papers[each])):
            self.group_of[place] = self._put(papers[place])

    def _put(self, paper: Paper) -> int:
        keys = _keys(paper)
        near = {each: None for key in keys for each in islice(self._by_key.get(key, ()), _MOST_ALIKE)}
        same = [each for each in near if is_one(self.papers[each], paper)]
        # Of several as close the first.
        group = max(same, key=lambda each: (closeness(self.papers[each], paper), -each), default=None)
        if group is None:
            group = len(self.papers)
            self.papers.append(paper)
        else:
            self.papers[group] = fuller(self.papers[group], paper)
        for key in (*keys, *_keys(self.papers[group])):
            self._by_key.setdefault(key, {})[group] = None
        return group


def _under_ids(
    papers: Sequence[Paper], members: Sequence[Sequence[Paper]], written: Mapping[str, Paper]
) -> list[Paper]:
    """Each under the id of what was written of it here, where that is this very paper, else its own.

    `members` are the entries of which each was put together.
    """
    taken: set[str] = set()
    found = []
    for paper, entries in zip(papers, members, strict=True):
        here = (written.get(own_id(title_key(each.title))) for each in entries)
        free = (each.id for each in here if each and each.id not in taken and is_one(each, paper))
        its_own = id_by_itself(paper)
        current = its_own if says_which(paper) else next(free, its_own)
        taken.add(current)
        found.append(paper.model_copy(update={"id": current}))
    return found


def _keys(paper: Paper) -> list[str]:
    """What two records of one paper have in common, one of them at least."""
    keys = [f"title {title_key(paper.title)}"]
    if says_which(paper):
        keys.append(f"id {paper.id}")
    return [*keys, f"doi {paper.doi}"] if paper.doi else keys
