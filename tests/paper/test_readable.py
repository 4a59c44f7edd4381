"""Abstracts without the LaTeX that says how words look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.search.passage import passage


@pytest.mark.parametrize(
    ("abstract", "text"),
    [
        (r"up to 13\% on R\&D, a\_b and \#1", "up to 13% on R&D, a_b and #1"),
        (r"the \emph{marginal} and \textbf{\textit{joint}} one", "the marginal and joint one"),
        (r"{\em DeepReed} and {\bf Pond}: \texttt{b.py}", "DeepReed and Pond: b.py"),
        (r"at \url{https://example.org/a_b}", "at https://example.org/a_b"),
        (r"see \href{https://example.org}{our page}", "see our page"),
        (r"as known~\cite{doe2020}, we\footnote{All of us.} say", "as known, we say"),
        (r"na\"ive, Schr\"{o}dinger, caf\'e, fa\c{c}ade, \v{C}ech", "naïve, Schrödinger, café, façade, Čech"),
        ("Models~(LLMs) and Fig.~2, ~10 users", "Models (LLMs) and Fig.~2, ~10 users"),
        (r"$\textbf{x}_i \% 2$ and 5\%", r"$\textbf{x}_i \% 2$ and 5%"),
        (r"costs \$5 or \$6", "costs $5 or $6"),
        (r"a \method of ours", r"a \method of ours"),
        ("One.\n\nTwo \\emph{more}.", "One.\n\nTwo more."),
        ("plain", "plain"),
    ],
)
def test_what_is_read(abstract: str, text: str) -> None:
    assert readable(abstract) == text


@given(st.text(alphabet="\\{}$~%&emph textif\"'c\n", max_size=80))
def test_any_text_will_do_and_none_grows(abstract: str) -> None:
    assert len(readable(abstract)) <= len(abstract)


@pytest.mark.parametrize("piece", ["\\emph{", "{\\em ", "$", "\\%", "\\href{a}{", "\\text{a}", "\\cite{a}~"])
def test_hostile_abstracts_end(piece: str) -> None:
    assert readable(piece * 20_000) is not None


def test_a_passage_marks_the_words_that_are_shown() -> None:
    paper = Paper(id="2411.13543", title="T", abstract=r"We gain 13\% with \emph{reed} games over ponds.")
    found = passage(paper, {"reed", "pond"})
    assert found is not None
    assert found.text == "We gain 13% with reed games over ponds."
    assert [found.text[start:end] for start, end in found.marks] == ["reed", "ponds"]
