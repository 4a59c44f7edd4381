"""Time zones as people type them."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

import discord
import pytest

from bot.daily.likely_zones import likely
from bot.daily.zones import UnknownZone, label, names, resolve, suggest

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


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
        ("los angelos", "America/Los_Angeles"),
        ("etc/gmt-7", "Etc/GMT-7"),
    ],
)
def test_a_city_or_a_name_is_understood(typed, name):
    assert resolve(typed) == name


@pytest.mark.parametrize("typed", ["", "x", "my place", "1234", "🦆"])
def test_what_is_no_place_gets_a_sentence(typed):
    with pytest.raises(UnknownZone, match="There is no time zone"):
        resolve(typed)


def test_the_nearest_zones_are_named_where_something_is_near():
    with pytest.raises(UnknownZone, match=r"There is no time zone “🦆”\. Name a large city"):
        resolve("🦆")
    with pytest.raises(UnknownZone, match="Did you mean `"):
        resolve("Aus")


def test_every_iana_name_can_be_chosen():
    for name in zoneinfo.available_timezones() - {"localtime", "Factory"}:
        assert resolve(name) == name


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
    assert name in suggest(typed)[:5]


def test_choices_are_few_and_tell_the_time_there():
    for typed in ("a", "america", "indian"):
        assert 0 < len(suggest(typed)) <= 25
    assert all(len(label(name, NOW)) <= 100 for name in names())
    assert label("Europe/Berlin", NOW) == "Berlin (Europe/Berlin), now 13:00"
    assert label("UTC", NOW) == "UTC, now 12:00"


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
