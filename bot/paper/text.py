"""Text as the catalog compares it: what phones type and what papers hold, brought to one form."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable

import Stemmer

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»＂〝〞", '"'),
        **dict.fromkeys("‘’‚‛`´ʼ＇", "'"),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
    }
)
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
)
_ASCII_CONTROL = dict.fromkeys([*range(32), 127], " ")
_ASCII_LETTERS = {place: chr(place).lower() if chr(place).isalnum() else " " for place in range(128)}
_WORD = re.compile(r"[^\W_]+")


def normalise(text: str) -> str:
    """What was typed, in the catalog's characters: straight quotes, hyphens, half-width, nothing invisible.

    Case and accents stay: see `fold`.
    """
    if text.isascii():
        return " ".join(text.replace("`", "'").translate(_ASCII_CONTROL).split())
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_PUNCTUATION)))
    return " ".join(
        "".join(" " if unicodedata.category(c) == "Cc" else c for c in plain).translate(_PUNCTUATION).split()
    )


def fold(text: str) -> str:
    """`normalise`d text without case and accents, for comparing."""
    if text.isascii():
        return " ".join(text.translate(_ASCII_CONTROL).lower().split())
    decomposed = unicodedata.normalize("NFKD", normalise(text).translate(_LETTERS).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words of `text` in order, split as the full-text index splits them."""
    if text.isascii():
        return text.translate(_ASCII_LETTERS).split()
    return _WORD.findall(fold(text))


def document_words(text: str) -> list[str]:
    """The words of a paper's text, in lower case but not folded yet: `words` of each gives its folded form.

    Together they split as `words` does, at a fraction of its time for the many words that are plain ASCII.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_PUNCTUATION)))
    return _WORD.findall(text.lower())


_stemmers = threading.local()


def stem(word: str) -> str:
    """The stem of a folded English word (Snowball's English stemmer): one for singular and plural."""
    stemmer = getattr(_stemmers, "english", None)
    if stemmer is None:
        # A stemmer is not safe to share between threads.
        stemmer = _stemmers.english = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))


def stems(words: Iterable[str]) -> list[str]:
    """`stem` of many different words, in a fifth of its time: remembering words helps none of them."""
    return list(Stemmer.Stemmer("english", 0).stemWords(list(words)))


def title_key(title: str) -> str:
    """Equal for two spellings of one title."""
    return " ".join(words(title))
