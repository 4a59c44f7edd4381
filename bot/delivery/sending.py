"""The way to Discord as delivery sees it, and what can become of a post on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.delivery.direct_message import DirectMessage, Welcome
from bot.delivery.post import Discussion, Post
from bot.errors import PaperboyError
from bot.reasons import Code, Reason
from bot.state.feeds import Feed

M = TypeVar("M", contravariant=True)

ATTEMPT = timedelta(seconds=60)
"""For one request to be answered, once it is neither held back by a rate limit nor by our own budget."""


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int
    channel_id: int
    """Where the message is: the post's channel, or the thread that a forum made of it."""


class SendFailed(PaperboyError):
    """Base of what can go wrong between Paperboy and a channel, with the reason for the feed's admin."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(str(reason))


class Refused(SendFailed):
    """Discord will not have it, now or later: it certainly did not arrive."""

    @property
    def channel_gone(self) -> bool:
        """Whether there is no such channel any more."""
        return self.reason.code == Code.CHANNEL_GONE


class TryLater(SendFailed):
    """It certainly did not arrive, and may arrive later; `after` is in seconds."""

    def __init__(self, reason: Reason, after: float) -> None:
        self.after = after
        super().__init__(reason)


class Unclear(SendFailed):
    """Nobody knows whether it arrived."""


class TakenOver(SendFailed):
    """Another process has it by now: whatever became of it is for that one to find out."""


StillOurs = Callable[[], Awaitable[bool]]
"""Asked before a request leaves that has waited long: whether its delivery is still this process's."""


class Sender(Protocol[M]):
    """The way to Discord for a kind of message. Methods raise SendFailed alone, each within its time-out."""

    async def send(self, post: M, still_ours: StillOurs) -> Sent:
        """Post it, with its nonce where there can be one."""

    async def find(self, post: M, *, since: datetime) -> Sent | None:
        """Our own message of that post, if it is among those since then; Refused where nobody can tell."""

    async def open_thread(self, sent: Sent, post: M) -> None:
        """Open the message's thread; one that is open already counts as done."""

    async def publish(self, sent: Sent, post: M) -> None:
        """Publish the message to following channels; published already counts as done."""


class Teller(Protocol):
    """Says what is no delivery; raises SendFailed alone."""

    async def tell_server(self, feeds: Sequence[Feed]) -> bool:
        """Tell a server in its system channel why these feeds of it are paused; False where that can't be."""

    async def tell_person(self, person: int, feeds: Sequence[Feed]) -> None:
        """The same in a direct message, which is opened for it."""


class LetterSender(Sender[DirectMessage], Protocol):
    """All that letters need."""

    async def open_direct(self, person: int) -> int:
        """Open the person's direct message; its channel's id. Nothing is said."""

    async def welcome(self, channel_id: int, welcome: Welcome) -> None:
        """Say what somebody follows now."""


class Threads(Protocol):
    """Looks at the threads of a server; raises SendFailed alone."""

    async def most_discussed(self, guild_id: int, channel_id: int, *, since: datetime) -> Discussion | None:
        """Of the threads on papers since then the one with the most messages; None where nobody wrote much.

        Only those in channels that everybody may see, or in this one.
        """


class FeedSender(Sender[Post], Teller, Threads, Protocol):
    """All that daily papers need."""
