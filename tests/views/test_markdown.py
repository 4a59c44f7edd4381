"""Text from outside reaches Discord as it is, and nothing in it acts."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paper.model import Paper
from bot.search.results import Passage
from bot.views.feed_buttons import CancelFeed
from bot.views.filters import typed
from bot.views.layout import button
from bot.views.markdown import (
    authors_line,
    clip,
    clip_escaped,
    counted,
    day,
    escape,
    facts_line,
    link,
    marked,
    titled,
)

MARKDOWN = st.text(alphabet=st.sampled_from("ab *_~`|<>[]()#-+1.:/@\\\n!"), max_size=60)


def shown(escaped: str) -> str:
    """What Discord shows of escaped text: a backslash before a sign stands for the sign."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped)


@given(MARKDOWN)
def test_escaped_text_is_shown_letter_by_letter(text):
    assert shown(escape(text)) == text


@given(MARKDOWN)
def test_no_sign_that_acts_is_left_bare(text):
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|<>\[\]]", escape(text))
    assert not re.search(r"^(?:#{1,3}|-#|[-+]|\d+\.)\s", escape(text), re.MULTILINE)
    assert not re.search(r"(?<!\\)://", escape(text))


@pytest.mark.parametrize("text", ["Multi-agent systems", "GPT-4.5: a (mostly) plain title", "f(x) = 3.2"])
def test_plain_text_stays_plain(text):
    assert escape(text) == text


@given(MARKDOWN, st.integers(min_value=0, max_value=60))
def test_clipped_escapes_are_whole_and_short(text, limit):
    clipped = clip_escaped(text, limit)
    assert len(clipped) <= limit
    assert not re.search(r"(?<!\\)(?:\\\\)*\\…", clipped)


@given(st.text(max_size=80), st.integers(min_value=0, max_value=50))
def test_clipping_keeps_the_limit(text, limit):
    assert len(clip(text, limit)) <= limit


def test_escaping_costs_no_more_room_than_it_takes():
    assert len(clip_escaped("*" * 6_000, 200)) == 199


def test_nothing_is_left_where_there_is_no_room():
    assert clip_escaped("a *title*", -3) == ""


def test_clipping_ends_at_a_word():
    assert clip("generative agents of behaviour", 22) == "generative agents of…"


def test_a_passage_marks_its_matches():
    assert marked(Passage("a *debate* of debates", ((3, 9),))) == r"a \***debate**\* of debates"


def test_a_link_survives_brackets_in_its_address():
    assert link("x", "https://example.org/a_(b)") == "[x](https://example.org/a_%28b%29)"


@pytest.mark.parametrize(
    ("authors", "line"),
    [
        ((), ""),
        (("A. One",), "A. One"),
        (("A", "B", "C"), "A, B, C"),
        (("A", "B", "C", "D"), "A, B, C and 1 more"),
        (("A", "B") * 1_651, "A, B, A and 3,299 more"),
    ],
)
def test_authors_and_how_many_more(authors, line):
    assert authors_line(Paper(id="1", title="T", authors=authors)) == line


def test_facts_are_shown_where_they_are_known():
    assert facts_line(Paper(id="pb-1", title="T")) == ""
    assert facts_line(Paper(id="2401.00132", title="T", upvotes=0)) == "2024 · ▲\N{NO-BREAK SPACE}0"


def test_counts_and_days_read_well():
    assert counted(1, "paper") == "1 paper"
    assert counted(1_234, "paper") == "1,234 papers"
    assert day(date(2024, 11, 5)) == "5 Nov 2024"


def test_a_title_is_shown_without_latex_that_says_how_words_look() -> None:
    assert titled(r"\emph{Reeds} \& 50\% of $x^{2}$ in Schr\"odinger's pond", 100) == (
        r"Reeds & 50% of $x^{2}$ in Schrödinger's pond"
    )


@pytest.mark.parametrize("turning", ["\u202e", "\u2066", "\u200f", "\ufeff", "\0", "\x1b", "\U000e0041"])
def test_nothing_typed_turns_or_hides_what_stands_behind_it(turning):
    text = f"a{turning}b"
    labelled = button(text, CancelFeed()).label
    assert (escape(text), typed(text), labelled) == ("ab", "`ab`", "ab")


def test_joined_emoji_and_line_breaks_stay():
    assert escape("👩\u200d🔬\nb") == "👩\u200d🔬\nb"
