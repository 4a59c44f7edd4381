"""Time zones that are offered before anything is typed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.daily.when.zones import names

_OF_LOCALE = {
    "bg": ("Europe/Sofia",),
    "cs": ("Europe/Prague",),
    "da": ("Europe/Copenhagen",),
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "el": ("Europe/Athens",),
    "en-GB": ("Europe/London",),
    "en-US": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "es-419": ("America/Mexico_City", "America/Bogota", "America/Lima", "America/Argentina/Buenos_Aires"),
    "es-ES": ("Europe/Madrid",),
    "fi": ("Europe/Helsinki",),
    "fr": ("Europe/Paris",),
    "hi": ("Asia/Kolkata",),
    "hr": ("Europe/Zagreb",),
    "hu": ("Europe/Budapest",),
    "id": ("Asia/Jakarta",),
    "it": ("Europe/Rome",),
    "ja": ("Asia/Tokyo",),
    "ko": ("Asia/Seoul",),
    "lt": ("Europe/Vilnius",),
    "nl": ("Europe/Amsterdam", "Europe/Brussels"),
    "no": ("Europe/Oslo",),
    "pl": ("Europe/Warsaw",),
    "pt-BR": ("America/Sao_Paulo",),
    "ro": ("Europe/Bucharest",),
    "ru": ("Europe/Moscow",),
    "sv-SE": ("Europe/Stockholm",),
    "th": ("Asia/Bangkok",),
    "tr": ("Europe/Istanbul",),
    "uk": ("Europe/Kyiv",),
    "vi": ("Asia/Ho_Chi_Minh",),
    "zh-CN": ("Asia/Shanghai",),
    "zh-TW": ("Asia/Taipei",),
}
"""Where most who chose a language in Discord live, by Discord's name of the language."""

_POPULOUS = (
    "UTC",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Karachi",
    "Africa/Lagos",
    "America/Sao_Paulo",
    "Asia/Jakarta",
    "Asia/Dhaka",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Manila",
    "Africa/Cairo",
    "America/Mexico_City",
    "Europe/Moscow",
    "America/Chicago",
    "Europe/Istanbul",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Paris",
    "Africa/Johannesburg",
    "America/Los_Angeles",
    "Asia/Seoul",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Australia/Sydney",
)
"""After UTC the zones of most people, roughly in order, of those that share a clock mostly one."""


def likely(used: Iterable[str], locales: Iterable[str]) -> list[str]:
    """IANA names, each once: those that are `used` already, those of the `locales`, the populous ones."""
    of_locales = [name for locale in locales for name in _OF_LOCALE.get(locale, ())]
    known = set(names())
    return [name for name in dict.fromkeys([*used, *of_locales, *_POPULOUS]) if name in known]
