"""How well papers are picked for a person: authors as users, arXiv's papers of 2025.

A user is an author with 8 to 16 papers in that year, of papers with at most 12 authors; 250 are drawn. What
an author wrote first, 3 papers or 6, is the profile; the later ones are to be found among 1,000 others of the
last two thirds of the year. Two people of one name lower all figures alike; no method looks at who wrote a
paper. DRAWS=1,2,3 draws other authors. `nearest` and `centroid` are the plain methods beside ours: the
cosine, of words weighed by logarithmic frequency and rarity, to the nearest paper of a profile, and to its
mean.
"""

from __future__ import annotations

import json
import math
import os
import random
import sqlite3
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from bench.figures import show, show_times
from bench.large import DUMP, catalog_of
from bench.quality import ndcg
from bot.catalog import file
from bot.search.engine import SearchEngine
from bot.search.index.likeness import nearest_to
from bot.search.index.ranking import Part
from bot.search.matches import no_limit
from bot.search.profile import Profile

USERS = 250
PAPERS = range(8, 17)
MOST_AUTHORS = 12
OTHERS = 1_000
AIMS = {3: "0.25", 6: "0.30"}
LAST_DAY = date(2025, 12, 31)

Numbers = Sequence[int]
Floats = npt.NDArray[np.float64]
Method = Callable[[Numbers, Numbers], Numbers]
"""From a profile and candidates to the candidates, best first."""


@dataclass(frozen=True, slots=True)
class User:
    profile: Numbers
    later: Numbers
    candidates: Numbers


def main() -> None:
    if os.environ.get("QUALITY") == "quick":
        print("skipped: QUALITY=quick leaves out picking for a person, which takes 200,000 papers")
        return
    if not DUMP.exists():
        print(f"skipped: picking for a person takes the papers of {DUMP}, which is not there")
        return
    catalog = catalog_of(200_000)
    with closing(file.open_for_reading(catalog)) as connection, closing(SearchEngine(catalog)) as engine:
        snapshot = engine.index.wait_until_current(connection)
        (part,) = snapshot.parts
        for seed in map(int, os.environ.get("DRAWS", "1").split(",")):
            for papers in AIMS:
                score_methods(part, list(users(connection, papers, seed)), papers, seed)
        time_picking(engine, connection)


def users(connection: sqlite3.Connection, papers: int, seed: int) -> Iterator[User]:
    year = connection.execute(
        "SELECT number, authors FROM papers WHERE published LIKE '2025%' ORDER BY published, id"
    ).fetchall()
    written: defaultdict[str, list[int]] = defaultdict(list)
    for number, authors in year:
        names = dict.fromkeys(json.loads(authors))
        if len(names) <= MOST_AUTHORS:
            for name in names:
                written[name].append(number)
    chance = random.Random(seed)
    drawn = chance.sample(sorted(name for name, own in written.items() if len(own) in PAPERS), USERS)
    pool = [number for number, _ in year[len(year) // 3 :]]
    for name in drawn:
        own = written[name]
        others = [number for number in chance.sample(pool, OTHERS + len(own)) if number not in own]
        yield User(own[:papers], own[papers:], [*own[papers:], *others[:OTHERS]])


def score_methods(part: Part, drawn: Sequence[User], papers: int, seed: int) -> None:
    plain = _PlainTexts(part)
    methods: dict[str, Method] = {
        "nearest": plain.by_nearest,
        "centroid": plain.by_centroid,
        "ours": lambda profile, candidates: [
            each.number for each in nearest_to((part,), profile, (), candidates, no_limit)
        ],
    }
    for name, method in methods.items():
        gains, ranks = [], []
        for user in drawn:
            found = method(user.profile, user.candidates)
            later = {str(number): 1 for number in user.later}
            gains.append(ndcg([str(number) for number in found[:10]], later))
            ranks.append(next(rank for rank, number in enumerate(found, 1) if number in user.later))
        error = statistics.stdev(gains) / math.sqrt(len(gains))
        first = sum(rank == 1 for rank in ranks) / len(ranks)
        reciprocal = statistics.mean(1 / rank for rank in ranks)
        show(
            f"{papers} papers, draw {seed}, {name}",
            f"nDCG@10 {statistics.mean(gains):.3f} ± {error:.3f}   first {first:.1%}   MRR {reciprocal:.3f}",
            AIMS[papers] if name == "ours" else "",
        )


class _PlainTexts:
    def __init__(self, part: Part) -> None:
        segment = self._segment = part.segment
        held = segment.text.counts_of(np.arange(len(segment.text.words)))
        self._rarity = np.log(segment.size / np.maximum(held, 1))

    def by_nearest(self, profile: Numbers, candidates: Numbers) -> Numbers:
        return self._best(candidates, [self._mean([each]) for each in profile])

    def by_centroid(self, profile: Numbers, candidates: Numbers) -> Numbers:
        return self._best(candidates, [self._mean(profile)])

    def _best(self, candidates: Numbers, wanted: Sequence[Floats]) -> Numbers:
        vectors = map(self._vector, candidates)
        scores = [max(weights @ each[words] for each in wanted) for words, weights in vectors]
        return [candidates[place] for place in np.lexsort((-np.array(candidates), -np.array(scores)))]

    def _mean(self, profile: Numbers) -> Floats:
        mean = np.zeros(len(self._rarity))
        for number in profile:
            words, weights = self._vector(number)
            mean[words] += weights / len(profile)
        return mean

    def _vector(self, number: int) -> tuple[npt.NDArray[np.uint32], Floats]:
        place = self._segment.place_of(number)
        assert place is not None
        words, times = np.unique(np.concatenate(self._segment.stems_of(place)), return_counts=True)
        weights = (1 + np.log(times)) * self._rarity[words]
        return words, weights / np.linalg.norm(weights)


def time_picking(engine: SearchEngine, connection: sqlite3.Connection) -> None:
    """Five picks of a day, for people who saved 3, 30 and 100 papers."""
    ids = [row[0] for row in connection.execute("SELECT id FROM papers WHERE published LIKE '2025-0%'")]
    for papers in (3, 30, 100):
        chance, took = random.Random(papers), []
        for _ in range(20):
            profile = Profile(tuple(chance.sample(ids, papers)))
            started = time.process_time()
            engine.on(connection).fitting(profile, LAST_DAY.replace(month=chance.randint(1, 12), day=28))
            took.append((time.process_time() - started) * 1000)
        show_times(f"five picks by {papers} papers, processor", took, "300 ms")


if __name__ == "__main__":
    main()
