"""No secret reaches the log."""

from __future__ import annotations

import logging
import sys

import pytest

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
