"""LaTeX as it stands in titles, names and abstracts, made plain."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paper.latex import is_balanced, plain
from tests.support.counting import calls_in


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("No LaTeX  at\nall", "No LaTeX at all"),
        (
            r"Schr\"odinger, Erd\H{o}s, na{\"\i}ve, {\'e}t\'e, \c{c}a, \v Cech",
            "Schrödinger, Erdős, naïve, été, ça, Čech",
        ),
        (r"P{\a'e}rez, P\a`erez, \a={o}, \a b", "Pérez, Pèrez, ō, a b"),
        (r"{\noopsort{1973c}}1981", "1981"),
        (r"\'{\^e} and \~{} and \^{}", "ế and ~ and ^"),
        (r"\O{}rsted, Stra\ss{}e, {\AA}s, \L ukasz", "Ørsted, Straße, Ås, Łukasz"),
        (r"\emph{a} \textbf{\texttt{b.py}} {\em c} \mbox{d} \textsubscript{2}", "a b.py c d 2"),
        (r"\unknown{kept} and \BERT{} and \LaTeX", "kept and BERT and LaTeX"),
        (r"\href{https://example.org/x}{a link} \url{http://a_b/~c}", "a link http://a_b/~c"),
        (r"\textcolor{red}{red} \cite{doe2020} text\footnote{below}", "red text below"),
        (r"50\% of \$5 \& \#1, a\_b, 100% raw", "50% of $5 & #1, a_b, 100% raw"),
        (r"A --- B, 5--10\,km, ``so'', a~b", "A — B, 5–10 km, “so”, a b"),
        (
            r"{$O(n^{10}\log_{2} n)$} over {$\mathbb{Z}_{2^{k}}$}",
            r"$O(n^{10}\log_{2} n)$ over $\mathbb{Z}_{2^{k}}$",
        ),
        (r"\(a_{b}\) and $$c^{d}$$", "$a_{b}$ and $$c^{d}$$"),
        (r"{\ensuremath{\alpha}} \textgreater{} \ensuremath{x^2}", "α > $x^2$"),
        ("costs $5", "costs $5"),
        ("{costs $5} and {$6}", "costs $5 and $6"),
        ("ends in a backslash\\", "ends in a backslash"),
        (r"-{}- `{}` '{}'", "-- `` ''"),
        (r"\{{{GaAs}}\vphantom\}\hphantom{wide} wires", "{GaAs wires"),
    ],
)
def test_what_it_says(latex: str, text: str) -> None:
    assert plain(latex) == text


@given(st.text(alphabet="\\{}$'`~-\"%&^_ aeuiO\n", max_size=60))
def test_any_text_will_do(latex: str) -> None:
    text = plain(latex)
    assert text == " ".join(text.split())


@given(st.lists(st.sampled_from(["word", "Zoë", "naïve", "5%"]), max_size=8))
def test_text_without_latex_stays(words: list[str]) -> None:
    assert plain(" ".join(words)) == " ".join(words)


HOSTILE: list[tuple[str, Callable[[int], str]]] = [
    ("accents", lambda n: r"{\'e}" * n),
    ("accents without letters", lambda n: r"\'" * n),
    ("nested accents", lambda n: r"\'{" * n),
    ("nested commands", lambda n: r"\textbf{" * n + "}" * n),
    ("braces", lambda n: "{" * n),
    ("closing braces", lambda n: "}" * n),
    ("addresses without an end", lambda n: r"\href{" * n),
    ("dollars", lambda n: "$" * n),
    ("unbalanced math", lambda n: "{$" * n),
    ("display math without an end", lambda n: "$$a" * n),
    ("verbatim without an end", lambda n: r"\verb|" * n),
    ("brackets of math", lambda n: r"\(" * n),
    ("backslashes", lambda n: "\\" * n),
]


@pytest.mark.parametrize(("name", "made"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_work_grows_with_the_length_and_no_faster(name: str, made: Callable[[int], str]) -> None:
    plain(made(10))
    small, large = (calls_in(lambda size=size: plain(made(size))) for size in (500, 2_000))  # type: ignore[misc]
    assert large < 6 * small + 100


@pytest.mark.parametrize(("text", "balanced"), [("a{b}c", True), ("}{", False), (r"\{", True), ("{", False)])
def test_balanced_braces(text: str, balanced: bool) -> None:
    assert is_balanced(text) is balanced
