"""What is the same in every kind of work: deliveries that wait are taken up before new ones are claimed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar, Generic, TypeVar

from bot.delivery.outage import Outage
from bot.log_ids import Ids
from bot.state.leases import Leases
from bot.state.ledger import Delivery

D = TypeVar("D", bound=Delivery)
W = TypeVar("W")


class LeasedWork(Generic[D, W]):
    """The part of a `Work` that hands out deliveries, each with its recipient where that was just read."""

    _what: ClassVar[str]
    """What they are, in the log."""

    def __init__(self, claims: Leases[D], outage: Outage) -> None:
        self._leases = claims
        self._outage = outage

    async def free(self, under_way: Collection[int]) -> int:
        """See `Work`."""
        return await self._leases.free_own(under_way)

    async def take(self, room: int, crowded: Collection[int]) -> Sequence[tuple[D, W | None]]:
        """See `Work`: what waited first, then what has just become due."""
        taking = f"Taking up {self._what}", self._take_waiting
        waiting = await self._outage.apart(*taking, room, crowded) or []
        left = room - len(waiting)
        due = await self._outage.apart(f"Claiming {self._what}", self._claim_due, left, crowded) or []
        return [*((delivery, None) for delivery in waiting), *due]

    async def _take_waiting(self, room: int, crowded: Collection[int]) -> list[D]:
        return await self._leases.take_waiting(room, but_of=crowded)

    async def _claim_due(self, room: int, crowded: Collection[int]) -> list[tuple[D, W]]:
        """Claim what has become due; nothing where there is no room."""
        raise NotImplementedError

    def key(self, item: tuple[D, W | None]) -> int:
        """See `Work`."""
        return item[0].id

    def log_ids(self, item: tuple[D, W | None]) -> Ids:
        """See `Work`."""
        return item[0].log_ids
