"""Offsets and abbreviations of zones as people mean them: `GMT+2` is ahead of UTC, `IST` one of three."""

from __future__ import annotations

import re
from typing import Final

_OFFSET = re.compile(
    r"(?P<base>utc|gmt|z)?\s*(?P<sign>[-+−–±]?)\s*(?P<hours>\d{1,2})(?:\s*[:.]?\s*(?P<minutes>\d{2}))?\s*(?:h|hours)?"
)
_WHOLE = re.compile(r"Etc/(?:GMT|UTC)(?:(?P<sign>[-+])(?P<hours>\d{1,2}))?")
_PARTS = re.compile(r"(?<=\d)[.,](5|25|75)$")
_MINUTES = {"5": ":30", "25": ":15", "75": ":45"}
_FURTHEST = (-12, 14)

_OF_PARTS = {
    -570: ("Pacific/Marquesas",),
    -210: ("America/St_Johns",),
    -150: ("America/St_Johns",),
    210: ("Asia/Tehran",),
    270: ("Asia/Kabul",),
    330: ("Asia/Kolkata",),
    345: ("Asia/Kathmandu",),
    390: ("Asia/Yangon",),
    525: ("Australia/Eucla",),
    570: ("Australia/Darwin",),
    630: ("Australia/Adelaide", "Australia/Lord_Howe"),
    765: ("Pacific/Chatham",),
    825: ("Pacific/Chatham",),
}
"""Zones by minutes ahead of UTC, where these are no whole hours: IANA names none of an offset alone then."""

CHANGING: Final = frozenset({-210, -150, 630, 765, 825})
"""Of these the ones that last for a part of the year only."""

_MEANT = {
    "UTC": "utc gmt ut z zulu uct",
    "Europe/Berlin": "cet cest mez mesz met mest",
    "Europe/Bucharest": "eet eest oez oesz",
    "Europe/Lisbon": "wet west wez wesz",
    "Europe/Moscow": "msk msd",
    "Europe/Istanbul": "trt",
    "Europe/Samara": "samt",
    "America/New_York": "est edt et est5edt",
    "America/Chicago": "cdt ct cst6cdt",
    "America/Denver": "mdt mt mst7mdt",
    "America/Los_Angeles": "pst pdt pt pst8pdt",
    "America/Anchorage": "akst akdt akt",
    "Pacific/Honolulu": "hst hdt",
    "America/Halifax": "adt",
    "America/St_Johns": "nst ndt",
    "America/Sao_Paulo": "brt brst",
    "America/Argentina/Buenos_Aires": "art",
    "America/Santiago": "clt clst",
    "America/Bogota": "cot",
    "America/Lima": "pet",
    "America/Caracas": "vet",
    "America/Guayaquil": "ect",
    "America/Montevideo": "uyt",
    "America/Asuncion": "pyt pyst",
    "Asia/Jerusalem": "idt",
    "Asia/Tokyo": "jst",
    "Asia/Seoul": "kst",
    "Asia/Hong_Kong": "hkt",
    "Asia/Singapore": "sgt",
    "Asia/Manila": "pht phst",
    "Asia/Kuala_Lumpur": "myt",
    "Asia/Jakarta": "wib",
    "Asia/Makassar": "wita",
    "Asia/Jayapura": "wit",
    "Asia/Bangkok": "ict",
    "Asia/Kathmandu": "npt",
    "Asia/Karachi": "pkt",
    "Asia/Dhaka": "bdt",
    "Asia/Colombo": "slst",
    "Asia/Yangon": "mmt",
    "Asia/Kabul": "aft",
    "Asia/Tehran": "irst irdt",
    "Asia/Tashkent": "uzt",
    "Asia/Almaty": "almt",
    "Asia/Tbilisi": "get",
    "Asia/Baku": "azt",
    "Asia/Yekaterinburg": "yekt",
    "Asia/Omsk": "omst",
    "Asia/Novosibirsk": "novt",
    "Asia/Krasnoyarsk": "krat",
    "Asia/Irkutsk": "irkt",
    "Asia/Yakutsk": "yakt",
    "Asia/Vladivostok": "vlat",
    "Australia/Sydney": "aedt aet",
    "Australia/Adelaide": "acdt act",
    "Australia/Perth": "awst",
    "Pacific/Auckland": "nzst nzdt nzt",
    "Pacific/Guam": "chst",
    "Africa/Johannesburg": "sast",
    "Africa/Lagos": "wat",
    "Africa/Nairobi": "eat",
    "Africa/Maputo": "cat",
}
_ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    short: (zone,) for zone, shorts in _MEANT.items() for short in shorts.split()
} | {
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "mst": ("America/Denver", "America/Phoenix"),
    "gst": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "sst": ("Pacific/Pago_Pago", "Asia/Singapore"),
    "amt": ("America/Manaus", "Asia/Yerevan"),
    "aest": ("Australia/Sydney", "Australia/Brisbane"),
    "aoe": ("Etc/GMT+12",),
    "anywhere on earth": ("Etc/GMT+12",),
    "acst": ("Australia/Adelaide", "Australia/Darwin"),
}
"""What people mean, which for `EST` is New York's clock all year; several where many mean each."""


def _in_minutes(typed: str) -> str:
    """`UTC+5.5` as `utc+5:30`: a part of an hour in one digit, or a quarter, is no number of minutes."""
    return _PARTS.sub(lambda part: _MINUTES[part[1]], typed.strip().casefold())


def abbreviated(typed: str) -> tuple[str, ...]:
    """The zones that an abbreviation may mean, the likeliest first; none for anything else."""
    return _ABBREVIATIONS.get(typed.strip().replace(".", "").casefold(), ())


def zones_at(typed: str) -> tuple[str, ...]:
    """The zones of an offset as people write it (`GMT+2`, `UTC+5:30`, `-3`); several where it is not clear.

    Without a sign it may be ahead or behind; a bare number is no offset.
    """
    match = _OFFSET.fullmatch(_in_minutes(typed))
    if match is None or not (match["base"] or match["sign"]):
        return ()
    minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
    behind, ahead = _zones_of(-minutes), _zones_of(minutes)
    if not match["sign"] or match["sign"] == "±":
        return tuple(dict.fromkeys(ahead + behind))
    return ahead if match["sign"] == "+" else behind


def is_offset(typed: str) -> bool:
    """Whether it is written as an offset, be there a clock that has it or not."""
    return _OFFSET.fullmatch(_in_minutes(typed)) is not None


def minutes_of(typed: str) -> int | None:
    """Minutes ahead of UTC of an offset with its sign; None for anything else."""
    match = _OFFSET.fullmatch(_in_minutes(typed))
    if match is None or not match["sign"] or match["sign"] == "±":
        return None
    minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
    return minutes if match["sign"] == "+" else -minutes


def _zones_of(minutes: int) -> tuple[str, ...]:
    hours, rest = divmod(minutes, 60)
    if rest:
        return _OF_PARTS.get(minutes, ())
    if not _FURTHEST[0] <= hours <= _FURTHEST[1]:
        return ()
    # IANA's signs are POSIX's: Etc/GMT-2 is ahead of UTC.
    return (f"Etc/GMT{-hours:+d}",) if hours else ("UTC",)


def shown(zone: str) -> str:
    """An IANA name as people read it: `Etc/GMT-2`, whose sign is turned round, as `UTC+2`."""
    match = _WHOLE.fullmatch(zone)
    if match is None:
        return zone
    hours = -int(f"{match['sign']}{match['hours']}") if match["sign"] else 0
    return f"UTC{hours:+d}" if hours else "UTC"
