"""Why a daily paper did not come, stopped or waits: a code, and what a sentence about it needs to know.

The sentences are in `bot.views.reason_sentences`; what is stored, logged and passed on is the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.storable_text import storable


class Code(StrEnum):
    """What happened. Values are stored: never change one; a newer version may have written others."""

    # Ours
    FEED_REMOVED = "feed-removed"
    FEED_STOPPED = "feed-stopped"
    TOO_LATE = "too-late"
    MISSED = "missed"
    """Paperboy was off when the post was due, and for too long after."""
    INTERRUPTED = "interrupted"
    NOTHING_NEW = "nothing-new"
    PAPER_NOT_HERE = "paper-not-here"
    QUARANTINED = "quarantined"
    LEFT_SERVER = "left-server"
    PAPER_GONE = "paper-gone"
    """The paper chosen left the catalog, or was hidden, before it was posted."""
    PERHAPS_ARRIVED = "perhaps-arrived"
    """Nobody can tell whether it arrived, so it was not sent again; `because` says why nobody can."""
    PAUSED_BY_ADMIN = "paused-by-admin"
    UNKNOWN_ZONE = "unknown-zone"
    """`zone`: this host's time zone database lacks it."""
    NEWER_VERSION = "newer-version"
    """A newer Paperboy wrote the row, with something that this one does not know."""
    BUG = "bug"
    """Our own code failed on this row; the log has the trace."""

    # Discord refuses it
    CHANNEL_GONE = "channel-gone"
    SERVER_GONE = "server-gone"
    CHANNEL_HIDDEN = "channel-hidden"
    LACKS_PERMISSION = "lacks-permission"
    """`permissions`: their API names, separated by commas; absent where nobody could tell which."""
    TIMED_OUT = "timed-out"
    """A moderator put the bot into a time-out, until `until` (seconds since 1970)."""
    WRONG_CHANNEL_TYPE = "wrong-channel-type"
    TAG_REQUIRED = "tag-required"
    TAG_GONE = "tag-gone"
    TOO_MANY_THREADS = "too-many-threads"
    TOO_MANY_OPEN_THREADS = "too-many-open-threads"
    THREAD_ARCHIVED = "thread-archived"
    THREAD_LOCKED = "thread-locked"
    PUBLISH_LIMIT = "publish-limit"
    """Announcement channels publish ten messages an hour."""
    SEARCH_TOO_LONG = "search-too-long"
    """Too much was written since for our own message to be looked for."""
    REFUSED = "refused"
    """`text`: Discord's own words, or else `status`."""

    # It may pass
    ASKED_TO_WAIT = "asked-to-wait"
    TOKEN_REJECTED = "token-rejected"  # noqa: S105 - no password
    BLOCKED = "blocked"
    """Something on the way answered, not Discord."""
    DISCORD_FAILS = "discord-fails"
    """`status`: the answer's HTTP status."""
    UNREACHABLE = "unreachable"
    CONNECTION_BROKE = "connection-broke"
    NO_ANSWER = "no-answer"
    NOT_CONNECTED = "not-connected"
    DIRECT_MESSAGES_FULL = "direct-messages-full"
    """As many direct messages were opened as Discord bears."""
    DIRECT_MESSAGES_CLOSED = "direct-messages-closed"
    """The person takes none, or shares no server with the bot any more."""
    TAKEN_OVER = "taken-over"
    """Another process has it."""

    # Of e-mail
    MAIL_REFUSED = "mail-refused"
    """`text`: the mail server's own words, without the address; it won't take mail for it."""
    MAIL_LATER = "mail-later"
    """`text`: the same, where it asks for another try later."""
    MAIL_SERVER_AWAY = "mail-server-away"
    """The operator's mail server can't be reached, or takes nothing from us: the log says why.

    `text`: its own words, where it had any for this mail; for the operator alone.
    """
    MAIL_LOST = "mail-lost"
    """The connection broke when the mail was on its way; it is sent again, and folds with the first."""
    MAIL_GIVEN_UP = "mail-given-up"
    """No mail got through for `days`, whatever the server said; `text`: its last words, if it had any."""
    ADDRESS_UNREADABLE = "address-unreadable"
    """It was encrypted with another key than the operator's of today."""

    # From before there were codes
    SAID = "said"
    """`text`: a sentence that an earlier version stored."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is a `Code`, or what a newer version wrote in its place."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    because: Reason | None = None

    def __post_init__(self) -> None:
        """What others said is kept as every database takes it."""
        kept = {
            name: storable(value) if isinstance(value, str) else value for name, value in self.params.items()
        }
        object.__setattr__(self, "params", kept)

    def __str__(self) -> str:
        """For the log: `lacks-permission (permissions: send_messages)`."""
        told = [f"{name}: {value}" for name, value in self.params.items()]
        told += [f"because: {self.because}"] if self.because else []
        return f"{self.code} ({', '.join(told)})" if told else str(self.code)

    def to_text(self) -> str:
        """As it is stored: JSON of the code and its parameters."""
        return json.dumps(self._to_json(), ensure_ascii=False)

    def _to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"code": str(self.code), **self.params}
        return found | ({"because": self.because._to_json()} if self.because else {})


def reason(code: Code, because: Reason | None = None, **params: str | int) -> Reason:
    """A reason of this code; `because` is what lies behind it, `params` what its sentence needs."""
    return Reason(code, params, because)


def reason_from_text(text: str) -> Reason:
    """What `to_text` wrote. Anything else is taken for a sentence: a row shall never be unreadable for it."""
    try:
        return _from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return reason(Code.SAID, text=text)


def _from_json(found: dict[str, Any]) -> Reason:
    code = str(found.pop("code"))
    because = found.pop("because", None)
    params = {str(name): value for name, value in found.items() if isinstance(value, str | int)}
    return Reason(code, params, _from_json(because) if because else None)
