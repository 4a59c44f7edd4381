"""Follows get the papers that asking for each of them would bring, however they are worded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog import file
from bot.following.matching import Follow, Follows, Kind
from bot.paper.model import Paper
from bot.search.engine import Search, SearchEngine
from bot.search.index.aboutness import About
from bot.search.index.live import write_base
from bot.search.index.storage import path_beside
from tests.support.putting import put

_TERMS = (
    "large language models", "LLMs", "LLM", "llm agents", "multi-agent", "multiagent", "multi agent",
    "retrieval-augmented generation", "RAG", "retrieval augmented generation", "memory of agents",
    "code generation", "generation of code", "code snippet generation", "tokenization", "tokenizers",
    "token", "transformers", "transformation", "optimization", "optimal", "state of the art", "tool use",
    "set up", "setup", "web agents", "web agent", "on-policy distillation", "policy distillation",
    "reward hacking", "rewards", "chain of thought", "CoT", "world models", "langauge models", "agnets",
)  # fmt: skip
_WORDS = ("we", "the", "of", "and", "a", "in", "show", "study", "fast", "graph", "Doe", "policy", "model")
_TAUGHT = (
    "We use retrieval-augmented generation (RAG).",
    "Large language models (LLMs) are used.",
    "It is chain of thought (CoT).",
    "Multi-agent work.",
)
_NAMES = ("Jane Doe", "John Doe", "Ann Müller", "Graph Li", "Wei Li")
_CATEGORIES = ("cs.AI", "cs.MA", "math.CO")

_spoken = st.sampled_from((*_TERMS, *_WORDS))
_sentence = st.one_of(
    st.lists(_spoken, min_size=1, max_size=8).map(lambda each: f"{' '.join(each)}."), st.sampled_from(_TAUGHT)
)
_text = st.lists(_sentence, max_size=6).map(" ".join)
_ids = count()
_paper = st.builds(
    lambda title, abstract, keywords, authors, categories, day: Paper(
        id=f"p{next(_ids)}",
        title=title,
        abstract=abstract,
        keywords=keywords,
        authors=authors,
        categories=categories,
        published=day,
    ),
    st.lists(_spoken, min_size=1, max_size=5).map(" ".join),
    _text,
    st.lists(_spoken, max_size=3).map(tuple),
    st.lists(st.sampled_from(_NAMES), max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(_CATEGORIES), max_size=2, unique=True).map(tuple),
    st.sampled_from(("2024-03-01", "2025-06-30", None)),
)
_filter = st.sampled_from(
    ("cat:cs", "cat:cs.MA", "-cat:math", "author:doe", 'author:"Ann Müller"', "-author:li", "after:2025",
     "before:2025", "year:2024", "-graph", '-"web agents"', "title:graph", 'title:"web agents"', "-title:the",
     "latest papers on", "papers about", "p1", "after:someday")
)  # fmt: skip
_topic = st.lists(
    st.one_of(_spoken, _spoken, _spoken.map(lambda each: f'"{each}"'), _spoken.map("{}s".format), _filter),
    max_size=4,
).map(" ".join)
_topics = st.lists(_topic | st.text(max_size=20) | _sentence, min_size=1, max_size=25)


class Catalog:
    """A catalog that papers are put into, with its index."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "catalog.db"
        self.database = file.open_for_writing(self.path)
        self.connection = file.open_for_reading(self.path)
        self.engine = SearchEngine(self.path)

    def put(self, papers: Sequence[Paper]) -> None:
        put(self.database, papers)

    def search(self) -> Search:
        self.engine.index.wait_until_current(self.connection)
        return self.engine.on(self.connection)

    def build_base(self) -> None:
        write_base(self.connection, path_beside(self.path))
        self.engine.index.forget()

    def close(self) -> None:
        self.engine.close()
        self.connection.close()
        self.database.close()


def asked_one_by_one(search: Search, follows: Sequence[Follow], papers: Sequence[str]) -> Brought:
    return {
        (follow.id, paper): about
        for follow in follows
        for paper, about in search.about_ids(follow.query, papers).items()
    }


def matched(follows: Follows, search: Search, papers: Sequence[str]) -> Brought:
    found = follows.match(search, papers)
    return {(follow, paper): about for follow, brought in found.items() for paper, about in brought.items()}


Brought = dict[tuple[int, str], About]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog(tmp_path)) as made:
        yield made


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    before=st.lists(_paper, max_size=12),
    batches=st.lists(st.lists(_paper, min_size=1, max_size=6), min_size=1, max_size=3),
    topics=_topics,
    has_base=st.booleans(),
    anew=st.booleans(),
    learns=st.booleans(),
)
def test_follows_bring_what_asking_for_each_would(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[Paper],
    batches: list[list[Paper]],
    topics: list[str],
    has_base: bool,
    anew: bool,
    learns: bool,
) -> None:
    asked = [Follow(number, Kind.TOPIC, topic) for number, topic in enumerate(topics)]
    asked += [
        Follow(len(asked) + number, Kind.AUTHOR, name) for number, name in enumerate(("Doe", "li", "!"))
    ]
    follows = Follows(asked[::2])
    with closing(Catalog(tmp_path_factory.mktemp("catalog"))) as catalog:
        catalog.put(before)
        if has_base:
            catalog.build_base()
        for number, batch in enumerate(batches):
            # A paper of the batch before comes once more, with the text of another.
            earlier = [*before, *(paper for each in batches[:number] for paper in each)]
            changed = [earlier[-1].model_copy(update={"abstract": batch[0].abstract})] if earlier else []
            catalog.put([*batch, *changed])
            if number and anew:
                catalog.build_base()
            if learns:
                while follows.learn(catalog.search(), 7):
                    pass
            papers = [paper.id for paper in (*batch, *changed)]
            search = catalog.search()
            there = asked if number else asked[::2]
            assert matched(follows, search, papers) == asked_one_by_one(search, there, papers)
            for follow in asked[1::2]:
                follows.add(follow)


def test_an_author_is_found_as_author_finds_him(catalog: Catalog) -> None:
    catalog.put(
        [
            Paper(id="both", title="Graphs", authors=("Jane Doe", "Wei Li")),
            Paper(id="other", title="Graphs by Jane Doe", authors=("Wei Li",)),
            Paper(id="accent", title="Trees", authors=("Ann Müller",)),
        ]
    )
    follows = Follows(
        [
            Follow(1, Kind.AUTHOR, "Jane Doe"),
            Follow(2, Kind.AUTHOR, "muller"),
            Follow(3, Kind.TOPIC, 'author:"jane doe"'),
            Follow(4, Kind.AUTHOR, "Nobody"),
            Follow(5, Kind.AUTHOR, "?"),
        ]
    )
    found = matched(follows, catalog.search(), ["both", "other", "accent"])
    assert set(found) == {(1, "both"), (2, "accent"), (3, "both")}


def test_authors_are_found_where_hardly_a_word_is_followed(catalog: Catalog) -> None:
    catalog.put([Paper(id="p", title="Graphs", authors=("Jane Doe", "Wei Li"))])
    asked = [Follow(0, Kind.TOPIC, "0"), Follow(1, Kind.AUTHOR, "Doe"), Follow(2, Kind.AUTHOR, "li")]
    found = Follows(asked).match(catalog.search(), ["p"])
    assert {follow: [*papers] for follow, papers in found.items()} == {1: ["p"], 2: ["p"]}


def test_a_follow_that_was_stopped_brings_nothing(catalog: Catalog) -> None:
    catalog.put([Paper(id="p", title="Web agents")])
    follows = Follows([Follow(1, Kind.TOPIC, "web agents"), Follow(2, Kind.TOPIC, "web agents")])
    follows.remove(1)
    follows.remove(7)
    assert set(matched(follows, catalog.search(), ["p"])) == {(2, "p")}
    assert len(follows) == 1


def test_a_follow_that_was_changed_brings_what_it_asks_for_now(catalog: Catalog) -> None:
    catalog.put([Paper(id="p", title="Web agents"), Paper(id="q", title="Reward hacking")])
    follows = Follows([Follow(1, Kind.TOPIC, "web agents")])
    follows.add(Follow(1, Kind.TOPIC, "reward hacking"))
    assert set(matched(follows, catalog.search(), ["p", "q"])) == {(1, "q")}


@pytest.mark.parametrize("topic", ["", "the", "of the", "-graph", "🤖", "cat:cs.MA", "after:2025", '""'])
def test_topics_that_say_little_bring_what_asking_brings(catalog: Catalog, topic: str) -> None:
    catalog.put(
        [
            Paper(id="p", title="The graph of the web", categories=("cs.MA",), published="2025-02-01"),
            Paper(id="q", title="A tree", abstract="The end of the tree. The end.", categories=("cs.AI",)),
        ]
    )
    search, follow = catalog.search(), Follow(1, Kind.TOPIC, topic)
    papers = ["p", "q"]
    assert matched(Follows([follow]), search, papers) == asked_one_by_one(search, [follow], papers)


def test_without_an_index_they_are_asked_one_by_one(catalog: Catalog) -> None:
    catalog.put([Paper(id="p", title="Web agents")])
    search = Search(catalog.connection, None)
    assert set(matched(Follows([Follow(1, Kind.TOPIC, "web agents")]), search, ["p"])) == {(1, "p")}


def test_papers_that_the_catalog_lacks_are_nobodys(catalog: Catalog) -> None:
    catalog.put([Paper(id="p", title="Web agents")])
    assert matched(Follows([Follow(1, Kind.TOPIC, "web agents")]), catalog.search(), ["gone"]) == {}
