"""Which follows new papers are for: by the rule of aboutness, as asking for each follow would say.

Each topic is judged by that rule itself (`bot.search.new_papers`), but for those that no new paper can be
about: `bot.following.follow_words` tells them apart by their words.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Final

from bot.catalog import changes, paper_rows
from bot.catalog.changes import BEGINNING, Position
from bot.following.follow_words import FollowWords
from bot.paper.text import words
from bot.readers.follows import Kind as Kind
from bot.search.engine import Search
from bot.search.index.aboutness import About
from bot.search.index.live import Snapshot
from bot.search.new_papers import Batch, Known, NewPapers, Topic
from bot.search.query import Query, parse_query

_REMEMBERED: Final = 50_000
"""Papers that may change until all that is remembered of topics is forgotten."""


@dataclass(frozen=True, slots=True)
class Follow:
    """What brings papers to somebody."""

    id: int
    kind: Kind
    """A topic's or an author's: what is followed by words."""
    text: str
    """The topic as it was typed, in the language of `/paper find`; of an author the name."""

    @property
    def query(self) -> Query:
        """What it asks for: of an author, what `author:` asks for."""
        return _query(self.kind, self.text)


class Follows:
    """All follows of everybody, in memory. Any thread may add and remove while another matches."""

    def __init__(self, follows: Iterable[Follow] = ()) -> None:
        self._lock = Lock()
        self._topics: dict[tuple[Kind, str], int] = {}
        """By what they ask for: many people ask for the same."""
        self._followers: list[list[int]] = []
        """Of each topic the ids of its follows."""
        self._topic_of: dict[int, int] = {}
        self._words = FollowWords()
        self._known = tuple(array("q") for _ in range(4))
        """Of each topic what is `Known`: field by field, which takes little room."""
        self._tried = bytearray()
        """Of each topic whether `learn` has looked, in the base of the index that is."""
        self._seen = _Seen()
        for follow in follows:
            self.add(follow)

    def __len__(self) -> int:
        return len(self._topic_of)

    @property
    def idle(self) -> int:
        """Topics that nobody follows anymore; they keep their room."""
        return sum(not followers for followers in self._followers)

    def add(self, follow: Follow) -> None:
        """From now on it is matched; it takes the place of one of the same id."""
        self.remove(follow.id)
        asked = (follow.kind, follow.text)
        with self._lock:
            topic = self._topics.get(asked)
            if topic is None:
                topic = self._topics[asked] = len(self._followers)
                self._words.add(follow.query)
                for field in self._known:
                    field.append(0)
                self._tried.append(0)
                self._followers.append([])
            self._topic_of[follow.id] = topic
            self._followers[topic].append(follow.id)

    def remove(self, follow_id: int) -> None:
        """It is matched no longer; nothing where there is none of that id."""
        with self._lock:
            topic = self._topic_of.pop(follow_id, None)
            if topic is not None:
                self._followers[topic].remove(follow_id)

    def match(self, search: Search, paper_ids: Sequence[str]) -> dict[int, Mapping[str, About]]:
        """Each follow that brings any of these papers, with their ids, as `Search.about_ids` gives them.

        Like there, papers that the index hasn't taken in yet are not found by words.
        """
        ids = paper_rows.numbers_of(search.connection, paper_ids)
        found: dict[int, Mapping[str, About]] = {}
        for topic, about in self._asked(search, [*ids]):
            if about:
                # One for all follows of the topic: a popular one is most of the pairs.
                by_id = {ids[number]: each for number, each in about.items()}
                found.update(dict.fromkeys(tuple(self._followers[topic]), by_id))
        return found

    def learn(self, search: Search, most: int) -> int:
        """Look up so many more topics in the catalog, some milliseconds each; how many there were.

        Matching is quicker then. Topics are looked up once, but those that the catalog doesn't know again
        when the index has a new base. Not while another thread matches or learns.
        """
        snapshot = search.snapshot
        if snapshot is None or not snapshot.parts:
            return 0
        self._begin(search, snapshot)
        untried = (
            (topic, _query(*asked))
            for asked, topic in self._all()
            if not self._tried[topic] and self._followers[topic]
        )
        learnt = 0
        with closing(NewPapers(search.connection, snapshot, (), search.check)) as nothing:
            for topic, query in islice(untried, most):
                known = self._known_of(topic)
                nothing.learn(query, known)
                self._remember(topic, known)
                self._tried[topic] = 1
                learnt += 1
        return learnt

    def _known_of(self, topic: int) -> Known:
        return Known(*(field[topic] for field in self._known))

    def _remember(self, topic: int, known: Known) -> None:
        for field, value in zip(self._known, known.fields, strict=True):
            field[topic] = value

    def _asked(self, search: Search, numbers: Sequence[int]) -> Iterator[tuple[int, dict[int, About]]]:
        """Each topic that may have any of these papers, with those that it has."""
        snapshot = search.snapshot
        if snapshot is None or not snapshot.parts:
            yield from ((topic, search.about(_query(*asked), numbers)) for asked, topic in self._all())
            return
        self._begin(search, snapshot)
        with closing(NewPapers(search.connection, snapshot, numbers, search.check)) as papers:
            asked = [*self._to_ask(snapshot, papers.batches)]
            found = papers.about([topic for _, topic in asked])
            for (topic, (_, known, _)), about in zip(asked, found, strict=True):
                yield topic, about
                self._remember(topic, known)

    def _to_ask(self, snapshot: Snapshot, batches: Sequence[Batch]) -> Iterator[tuple[int, Topic]]:
        """Each topic that may have a paper of the batches, by its number."""
        with self._lock:
            topics, conditions = [*self._topics.items()], self._words.asked_with(snapshot.forms)
        passed, named = (each.tolist() for each in conditions.passed(batches))
        base = snapshot.parts[0]
        changed = frozenset(base.segment.numbers[base.dead].tolist())
        for asked, topic in topics:
            known = self._known_of(topic)
            if known.central in changed:
                known.central = 0
            if self._followers[topic] and named[topic] and (passed[topic] or not known.central):
                yield topic, Topic(_query(*asked), known, by_term=passed[topic])

    def _all(self) -> list[tuple[tuple[Kind, str], int]]:
        """What is asked for, with the topics' numbers."""
        with self._lock:
            return [*self._topics.items()]

    def _begin(self, search: Search, snapshot: Snapshot) -> None:
        """Forget what no longer holds: where papers have changed, or another index or catalog is in use."""
        header = snapshot.parts[0].segment.header
        position = Position(header["number"], header["change"]) if "number" in header else snapshot.position
        seen = _Seen(changes.identity(search.connection), position)
        if seen == self._seen:
            return
        changed = changes.changed_since(search.connection, self._seen.position, _REMEMBERED)
        same = seen.catalog == self._seen.catalog and len(changed) < _REMEMBERED
        gone = frozenset(changed)
        for topic in range(len(self._tried)):
            for field in self._known[:2]:
                if not same or field[topic] in gone:
                    field[topic] = 0
            for field in self._known[2:]:
                field[topic] = 0
            self._tried[topic] = self._known[0][topic] > 0
        self._seen = seen


@lru_cache(16_384)
def _query(kind: Kind, text: str) -> Query:
    if kind is Kind.TOPIC:
        return parse_query(text)
    name = tuple(words(text))
    return Query(text, authors=(name,) if name else ())


@dataclass(frozen=True, slots=True)
class _Seen:
    """What `Known` is known of: a catalog, and how much of it the base of its index holds."""

    catalog: int = -1
    position: Position = BEGINNING
