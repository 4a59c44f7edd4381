"""No secret reaches the log, and each line tells by ids what it is about."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.json_log import RedactingJsonFormatter
from bot.log_ids import about
from bot.logs import RedactingFormatter

TOKEN = "MTIzNDU2Nzg5.GabcdE.very-secret-part"


def line(message: str, *args: object, exc_info=None) -> str:
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, message, args, exc_info)
    return RedactingFormatter([TOKEN]).format(record)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (f"login with {TOKEN} failed", "login with … failed"),
        (
            "POST https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246MTIzNDU2Nzg5MA/messages/@original",
            "/webhooks/123/…/messages/@original",
        ),
        ("/interactions/5/aW50ZXJhY3Rpb246MTIzNDU2Nzg5MA/callback", "/interactions/5/…/callback"),
        ("cannot reach postgresql://paperboy:hunter2@db.example/paperboy", "paperboy:…@db.example"),
        ("cannot reach postgresql://paperboy:hun/hunter2@x@db.example/paperboy", "paperboy:…@db.example"),
    ],
)
def test_secrets_are_left_out(message, kept):
    said = line(message)
    assert kept in said
    assert not any(secret in said for secret in (TOKEN, "hunter2", "aW50ZXJhY3Rpb24"))


def test_a_trace_is_redacted_too():
    try:
        raise RuntimeError(f"GET https://x/?token={TOKEN}")
    except RuntimeError:
        said = line("failed", exc_info=sys.exc_info())
    assert "RuntimeError" in said
    assert TOKEN not in said


def test_ordinary_lines_stay_as_they_are():
    assert line("delivered %d of %s", 3, "http://example.org:8080/a").endswith(
        "delivered 3 of http://example.org:8080/a"
    )


def in_json(message: str, *args: object, exc_info=None, **more: object) -> dict[str, Any]:
    record = logging.LogRecord("bot.daily", logging.ERROR, __file__, 1, message, args, exc_info)
    vars(record).update(more)
    written = RedactingJsonFormatter([TOKEN, 'quo"ted']).format(record)
    assert "\n" not in written
    assert TOKEN not in written
    found: dict[str, Any] = json.loads(written)
    return found


def test_a_line_names_what_it_is_about() -> None:
    with about({"delivery_id": 5}), about({"guild_id": 1234}):
        assert line("sent").endswith("bot: sent [delivery_id=5 guild_id=1234]")
    assert line("sent").endswith("bot: sent")


async def test_the_ids_follow_into_tasks_and_no_further() -> None:
    async def say() -> str:
        await asyncio.sleep(0)
        return line("in a task")

    with about({"interaction_id": 9}):
        inside = asyncio.create_task(say())
    outside = asyncio.create_task(say())
    assert (await inside).endswith("in a task [interaction_id=9]")
    assert (await outside).endswith("in a task")


def test_as_json_a_line_is_one_object() -> None:
    with about({"delivery_id": 5, "feed_id": 2, "guild_id": 10**18 + 1}):
        found = in_json("delivered %d of %s", 3, "é")
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "ERROR",
        "logger": "bot.daily",
        "message": "delivered 3 of é",
        "delivery_id": 5,
        "feed_id": 2,
        "guild_id": "1000000000000000001",
    }


def test_as_json_a_trace_is_within_the_line_and_redacted() -> None:
    try:
        raise RuntimeError(f"GET https://x/?token={TOKEN}")
    except RuntimeError:
        found = in_json("failed", exc_info=sys.exc_info())
    assert "RuntimeError: GET https://x/?token=…" in found["exc_info"]


def test_as_json_no_secret_hides_behind_an_escape_or_a_librarys_own_field() -> None:
    found = in_json('with quo"ted inside', note=TOKEN)
    assert found["message"] == "with … inside"
    assert "note" not in found


def written(secret: str) -> tuple[str, str]:
    """Lines about a secret that is an argument, in an error, and spelled by another program."""
    try:
        raise KeyError(secret)
    except KeyError:
        error = sys.exc_info()
    message = "asked for %s, %r and %s"
    args = (secret, {"password": secret}, json.dumps({"token": secret}))
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, message, args, error)
    formatters = RedactingFormatter([secret]), RedactingJsonFormatter([secret])
    text, as_json = (formatter.format(record) for formatter in formatters)
    return text, as_json


SECRETS = st.text(
    st.characters(exclude_characters="…", exclude_categories=["Cs"]), min_size=8, max_size=40
).map("pw".__add__)


@given(secret=SECRETS)
def test_no_secret_is_in_any_line_however_it_is_spelled(secret: str) -> None:
    text, as_json = written(secret)
    everything = [text, as_json, *map(str, json.loads(as_json).values())]
    for spelling in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]):
        assert not [line for line in everything if spelling in line]
    assert "\n" not in as_json
