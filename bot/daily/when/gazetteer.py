"""Cities, countries, states and names of time zones, from the table that comes with Paperboy.

The table, made by `bench/places.py`, is text: sections between empty lines, of rows whose fields are parted
by tabs. In their order: the credit; the zones; the areas, which are countries and states (code, name, short
form, numbers of their zones, that of most people first, and the largest city of each); the names of zones
(name, numbers of zones); the cities, the largest first (name, number of the area, number of the zone,
thousands of inhabitants); and the keys in order, each with what it names: a city's number, with ALTERNATE
behind it where the key is another spelling than its own; r and an area's number; n and that of a zone's name.
It is kept as it is and searched as bytes: that takes a millisecond, and a tenth of the memory that a
dictionary would.
"""

from __future__ import annotations

import lzma
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from bot.paper.text import fold
from bot.shipped import PLACES as TABLE

ALTERNATE: Final = "~"
_GUESSED_FROM: Final = 100
"""Thousands of inhabitants of a city whose misspelt name is understood."""

_MILLIONS: Final = 1_000
"""Thousands of inhabitants of a city that is meant rather than a country that some language calls so."""
_METROPOLIS: Final = 20
"""The place among the largest cities before which countries are offered."""


def key_of(text: str) -> str:
    """The letters, marks and digits of folded text: “São Paulo” and “sao-paulo” have the same."""
    return "".join(each for each in fold(text) if unicodedata.category(each)[0] in "LMN")


@dataclass(frozen=True, slots=True)
class City:
    name: str
    area: Area
    zone: str
    thousands: int
    """Of inhabitants."""
    own_name: bool = True
    """Whether it was found by its own name, not by another spelling."""

    @property
    def shown(self) -> str:
        """`Mumbai, India`, `Portland, Oregon`; `Singapore` alone."""
        return self.name if self.name == self.area.name else f"{self.name}, {self.area.name}"


@dataclass(frozen=True, slots=True)
class Area:
    """A country, or a state of one."""

    code: str
    """`DE`, `US.CA`"""
    name: str
    short: str
    zones: tuple[str, ...]
    """That of most people first."""
    cities: tuple[str, ...]
    """The largest of each zone; empty where none is large."""

    @property
    def shown(self) -> str:
        """`India`, `Texas, US`"""
        country, _, state = self.code.partition(".")
        return f"{self.name}, {country}" if state else self.name

    def is_in(self, other: Area) -> bool:
        """Whether all of it lies in `other`."""
        return self.code == other.code or self.code.startswith(f"{other.code}.")


@dataclass(frozen=True, slots=True)
class ZoneName:
    """What a zone is called, as in `Pacific Time`."""

    name: str
    zones: tuple[str, ...]


Named = City | Area | ZoneName


class Gazetteer:
    def __init__(self, table: bytes) -> None:
        _, zones, areas, names, cities, keys = table.split(b"\n\n")
        self._zones = zones.decode().split("\n")
        self._areas = [self._area(row) for row in areas.decode().split("\n")]
        self._names = [self._zone_name(row) for row in names.decode().split("\n")]
        self._cities = cities.split(b"\n")
        self._keys = b"\n" + keys

    def named(self, key: str) -> list[Named]:
        """Everything that has this key: areas and names of zones, then cities, the largest first."""
        numbers = next(filter(None, map(self._numbers, _variants(key))), [])
        found = [(each, self._of(each)) for each in numbers]
        if any(isinstance(one, City) and one.own_name and one.thousands >= _MILLIONS for _, one in found):
            # Brasília is no Brazil, though Finns call that so.
            found = [(each, one) for each, one in found if not (each[0] == "r" and each.endswith(ALTERNATE))]
        return [one for _, one in found]

    def _numbers(self, key: str) -> list[str]:
        start = self._keys.find(f"\n{key}\t".encode()) if key else -1
        if start < 0:
            return []
        return _ordered(_numbers_of(self._keys[start + 1 : self._keys.find(b"\n", start + 1)]))

    def beginning(self, key: str, limit: int) -> list[Named]:
        """What has a key that begins so: what is called so itself first, then what has such a spelling.

        Of the cities the largest come first; a country or a zone's name stands among them like a metropolis.
        """
        beginning = f"\n{key}".encode()
        start, last = self._keys.find(beginning), self._keys.rfind(beginning)
        if not key or start < 0:
            return []
        end = self._keys.find(b"\n", last + 1)
        found: dict[str, None] = {}
        for row in self._keys[start + 1 : end].split(b"\n"):
            found |= dict.fromkeys(_numbers_of(row))
        chosen: dict[str, Named] = {}
        for each in sorted(found, key=lambda each: self._place(each, key)):
            chosen.setdefault(each.removesuffix(ALTERNATE), self._of(each))
            if len(chosen) == limit:
                break
        return list(chosen.values())

    def _place(self, number: str, key: str) -> tuple[bool, int]:
        if number[0].isdigit():
            return number.endswith(ALTERNATE), int(number.rstrip(ALTERNATE))
        return not key_of(self._of(number).name).startswith(key), _METROPOLIS

    def areas_named(self, typed: str) -> list[Area]:
        """Countries and states by a name or by their short form, as in `Oregon`, `OR`, `UK`."""
        short = typed.strip().rstrip(".").casefold()
        by_name = [each for each in self.named(key_of(typed)) if isinstance(each, Area)]
        return by_name + [each for each in self._areas if each.short.casefold() == short]

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """What misspelt names are compared with: the keys of large cities' own names and of all else."""
        return tuple(
            row.partition(b"\t")[0].decode()
            for row in self._keys[1:].split(b"\n")
            if any(self._is_widely_known(each) for each in _numbers_of(row))
        )

    def _is_widely_known(self, number: str) -> bool:
        if not number[0].isdigit():
            return True
        if number.endswith(ALTERNATE):
            return False
        return int(self._cities[int(number)].rpartition(b"\t")[2]) >= _GUESSED_FROM

    def _of(self, number: str) -> Named:
        if number[0] == "r":
            return self._areas[int(number[1:].rstrip(ALTERNATE))]
        if number[0] == "n":
            return self._names[int(number[1:])]
        plain = number.removesuffix(ALTERNATE)
        name, area, zone, thousands = self._cities[int(plain)].decode().split("\t")
        return City(name, self._areas[int(area)], self._zones[int(zone)], int(thousands), plain == number)

    def _area(self, row: str) -> Area:
        code, name, short, zones, cities = row.split("\t")
        return Area(code, name, short, self._numbered(zones), tuple(cities.split("|")))

    def _zone_name(self, row: str) -> ZoneName:
        name, zones = row.split("\t")
        return ZoneName(name, self._numbered(zones))

    def _numbered(self, zones: str) -> tuple[str, ...]:
        return tuple(self._zones[int(zone)] for zone in zones.split(" "))


def _variants(key: str) -> Iterable[str]:
    """The key, and how else it may be written: without Arabic's article, with Chinese's word for a city."""
    yield key
    plain = key.removeprefix("ال").removesuffix("市").replace("臺", "台")
    yield from (plain, f"{plain}市", f"ال{plain}")


def _numbers_of(row: bytes) -> list[str]:
    return row.partition(b"\t")[2].decode().split()


def _ordered(numbers: Iterable[str]) -> list[str]:
    """Areas and names of zones, then cities, the largest first."""
    return sorted(numbers, key=lambda each: int(each.rstrip(ALTERNATE)) if each[0].isdigit() else -1)


@cache
def gazetteer() -> Gazetteer:
    """The table that comes with Paperboy, read when it is first asked for: it takes a tenth of a second."""
    return Gazetteer(lzma.decompress(TABLE.read_bytes()).rstrip(b"\n"))
