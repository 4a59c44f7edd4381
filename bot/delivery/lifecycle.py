"""Takes one delivery from its claim to the end, however often that is interrupted."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock
from bot.delivery.outage import Outage
from bot.delivery.recipient import Message, Recipient
from bot.delivery.sending import Refused, Sender, SendFailed, Sent, TakenOver, TryLater
from bot.reasons import Code, reason
from bot.state.ledger import Delivery, Ledger, State

log = logging.getLogger(__name__)

W = TypeVar("W")
D = TypeVar("D", bound=Delivery)
M = TypeVar("M", bound=Message)

_CHOICES = 5
"""How often to choose anew when another delivery takes the same paper at the same moment."""


GRACE = timedelta(hours=6)
"""How late a post may still come: after that, its day is skipped."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what."""

    lease: timedelta = timedelta(seconds=90)
    """For a sign of life from whoever has a delivery; longer than an attempt, which renews it on leaving."""
    nonce: timedelta = timedelta(seconds=90)
    """Discord drops a repeated nonce "in the past few minutes": within this it surely does."""
    settle: timedelta = timedelta(seconds=15)
    """After an interrupted send, until what was under way has arrived or never will."""
    longest_wait: timedelta = timedelta(minutes=1)
    """Between two attempts: so long after Discord is well again the last post leaves."""
    skew: timedelta = timedelta(hours=2)
    """By which this clock and Discord's may differ when our own message is looked for."""


class Lifecycle(Generic[W, D, M]):
    def __init__(
        self,
        *,
        recipient: Recipient[W, D, M],
        deliveries: Ledger[D],
        sender: Sender[M],
        clock: Clock,
        outage: Outage,
        patience: Patience | None = None,
    ) -> None:
        self._recipient = recipient
        self._deliveries = deliveries
        self._sender = sender
        self._clock = clock
        self._outage = outage
        self._patience = patience or Patience()
        self._random = random.Random()

    async def deliver(self, delivery: D, whom: W | None = None) -> None:
        """Bring the delivery as far as it gets now: to its end, or to the instant of its next attempt.

        `whom` is its recipient where that was read just now.
        """
        if delivery.state is State.SENT:
            await self._steps(delivery)
            return
        whom = whom or await self._recipient.of(delivery)
        hindrance = self._recipient.hindrance(whom, delivery)
        if delivery.unsure_since is not None and (hindrance or not self._may_send_again(delivery)):
            found = await self._look(delivery, whom)
            if found is None:
                return
            delivery = found
        if whom is None or hindrance is not None:
            await self._deliveries.skip(delivery, hindrance or reason(Code.FEED_REMOVED))
        elif delivery.picks is None:
            await self._first_attempt(whom, delivery)
        else:
            await self._attempt(whom, delivery)

    # An earlier attempt whose outcome nobody knows

    def _may_send_again(self, delivery: D) -> bool:
        """Whether Discord itself drops a second copy, or it folds with the first: sending again is safe."""
        if self._recipient.copies_fold(delivery):
            return True
        if delivery.unsure_since is None or not self._recipient.nonce_protects(delivery):
            return False
        return timedelta() <= self._clock() - delivery.unsure_since < self._patience.nonce

    async def _look(self, delivery: D, whom: W | None) -> D | None:
        """Look for our message in the channel. The delivery if it is not there; None if this settled it."""
        settled = (delivery.last_attempt_at or self._clock()) + self._patience.settle
        if self._clock() < settled:
            note = delivery.note or reason(Code.INTERRUPTED)
            await self._deliveries.wait(delivery, settled, unsure=True, note=note)
            return None
        post = await self._composed(whom, delivery)
        since = (delivery.unsure_since or delivery.due_at) - self._patience.skew
        try:
            found = await self._sender.find(post, since=since)
        except Refused as refusal:
            note = reason(Code.PERHAPS_ARRIVED, refusal.reason)
            log.warning("Delivery %s: %s", delivery.id, note)
            await self._deliveries.fail(delivery, note, pause=False, certain=False)
        except SendFailed as failure:
            await self._wait(delivery, failure, unsure=True)
        else:
            if found is None:
                return await self._deliveries.not_there(delivery)
            log.info("Delivery %s had arrived as message %s.", delivery.id, found.message_id)
            await self._arrived(delivery, found)
        return None

    # What it brings

    async def _first_attempt(self, whom: W, delivery: D) -> None:
        """Choose the papers and send them."""
        for _ in range(_CHOICES):
            try:
                picks = await self._recipient.choose(whom, delivery)
            except TryLater as failure:
                await self._wait(delivery, failure, unsure=False)
                return
            if picks is None:
                await self._deliveries.skip(delivery, reason(Code.NOTHING_NEW))
                return
            post = await self._recipient.compose(whom, delivery, picks)
            begun = await self._deliveries.begin_first(delivery, picks, lease_until=self._lease_end())
            if begun is not None:
                await self._send(whom, begun, post, unsure=False)
                return
            # Another delivery took one of them for the same channel just now, or another process this one.
            current = await self._deliveries.get(delivery.id)
            if (
                current is None
                or current.attempts != delivery.attempts
                or current.state is not delivery.state
            ):
                return

    async def _composed(self, whom: W | None, delivery: D) -> M:
        return await self._recipient.compose(whom, delivery, delivery.picks or ())

    # Sending

    async def _attempt(self, whom: W, delivery: D) -> None:
        """Send the papers that were chosen before."""
        post = await self._recipient.compose(whom, delivery, delivery.picks or (), anew=True)
        if delivery.picks and not post.entries:
            await self._deliveries.skip(delivery, reason(Code.PAPER_GONE))
            return
        begun = await self._deliveries.begin_attempt(delivery, lease_until=self._lease_end())
        if begun is not None:
            await self._send(whom, begun, post, unsure=delivery.unsure_since is not None)

    def _lease_end(self) -> datetime:
        return self._clock() + self._patience.lease

    async def _send(self, whom: W, begun: D, post: M, *, unsure: bool) -> None:
        """One attempt; `unsure` tells whether an earlier one may have arrived."""
        held = begun

        async def still_ours() -> bool:
            nonlocal held
            renewed = await self._deliveries.renew(held, lease_until=self._lease_end())
            held = renewed or held
            return renewed is not None

        try:
            sent = await self._sender.send(post, still_ours)
        except TakenOver:
            log.info("Delivery %s was taken over while it waited for its turn.", begun.id)
        except Refused as refusal:
            await self._refused(begun, refusal, unsure=unsure)
        except TryLater as failure:
            await self._try_again(begun, failure, unsure=unsure)
        except SendFailed as failure:
            await self._try_again(begun, failure, unsure=True)
        else:
            await self._arrived(begun, sent)

    async def _refused(self, begun: D, refusal: Refused, *, unsure: bool) -> None:
        """Pause its recipient, unless the refusal is not theirs, or may pass."""
        # What was certainly refused shall not count as perhaps arrived for a state that is away meanwhile.
        judged = await self._outage.insist(lambda: self._recipient.judged(begun, refusal))
        if isinstance(judged, TryLater):
            await self._try_again(begun, judged, unsure=unsure)
            return
        again = self._recipient.again_after(begun, refusal)
        if again is not None:
            await self._deliveries.wait(begun, again, unsure=unsure, note=refusal.reason)
            return
        log.warning("Delivery %s is refused, and its recipient paused: %s", begun.id, refusal)
        await self._deliveries.fail(begun, refusal.reason, pause=True, certain=not unsure)
        await self._outage.insist(lambda: self._recipient.refused(begun, refusal))

    async def _try_again(self, begun: D, failure: SendFailed, *, unsure: bool) -> None:
        """Wait for another attempt, unless there were enough of them."""
        why = await self._recipient.given_up(begun, failure)
        if why is None:
            await self._wait(begun, failure, unsure=unsure)
            return
        log.warning("Delivery %s is given up, and its recipient paused: %s", begun.id, why)
        await self._deliveries.fail(begun, why, pause=True, certain=not unsure)

    async def _arrived(self, delivery: D, sent: Sent) -> None:
        """Write down that it is there, if need be until the database takes it; then take the steps left."""
        until = self._lease_end()

        async def keep() -> D | None:
            return await self._deliveries.sent(
                delivery, message_id=sent.message_id, channel_id=sent.channel_id, steps_until=until
            )

        kept = await self._outage.insist(keep)
        if kept is not None:
            await self._steps(kept)

    async def _steps(self, delivery: D) -> None:
        """Open the thread, then publish: each recorded on its own."""
        if delivery.message_id is None or delivery.message_channel_id is None:
            return
        sent = Sent(delivery.message_id, delivery.message_channel_id)
        steps: list[tuple[str, bool, Callable[[], Awaitable[None]]]] = [
            ("thread", delivery.thread_due, lambda: self._open_thread(delivery, sent)),
            ("publish", delivery.publish_due, lambda: self._publish(delivery, sent)),
        ]
        for step, due, take in steps:
            if not due:
                continue
            note = None
            try:
                await take()
            except Refused as refusal:
                log.warning("Delivery %s: %s", delivery.id, refusal)
                note = refusal.reason
            except SendFailed as failure:
                if self._clock() - (delivery.sent_at or self._clock()) < GRACE:
                    await self._wait(delivery, failure, unsure=False)
                    return
                note = failure.reason
            done = await self._deliveries.step_done(delivery, step, note=note)
            if done is None:
                return
            delivery = done

    async def _open_thread(self, delivery: D, sent: Sent) -> None:
        post = await self._composed(await self._recipient.of(delivery), delivery)
        await self._sender.open_thread(sent, post)

    async def _publish(self, delivery: D, sent: Sent) -> None:
        post = await self._composed(await self._recipient.of(delivery), delivery)
        await self._sender.publish(sent, post)

    async def _wait(self, delivery: D, failure: SendFailed, *, unsure: bool) -> None:
        until = self._clock() + self._pause_before_next(delivery, failure)
        log.info("Delivery %s waits until %s: %s", delivery.id, until.isoformat(), failure)
        await self._deliveries.wait(delivery, until, unsure=unsure, note=failure.reason)

    def _pause_before_next(self, delivery: D, failure: SendFailed) -> timedelta:
        """Doubling from a second, with jitter, and never less than Discord asks for."""
        tries = delivery.attempts
        if delivery.state is State.SENT and delivery.sent_at:
            tries = int((self._clock() - delivery.sent_at).total_seconds()).bit_length() + 1
        seconds = min(2.0 ** min(tries - 1, 16), self._patience.longest_wait.total_seconds())
        seconds *= self._random.uniform(0.5, 1)
        asked = failure.after if isinstance(failure, TryLater) else 0.0
        return timedelta(seconds=max(seconds, asked + self._random.uniform(0, 0.5)))
