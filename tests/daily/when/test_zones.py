"""Time zones as people type them."""

from __future__ import annotations

import contextlib
import lzma
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daily.when.likely_zones import likely
from bot.daily.when.zones import Reading, Spot, UnknownZone, label, names, of_zone, read, suggest, value
from bot.shipped import PLACES

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
CITIES = Path(__file__).with_name("cities.txt")


@cache
def clock(zone):
    """Its offsets in a year: what tells two zones apart."""
    days = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=week) for week in range(53))
    return [day.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() for day in days]


def cities():
    """(zone, spelling) for each city, in English and as its people spell it."""
    for line in CITIES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            zone, _, pairs = line.partition(": ")
            yield from ((zone, spelling) for pair in pairs.split(", ") for spelling in pair.split("="))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("kathmandu", "Asia/Kathmandu"),
        ("utc", "UTC"),
        ("Berlni", "Europe/Berlin"),
        ("in Tokyo", "Asia/Tokyo"),
        ("London time", "Europe/London"),
        ("Mumbai", "Asia/Kolkata"),
        ("San Francisco", "America/Los_Angeles"),
        ("Geneva", "Europe/Zurich"),
        ("India", "Asia/Kolkata"),
        ("California", "America/Los_Angeles"),
        ("pacific time", "America/Los_Angeles"),
        ("mitteleuropäische Zeit", "Europe/Berlin"),
        ("heure normale du Japon", "Asia/Tokyo"),
        ("Deutschland", "Europe/Berlin"),
        ("日本", "Asia/Tokyo"),
        ("Paris, Texas", "America/Chicago"),
        ("Cambridge MA", "America/New_York"),
        ("Barcelona, Spain", "Europe/Madrid"),
        ("Washington, D.C.", "America/New_York"),
        ("Brasilia", "America/Sao_Paulo"),
        ("Mumbai, India (Asia/Kolkata)", "Asia/Kolkata"),
        ("los angelos", "America/Los_Angeles"),
        ("etc/gmt-7", "Etc/GMT-7"),
    ],
)
def test_a_city_or_a_name_is_understood(typed, name):
    found = read(typed)
    assert found.is_clear
    assert clock(found.spot.zone) == clock(name)


@pytest.mark.parametrize("typed", ["", "x", "my place", "1234", "🦆"])
def test_what_is_no_place_gets_a_sentence(typed):
    with pytest.raises(UnknownZone, match="I don't know a place or time zone"):
        read(typed)


def test_what_is_merely_near_is_asked():
    found = read("Stutgat")
    assert not found.is_clear
    assert "Stuttgart, Germany" in [spot.name for spot in found.spots]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Washington", {"Seattle, Washington", "Washington, District of Columbia"}),
        ("Georgia", {"Atlanta, Georgia", "Tbilisi, Georgia"}),
        ("Barcelona", {"Barcelona, Spain", "Barcelona, Venezuela"}),
        ("Spain", {"Madrid, Spain", "Las Palmas de Gran Canaria, Spain"}),
        ("Texas", {"Houston, Texas", "El Paso, Texas"}),
        ("USA", {"New York City, United States", "Los Angeles, United States", "Phoenix, United States"}),
        ("Vostok", {"Vostok"}),
        ("IST", {"Kolkata", "Jerusalem", "Dublin"}),
        ("GMT 2", {"UTC+2", "UTC-2"}),
        ("UTC-3:30", {"St Johns"}),
    ],
)
def test_a_place_with_several_clocks_is_asked(typed, names):
    found = read(typed)
    assert not found.is_clear
    assert names <= {spot.name for spot in found.spots}


def test_of_many_places_that_share_a_clock_nothing_is_asked():
    for typed in ("Germany", "China", "Argentina", "Uzbekistan", "Suzhou"):
        assert read(typed).is_clear


def test_the_large_cities_are_right_or_asked_back_by_each_of_their_names():
    right = asked = 0
    for zone, typed in cities():
        found = read(typed)
        clocks = [clock(spot.zone) for spot in found.spots]
        assert clock(zone) in clocks, (typed, zone, found.spots)
        assert found.is_clear <= (clocks == [clock(zone)]), (typed, zone, found.spots)
        right, asked = right + found.is_clear, asked + (not found.is_clear)
    assert right + asked >= 700
    assert asked <= 20, "a city that everybody knows needs no question"


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("UTC", 0),
        ("gmt", 0),
        ("Z", 0),
        ("GMT+2", 120),
        ("gmt +02:00", 120),
        ("UTC+5:30", 330),
        ("UTC+5.5", 330),
        ("AoE", -720),
        ("Anywhere on Earth", -720),
        ("UTC+0530", 330),
        ("UTC−3", -180),
        ("+2", 120),
        ("-08:00", -480),
        ("UTC+14", 840),
        ("GMT-12", -720),
        ("UTC+5:45", 345),
        ("UTC+9.30", 570),
        ("UTC-9:30", -570),
    ],
)
def test_an_offset_is_as_people_mean_it(typed, minutes):
    found = read(typed)
    assert found.is_clear
    assert {
        datetime(2026, month, 1, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo(found.spot.zone)).utcoffset()
        for month in range(1, 13)
    } == {timedelta(minutes=minutes)}


@pytest.mark.parametrize("typed", ["UTC+15", "GMT-13", "UTC+1:20", "+99", "5", "0530"])
def test_an_offset_that_no_clock_has_is_refused(typed):
    with pytest.raises(UnknownZone):
        read(typed)


MEANT = {
    "America/New_York": "EST EDT ET E.S.T.",
    "America/Chicago": "CDT CT",
    "America/Denver": "MDT MT",
    "America/Los_Angeles": "PST PDT PT pst",
    "America/Anchorage": "AKST",
    "Pacific/Honolulu": "HST",
    "America/Sao_Paulo": "BRT",
    "America/Argentina/Buenos_Aires": "ART",
    "Europe/Paris": "CET CEST MEZ",
    "Europe/Athens": "EET EEST",
    "Europe/Lisbon": "WET WEST",
    "Europe/Moscow": "MSK",
    "Europe/Istanbul": "TRT",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Asia/Hong_Kong": "HKT",
    "Asia/Singapore": "SGT",
    "Asia/Manila": "PHT",
    "Asia/Jakarta": "WIB",
    "Asia/Bangkok": "ICT",
    "Asia/Kathmandu": "NPT",
    "Asia/Karachi": "PKT",
    "Australia/Perth": "AWST",
    "Australia/Sydney": "AEDT",
    "Pacific/Auckland": "NZST NZDT",
    "Africa/Johannesburg": "SAST",
    "Africa/Nairobi": "EAT",
    "Africa/Lagos": "WAT",
    "Africa/Maputo": "CAT",
}
SEVERAL = {
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "MST": ("America/Denver", "America/Phoenix"),
    "GST": ("Asia/Dubai",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AMT": ("America/Manaus", "Asia/Yerevan"),
}


@pytest.mark.parametrize(
    ("short", "zone"), [(short, zone) for zone, shorts in MEANT.items() for short in shorts.split()]
)
def test_an_abbreviation_is_what_people_mean_by_it(short, zone):
    found = read(short)
    assert found.is_clear
    assert not found.exact
    assert clock(found.spot.zone) == clock(zone)


@pytest.mark.parametrize("short", SEVERAL)
def test_an_abbreviation_of_several_zones_asks(short):
    found = read(short)
    assert not found.is_clear
    assert set(SEVERAL[short]) <= {spot.zone for spot in found.spots}


def test_every_iana_name_can_be_chosen():
    for name in names():
        if "/" in name:
            assert read(name) == Reading(name, (of_zone(name),), exact=True)


def test_iana_s_names_without_a_continent_are_their_clock_or_asked():
    for name in names():
        if "/" not in name and name not in ("EST", "HST"):
            found = read(name)
            assert clock(name) in [clock(spot.zone) for spot in found.spots], (name, found.spots)


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=40)
def test_any_text_is_a_place_or_a_sentence(text):
    with contextlib.suppress(UnknownZone):
        assert read(text).spots
    assert len(suggest(text)) <= 25


def test_what_is_offered_is_understood_when_it_comes_back():
    for typed in ("a", "ber", "barc", "geo", "utc+", "gmt+2", "is", "pacific", "北", "wash"):
        for spot in suggest(typed):
            for again in (value(spot), label(spot, NOW)):
                assert read(again).is_clear
                assert clock(read(again).spot.zone) == clock(spot.zone)


def test_the_table_is_small_and_credits_geonames():
    assert PLACES.stat().st_size <= 1_000_000
    credit = lzma.decompress(PLACES.read_bytes()).partition(b"\n")[0].decode()
    assert "GeoNames" in credit
    assert "CC BY 4.0" in credit


def test_a_start_reads_no_table():
    looked = "print(gazetteer.gazetteer.cache_info().currsize)"
    code = f"import bot.connection.client; from bot.daily.when import gazetteer; {looked}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ber", "Europe/Berlin"),
        ("brelin", "Europe/Berlin"),
        ("katmandu", "Asia/Kathmandu"),
        ("york", "America/New_York"),
        ("tokio", "Asia/Tokyo"),
        ("lord", "Australia/Lord_Howe"),
        ("nairobbi", "Africa/Nairobi"),
    ],
)
def test_the_wanted_zone_is_offered_while_typing(typed, name):
    assert name in [spot.zone for spot in suggest(typed)[:5]]


def test_cities_are_offered_as_they_are_typed():
    for typed in ("mum", "mumb", "Mumbai"):
        assert suggest(typed)[0] == Spot("Asia/Kolkata", "Mumbai, India")
    assert [spot.name for spot in suggest("barcelona")[:2]] == ["Barcelona, Spain", "Barcelona, Venezuela"]


def test_choices_are_few_and_tell_the_time_there():
    for typed in ("a", "america", "indian"):
        assert 0 < len(suggest(typed)) <= 25
    assert all(len(label(of_zone(name), NOW)) <= 100 for name in names())
    assert label(of_zone("Europe/Berlin"), NOW) == "Berlin (Europe/Berlin), now 13:00"
    assert label(Spot("Asia/Kolkata", "Mumbai, India"), NOW) == "Mumbai, India (Asia/Kolkata), now 17:30"
    assert label(of_zone("UTC"), NOW) == "UTC, now 12:00"
    assert label(of_zone("Etc/GMT-2"), NOW) == "UTC+2, now 14:00"


def test_before_anything_is_typed_the_zones_in_use_come_first_then_those_of_the_language():
    offered = likely(["Asia/Kathmandu", "Europe/Paris"], ["de", "en-GB", "de"])
    assert offered[:3] == ["Asia/Kathmandu", "Europe/Paris", "Europe/Berlin"]
    assert offered.index("Europe/London") < offered.index("UTC") < offered.index("Asia/Kolkata")
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("language", [locale.value for locale in discord.Locale])
def test_every_language_of_discord_has_a_zone_of_its_own(language):
    assert likely([], [language])[0] != "UTC"


def test_a_zone_or_a_language_that_this_machine_does_not_know_is_passed_over():
    assert likely(["Mars/Olympus"], ["tlh"])[0] == "UTC"


def test_names_are_all_zones():
    assert set(names()) == zoneinfo.available_timezones() - {"localtime", "Factory"}
