"""An author's name as people type it, with what stands around it in citations, alerts and other programs."""

from __future__ import annotations

import re

from bot.paper.cleaning import visible
from bot.paper.text import normalise, words

_BEFORE = re.compile(
    r"^(?:authors?|au)\s*:\s*|^(?:prof(?:essor)?|dr|mr|mrs|ms)\.?\s+|^[@\"']+", re.IGNORECASE
)
_BEHIND = re.compile(
    r"\s+et\.?\s+al\b.*$|\s+-\s+new articles$|,?\s+(?:ph\.?\s?d|m\.?d)\.?$|\s+\d{4}$|[\"',;]+$", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\b(?:19|20)\d\d[a-z]?\b")
_UNDERSCORED = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)+(?:_\d+)?")
_SEVERAL = re.compile(r";|\s(?:and|&|und|et(?!\s+al))\s", re.IGNORECASE)
_TITLES = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "et", "al"})
_NO_NAME = re.compile(r"://|\bwww\.|<[@#]|^@\w+$|\b\d{4}-\d{4}-|\d{4}\.\d{4}|[\w.]+@[\w.]+\.\w")


def name_of(typed: str) -> str:
    """The name alone; empty where it is none: an id, an address, a mention, nothing but signs."""
    text = visible(normalise(typed)).strip()
    if _NO_NAME.search(text):
        return ""
    text = _BRACKETS.sub(" ", text)
    before = ""
    while before != text:
        before, text = text, _BEHIND.sub("", _BEFORE.sub("", text.strip())).strip()
    if _UNDERSCORED.fullmatch(text):
        family, *given = text.rstrip("0123456789").strip("_").split("_")
        text = " ".join([*given, family])
    text = " ".join(text.split())
    text = text.strip(" -*_~`|")
    found = words(text)
    return text if ":" not in text and any(map(str.isalpha, text)) and {*found} - _TITLES else ""


def is_several(typed: str) -> bool:
    """Whether several people are named, as far as the signs between them tell."""
    text = normalise(typed)
    parts = [part.split() for part in text.split(",")]
    whole_names = len(parts) > 1 and all(len(part) > 1 for part in parts)
    return whole_names or _SEVERAL.search(text) is not None
