"""Abstracts as people read them: without the LaTeX that says how a word looks.

Every twentieth abstract of the daily papers holds some, mostly `13\\%` and `\\emph{…}`. The catalog keeps it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.paper.latex import plain

_MATH = re.compile(r"(?<!\\)(\$[^$]{1,2000}(?<!\\)\$)")
_SIGN = re.compile(r"\\([%&#_$])")
_LOOKS = re.compile(
    r"\\(?:emph|text(?:it|bf|tt|sc|sf|rm|up|sl|md|normal)?|mbox|underline|uline|url|path)\s*\{([^{}]{0,1000})\}"
)
_LOOKS_INSIDE = re.compile(r"\{\\(?:em|bf|it|tt|sc|sf|rm|sl|bfseries|itshape|ttfamily)\b\s*([^{}]{0,1000})\}")
_LINK = re.compile(r"\\href\s*\{[^{}]{0,1000}\}\s*\{([^{}]{0,1000})\}")
_REMARK = re.compile(r"[\s~]?\\(?:cite[pt]?|footnote|label|ref|eqref|thanks)\s*\{[^{}]{0,1000}\}")
_ACCENT = re.compile(r"""\\["'`^~=.](?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|\\[cvHuk]\s?\{[A-Za-z]\}""")
_TIE = re.compile(r"(?<=\w)~(?=[\w(\[\\])")


@lru_cache(512)
def readable(abstract: str) -> str:
    """The same with its paragraphs and its math, and what commands say instead of them, in linear time."""
    if "\\" not in abstract and "~" not in abstract:
        return abstract
    parts = _MATH.split(abstract)
    return "".join(part if place % 2 else _without_looks(part) for place, part in enumerate(parts))


def _without_looks(text: str) -> str:
    text = _REMARK.sub("", _LINK.sub(r"\1", text))
    for _ in range(2):  # one inside another
        text = _LOOKS_INSIDE.sub(r"\1", _LOOKS.sub(r"\1", text))
    text = _ACCENT.sub(lambda accent: plain(accent[0]), text)
    return _SIGN.sub(r"\1", _TIE.sub(" ", text))
