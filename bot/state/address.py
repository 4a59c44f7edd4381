"""DATABASE_URL, as platforms and people write it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError

_SQLITE = re.compile(r"sqlite(?:\+\w+)?://(?:/(?P<path>.*))?", re.DOTALL)
_POSTGRES = re.compile(r"(?:postgres|postgresql)(?:\+\w+)?://(?:(?P<person>.*)@)?(?P<place>[^@]*)", re.DOTALL)
_OTHER = re.compile(r"(?P<kind>[A-Za-z][\w+.-]*)://")
_LIBPQ_ONLY = frozenset(
    {"application_name", "channel_binding", "connect_timeout", "gssencmode", "sslnegotiation"}
)
"""Options of an address that change nothing for us."""
_LAST_PORT = 65_535


def engine_url(database_url: str) -> URL:
    """The async SQLAlchemy URL of a DATABASE_URL; SettingsError says what is wrong with it, without it.

    A path is taken as it stands: `?`, `#` and `%` are letters of it. A password is taken up to the last `@`,
    whether its own `/`, `@` and `#` are written as `%2F` and so on or as they are.
    """
    if sqlite := _SQLITE.fullmatch(database_url):
        return _file(sqlite["path"] or "")
    if postgres := _POSTGRES.fullmatch(database_url):
        return _server(postgres["person"], postgres["place"])
    if other := _OTHER.match(database_url):
        raise SettingsError(
            f"DATABASE_URL names {other['kind']}: Paperboy keeps its state in PostgreSQL or SQLite."
        )
    raise SettingsError(
        "DATABASE_URL is not a database address: expected postgresql://… or sqlite:///…."
    ) from None


def password_of(database_url: str) -> str | None:
    """The password in a DATABASE_URL, for whoever has to hide it; None where there is none."""
    try:
        return engine_url(database_url).password
    except SettingsError:
        return None


def _file(path: str) -> URL:
    if path in ("", ":memory:"):
        raise SettingsError(
            "DATABASE_URL names no file: write sqlite:///state.db, or sqlite:////var/lib/paperboy/state.db "
            "for a full path."
        )
    return URL.create("sqlite", database=path)


def _server(person: str | None, place: str) -> URL:
    try:
        url = make_url(f"postgresql://{place}")
    except (ArgumentError, ValueError):
        raise SettingsError(
            "DATABASE_URL is not a database address: expected postgresql://user:password@host:5432/database."
        ) from None
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise SettingsError(f"DATABASE_URL names port {url.port}, but ports go from 1 to {_LAST_PORT}.")
    options = {name: value for name, value in url.query.items() if name not in _LIBPQ_ONLY}
    if "sslmode" in options:
        # Platforms write libpq's options; asyncpg has `ssl` with the values of `sslmode`.
        options["ssl"] = options.pop("sslmode")
    if unknown := sorted(set(options) - {"ssl"}):
        raise SettingsError(f"DATABASE_URL has the option {unknown[0]}, which I don't know: leave it out.")
    if person is not None:
        name, _, password = person.partition(":")
        url = url.set(username=unquote(name), password=unquote(password) or None)
    return url.set(drivername="postgresql+asyncpg", query=options)
