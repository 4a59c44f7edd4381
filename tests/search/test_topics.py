"""Whether a paper is about a topic: one rule, in catalogs made for one behaviour and in the seed's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog import file
from bot.paper.model import Paper
from bot.search import topics
from bot.search.engine import SearchEngine
from bot.search.index.aboutness import Degree, Term, Where, judge, judge_each
from bot.search.index.texts import Texts
from bot.search.query import parse_query
from bot.sources.seed import build_seed
from tests.support.putting import put

_PAIRS = (("web", "agent"), ("agent", "web"), ("larg", "languag"), ("of", "the"), ("nobodi", "say"))
CENTRAL, TOUCHED, NOT = Degree.CENTRAL, Degree.TOUCHED, Degree.NOT
_IDS = "SELECT number, id FROM papers"


class Topics:
    def __init__(self, engine: SearchEngine, connection: sqlite3.Connection) -> None:
        self.engine, self.connection = engine, connection
        self.ids = {row["number"]: row["id"] for row in connection.execute(_IDS)}

    def about(self, topic: str, numbers: list[int] | None = None) -> dict[str, Any]:
        found = self.engine.on(self.connection).about(topic, numbers)
        return {self.ids[number]: about for number, about in found.items()}

    def degrees(self, topic: str) -> dict[str, Degree]:
        return {paper_id: about.degree for paper_id, about in self.about(topic).items()}


def opened(path: Path) -> Iterator[Topics]:
    engine = SearchEngine(path)
    with closing(file.open_for_reading(path)) as connection:
        engine.index.wait_until_current(connection)
        yield Topics(engine, connection)
    engine.close()


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topics]:
    path = tmp_path_factory.mktemp("seed") / "catalog.db"
    build_seed(path)
    yield from opened(path)


@pytest.fixture
def catalog_of(tmp_path: Path) -> Iterator[Callable[..., Topics]]:
    """Makes a catalog of papers by their ids: a title, or (title, abstract, keywords), the last optional."""
    with closing(file.open_for_writing(tmp_path / "catalog.db")) as database:
        opening: list[Iterator[Topics]] = []

        def make(**texts: str | tuple[Any, ...]) -> Topics:
            new = []
            for name, text in texts.items():
                title, abstract, keywords = (*((text,) if isinstance(text, str) else text), "", ())[:3]
                new.append(Paper(id=name, title=title, abstract=abstract, keywords=keywords or ()))
            put(database, new)
            opening.append(opened(tmp_path / "catalog.db"))
            return next(opening[-1])

        yield make
        for each in opening:
            next(each, None)


def test_words_side_by_side_are_central_wherever_they_stand(catalog_of) -> None:
    made = catalog_of(
        title="Reward hacking in rubrics",
        abstract=("Rubrics", "They are prone to reward hacking by models."),
        keyword=("Rubrics", "", ("reward hacking", "rubrics")),
        neither=("Rewards", "A hacking contest for rewards."),
    )
    about = made.about("reward hacking")
    assert {name: each.degree for name, each in about.items()} == dict.fromkeys(
        ("title", "abstract", "keyword"), CENTRAL
    )
    assert [about[name].where for name in ("title", "keyword", "abstract")] == [
        Where.TITLE,
        Where.KEYWORDS,
        Where.ABSTRACT,
    ]
    assert about["title"].strength > about["keyword"].strength > about["abstract"].strength


def test_hyphens_plurals_and_joined_words_are_the_same_topic(catalog_of) -> None:
    made = catalog_of(
        hyphen="Multi-agent debates",
        joined="Multiagent debate",
        spaced="Debate: multi agent debate",
        other="Debate of one agent",
    )
    for typed in ("multi-agent debate", "multi agent debates", "Multi‑Agent Debate", "multiagent debate"):
        assert made.degrees(typed) == dict.fromkeys(("hyphen", "joined", "spaced"), CENTRAL), typed


def test_a_learnt_short_form_is_the_topic_and_the_other_way_round(catalog_of) -> None:
    taught = "We use retrieval-augmented generation (RAG) for questions."
    made = catalog_of(
        first=("Answering", taught),
        second=("Asking", taught),
        short=("RAG for law", ""),
        spelt=("Retrieval-augmented generation of law", ""),
        rag=("Cloth", "A rag in the wind, a rag in the rain, a rag in the sun."),
    )
    for typed in ("retrieval augmented generation", "RAG"):
        degrees = made.degrees(typed)
        assert {degrees[name] for name in ("first", "second", "short", "spelt")} == {CENTRAL}, typed
    assert "rag" not in made.degrees("retrieval augmented generation")


def test_a_short_form_that_is_mostly_a_word_is_none(catalog_of) -> None:
    taught = "An action chunking transformer (ACT) is trained."
    made = catalog_of(
        first=("Robots", taught),
        second=("Arms", taught),
        **{f"word{n}": (f"We act {n}", "Agents act, and act again.") for n in range(5)},
    )
    assert made.degrees("action chunking transformer") == {"first": CENTRAL, "second": CENTRAL}


def test_a_sentence_or_a_keyword_does_not_run_into_the_next(catalog_of) -> None:
    made = catalog_of(
        known="Web agents",
        sentences=("Pages", "We look at the web. Agents are looked at as well."),
        title_and_abstract=("The web", "Agents are looked at."),
        keywords=("Pages", "", ("web", "agents")),
        one=("Pages", "This e.g. serves web agents."),
    )
    assert made.degrees("web agents") == {"known": CENTRAL, "one": CENTRAL}


def test_nearly_side_by_side_touches(catalog_of) -> None:
    made = catalog_of(
        known="Code generation",
        between="Code snippet generation",
        turned="Generation of code",
        twice=("X", "We show code snippet generation. Our code snippet generation is good."),
        once=("X", "We show code snippet generation once."),
        far="Code as a plan for video generation",
    )
    degrees = made.degrees("code generation")
    assert degrees == {"known": CENTRAL, "between": TOUCHED, "turned": TOUCHED, "twice": TOUCHED}


def test_a_single_word_must_be_more_than_a_passing_mention(catalog_of) -> None:
    made = catalog_of(
        title="Mamba for vision",
        keyword=("X", "", ("Mamba",)),
        often=("X", "Mamba is fast. Mamba is small. We like mamba."),
        part=("X", "", ("vision mamba models",)),
        twice=("X", "Mamba is fast. We like Mamba."),
        once=("X", "Unlike Mamba, ours is slow."),
    )
    assert made.degrees("mamba") == {
        "title": CENTRAL,
        "keyword": CENTRAL,
        "often": CENTRAL,
        "part": TOUCHED,
        "twice": TOUCHED,
    }


@pytest.mark.parametrize(
    ("topic", "said", "other"),
    [
        ("tokenization", "Tokenizing Greek", "Tokens of Greek"),
        ("tokenizers", "A Greek tokenizer", "Pruning tokens"),
        ("optimizers", "An optimizer for reeds", "Policy optimization for reeds"),
        ("optimization", "Optimizing reeds", "Optimal reeds"),
        ("transformers", "A transformer of reeds", "Task transformation"),
        ("personalization", "Personalized reeds", "Persons among reeds"),
        ("localization", "Localizing reeds", "Local reeds"),
        ("generalization", "How models generalize", "General models"),
        ("operators", "Neural operators", "Operating ponds"),
    ],
)
def test_a_single_word_is_not_every_word_of_its_stem(
    catalog_of: Callable[..., Topics], topic: str, said: str, other: str
) -> None:
    made = catalog_of(
        title=said,
        other=(other, f"{other}. {other}. {other}.", (other,)),
        abstract=("Reeds", f"{other} and {topic}. More of {topic}; {topic}.", (other,)),
        keyword=(other, "", (topic,)),
        part=(other, "", (f"pond {topic}",)),
    )
    central, touched = dict.fromkeys(("title", "abstract", "keyword"), CENTRAL), {"part": TOUCHED}
    assert made.degrees(topic) == central | touched
    assert made.about(topic)["keyword"].where is Where.KEYWORDS
    assert made.degrees(f'{topic} "pond {topic}"') == {"part": TOUCHED}


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("quantization", "Quantized reeds"),
        ("watermarking", "Watermarks of reeds"),
        ("agents", "An agent of reeds"),
        ("robotics", "Robots among reeds"),
        ("distillation", "Distilled reeds"),
        ("encoding", "Encoders of reeds"),
        ("characters", "A character of reeds"),
        ("papers", "A paper of reeds"),
        ("tokenization", "Greek tokenizers"),
    ],
)
def test_what_is_made_of_a_word_is_the_same_topic(
    catalog_of: Callable[..., Topics], topic: str, said: str
) -> None:
    assert catalog_of(title=said).degrees(topic) == {"title": CENTRAL}


def test_filters_phrases_and_exclusions_hold_strictly(catalog_of) -> None:
    made = catalog_of(
        plain="Web agents for shops",
        games=("Web agents at play", "They play games."),
        debate="Web agents in a multi-agent debate",
    )
    assert set(made.degrees("web agents -games")) == {"plain", "debate"}
    assert set(made.degrees('"web agents" -games')) == {"plain", "debate"}
    assert set(made.degrees('web agents "multi-agent debate"')) == {"debate"}
    assert made.degrees("web agents author:nobody") == {}
    assert made.degrees("web agents after:2099") == {}


def test_a_topic_of_filters_alone_is_what_satisfies_them(seed: Topics) -> None:
    about = seed.about("cat:cs.MA")
    assert about
    assert {(each.degree, each.where) for each in about.values()} == {(CENTRAL, Where.NOWHERE)}


def test_saying_that_papers_are_wanted_changes_nothing(seed: Topics) -> None:
    for typed in ("papers about web agents", "the web agents", "research on the web agents"):
        assert seed.degrees(typed) == seed.degrees("web agents"), typed
    assert seed.degrees("research agents") != seed.degrees("agents")


def test_small_words_of_a_term_are_part_of_it(catalog_of) -> None:
    made = catalog_of(
        use=("X", "We look at tool use, and tool use alone."),
        tools="Tools for all",
        policy="On-policy distillation",
        other="Policy distillation",
    )
    assert made.degrees("tool use") == {"use": CENTRAL}
    for typed in ("on-policy distillation", "on policy distillation"):
        assert made.degrees(typed)["policy"] is CENTRAL
        assert made.degrees(typed).get("other") is not CENTRAL


def test_a_question_that_is_no_term_is_what_matches_nearly_as_well_as_the_best(seed: Topics) -> None:
    about = seed.about("language agents that plan in open worlds like minecraft")
    assert 0 < len(about) <= 15
    assert {(each.degree, each.where) for each in about.values()} == {(TOUCHED, Where.TEXT)}


def test_an_id_is_that_paper(seed: Topics) -> None:
    assert seed.degrees("2411.13543") == {"2411.13543": CENTRAL}
    assert seed.about("2411.13543", [0]) == {}


@pytest.mark.parametrize(
    ("topic", "central", "touched"),
    [
        ("multi-agent debate", {"2305.19118", "2410.20285"}, set()),
        ("web agents", {"2410.13825", "2408.15978"}, set()),
        ("memory", {"2502.12110", "2407.12784", "2502.05453"}, {"2411.12977"}),
        ("negotiation", {"2305.10142", "2411.05990"}, None),
        # Every paper about it has games too; these two speak of it once.
        ("negotiation -game", set(), {"2404.16698", "2407.07791"}),
    ],
)
def test_topics_of_the_seed_have_their_papers(
    seed: Topics, topic: str, central: set[str], touched: set[str] | None
) -> None:
    degrees = seed.degrees(topic)
    assert {each for each, degree in degrees.items() if degree is CENTRAL} == central
    if touched is not None:
        assert {each for each, degree in degrees.items() if degree is TOUCHED} == touched


def test_of_some_papers_the_degrees_are_those_of_all(seed: Topics) -> None:
    everything = seed.about("memory")
    some = list(seed.ids)[::2]
    assert seed.about("memory", some) == {
        name: about for name, about in everything.items() if name in {seed.ids[number] for number in some}
    }


@pytest.mark.parametrize("topic", ["memory", "web agents", "multi-agent debate", "negotiation -game"])
def test_without_an_index_the_degrees_are_the_same(seed: Topics, topic: str) -> None:
    found = topics.about(seed.connection, None, parse_query(topic), None, lambda: None)
    assert {seed.ids[number]: about.degree for number, about in found.items()} == seed.degrees(topic)


def test_papers_added_later_are_judged_like_those_of_the_base(seed: Topics, tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    build_seed(path)
    with closing(file.open_for_writing(path)) as database:
        opening = opened(path)
        made = next(opening)
        put(database, [Paper(id="new", title="On web agents")])
        made.ids = {row["number"]: row["id"] for row in made.connection.execute(_IDS)}
        assert set(made.degrees("web agents")) == {*seed.degrees("web agents"), "new"}
        next(opening, None)


def test_many_topics_on_the_same_texts_are_judged_as_one_by_one(seed: Topics) -> None:
    snapshot = seed.engine.index.snapshot(seed.connection)
    assert snapshot is not None
    segment = snapshot.segments[0]
    every = np.arange(segment.size)
    terms = [
        Term(ways=((first, second),))
        for first in ("web", "agent", "multi", "llm")
        for second in ("agent", "task")
    ]
    terms += [Term(((first, second, "of"), (first,)), near=((first, second),)) for first, second in _PAIRS]
    terms = [replace(term) for term in terms * 8]
    together = Texts(segment, every)
    at_once = judge_each([[term] for term in terms], Texts(segment, every))
    for term, judged in zip(terms, at_once, strict=True):
        alone = judge([term], Texts(segment, every))
        assert (judge([term], together).degrees == alone.degrees).all()
        assert (judged.degrees == alone.degrees).all()
        assert (judged.strengths == alone.strengths).all()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=120))
def test_whatever_is_typed_as_a_topic_has_an_answer(seed: Topics, text: str) -> None:
    for about in seed.about(text).values():
        assert about.degree in (TOUCHED, CENTRAL)
        assert 0 < about.strength <= 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                "agents",
                "multi-agent",
                "-game",
                '"web agents"',
                "cat:cs.AI",
                "RAG",
                "the",
                "of",
                "after:2024",
                "LLM",
            ]
        ),
        min_size=1,
        max_size=8,
    )
)
def test_mixtures_have_an_answer_with_and_without_an_index(seed: Topics, pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert set(seed.about(text)) <= set(seed.ids.values())
    topics.about(seed.connection, None, parse_query(text), None, lambda: None)
