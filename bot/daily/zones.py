"""Time zones as people name them: by city, with typos, or by their IANA name."""

from __future__ import annotations

import re
import zoneinfo
from datetime import datetime
from functools import cache

from rapidfuzz.distance import OSA

from bot.catalog.text import fold
from bot.errors import UserError

_WORDS = re.compile(r"[\W_]+")
_CLOSE = 65.0
"""The least likeness, of 100, for a zone to be offered for what was typed."""
_SURE = 75.0
_CONTINENTS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


class UnknownZone(UserError):
    def __init__(self, typed: str, nearest: list[str]) -> None:
        hint = f" Did you mean {', '.join(f'`{name}`' for name in nearest)}?" if nearest else ""
        super().__init__(
            f"There is no time zone “{typed[:60]}”.{hint} Name a large city, as in `Berlin` or `New York`."
        )


def resolve(typed: str) -> str:
    """The IANA name that was meant; UnknownZone where it is not clear."""
    key = _key(typed)
    exact = _by_case().get(typed.strip().casefold())
    if exact:
        return exact
    if key in _by_key():
        return _by_key()[key]
    found = _nearest(key, 3) if key else []
    if found and found[0][1] >= _SURE and (len(found) == 1 or found[0][1] > found[1][1]):
        return found[0][0]
    raise UnknownZone(typed, [name for name, _ in found])


def suggest(typed: str, limit: int = 25) -> list[str]:
    """IANA names for what has been typed so far, the likeliest first; none while nothing is typed."""
    key = _key(typed)
    return [name for name, _ in _nearest(key, limit)] if key else []


def label(name: str, now: datetime) -> str:
    """`Berlin (Europe/Berlin), now 14:05`"""
    place = _city(name) if _city(name) == name else f"{_city(name)} ({name})"
    return f"{place}, now {now.astimezone(zoneinfo.ZoneInfo(name)):%H:%M}"


@cache
def names() -> tuple[str, ...]:
    """Every IANA name, places before abbreviations."""
    known = zoneinfo.available_timezones() - {"localtime", "Factory"}
    return tuple(sorted(known, key=lambda name: (name.partition("/")[0] not in _CONTINENTS, name)))


@cache
def _by_case() -> dict[str, str]:
    return {name.casefold(): name for name in names()}


@cache
def _by_key() -> dict[str, str]:
    """IANA name by its key, and by its city's where no other place has that name."""
    keys: dict[str, str] = {}
    for name in reversed(names()):
        keys[_key(_city(name))] = name
    return keys | {_key(name): name for name in names()}


@cache
def _cities() -> tuple[str, ...]:
    return tuple(_key(_city(name)) for name in names())


@cache
def _whole() -> tuple[str, ...]:
    return tuple(_key(name) for name in names())


def _nearest(key: str, limit: int) -> list[tuple[str, float]]:
    """The likeliest zones, best first: beginnings, then parts, then what looks alike."""
    scores: dict[str, float] = {}
    for keys in (_cities(), _whole()):
        for name, candidate in zip(names(), keys, strict=True):
            likeness = _likeness(key, candidate)
            if likeness >= _CLOSE:
                scores[name] = max(scores.get(name, 0.0), likeness)
    order = {name: place for place, name in enumerate(names())}
    ranked = sorted(scores.items(), key=lambda item: (-item[1], len(_city(item[0])), order[item[0]]))
    return ranked[:limit]


def _likeness(typed: str, candidate: str) -> float:
    """From 0 to 100: a beginning, the beginning of a word, or as near as typing errors leave it."""
    if candidate.startswith(typed):
        return 100.0
    if f" {typed}" in candidate:
        return 95.0
    if len(typed) < 4:
        return 0.0
    beginning = OSA.normalized_similarity(typed, candidate[: len(typed)]) - 0.02
    return min(94.0, 100 * max(beginning, OSA.normalized_similarity(typed, candidate)))


def _city(name: str) -> str:
    return name.rpartition("/")[2].replace("_", " ")


def _key(text: str) -> str:
    return " ".join(word for word in _WORDS.split(fold(text)) if word)
