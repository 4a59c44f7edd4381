"""What a member types, as the tests of `/paper` say it."""

from __future__ import annotations

from typing import Any

from tests.conftest import World


async def found(world: World, query: str, **options: Any) -> Any:
    return await world.alice.slash(world.channel, "paper find", query=query, **options)
