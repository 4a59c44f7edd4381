"""Time zones as people name them: by city, country, offset, abbreviation, their own or their IANA name."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.daily.when.gazetteer import Area, City, Named, ZoneName, gazetteer, key_of
from bot.daily.when.offsets import CHANGING, abbreviated, is_offset, minutes_of, shown, zones_at
from bot.errors import UserError

_CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia"}
    | {"Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_OFFERED = re.compile(r"(?P<name>.*)\((?P<zone>[\w+/-]+)\)\s*")
_NOW = re.compile(r", now \d\d:\d\d$")
"""What `label` makes, as it comes back from a menu or by hand."""
_AROUND = re.compile(
    r"^(?:in|at|the)\s+|^(?:time ?zone|timezone|time)\s+(?:of|in)?\s*"
    r"|(?:'s)?\s+(?:(?:standard |local )?time(?: ?zone)?|tz)$",
    re.IGNORECASE,
)
"""Words around a place that name none: `Tokyo time`, `in Berlin`."""

_MAIN = {"CN": "Asia/Shanghai", "GE": "Asia/Tbilisi", "UA": "Europe/Kyiv"}
"""The one zone that a country's people mean, though another is used in a part of it."""

_BY_FAR: Final = 5
"""So many times the inhabitants of all others of its name make a city the one that is meant."""
_ALTERNATE_WEIGHT: Final = 0.1
"""Of a city found by another spelling, beside one whose own name it is."""
_KNOWN: Final = 50
"""Thousands of inhabitants from which a city stands beside a country or a state of its name."""
_MILLIONS: Final = 1_000
"""The same of a city that is found by another spelling: Amman is written as Oman is."""
_ASKED: Final = 10
"""Places that are offered where it is not clear which is meant."""
_CLOSE = 65.0
"""The least likeness, of 100, for a place to be offered while typing."""
_LIKELY = 75.0
"""The same where it is asked whether it was meant."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place whose clock is meant."""

    zone: str
    """Its IANA name."""
    name: str
    """`Mumbai, India`, `Pacific Time`, `UTC+2`"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood: one spot, or several of which one has to be chosen."""

    typed: str
    spots: tuple[Spot, ...]
    exact: bool = False
    """Whether an IANA name, an offset or a choice from the menu leaves nothing to guess."""
    asks: bool = False
    """Whether even one spot is a question: it is merely near, or no clock keeps the typed offset all year."""

    @property
    def spot(self) -> Spot:
        """The most populous place of those that the name means."""
        return self.spots[0]

    @property
    def is_guess(self) -> bool:
        """Whether its name doesn't say what was typed."""
        return not self.exact and key_of(self.typed) not in key_of(self.spot.name)

    @property
    def is_clear(self) -> bool:
        """Whether all places of that name have one clock."""
        return len(self.spots) == 1 and not self.asks


class UnknownZone(UserError):
    def __init__(self, typed: str) -> None:
        super().__init__(
            f"I don't know a place or time zone “{typed}”. "
            "Try a large city nearby, such as `Berlin` or `New York`, or an offset, such as `UTC+5:30`."
        )


def read(typed: str) -> Reading:
    """What was meant by `typed`; UnknownZone where nothing is known or near.

    Reads a table at its first call and searches it: keep it off the event loop.
    """
    text = _NOW.sub("", " ".join(typed.split()))
    found = _chosen(text) or _of_signs(text) or _of_places(text) or _misspelt(text)
    if found is None and not is_offset(text):
        near = tuple(_near(text, 3, _LIKELY))
        found = Reading(text, near, asks=True) if near else None
    if found is None:
        raise UnknownZone(typed[:60])
    return found


def suggest(typed: str, limit: int = 25) -> list[Spot]:
    """Places for what has been typed so far, the likeliest first; none while nothing is typed.

    Off the event loop, as `read`.
    """
    text = " ".join(typed.split())
    return list(_suggested(text)[:limit]) if text else []


def label(spot: Spot, now: datetime) -> str:
    """`Mumbai, India (Asia/Kolkata), now 14:05`, of at most 100 characters; `read` understands it."""
    place = spot.name if spot.name in (spot.zone, shown(spot.zone)) else f"{spot.name[:50]} ({spot.zone})"
    return f"{place}, now {now.astimezone(zoneinfo.ZoneInfo(spot.zone)):%H:%M}"


def value(spot: Spot) -> str:
    """The spot in words that `read` understands, whatever else has its name."""
    if spot == of_zone(spot.zone):
        return spot.zone
    return f"{spot.name[:50]} ({spot.zone})"


def of_zone(zone: str) -> Spot:
    """The place after which IANA calls a zone: `Berlin`, `UTC+2`."""
    plain = shown(zone)
    return Spot(zone, plain if plain != zone else zone.rpartition("/")[2].replace("_", " "))


@cache
def names() -> tuple[str, ...]:
    """Every IANA name, places before abbreviations."""
    known = zoneinfo.available_timezones() - {"localtime", "Factory"}
    return tuple(sorted(known, key=lambda name: (name.partition("/")[0] not in _CONTINENTS, name)))


# Readings, each None where it reads nothing


def _chosen(text: str) -> Reading | None:
    """An IANA name with its continent, or what the menu offered."""
    if "/" in text and (zone := _by_name().get(text.replace(" ", "_").casefold())):
        return Reading(text, (of_zone(zone),), exact=True)
    match = _OFFERED.fullmatch(text)
    zone = _by_name().get(match["zone"].casefold()) if match else None
    if match is None or zone is None:
        return None
    return Reading(text, (Spot(zone, match["name"].strip() or zone),), exact=True)


def _of_signs(text: str) -> Reading | None:
    """An abbreviation or an offset."""
    if zones := abbreviated(text):
        return Reading(text, tuple(of_zone(zone) for zone in zones), exact=zones == ("UTC",))
    zones = zones_at(text)
    if not zones:
        return None
    minutes = minutes_of(text)
    spots = tuple(of_zone(zone) for zone in zones)
    return Reading(text, spots, exact=minutes is not None, asks=minutes in CHANGING)


def _of_places(text: str) -> Reading | None:
    """A place or a zone's name, with the words around it or without; IANA's own places last."""
    for each in dict.fromkeys((text, _bare(text))):
        found = gazetteer().named(key_of(each))
        if spots := _spots(found):
            # A place that IANA knows by this name counts beside one that is only spelt so somewhere.
            is_own = any(not isinstance(one, City) or one.own_name for one in found)
            others = [spot for spot in _of_iana(each) if not is_own or "/" not in spot.zone]
            return Reading(text, tuple(_one_each([*spots, *others])))
        if spots := _of_parts(each):
            return Reading(text, tuple(spots))
    spots = _one_each(_of_iana(_bare(text)))
    return Reading(text, tuple(spots)) if spots else None


def _of_iana(text: str) -> list[Spot]:
    """IANA's places and names without a continent that are called so: `Vostok`, `Lord Howe`, `GB`."""
    key = key_of(text)
    return [of_zone(name) for name in names() if key and key in (key_of(name), key_of(of_zone(name).name))]


def _of_parts(text: str) -> list[Spot]:
    """A place and the country or state that it is in: `Paris, Texas`, `Cambridge MA`."""
    for place, where in _splits(text):
        areas = gazetteer().areas_named(where)
        found = [each for each in gazetteer().named(key_of(place)) if isinstance(each, City)]
        inside = [each for each in found if any(each.area.is_in(area) for area in areas)]
        if inside:
            return _spots(inside)
        if not areas and "," in text and found and (spots := _spots(found)):
            return spots
    return []


def _splits(text: str) -> Iterator[tuple[str, str]]:
    if "," in text:
        parts = [part.strip() for part in text.split(",")]
        yield from ((parts[0], where) for where in parts[1:] if where)
        return
    words = text.split(" ")
    yield from (
        (" ".join(words[:-count]), " ".join(words[-count:])) for count in range(1, min(len(words), 4))
    )


def _misspelt(text: str) -> Reading | None:
    """A name with a slip or two, where only one place is so near."""
    key = key_of(_bare(text))
    if len(key) < 5:
        return None
    slips = 1 if len(key) < 9 else 2
    near = process.extract(key, gazetteer().spellings, scorer=OSA.distance, score_cutoff=slips, limit=50)
    if not near:
        return None
    least = min(distance for _, distance, _ in near)
    found = [
        each for spelling, distance, _ in near if distance == least for each in gazetteer().named(spelling)
    ]
    spots = _spots(found)
    return Reading(text, tuple(spots)) if spots else None


# From what is found to the clocks that it may mean


def _spots(found: Iterable[Named]) -> list[Spot]:
    """What was found as one spot, or as those among which it has to be chosen."""
    areas, names, cities = [], [], []
    for each in found:
        match each:
            case Area():
                areas.append(each)
            case ZoneName():
                names.append(each)
            case City():
                cities.append(each)
    spots = [spot for each in names for spot in _of_name(each)]
    spots += [spot for area in areas for spot in _of_area(area)]
    if not spots:
        return _of_cities(cities)
    least = {True: _KNOWN, False: _MILLIONS}
    spots += [Spot(each.zone, each.shown) for each in cities if each.thousands >= least[each.own_name]]
    clocks = _one_each(spots)[:_ASKED]
    return [Spot(clocks[0].zone, areas[0].shown)] if areas and len(clocks) == 1 else clocks


def _of_name(each: ZoneName) -> list[Spot]:
    return [Spot(zone, each.name if len(each.zones) == 1 else of_zone(zone).name) for zone in each.zones]


def _of_area(area: Area) -> list[Spot]:
    """The clocks of a country or state, each by the largest city that has it."""
    main = _MAIN.get(area.code)
    named = zip(area.zones, area.cities, strict=True)
    spots = (Spot(zone, f"{city or of_zone(zone).name}, {area.name}") for zone, city in named)
    return [spot for spot in _one_each(spots) if main in (None, spot.zone)]


def _of_cities(cities: Sequence[City]) -> list[Spot]:
    """The city that is meant by far, else all that have clocks of their own."""
    ordered = sorted(cities, key=_weight, reverse=True)
    if not ordered:
        return []
    first, *rest = ordered
    others = max((_weight(each) for each in rest if _clock(each.zone) != _clock(first.zone)), default=0.0)
    if _weight(first) >= _BY_FAR * others:
        return [Spot(first.zone, first.shown)]
    return _one_each(Spot(each.zone, each.shown) for each in ordered)[:_ASKED]


def _weight(city: City) -> float:
    return max(city.thousands, 1) * (1 if city.own_name else _ALTERNATE_WEIGHT)


def _one_each(spots: Iterable[Spot]) -> list[Spot]:
    """The first of those with the same clock."""
    clocks: dict[tuple[timedelta | None, ...], Spot] = {}
    for spot in spots:
        clocks.setdefault(_clock(spot.zone), spot)
    return list(clocks.values())


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    """What tells clocks apart: the offsets of a year, week by week."""
    return _clock_of(zone, datetime.now(UTC).year)


@lru_cache(maxsize=1024)
def _clock_of(zone: str, year: int) -> tuple[timedelta | None, ...]:
    rules, first = zoneinfo.ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    return tuple((first + timedelta(weeks=week)).astimezone(rules).utcoffset() for week in range(104))


# While typing


@lru_cache(maxsize=512)
def _suggested(text: str) -> tuple[Spot, ...]:
    spots: list[Spot] = []
    for read_by in (_chosen, _of_signs, _of_places):
        if (found := read_by(text)) is not None:
            spots += found.spots
            break
    begun = gazetteer().beginning(key_of(text), 25)
    spots += [spot for each in begun for spot in _offered(each)]
    if len(spots) < 25:
        spots += _near(text, 25)
    return tuple({value(spot): spot for spot in spots}.values())


def _offered(each: Named) -> list[Spot]:
    match each:
        case City():
            return [Spot(each.zone, each.shown)]
        case Area():
            return _spots([each])
        case ZoneName():
            return _of_name(each)


def _near(text: str, limit: int, close: float = _CLOSE) -> list[Spot]:
    """What looks alike, the likeliest first: the places that many know, and IANA's names."""
    key = key_of(_bare(text))
    scores: dict[Spot, float] = {}
    if len(key) > 3:
        cutoff = close / 100
        known = process.extract(
            key, gazetteer().spellings, scorer=OSA.normalized_similarity, score_cutoff=cutoff, limit=limit
        )
        for spelling, similarity, _ in known:
            for spot in _spots(gazetteer().named(spelling))[:3]:
                scores[spot] = max(scores.get(spot, 0), 100 * similarity)
    cities = {(spot.zone, spot.name.partition(",")[0]) for spot in scores}
    for name, keys in _keys_of_names().items() if key else ():
        likeness = max(_likeness(key, candidate) for candidate in keys)
        spot = of_zone(name)
        if likeness >= close and (spot.zone, spot.name) not in cities:
            scores[spot] = likeness - 1
    return sorted(scores, key=lambda spot: (-scores[spot], len(spot.name)))[:limit]


def _likeness(typed: str, candidate: str) -> float:
    """From 0 to 100: a beginning, a part, or as near as typing errors leave it."""
    if candidate.startswith(typed):
        return 100.0
    if len(typed) < 4:
        return 0.0
    if typed in candidate:
        return 95.0
    beginning = OSA.normalized_similarity(typed, candidate[: len(typed)]) - 0.02
    return min(94.0, 100 * max(beginning, OSA.normalized_similarity(typed, candidate)))


@cache
def _keys_of_names() -> dict[str, tuple[str, str]]:
    return {name: (key_of(of_zone(name).name), key_of(name)) for name in names() if _is_place(name)}


def _is_place(name: str) -> bool:
    return name == "UTC" or ("/" in name and not name.startswith("Etc/"))


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): name for name in names()}


def _bare(text: str) -> str:
    """Without the words around that name no place."""
    return _AROUND.sub("", _AROUND.sub("", text)).strip()
