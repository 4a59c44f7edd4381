"""Slips of the finger, and what people type to find a paper."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside(letter: str) -> list[str]:
    for row, letters in enumerate(_ROWS):
        if letter in letters:
            place = letters.index(letter)
            return [
                _ROWS[near_row][near]
                for near_row in (row - 1, row, row + 1)
                if 0 <= near_row < len(_ROWS)
                for near in (place - 1, place, place + 1)
                if 0 <= near < len(_ROWS[near_row]) and (near_row, near) != (row, place)
            ]
    return ["e"]


def misspelt(word: str, chance: random.Random) -> str:
    """With one slip: a letter left out, two swapped, one hit beside, or one doubled; any letter."""
    for _ in range(9):
        place, kind = chance.randrange(len(word)), chance.random()
        if kind < 0.3:
            slipped = word[:place] + word[place + 1 :]
        elif kind < 0.55 and place < len(word) - 1:
            slipped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        elif kind < 0.85:
            slipped = word[:place] + chance.choice(_beside(word[place].lower())) + word[place + 1 :]
        else:
            slipped = word[:place] + word[place] + word[place:]
        if slipped != word:
            return slipped
    return word


def with_slips(text: str, slips: int, chance: random.Random) -> str:
    """The text with a slip in so many of its words of four letters or more."""
    words = text.split()
    long = [place for place, word in enumerate(words) if sum(map(str.isalpha, word)) >= 4]
    for place in chance.sample(long, min(slips, len(long))):
        words[place] = misspelt(words[place], chance)
    return " ".join(words)


def queries(papers: Sequence[tuple[str, str]], number: int, seed: int = 3) -> list[str]:
    """A mixture for (title, abstract): two words, titles, titles with slips, phrases, whole sentences."""
    chance = random.Random(seed)
    made = []
    for _ in range(number):
        title, abstract = chance.choice(papers)
        words = [word for word in re.findall(r"\w+", title) if len(word) > 3] or title.split()
        sentences = [part for part in abstract.split(". ") if 40 < len(part) < 200] or [title]
        made.append(
            chance.choice(
                (
                    " ".join(chance.sample(words, min(2, len(words)))),
                    " ".join(chance.sample(words, min(3, len(words)))),
                    title[:200],
                    with_slips(title, 2, chance)[:200],
                    chance.choice(sentences)[:200],
                    with_slips(" ".join(words[:4]), 1, chance),
                )
            )
        )
    return made
