"""Reading papers for the index: their words as numbers, and what they say about other spellings."""

from __future__ import annotations

import json
import re
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import date

from bot.paper.text import document_words, fold, stem, words

_SHORT_FORM = re.compile(r"\(([A-Za-z][\w-]*[A-Z][\w-]*|[A-Z]{2,}s?)\)")
_HYPHEN = re.compile(r"-([^\W_]+)(?![\w-])")
_LAST_WORD = re.compile(r"(?<![\w-])[^\W_]{2,}\Z")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LONGEST_FORM = 6
"""Words that a short form may stand for, at most."""


class _Ids(dict[str, int]):
    """Word to number, in the order of first sight."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _WordIds(dict[str, int]):
    """A word of a text as it stands there to the number of its folded word.

    A few fold to none or to several words ("½" to "1" and "2"): they get a negative number, for `several`.
    """

    def __init__(self) -> None:
        self.ids = _Ids()
        self.several: list[list[int]] = []

    def __missing__(self, raw: str) -> int:
        folded = [raw] if raw.isascii() else words(raw)
        if len(folded) == 1:
            found = self.ids[folded[0]]
        else:
            self.several.append([self.ids[word] for word in folded])
            found = -len(self.several)
        self[raw] = found
        return found


class Reading:
    """What has been read so far. Words are numbered by first sight."""

    def __init__(self) -> None:
        self._words = _WordIds()
        self.numbers = array("q")
        self.days = array("i")
        self.tokens = array("I")
        self.title_words = array("I")
        self.body_words = array("I")
        self.keyword_words = array("I")
        """So many of a body's words, the last of them, are its keywords."""
        self.sentences = array("I")
        """The words of each sentence and of each keyword: how the stream of tokens is divided."""
        self.author_words = array("I")
        self.categories = _Ids()
        self.category_ids = array("I")
        self.category_places = array("I")
        self.hyphenated = _Ids()
        self.hyphenated_ids = array("I")
        self.hyphenated_places = array("I")
        self.short_forms: Counter[tuple[str, tuple[str, ...]]] = Counter()

    @property
    def words(self) -> list[str]:
        """Every word as it is written, once, in the order in which they were first met."""
        return list(self._words.ids)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, row: sqlite3.Row) -> None:
        """Read one more paper, a row of COLUMNS."""
        title, abstract = row["title"], row["abstract"]
        keywords = json.loads(row["keywords"]) if row["keywords"] != "[]" else ()
        place = len(self.numbers)
        self.numbers.append(row["number"])
        self.days.append(_day(row))
        self.title_words.append(self._take_all(_SENTENCE_END.split(title)))
        of_abstract, of_keywords = self._take_all(_SENTENCE_END.split(abstract)), self._take_all(keywords)
        self.body_words.append(of_abstract + of_keywords)
        self.keyword_words.append(of_keywords)
        authors = row["authors"]
        self.author_words.append(self._take_all([" ".join(json.loads(authors))]) if authors != "[]" else 0)
        for category in json.loads(row["categories"]):
            self.category_ids.append(self.categories[fold(category)])
            self.category_places.append(place)
        for text in (title, f"{abstract}\n{'; '.join(keywords)}" if keywords else abstract):
            self._learn(text, place)

    def learnt_forms(self, minimum: int) -> dict[str, tuple[str, ...]]:
        """Short form to the words it stands for, as stems, where at least `minimum` papers agree."""
        best: dict[str, tuple[int, tuple[str, ...]]] = {}
        told: Counter[str] = Counter()
        for (short, long), times in self.short_forms.items():
            told[short] += times
            best[short] = max(best.get(short, (0, ())), (times, long))
        return {
            short: long
            for short, (times, long) in best.items()
            if times >= minimum and 2 * times >= told[short]
        }

    def _take_all(self, sentences: Iterable[str]) -> int:
        lengths = [length for sentence in sentences if (length := self._take(sentence))]
        self.sentences.extend(lengths)
        return sum(lengths)

    def _take(self, text: str) -> int:
        known = self._words
        ids = list(map(known.__getitem__, document_words(text)))
        if ids and min(ids) < 0:
            ids = [
                one for number in ids for one in ((number,) if number >= 0 else known.several[-number - 1])
            ]
        self.tokens.extend(array("I", ids))
        return len(ids)

    def _learn(self, text: str, place: int) -> None:
        if "(" in text:
            for match in _SHORT_FORM.finditer(text):
                self._learn_short_form(match[1], text[max(0, match.start() - 120) : match.start()])
        if "-" in text:
            for match in _HYPHEN.finditer(text):
                left = _LAST_WORD.search(text[max(0, match.start() - 24) : match.start()])
                if left:
                    self.hyphenated_ids.append(self.hyphenated[left[0] + match[1]])
                    self.hyphenated_places.append(place)

    def _learn_short_form(self, short: str, before: str) -> None:
        """From "large language models (LLMs)": initials before must be the letters of the short form."""
        letters = re.sub(r"[^a-z]", "", short.removesuffix("s").lower())
        if not 2 <= len(letters) <= _LONGEST_FORM or not _initials(before, letters):
            return
        long = words(before)[-len(letters) :]
        if len(long) == len(letters) and all(
            word[0] == letter for word, letter in zip(long, letters, strict=True)
        ):
            self.short_forms[stem(letters), tuple(stem(word) for word in long)] += 1


def _initials(before: str, letters: str) -> bool:
    """A cheap first look: the last letter must begin one of the last two words."""
    return any(word[:1] == letters[-1] for word in before.lower().replace("-", " ").split()[-2:])


def read(rows: Iterable[sqlite3.Row], reading: Reading | None = None) -> Reading:
    """Read rows as `bot.catalog.paper_rows.texts` gives them, in ascending order of `number`."""
    reading = Reading() if reading is None else reading
    for row in rows:
        reading.add(row)
    return reading


def _day(row: sqlite3.Row) -> int:
    if row["published"]:
        return date.fromisoformat(row["published"]).toordinal()
    # Known to the year only: its first day, as the catalog sorts it everywhere.
    return date(row["year"], 1, 1).toordinal() if row["year"] else 0
