"""Text from outside, made plain: no markup, no control characters, no line breaks of somebody's editor."""

from __future__ import annotations

import html
import re

# That Unicode keeps for nobody's text: biber and others refuse a whole file for one.
_NONCHARACTERS = r"\ufdd0-\ufdef\ufffe\uffff" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17)
)
_UNWRITABLE = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff" + _NONCHARACTERS
_NO_TEXT = re.compile(f"[{_UNWRITABLE}]")
_CONTROL = re.compile(
    f"[{_UNWRITABLE}"
    # Marks that turn the direction of what is shown after them, spaces of no width, tags, annotations.
    r"\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_TAG = re.compile(
    r"</?(?:a|b|br|em|h[1-6]|i|li|ol|p|small|span|strong|sub|sup|tt|u|ul|jats:[\w-]+"
    # What publishers write in titles: small capitals, names of stars, formulae.
    r"|inf|sc|scp|italic|bold|tex|astrobj|inline-formula|tex-math|(?:mml:)m(?:ath|[a-z]{1,12}))"
    r"(?:\s+[\w:-]+\s*=[^<>]{0,300})?\s*/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[ \t]{2,}\S)")


def collapse(text: str) -> str:
    """Plain text on one line, every run of white space one space."""
    return text.strip() if _is_clean(text) else " ".join(_plain(text).split())


def collapse_each(texts: tuple[str, ...]) -> tuple[str, ...]:
    """`collapse` of each; names are mostly clean, and one look tells so of all of them."""
    joined = " ".join(texts)
    return texts if _is_clean(joined) and joined == joined.strip() else tuple(map(collapse, texts))


def paragraphs(text: str) -> str:
    """Plain text whose only line breaks are between paragraphs.

    Sources wrap abstracts at some column; a paragraph begins after an empty line or, on arXiv, with an
    indented one.
    """
    flat = text.replace("\n", " ")
    if _is_clean(flat):
        return flat.strip()
    plain = _plain(text).strip()
    if "\n" not in plain:
        return " ".join(plain.split())
    parts = (" ".join(part.split()) for part in _PARAGRAPH.split(plain))
    return "\n\n".join(part for part in parts if part)


def visible(text: str) -> str:
    """Without control characters, but for line breaks and tabs, and marks that turn or hide what follows."""
    return _CONTROL.sub("", text)


def writable(text: str) -> str:
    """Without what no file of text holds: control characters, but for line breaks and tabs, halves of
    characters, and what Unicode keeps for nobody."""
    return _NO_TEXT.sub("", text)


def _is_clean(text: str) -> bool:
    """Whether nothing in `text` needs another look; a break between paragraphs leaves two spaces."""
    return "  " not in text and "<" not in text and "&" not in text and text.isprintable()


def _plain(text: str) -> str:
    """Without HTML, of which only what is surely meant as such goes: `a<b` and `AT&T` stay."""
    if "<" in text:
        text = _TAG.sub(_space_for_break, text)
    if "&" in text:
        hidden = "&lt;" in text
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        if hidden:  # HTML that was escaped once more
            text = _TAG.sub(_space_for_break, text)
    return visible(text)


def _space_for_break(tag: re.Match[str]) -> str:
    return " " if tag[0].lower().startswith(("<br", "<p", "</p")) else ""
