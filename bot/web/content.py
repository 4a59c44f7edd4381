"""What is sent for a request, before it is sent: a page, a feed, or where to look instead."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import datetime

HTML = "text/html"
ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"


class Refused(Exception):
    """Nothing is there, or it can't be answered: a page with this one sentence, in Discord's markdown.

    `instead` is a path within the site that has what was probably meant, and `named` what its link says.
    """

    def __init__(self, status: int, sentence: str, *, instead: str = "", named: str = "") -> None:
        self.status = status
        self.sentence = sentence
        self.instead = instead
        self.named = named
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Content:
    body: str = ""
    type: str = HTML
    location: str = ""
    """Where the answer is instead: a path as links within the site have it."""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """Content that is ready to be sent, and small enough to keep a thousand of."""

    packed: bytes
    """gzip."""
    etag: str
    type: str
    location: str
    status: int

    @classmethod
    def of(cls, content: Content) -> Answer:
        """Takes a few milliseconds for a long feed."""
        body = content.body.encode("utf-8")
        digest = hashlib.sha256(body).hexdigest()[:24]
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        return cls(packed, digest, content.type, content.location, content.status)


@dataclass(frozen=True, slots=True)
class Dated:
    """An answer, and since when it has been what it is, as far as this process knows."""

    answer: Answer
    since: datetime
