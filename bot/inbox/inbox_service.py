"""Everything about what people follow, put together once for a connection."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from bot.delivery.direct_message import Welcome
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.lifecycle import Lifecycle, Patience
from bot.delivery.outage import Outage
from bot.delivery.sending import LetterSender, Refused, SendFailed, TryLater
from bot.following.personal_picks import PersonalPicks
from bot.inbox.daily_picks import DailyPicks
from bot.inbox.direct_channels import DirectChannels
from bot.inbox.finder import Finder
from bot.inbox.letter_recipient import LetterRecipient
from bot.inbox.letter_times import TRY_AGAIN, local_day, next_letter
from bot.inbox.letter_work import LetterWork
from bot.measuring.figures import Figures
from bot.paper.model import Paper
from bot.readers.follows import Followed, Inbox, InboxPlan, News, Way
from bot.reasons import Code, Reason
from bot.search.library import Library
from bot.state.database_clock import DatabaseClock
from bot.state.followings import Followings
from bot.state.hidden import HiddenPapers
from bot.state.inbox import Inboxes
from bot.state.letters import LetterClaims, Letters
from bot.state.liked_papers import LikedPapers
from bot.state.openings import Openings
from bot.state.picked import PickedPapers
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store

_LONGEST_SLEEP = timedelta(minutes=30)
"""Then the tables are looked at anyway: another process may have died, or brought papers."""

Example = Callable[[], Awaitable[Paper | None]]
"""Looks for the newest paper that a follow would have brought: only where it is to be shown."""


class Reached(Enum):
    """Whether somebody who follows something can be written to."""

    YES = "yes"
    LATER = "later"
    """The direct message is opened later: at an instant, or when the first letter goes."""
    CLOSED = "closed"
    KEPT = "kept"
    """They want no messages."""


@dataclass(frozen=True, slots=True)
class Contact:
    reached: Reached
    inbox: Inbox
    at: datetime | None = None
    """From when on the direct message can be opened."""
    why: Reason | None = None
    """Why that is not now."""


class InboxService:
    """`owner` names this process, as in `DailyService`, whose clock and outage it shares."""

    def __init__(
        self,
        *,
        library: Library,
        store: Store,
        clock: DatabaseClock,
        sender: LetterSender,
        outage: Outage,
        owner: str,
        patience: Patience | None = None,
        figures: Figures | None = None,
    ) -> None:
        patience = patience or Patience()
        self.followings = Followings(store, clock)
        self.inboxes = Inboxes(store, clock, next_letter)
        self.letters = Letters(store, clock, next_letter, figures)
        self.claims = LetterClaims(store, clock, owner=owner, lease=patience.lease)
        self._clock = clock
        self._sender = sender
        self._channels = DirectChannels(openings=Openings(store, clock), sender=sender, clock=clock)
        catalog = library.background
        self.finder = Finder(
            catalog=catalog,
            followings=self.followings,
            inboxes=self.inboxes,
            lists=ReadingLists(store, clock),
            clock=clock,
        )
        personal = PersonalPicks(LikedPapers(store), PickedPapers(store))
        picks = DailyPicks(
            catalog=catalog,
            followings=self.followings,
            inboxes=self.inboxes,
            personal=personal,
            outage=outage,
            clock=clock,
        )
        recipient = LetterRecipient(
            catalog=catalog,
            personal=personal,
            followings=self.followings,
            inboxes=self.inboxes,
            hidden=HiddenPapers(store, clock),
            clock=clock,
        )
        lifecycle = Lifecycle(
            recipient=recipient,
            deliveries=self.letters,
            sender=sender,
            clock=clock,
            outage=outage,
            patience=patience,
        )
        work = LetterWork(
            claims=self.claims,
            inboxes=self.inboxes,
            letters=self.letters,
            recipient=recipient,
            lifecycle=lifecycle,
            channels=self._channels,
            finder=self.finder,
            picks=picks,
            outage=outage,
            clock=clock,
        )
        self.dispatcher = Dispatcher(work, outage=outage, clock=clock)
        self.dispatcher.longest_sleep = _LONGEST_SLEEP
        self._library = library
        self._deaf: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin, and look again whenever papers come. Once is enough."""
        if self._deaf is None:
            self._deaf = self._library.on_new_papers(self.dispatcher.wake)
            self.dispatcher.start()

    async def close(self) -> None:
        """Let the letters under way end."""
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        await self.dispatcher.close()

    async def welcome(self, follow: Followed, inbox: Inbox, example: Example) -> Contact:
        """Open the direct message of somebody who follows something now, where it never was, and say so.

        Where they could not be written to before, this is tried again. Where they can't be now, that was the
        first of three tries.
        """
        person = follow.person_id
        if inbox.plan.way is not Way.MESSAGE:
            await self.came(person)
            return Contact(Reached.KEPT if inbox.plan.way is Way.KEPT else Reached.YES, inbox)
        is_well = inbox.paused_at is None and await self.inboxes.hindered(person) is None
        if inbox.channel_id is not None and is_well:
            return Contact(Reached.YES, inbox)
        try:
            channel_id = inbox.channel_id
            if channel_id is None:
                channel_id = await self._channels.open(person)
                await self.inboxes.keep_channel(person, channel_id)
            await self._sender.welcome(channel_id, Welcome(follow, await example(), _nonce(follow)))
        except Refused as refusal:
            closed = refusal.reason.code == Code.DIRECT_MESSAGES_CLOSED
            if closed:
                await self.inboxes.try_again(person, self._clock() + TRY_AGAIN)
            return Contact(Reached.CLOSED if closed else Reached.LATER, inbox, why=refusal.reason)
        except TryLater as failure:
            at = self._clock() + timedelta(seconds=failure.after) if failure.after else None
            return Contact(Reached.LATER, inbox, at, failure.reason)
        except SendFailed as failure:
            return Contact(Reached.LATER, inbox, why=failure.reason)
        await self.inboxes.have_opened(person)
        await self.came(person)
        return Contact(Reached.YES, inbox)

    async def today_of(self, person: int) -> date:
        """The date in the zone of their inbox: UTC's for somebody who has none."""
        inbox = await self.inboxes.of(person)
        return local_day(inbox.plan if inbox else InboxPlan(), self._clock())

    async def came(self, person: int) -> None:
        """The person is there: what could not be written to them is tried again."""
        if await self.inboxes.resume(person):
            self.dispatcher.wake()

    async def stop(self, follow: Followed) -> bool:
        """Follow it no longer; what something else brought, too, still comes. Whether it was followed."""
        person = follow.person_id
        waiting = [each.match for each in await self.inboxes.waiting(person)]
        ids = [match.paper_id for match in waiting if match.follow_id == follow.id and match.news is News.NEW]
        others = [each for each in await self.followings.of(person) if each.id != follow.id]
        also = await self.finder.brought_by(others, ids) if ids and others else {}
        return await self.followings.stop(person, follow.id, also)


def _nonce(follow: Followed) -> str:
    name = f"follow/{follow.id}/{follow.made_at.isoformat()}"
    return "pb" + hashlib.sha256(name.encode()).hexdigest()[:20]
