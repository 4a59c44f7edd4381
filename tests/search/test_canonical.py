"""Searches that find the same are written in one way, and no other search is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.canonical import canonical
from bot.search.query import parse_query

PIECES = (
    *("Debate", "AND", "OR", "NOT", "-Games", '"Multi Agent"', "Erdős", "LLMs,", "(et", "al.,", "2023)"),
    *("au:Du", 'Author:"Yilun Du"', "CAT:cs.CL", "cs.LG", "since:2024", "to:2025-03", "After:someday"),
    *("2411.13543V2", "math.GT/0309136", "https://Example.org/A", "title:X"),
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Debate", "debate"),
        ("cat:CS.CL  LLM agents", "cat:cs.cl llm agents"),
        ("Agents NOT Games", "agents -games"),
        ('“Multi Agent” Debate -AU:"Du, Yilun"', '"multi agent" debate -author:"du, yilun"'),
        ("since:2024 to:2025-03 ERDŐS", "after:2024 before:2025-03 erdős"),
        ("math.GT/0309136", "math.GT/0309136"),
        ("https://arxiv.org/abs/2411.13543V2", "https://arxiv.org/abs/2411.13543V2"),
        ("Cats OR dogs", "Cats OR dogs"),
    ],
)
def test_one_case_and_one_name_of_each_filter(typed: str, written: str) -> None:
    assert canonical(typed).text == written
    assert canonical(written).text == written, "and what is written so stays"


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)))
def test_it_finds_what_was_typed_and_nothing_else(typed: str) -> None:
    asked, query = canonical(typed), parse_query(typed)
    assert replace(asked, text=query.text, unread=query.unread) == query
    assert [each.kind for each in asked.unread] == [each.kind for each in query.unread]
    assert canonical(asked.text).text == asked.text
