"""What stands around a link in a chat and is no part of it: sentences' signs, brackets, markdown."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_HALF_WIDTH = str.maketrans(
    {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | {"‐": "-", "‑": "-", "\u2044": "/", "\u00a0": " ", "\u202f": " "}
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_AT_THE_END = ".,;:!?'*_~|-"
_CLOSING = {")": "(", "]": "[", "}": "{"}


def plain(text: str) -> str:
    """`text` in half-width signs, without what can't be seen and without markdown's escapes."""
    shown = _INVISIBLE.sub("", text).translate(_HALF_WIDTH)
    return _ESCAPED.sub(r"\1", shown) if "\\" in shown else shown


def unwrapped(link: str) -> str:
    """`link` without the signs behind it: a closing bracket stays where it was opened inside."""
    end = len(link)
    open_brackets = {sign: link.count(sign) for sign in "()[]{}"}
    while end:
        last = link[end - 1]
        opening = _CLOSING.get(last)
        if last not in _AT_THE_END and not (opening and open_brackets[last] > open_brackets[opening]):
            break
        if opening:
            open_brackets[last] -= 1
        end -= 1
    return link[:end]
