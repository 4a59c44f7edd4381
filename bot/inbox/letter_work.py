"""Letters as the dispatcher hands them out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.delivery.clock_watch import ClockWatch
from bot.delivery.direct_message import DirectMessage
from bot.delivery.leased_work import LeasedWork
from bot.delivery.lifecycle import Lifecycle
from bot.delivery.outage import Outage
from bot.delivery.sending import Refused, SendFailed, TryLater
from bot.inbox.daily_picks import DailyPicks
from bot.inbox.direct_channels import DirectChannels
from bot.inbox.finder import Finder
from bot.inbox.letter_recipient import LetterRecipient
from bot.readers.follows import Inbox, Way
from bot.reasons import Code, reason
from bot.state.inbox import Inboxes
from bot.state.ledger import State
from bot.state.letters import Letter, LetterClaims, Letters
from bot.state.openings import WITHIN

_CLEAN_UP_EVERY = timedelta(hours=6)

Claimed = tuple[Letter, Inbox | None]
"""A letter that is this process's, with its person's inbox where that was read just now."""


class LetterWork(LeasedWork[Letter, Inbox]):
    """The `Work` of letters."""

    _what = "letters"

    def __init__(
        self,
        *,
        claims: LetterClaims,
        inboxes: Inboxes,
        letters: Letters,
        recipient: LetterRecipient,
        lifecycle: Lifecycle[Inbox, Letter, DirectMessage],
        channels: DirectChannels,
        finder: Finder,
        picks: DailyPicks,
        outage: Outage,
        clock: Clock,
    ) -> None:
        super().__init__(claims, outage)
        self._claims = claims
        self._inboxes = inboxes
        self._letters = letters
        self._recipient = recipient
        self._lifecycle = lifecycle
        self._channels = channels
        self._finder = finder
        self._picks = picks
        self._clock = clock
        self._cleaned_at: datetime | None = None
        self._watch = ClockWatch("inboxes", inboxes.set_right, clock)
        self._random = random.Random()
        self._learning: asyncio.Task[object] | None = None

    async def _claim_due(self, room: int, crowded: Collection[int]) -> list[tuple[Letter, Inbox]]:
        return await self._claims.claim_due(room, but_of=crowded) if room > 0 else []

    async def serve(self, item: Claimed) -> None:
        """See `Work`: where the direct message was never opened, that comes first."""
        letter, inbox = item
        inbox = inbox or await self._inboxes.of(letter.person_id)
        if inbox is not None and inbox.channel_id is None and inbox.plan.way is Way.MESSAGE:
            inbox = await self._opened(letter, inbox)
            if inbox is None:
                return
        await self._lifecycle.deliver(letter, inbox)

    async def _opened(self, letter: Letter, inbox: Inbox) -> Inbox | None:
        """The inbox with its channel; None where the letter has to wait, or was given up."""
        try:
            channel_id = await self._channels.open(letter.person_id)
        except Refused as refusal:
            await self._refused(letter, refusal)
        except SendFailed as failure:
            seconds = max(failure.after if isinstance(failure, TryLater) else 0.0, 60.0)
            # Not all at the same moment, when many wait.
            until = self._clock() + timedelta(seconds=seconds) + WITHIN * self._random.random()
            unsure = letter.unsure_since is not None
            await self._letters.wait(letter, until, unsure=unsure, note=failure.reason)
        else:
            await self._outage.insist(lambda: self._inboxes.keep_channel(letter.person_id, channel_id))
            return await self._inboxes.of(inbox.person_id)
        return None

    async def _refused(self, letter: Letter, refusal: Refused) -> None:
        """No direct message can be opened; where it went before, it may have arrived all the same."""
        again, unsure = self._recipient.again_after(letter, refusal), letter.unsure_since is not None
        if again is not None:
            await self._letters.wait(letter, again, unsure=unsure, note=refusal.reason)
        else:
            await self._letters.fail(letter, refusal.reason, pause=True, certain=not unsure)

    async def after_bug(self, item: Claimed) -> None:
        """Try again when its lease would have ended."""
        letter, _ = item
        if letter.state is State.CLAIMED:
            until, unsure = self._clock() + self._claims.lease, letter.unsure_since is not None
            await self._letters.wait(letter, until, unsure=unsure, note=reason(Code.BUG))

    async def beside(self) -> None:
        """See `Work`: new papers are looked at, some picked for people, and what is long past is deleted."""
        now = self._clock()
        await self._outage.apart("Setting letters right", self._watch.look)
        await self._outage.apart("Comparing new papers with what people follow", self._finder.look)
        await self._outage.apart("Picking papers for people", self._picks.bring)
        if self._learning is None or self._learning.done():
            self._learning = asyncio.create_task(self._learn(), name="learning-follows")
        if self._cleaned_at is None or abs(now - self._cleaned_at) >= _CLEAN_UP_EVERY:
            self._cleaned_at = now
            await self._outage.apart("Cleaning up letters", self._letters.clean_up)
            await self._outage.apart("Forgetting papers that nobody has", self._inboxes.clean_up)

    async def _learn(self) -> None:
        """Letters don't wait for it."""
        try:
            await self._outage.apart("Looking up what people follow", self._finder.learn)
        except Exception as error:
            self._outage.begins(error)

    async def next_due(self) -> list[datetime | None]:
        """See `Work`: the nearest letter, wait and pick."""
        return [
            await self._claims.nearest_due(),
            await self._claims.nearest_waking(),
            self._picks.next_at,
        ]

    async def close(self) -> None:
        """See `Work`."""
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.wait([self._learning])

    def group(self, item: Claimed) -> int:
        """See `Work`: the person."""
        return item[0].person_id
