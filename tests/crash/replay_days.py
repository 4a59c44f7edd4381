"""Days as they were: the papers that Hugging Face featured and arXiv published, in their order."""

from __future__ import annotations

import gzip
import json
import lzma
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.paper.model import Paper
from bot.sources.records import paper_from_record
from tests.support.project import SHARED

FEATURED = SHARED / "data" / "hf_daily.jsonl.gz"
PUBLISHED = SHARED / "data" / "arxiv_200k.jsonl.xz"


@dataclass(frozen=True)
class Days:
    before: list[Paper]
    """What was there already."""
    days: list[list[Paper]]
    """What each day brought: a paper that both have comes twice, on two days or one."""


def why_missing() -> str | None:
    missing = [path.name for path in (FEATURED, PUBLISHED) if not path.is_file()]
    return f"{' and '.join(missing)} not beside the project" if missing else None


def last_days(number: int, before: int) -> Days:
    """The last `number` days on which both had papers, after `before` papers of earlier days."""
    of_day: defaultdict[date, list[Paper]] = defaultdict(list)
    for paper in _featured():
        of_day[paper.featured[0]].append(paper)
    last = max(of_day)
    for paper in _published(sorted(of_day)[-number] if number <= len(of_day) else min(of_day)):
        if paper.published is not None and paper.published <= last:
            of_day[paper.published].append(paper)
    days = sorted(of_day)
    earlier = [paper for day in days[:-number] for paper in of_day[day]]
    return Days(earlier[-before:] if before else [], [of_day[day] for day in days[-number:]])


def _featured() -> Iterator[Paper]:
    with gzip.open(FEATURED, "rt", encoding="utf-8") as lines:
        yield from (paper for paper in map(_paper, lines) if paper is not None and paper.featured)


def _published(since: date) -> Iterator[Paper]:
    with lzma.open(PUBLISHED, "rt", encoding="utf-8") as lines:
        # Most are older, and reading all of each takes its time.
        years = [f'"published": "{year}-' for year in (since.year, since.year + 1)]
        recent = (line for line in lines if any(year in line for year in years))
        papers = (paper for paper in map(_paper, recent) if paper is not None)
        yield from (paper for paper in papers if paper.published is not None and paper.published >= since)


def _paper(line: str) -> Paper | None:
    paper = paper_from_record(json.loads(line), "")
    return paper if isinstance(paper, Paper) else None
