"""The passage of a paper that answers a query: where its words stand closest together."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.paper.text import stem, words
from bot.search.results import Passage

LENGTH = 180
"""Characters of a passage, at most, ellipses aside."""

_LONGEST_WORD = 80
"""Characters; scripts without spaces are cut anywhere."""

_WORD = re.compile(r"[^\W_]+")


def passage(paper: Paper, stems: Collection[str], length: int = LENGTH) -> Passage | None:
    """The piece of the abstract with the most different words of `stems`, the earliest of equals.

    None where the abstract has none of them: the title is shown anyway.
    """
    text = readable(paper.abstract).replace("\n\n", " ")
    places = _places(text, stems)
    if not places:
        return None
    start, end = _best_window(places, length)
    begin, finish = _to_words(text, start, end, length)
    marks = tuple(
        (left - begin, right - begin) for left, right, _ in places if left >= begin and right <= finish
    )
    before, after = ("… " if begin else ""), (" …" if finish < len(text) else "")
    shift = len(before)
    return Passage(
        text=before + text[begin:finish] + after,
        marks=tuple((left + shift, right + shift) for left, right in marks),
    )


def _places(text: str, stems: Collection[str]) -> list[tuple[int, int, str]]:
    """(start, end, stem) of every word of `text` that is asked for."""
    words_of = _beginning_like(text.lower(), stems) if text.isascii() else _WORD.finditer(text)
    return [(*match.span(), root) for match in words_of if (root := _root(match[0])) in stems]


def _beginning_like(text: str, stems: Collection[str]) -> list[re.Match[str]]:
    """The words of a plain ASCII text that begin like one of the stems: a fraction of them all."""
    found: dict[int, re.Match[str]] = {}
    for stem_asked in stems:
        # "studi" is the stem of "study" too.
        beginning = stem_asked.removesuffix("i") or stem_asked
        at = text.find(beginning)
        while at >= 0:
            if (at == 0 or not text[at - 1].isalnum()) and (match := _WORD.match(text, at)):
                found[at] = match
            at = text.find(beginning, at + 1)
    return [found[at] for at in sorted(found)]


@lru_cache(maxsize=2**16)
def _root(written: str) -> str:
    """The stem of a word as it stands in a text."""
    return " ".join(stem(word) for word in words(written))


def _best_window(places: list[tuple[int, int, str]], length: int) -> tuple[int, int]:
    best, chosen = 0.0, (places[0][0], places[0][1])
    last = 0
    for first, (start, _, _) in enumerate(places):
        while last < len(places) and places[last][1] <= start + length:
            last += 1
        # A repeat is worth something, a further word much more.
        value = len({root for *_, root in places[first:last]}) + 0.01 * (last - first)
        if last > first and value > best:
            best, chosen = value, (start, places[last - 1][1])
    return chosen


def _to_words(text: str, start: int, end: int, length: int) -> tuple[int, int]:
    """Widen the window to `length`, from the sentence's start where that fits, cutting at spaces."""
    start, end = _word_start(text, start), _word_end(text, end)
    room = max(0, length - (end - start))
    sentence = text.rfind(". ", 0, start) + 2 if ". " in text[:start] else 0
    begin = sentence if start - sentence <= room else _word_start(text, start - room // 3)
    if start - begin > room:
        begin = start
    finish = len(text)
    if begin + length < finish:
        cut = text.rfind(" ", end, begin + length + 1)
        finish = max(end, cut if cut >= 0 or _word_end(text, end) > end else begin + length)
    return begin, finish


def _word_start(text: str, place: int) -> int:
    """Where what stands there begins, with all that no space parts from it: "Multi-Agent" is one."""
    place = max(place, 0)
    found = text.rfind(" ", 0, place) + 1
    return found if place - found <= _LONGEST_WORD else place


def _word_end(text: str, place: int) -> int:
    found = text.find(" ", place)
    found = len(text) if found < 0 else found
    return found if found - place <= _LONGEST_WORD else place
