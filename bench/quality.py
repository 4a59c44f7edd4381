"""How well finding ranks: plain questions, collections with known answers, titles with typos, titles typed.

Questions are asked of the catalog that comes with Paperboy: those of ../shared/cases and paraphrases of its
papers' subjects, bench/questions.tsv, each behind the places on the seed page of the papers that answer it.
Each collection of ../shared/search stands beside its floor, FTS5 BM25. QUALITY=quick skips the 200,000.
MODEL, the folder of a sentence model, adds what ranking by meaning gives where a question is long enough; its
vectors take minutes to make.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.figures import show, show_times
from bench.large import DUMP, catalog_of
from bench.typing import with_slips
from bot.catalog import file, vectors
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.search.meaning.nearness import vectors_of
from bot.search.meaning.rerank import Meaning
from bot.search.query import parse_query
from bot.shipped import SEED_PAGE, SEED_YEAR
from bot.sources.seed import build_seed
from bot.sources.seed_page import read_seed_page
from tests.support.project import SHARED
from tests.support.putting import put

FLOORS = {
    "scifact_train": (0.707, 0.71),
    "keywords": (0.718, 0.80),
    "llm_topic": (0.628, 0.63),
    "cisi": (0.323, 0.37),
    "med": (0.711, 0.71),
}
KEPT = {1: 0.95, 2: 0.88}
"""Typos a query, and the part of the quality that should stay."""

MODEL = os.environ.get("MODEL")
_TITLES = 300
Search = Callable[[str], list[str]]


QUESTIONS = {
    "questions": SHARED / "cases" / "questions.tsv",
    "paraphrases": Path(__file__).with_name("questions.tsv"),
}


def main() -> None:
    score_questions()
    collections = [path for path in sorted((SHARED / "search").glob("*")) if (path / "qrels.tsv").exists()]
    if not collections:
        print(f"skipped: there is no collection in {SHARED / 'search'}")
    for collection in collections:
        score_collection(collection)
    if DUMP.exists() and os.environ.get("QUALITY") != "quick":
        score_titles()


def score_questions() -> None:
    """How often a right paper is first or among three, and how often a plain question was corrected."""
    page = read_seed_page(SEED_PAGE.read_text(encoding="utf-8"), year=SEED_YEAR)
    titles = [paper.title for paper in page.papers]
    with tempfile.TemporaryDirectory() as name:
        catalog = Path(name) / "catalog.db"
        build_seed(catalog)
        with closing(file.open_for_reading(catalog)) as connection, closing(SearchEngine(catalog)) as engine:
            engine.index.wait_until_current(connection)
            for what, path in QUESTIONS.items():
                if not path.exists():
                    print(f"skipped: there is no {path}")
                    continue
                ranks, corrected = [], 0
                for right, question in questions(path):
                    results = engine.on(connection).find(question, limit=10)
                    found = [titles.index(hit.paper.title) for hit in results.hits]
                    ranks.append(next((rank for rank, at in enumerate(found, 1) if at in right), math.inf))
                    corrected += results.corrected is not None
                first, three = (sum(rank <= place for rank in ranks) / len(ranks) for place in (1, 3))
                reciprocal = statistics.mean(1 / rank for rank in ranks)
                show(
                    f"{len(ranks)} {what}: first",
                    f"{first:.1%}   among three {three:.1%}   MRR {reciprocal:.3f}   corrected {corrected}",
                    "90 %, 97 %, none",
                )


def questions(path: Path) -> Iterator[tuple[set[int], str]]:
    """The places on the seed page of the papers that answer it, and the question."""
    for line in path.read_text(encoding="utf-8").splitlines():
        right, question, *_ = line.split("\t")
        yield {int(place) for place in right.split(",")}, question


def score_collection(folder: Path) -> None:
    """nDCG@10 with 0, 1 and 2 typos a query, as ../shared/search/score.py reckons it."""
    floor, aim = FLOORS.get(folder.name, (0.0, 0.0))
    queries = [line.split("\t", 1) for line in (folder / "queries.tsv").read_text().splitlines()]
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[document] = int(grade)
    with tempfile.TemporaryDirectory() as name:
        catalog = Path(name) / "catalog.db"
        with closing(file.open_for_writing(catalog)) as database:
            put(database, documents(folder))
        with closing(file.open_for_reading(catalog)) as connection:
            engine = SearchEngine(catalog)
            engine.index.wait_until_current(connection)
            clean = 0.0
            for typos in (0, 1, 2):
                chance = random.Random(1)
                gains = []
                for query, text in queries:
                    found = engine.on(connection).find(with_slips(text, typos, chance), limit=10).hits
                    gains.append(ndcg([hit.paper.id for hit in found], grades.get(query, {})))
                mean = statistics.mean(gains)
                clean = clean or mean
                kept = (
                    f"floor {floor:.3f}" if not typos else f"{mean / clean:.1%} kept, aim {KEPT[typos]:.0%}"
                )
                show(
                    f"{folder.name}, {typos} typos",
                    f"nDCG@10 {mean:.4f}   {kept}",
                    f"{aim}" if not typos else "",
                )
            engine.close()
        if MODEL:
            score_by_meaning(folder.name, catalog, Meaning(Path(MODEL)), queries, grades, clean)


def score_by_meaning(
    name: str,
    catalog: Path,
    meaning: Meaning,
    queries: Sequence[Sequence[str]],
    grades: Mapping[str, Mapping[str, int]],
    without: float,
) -> None:
    long = sum(meaning.helps(parse_query(text)) for _, text in queries)
    if not long:
        show(f"{name}, by meaning", "no query is long enough for it")
        return
    with closing(file.open_for_writing(catalog)) as database:
        while texts := vectors.next_texts(database, meaning.name):
            made = vectors_of(meaning.model(), texts, os.cpu_count() or 1)
            vectors.store(database, meaning.name, made)
    gains, took = [], []
    with (
        closing(file.open_for_reading(catalog)) as connection,
        closing(SearchEngine(catalog, meaning)) as engine,
    ):
        engine.index.wait_until_current(connection)
        engine.on(connection).find(queries[0][1])
        for query, text in queries:
            started = time.process_time()
            found = engine.on(connection).find(text, limit=10).hits
            took.append((time.process_time() - started) * 1000)
            gains.append(ndcg([hit.paper.id for hit in found], grades.get(query, {})))
    mean = statistics.mean(gains)
    show(f"{name}, by meaning", f"nDCG@10 {mean:.4f}   {mean - without:+.4f} by {long} of {len(queries)}")
    show_times("  processor time of a query", took)


def documents(folder: Path) -> Iterator[Paper]:
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Paper(id=record["id"], title=record["title"], abstract=record["abstract"])


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """With linear gain, over ten places."""
    gained = sum(grades.get(found, 0) / math.log2(place + 2) for place, found in enumerate(ranked))
    best = sum(
        grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10])
    )
    return gained / best if best else 0.0


def score_titles() -> None:
    """Titles among 200,000: with typos, four words of them, and while they are being typed."""
    catalog = catalog_of(200_000)
    chance = random.Random(2)
    with closing(file.open_for_reading(catalog)) as connection:
        titles = [row[0] for row in connection.execute("SELECT title FROM papers")]
        # A title that several papers share, or that is too short, names no paper.
        counts: dict[str, int] = {}
        for title in titles:
            counts[title.casefold()] = counts.get(title.casefold(), 0) + 1
        chosen = [t for t in chance.sample(titles, 2 * _TITLES) if counts[t.casefold()] == 1 and len(t) > 45][
            :_TITLES
        ]
        engine = SearchEngine(catalog)

        def found(text: str) -> list[str]:
            return [hit.paper.title for hit in engine.on(connection).find(text, limit=5).hits]

        def offered(text: str) -> list[str]:
            return [choice.title for choice in engine.on(connection).suggest(text, 25)]

        def share(what: str, search: Search, typed: Callable[[str], str], first: int, aim: str) -> None:
            hits = sum(title in search(typed(title))[:first] for title in chosen)
            show(what, f"{hits / len(chosen):.1%} of {len(chosen)}", aim)

        def middle(title: str) -> str:
            return title[len(title) // 2 - 15 : len(title) // 2 + 15]

        def four_words(title: str) -> str:
            words = title.split()
            start = chance.randrange(max(1, len(words) - 3))
            return with_slips(" ".join(words[start : start + 4]), 1, chance)

        share("title with two typos: first", found, lambda t: with_slips(t, 2, chance), 1, "98 %")
        share("four words, one typo: in five", found, four_words, 5, "90 %")
        share("typing 30 from the start", offered, lambda t: t[:30], 25, "100 %")
        # A minus before a word would leave it out.
        share("typing 30 from the middle", offered, lambda t: middle(t).lstrip("-"), 25, "90 %")
        share("typing 30 with a typo", offered, lambda t: with_slips(t[:30], 1, chance), 25, "80 %")
        engine.close()


if __name__ == "__main__":
    main()
