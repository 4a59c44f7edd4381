"""Mails as they would be made, without a database."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

from bot.mail.mail_message import Mail, MailEntry
from bot.mail.mail_text import Written, written
from bot.mail.mime import From, Signature, as_bytes
from bot.paper.model import Paper
from bot.readers.mailing import MailKind, MailPlan
from tests.support.mail_server import parsed

PUBLIC = "https://papers.example.org"
LINK = f"{PUBLIC}/mail/off/AbCdEfGhIjKlMnOpQrStUvWxYz012345"
SENDER = From.of("Paperboy <papers@example.org>")
LONG = (
    "Large language models debate. We study how agents that disagree come to agree, and when they cannot. "
    "Over 12 tasks, debate helps where answers can be checked (by 7.3 points) and hurts elsewhere. "
)


def paper(number: int = 1, **more: Any) -> Paper:
    given = {
        "id": f"2601.{number:05}",
        "title": f"Debate of Agents, Part {number}",
        "abstract": LONG * 3,
        "authors": ("Ada Lovelace", "Charles Babbage", "Mary Somerville", "Augustus De Morgan"),
        "published": date(2026, 1, 2),
        "upvotes": 40 - number,
    }
    return Paper(**{**given, **more})


def mail(*papers: Paper, **more: Any) -> Mail:
    given: dict[str, Any] = {
        "kind": MailKind.PAPERS,
        "address": "ada@example.org",
        "plan": MailPlan(),
        "at": datetime(2026, 1, 5, 9, tzinfo=UTC),
        "nonce": "pb0123456789abcdef0123",
        "entries": tuple(MailEntry(each) for each in papers),
        "link": LINK,
    }
    return Mail(**{**given, **more})


def parts(made: Mail) -> Written:
    return written(made, PUBLIC)


def raw(made: Mail, signature: Signature | None = None, sender: From = SENDER) -> bytes:
    return as_bytes(made, parts(made), sender, signature)


def message(made: Mail, signature: Signature | None = None) -> Any:
    return parsed(raw(made, signature))


class _Reader(HTMLParser):
    """What a person reads of HTML, with each link's address behind its text; complains of open tags."""

    VOID = frozenset({"meta", "br", "img", "hr", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.open: list[str] = []
        self._hidden = False
        self._links: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self.text.append("\n")
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self._links.append(dict(attrs)["href"])
        self._hidden = tag in ("style", "title", "script")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"<{tag}> ends before what is in it"
        self._hidden = False
        if tag == "a":
            self.text.append(f" {self._links.pop()} ")
        if tag in ("p", "h1", "h2", "summary", "div"):
            self.text.append("\n")

    def handle_data(self, data):
        if not self._hidden:
            self.text.append(data)


def read_html(html: str) -> str:
    """As plain words on one line."""
    reader = _Reader()
    reader.feed(html)
    assert reader.open == []
    return flat("".join(reader.text))


def flat(text: str) -> str:
    """Without what only one of the two parts has: bullets, the mark before a signature, white space."""
    return " ".join(re.sub(r"(?m)^(\* |-- $)", "", text.replace("\r", "")).split())
