"""Operators and marks of other search engines, written in the language of this one.

`a NOT b` and `a ANDNOT b` leave `b` out, `AND` is what holds anyway, `cat:cs.CL OR cat:cs.LG` is any of both;
an `OR` between anything else can't be said here. Only in capitals, and not in a text that is all capitals.
"""

from __future__ import annotations

import re

from bot.search.function_words import FUNCTION

_PIECE = re.compile(r'[^\s"]*"[^"]*"?\)*|\S+')
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT"})
_ANYWHERE = re.compile(r'(?<![\w:])(?:abs|abstract|all):(?=["\w(])', re.IGNORECASE)
_DAYS = re.compile(
    r"submittedDate:\[\s*(\d{4})(\d\d)?(\d\d)?\d*\s+TO\s+(\d{4})(\d\d)?(\d\d)?\d*\s*\]", re.IGNORECASE
)
"""As in arXiv's own language."""
_CATEGORY = re.compile(r"cat:\S+", re.IGNORECASE)


def _between(days: re.Match[str]) -> str:
    first, last = ("-".join(filter(None, days.groups()[start : start + 3])) for start in (0, 3))
    return f"after:{first} before:{last}"


def in_own_words(text: str) -> tuple[str, list[str]]:
    """The same in this language, and what of it can't be said, as typed."""
    text = _DAYS.sub(_between, _ANYWHERE.sub("", text))
    pieces = _PIECE.findall(text)
    if _OPERATORS.isdisjoint(pieces) or text == text.upper():
        return text, []
    reading = _Reading([piece for piece in pieces if piece.strip("()")])
    reading.read()
    return " ".join(reading.said), reading.unsaid


class _Reading:
    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self.said: list[str] = []
        self.unsaid: list[str] = []
        self._left_out = False
        """Whether the pieces are those of a group that is to be left out."""

    def read(self) -> None:
        """Go through all pieces."""
        place = 0
        while place < len(self._pieces):
            place = self._take(place)

    def _take(self, place: int) -> int:
        """Read what stands there; returns the place after it."""
        piece = self._pieces[place]
        following = self._pieces[place + 1] if place + 1 < len(self._pieces) else ""
        if not self.said or not following or piece not in _OPERATORS:
            self._say(piece, left_out=self._left_out)
            self._left_out = self._left_out and not piece.endswith(")")
            return place + 1
        if piece == "AND" and following != "NOT":
            return place + 1
        if piece == "OR":
            if not (self._left_out or (_is_category(self.said[-1]) and _is_category(following))):
                self.unsaid.append(f"{self.said[-1]} OR {following.strip('()')}")
                self._say(piece)
            return place + 1
        place += 2 if piece == "AND" else 1
        if place == len(self._pieces) or (piece == "NOT" and self.said[-1].lower() in FUNCTION):
            # As in "attention is NOT all you need".
            self._say(piece)
            return place
        left_out = self._pieces[place]
        self._left_out = left_out.startswith("(") and not left_out.endswith(")")
        self._say(left_out, left_out=True)
        return place + 1

    def _say(self, piece: str, *, left_out: bool = False) -> None:
        plain = piece.strip("()")
        self.said.append(f"-{plain}" if left_out and not plain.startswith("-") else plain)


def _is_category(piece: str) -> bool:
    return _CATEGORY.fullmatch(piece.strip("()")) is not None
