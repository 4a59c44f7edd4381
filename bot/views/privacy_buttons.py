"""The buttons that delete what is kept about a person, or don't."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.button_base import Button, Home


@dataclass(frozen=True)
class DeleteMine(Button, verb="forget", home=Home("privacy")):
    """Deletes all that is kept about whoever presses it."""


@dataclass(frozen=True)
class KeepMine(Button, verb="forgetnot", home=Home("privacy")):
    """Deletes nothing, after all."""
