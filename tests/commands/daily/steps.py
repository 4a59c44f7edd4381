"""What an admin does, as the tests of `/daily` say it."""

from __future__ import annotations

from typing import Any

from tests.support.reading import text_of


async def said(world: Any, admin: Any, command: str, **options: Any) -> str:
    result = await admin.slash(world.channel, f"daily {command}", **options)
    assert result.response.ephemeral
    return text_of(result.response)
