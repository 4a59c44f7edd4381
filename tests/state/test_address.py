"""DATABASE_URL as platforms and people write it; what is wrong with it is said without its password."""

from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.state.address import engine_url, password_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgres://h/db?sslmode=require&channel_binding=prefer", "postgresql+asyncpg://h/db?ssl=require"),
        ("postgresql://h:5432/db", "postgresql+asyncpg://h:5432/db"),
        ("postgresql+psycopg2://h:5432/db", "postgresql+asyncpg://h:5432/db"),
        ("postgresql://[::1]:5432/db", "postgresql+asyncpg://[::1]:5432/db"),
        ("sqlite:///state.db", "sqlite:///state.db"),
        ("sqlite+aiosqlite:////tmp/state.db", "sqlite:////tmp/state.db"),
    ],
)
def test_addresses_as_hosting_platforms_write_them(written: str, read: str) -> None:
    assert engine_url(written).render_as_string() == read


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("p/w", "p/w"),
        ("p@w", "p@w"),
        ("p#w?x", "p#w?x"),
        ("p:w", "p:w"),
        ("p%40w%2F", "p@w/"),
        ("100%", "100%"),
        ("plain", "plain"),
    ],
)
def test_a_password_may_hold_anything_written_as_it_is_or_with_percent_signs(
    written: str, password: str
) -> None:
    url = engine_url(f"postgresql://me:{written}@db.example:5432/x?sslmode=require")
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "me",
        password,
        "db.example",
        5432,
        "x",
    )
    assert password_of(f"postgresql://me:{written}@db.example/x") == password


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("nonsense", "is not a database address"),
        ("mysql://h/db", "names mysql"),
        ("postgres://h/db?sslcert=x", "the option sslcert"),
        ("postgresql://me:s3cret@h:99999/db", "port 99999"),
        ("postgresql://me:s3cret@h:0/db", "port 0"),
        ("postgresql://me:s3cret@h:port/db", "is not a database address"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(address: str, says: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as wrong:
        engine_url(address)
    assert says in str(wrong.value)
    assert "s3cret" not in str(wrong.value)
