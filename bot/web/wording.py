"""The bot's sentences as HTML: they are written in Discord's markdown, of which they use three signs."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from bot.search.results import Passage

_BOLD, _END = Markup("<strong>"), Markup("</strong>")
_MARK, _UNMARK = Markup("<mark>"), Markup("</mark>")
_SIGNS = re.compile(r"\\(.)|\*\*|`([^`]*)`", re.DOTALL)


def as_html(sentence: str) -> Markup:
    """**bold**, `code` and escaped signs; whatever else stands there is text."""
    pieces: list[Markup] = []
    done, bold = 0, False
    for sign in _SIGNS.finditer(sentence):
        pieces.append(escape(sentence[done : sign.start()]))
        done = sign.end()
        if sign[1] is not None:
            pieces.append(escape(sign[1]))
        elif sign[2] is not None:
            pieces.append(Markup("<code>{}</code>").format(sign[2]))
        else:
            bold = not bold
            pieces.append(_BOLD if bold else _END)
    pieces.append(escape(sentence[done:]))
    if bold:
        pieces.append(_END)
    return Markup("").join(pieces)


def with_marks(passage: Passage) -> Markup:
    """A passage with its matching words marked."""
    pieces: list[Markup] = []
    done = 0
    for start, end in passage.marks:
        pieces.append(escape(passage.text[done:start]))
        pieces += [_MARK, escape(passage.text[start:end]), _UNMARK]
        done = end
    pieces.append(escape(passage.text[done:]))
    return Markup("").join(pieces)
