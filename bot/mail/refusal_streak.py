"""Recipients that are refused one after the other with the same words: then it is us, whatever they say."""

from __future__ import annotations

import re

_ENOUGH = 3
"""Different recipients in a row: a list has a dead address or two."""
_VARIES = re.compile(r"\S*\d\S*")
"""What has a digit may differ with each mail: codes (the same in all where they matter), times, queue ids."""


class RefusalStreak:
    """The latest refusals that blamed their recipients, until a mail is taken."""

    def __init__(self) -> None:
        self._words = ""
        self._addresses: set[str] = set()
        self._paused: list[int] = []
        self._to_resume: list[int] = []

    @property
    def is_ours(self) -> bool:
        """Whether so many were refused alike that it is about us."""
        return len(self._addresses) >= _ENOUGH

    def refused(self, address: str, words: str) -> bool:
        """Another refusal, its address taken out of the words; whether it is about us."""
        if (said := alike(_without_domain(words, address))) != self._words:
            self.taken()
            self._words = said
        if not self.is_ours:
            self._addresses.add(address.lower())
        if self.is_ours:
            self._to_resume += self._paused
            self._paused = []
        return self.is_ours

    def taken(self) -> None:
        """The server took a mail: whatever it refused was about whom it was for."""
        self._words = ""
        self._addresses = set()
        self._paused = []

    def paused(self, delivery: int) -> None:
        """For the latest refusals, the recipient of this delivery is paused by now."""
        if self.is_ours:
            self._to_resume.append(delivery)
        elif self._addresses:
            self._paused.append(delivery)

    def to_resume(self) -> list[int]:
        """The deliveries whose recipients were paused before it came out that it is us: told once."""
        found, self._to_resume = self._to_resume, []
        return found


def alike(words: str) -> str:
    """What stays the same from one mail to the next of what a server says, for comparing."""
    return _VARIES.sub("#", words).casefold()


def _without_domain(words: str, address: str) -> str:
    return re.sub(re.escape(address.rpartition("@")[2]), "…", words, flags=re.IGNORECASE)
