"""What Sentry gets: where the code failed, and nothing that a person wrote or is."""

from __future__ import annotations

import gzip
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.error_reports import Scrubbed, report_errors
from bot.errors import SettingsError
from bot.log_ids import about
from tests.support.project import PROJECT

TOKEN = "MTIzNDU2Nzg5.GabcdE.very-secret-part"
PERSON = 123456789012345678
TEXT = "what Ada wrote to the group"

REPORTS = f"""
import logging, sys
from bot.error_reports import report_errors
from bot.log_ids import about
from bot.logs import set_up_logging

set_up_logging("INFO", [{TOKEN!r}])
report_errors(sys.argv[1], [{TOKEN!r}])
log = logging.getLogger("bot.delivery.lifecycle")

class Refused(Exception):
    status = 403
    code = 50013

def send(note, person):
    raise Refused(f"{{note}} by {{person}} with {TOKEN}")

with about({{"delivery_id": 5, "guild_id": 42}}):
    log.warning("A first line: %s", {TEXT!r})
    try:
        send({TEXT!r}, {PERSON})
    except Refused:
        log.exception("Delivery %s of %s failed", 5, {TEXT!r})
logging.getLogger("asyncio").error("Task failed\\nfuture: {TEXT}")
"""


class Project(BaseHTTPRequestHandler):
    """A Sentry project that keeps what it is sent."""

    kept: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.kept.append(gzip.decompress(body) if packed else body)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def sentry() -> Iterator[tuple[str, list[bytes]]]:
    """An address to report to, and what has come there."""
    kept: list[bytes] = []
    server = HTTPServer(("127.0.0.1", 0), type("Kept", (Project,), {"kept": kept}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://key@127.0.0.1:{server.server_port}/1", kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def events(kept: list[bytes]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for envelope in kept for line in envelope.splitlines() if line]
    return [line for line in lines if "platform" in line]


def test_a_report_tells_where_it_failed_and_nothing_of_people() -> None:
    with sentry() as (address, kept):
        done = subprocess.run(
            [sys.executable, "-c", REPORTS, address], cwd=PROJECT, capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 0, done.stderr
    everything = b"\n".join(kept).decode()
    for secret in (TOKEN, "very-secret", str(PERSON), TEXT, "Ada"):
        assert secret not in everything
    first, second = events(kept)
    assert first["logentry"] == {"message": "Delivery %s of %s failed"}
    assert first["tags"] == {"delivery_id": "5", "guild_id": "42"}
    (error,) = first["exception"]["values"]
    assert (error["type"], error["value"]) == ("Refused", "status 403, code 50013")
    assert [frame["function"] for frame in error["stacktrace"]["frames"]] == ["<module>", "send"]
    assert second["logentry"] == {"message": "Task failed"}


@pytest.mark.parametrize(("filename", "is_shown"), [("bot/daily.py", True), ("<string>", False)])
def test_only_lines_of_files_are_shown(filename: str, is_shown: bool) -> None:
    frame = {
        "filename": filename,
        "function": "f",
        "pre_context": ["a"],
        "context_line": "b",
        "post_context": ["c"],
    }
    values = [{"type": "ValueError", "value": "", "stacktrace": {"frames": [frame]}}]
    made = Scrubbed().report({"event_id": "1", "exception": {"values": values}}, {})
    (shown,) = made["exception"]["values"][0]["stacktrace"]["frames"]
    assert shown["function"] == "f"
    assert ("context_line" in shown, "pre_context" in shown) == (is_shown, is_shown)


WORDS = st.text(min_size=6).filter(lambda text: text.strip() and not text.isdecimal())


@given(text=WORDS, person=st.integers(10**16, 2**63))
def test_whatever_people_wrote_is_in_no_report(text: str, person: int) -> None:
    text = f"<{text}>"
    try:
        raise ValueError(text, person)
    except ValueError as error:
        raised = error
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "It failed: %s", (text,), None)
    event: Any = {
        "event_id": "1",
        "logger": "bot.daily",
        "logentry": {"message": record.msg, "formatted": record.getMessage(), "params": [text, person]},
        "user": {"id": person},
        "extra": {"note": text},
        "request": {"data": text},
        "breadcrumbs": {"values": [{"message": text}]},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": text,
                    "stacktrace": {"frames": [{"function": "f", "vars": {"note": text, "who": person}}]},
                }
            ]
        },
    }
    with about({"delivery_id": 7}):
        made = Scrubbed().report(event, {"exc_info": (ValueError, raised, None)})
    written = json.dumps(made, ensure_ascii=False)
    assert text not in written
    assert str(person) not in written
    assert made["tags"] == {"delivery_id": "7"}


def test_an_address_that_is_none_is_said_in_one_sentence() -> None:
    with pytest.raises(SettingsError, match="PAPERBOY_SENTRY_DSN isn't the address of a Sentry project"):
        report_errors("sentry.example")


def test_a_missing_library_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(SettingsError, match="run `pip install sentry-sdk`"):
        report_errors("https://key@sentry.example/1")
