"""Time zones as people type them."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

import pytest

from bot.daily.zones import UnknownZone, names, resolve, suggest

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def offered(typed: str) -> list[str]:
    return [name for _, name in suggest(typed, NOW)]


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
    assert name in offered(typed)[:5]


def test_choices_fit_discords_limits_and_tell_the_time_there():
    for typed in ("", "a", "america", "indian"):
        choices = suggest(typed, NOW)
        assert 0 < len(choices) <= 25
        assert all(0 < len(label) <= 100 for label, _ in choices)
    assert ("Berlin (Europe/Berlin), now 13:00", "Europe/Berlin") in suggest("berlin", NOW)


def test_names_are_all_zones():
    assert set(names()) == zoneinfo.available_timezones() - {"localtime", "Factory"}
