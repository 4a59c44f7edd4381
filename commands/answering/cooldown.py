"""How much one person may ask at once."""

from __future__ import annotations

from cachetools import LRUCache
from discord import app_commands

from commands.answering.context import Interaction

_ASKED = 12
_SECONDS = 20.0
_REMEMBERED = 10_000
"""People; beyond that, those who asked longest ago are forgotten."""


class Cooldowns:
    """So many commands or presses in so many seconds for each person, by the interactions' own time."""

    def __init__(self, asked: int = _ASKED, seconds: float = _SECONDS) -> None:
        self._rate = (asked, seconds)
        self._people: LRUCache[int, app_commands.Cooldown] = LRUCache(_REMEMBERED)

    def take(self, interaction: Interaction) -> None:
        """Count this interaction; CommandOnCooldown where it is one too many."""
        now = interaction.created_at.timestamp()
        cooldown = self._people.setdefault(interaction.user.id, app_commands.Cooldown(*self._rate))
        retry_after = cooldown.update_rate_limit(now)
        if retry_after is not None:
            raise app_commands.CommandOnCooldown(cooldown, retry_after)
