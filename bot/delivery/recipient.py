"""What the engine of delivery asks of a kind of recipient.

The engine knows how a delivery gets to its end exactly once: claim, choose, send, mark, look for what may
have arrived. It knows nothing of what is brought, when, or to whom. Another kind of recipient is another
`Recipient` for `Lifecycle`, another `Work` for the dispatcher, and a table with the columns of a delivery.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.delivery.sending import Refused, SendFailed, TryLater
from bot.log_ids import Ids
from bot.reasons import Reason
from bot.state.ledger import Delivery
from bot.state.plans import Pick

_Item = TypeVar("_Item")
_Whom = TypeVar("_Whom")
D = TypeVar("D", bound=Delivery, contravariant=True)
M = TypeVar("M", bound="Message", covariant=True)


class Message(Protocol):
    """What is sent."""

    @property
    def entries(self) -> Sequence[object]:
        """The papers in it."""


class Recipient(Protocol[_Whom, D, M]):
    """What deliveries of one kind bring, and to whom. `_Whom` is what is read of the recipient: a feed."""

    async def of(self, delivery: D) -> _Whom | None:
        """The recipient of the delivery; None where it is gone."""

    def hindrance(self, whom: _Whom | None, delivery: D) -> Reason | None:
        """Why nothing may be posted to it any more; None where all is well."""

    def nonce_protects(self, delivery: D) -> bool:
        """Whether Discord drops a second message with its nonce."""

    def copies_fold(self, delivery: D) -> bool:
        """Whether a second copy is seen as one with the first, however late it comes.

        Then what may have arrived is sent again, and never looked for before that.
        """

    async def choose(self, whom: _Whom, delivery: D) -> Sequence[Pick] | None:
        """What the delivery brings, nothing included, which is then said; None where nothing is to be sent.

        Asked again where another delivery takes the same at the same moment. Raises TryLater where this
        process can't know it yet.
        """

    async def compose(
        self, whom: _Whom | None, delivery: D, picks: Sequence[Pick], *, anew: bool = False
    ) -> M:
        """The message of these picks; without its recipient it can only be found.

        `anew`: it was chosen before, and leaves out what has been hidden since.
        """

    async def judged(self, delivery: D, refusal: Refused) -> Refused | TryLater:
        """The refusal, or what it comes to beside those of others: not its recipient's fault."""

    def again_after(self, delivery: D, refusal: Refused) -> datetime | None:
        """When to try once more what Discord refused; None where its recipient is to be paused."""

    async def given_up(self, delivery: D, failure: SendFailed) -> Reason | None:
        """Why its recipient is to be paused though it may arrive at another try; None to go on trying."""

    async def refused(self, delivery: D, refusal: Refused) -> None:
        """It was paused for this."""


class Work(Protocol[_Item]):
    """One kind of thing that the dispatcher hands out when it is due.

    Methods raise what the state store raises; an outage of it is waited for by the dispatcher.
    """

    async def free(self, under_way: Collection[int]) -> int:
        """Give up what an earlier life or an outage left unfinished, but for these; returns how many."""

    async def take(self, room: int, crowded: Collection[int]) -> Sequence[_Item]:
        """Claim at most `room` things that are due, but those of the groups `crowded`."""

    async def serve(self, item: _Item) -> None:
        """Bring it as far as it gets now."""

    async def after_bug(self, item: _Item) -> None:
        """A bug of ours broke `serve`: see that it is tried again, or given up."""

    async def beside(self) -> None:
        """What else is due now and is nobody's delivery; never waits for Discord."""

    async def next_due(self) -> list[datetime | None]:
        """The instants at which there is something to do again, as far as is known."""

    async def close(self) -> None:
        """End what `beside` began."""

    def key(self, item: _Item) -> int:
        """The item's id."""

    def group(self, item: _Item) -> int:
        """What has a fair share of its own: its server."""

    def log_ids(self, item: _Item) -> Ids:
        """By which lines of the log name it."""
