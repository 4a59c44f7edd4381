"""The button that deletes what is kept about a person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.button_base import Button, Home


@dataclass(frozen=True)
class DeleteMine(Button, verb="forget", home=Home("privacy")):
    """Deletes all that is kept about whoever presses it."""
