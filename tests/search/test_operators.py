"""What other search engines' operators become."""

from __future__ import annotations

import pytest

from bot.search.query import Unreadable, parse_query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("diffusion models NOT survey", "diffusion models -survey"),
        ("diffusion models ANDNOT survey", "diffusion models -survey"),
        ("diffusion models AND NOT survey", "diffusion models -survey"),
        ('agents NOT "web agents"', 'agents -"web agents"'),
        ("agents NOT (games OR web) planning", "agents -games -web planning"),
        ("cat:cs.LG ANDNOT all:survey", "cat:cs.LG -survey"),
        ("cat:cs.CL OR cat:cs.LG", "cat:cs.CL cat:cs.LG"),
        ("(cat:cs.LG OR cat:cs.CL) AND diffusion", "cat:cs.LG cat:cs.CL diffusion"),
        ("LLMs AND agents", "LLMs agents"),
        ("abs:diffusion all:flow", "diffusion flow"),
        ("cs.CL", "cat:cs.CL"),
        ("cs.LG, stat.ML", "cat:cs.LG cat:stat.ML"),
        ("cs.* diffusion", "cat:cs diffusion"),
        ("quant-ph", "cat:quant-ph"),
        ("cat:cs.LG,cs.CL", "cat:cs.LG cat:cs.CL"),
        ("astro-ph.GA", "cat:astro-ph.GA"),
    ],
)
def test_they_mean_what_they_do_elsewhere(typed: str, meant: str) -> None:
    found, wanted = parse_query(typed), parse_query(meant)
    assert found.unread == ()
    for part in ("words", "phrases", "excluded", "titles", "categories", "excluded_categories"):
        assert getattr(found, part) == getattr(wanted, part), part


@pytest.mark.parametrize(
    "typed",
    [
        "Attention is NOT all you need",
        "NOT survey",
        "odds ratio OR",
        "WHY LLMS ARE NOT AGENTS AND WHAT TO DO",
        "salt and pepper or not",
        '"this AND that"',
    ],
)
def test_what_is_no_operator_stays_a_word(typed: str) -> None:
    query = parse_query(typed)
    assert (query.excluded, query.unread) == ((), ())
    assert len(query.words) == len(typed.replace('"', "").split())


@pytest.mark.parametrize(
    "typed", ["ti:diffusion OR ti:flow", '"diffusion models" OR "flow matching"', "web agents OR planning"]
)
def test_either_of_two_can_not_be_said_and_is_named(typed: str) -> None:
    query = parse_query(typed)
    assert [unread.kind for unread in query.unread] == [Unreadable.EITHER]
    assert parse_query(query.text) == query


@pytest.mark.parametrize(
    "typed", ["quant-ph circuits", "an app.py for cs students", "e.g. math", "hep-th-like"]
)
def test_what_only_looks_like_a_category_is_none(typed: str) -> None:
    assert parse_query(typed).categories == ()
