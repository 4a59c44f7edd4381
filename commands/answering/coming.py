"""Whoever uses the bot is there: what Discord would not let it write to them is tried again.

After the answer, so that nobody waits for it; for almost everybody it is one look at two keys.
"""

from __future__ import annotations

import logging
from typing import Protocol, cast

from bot.inbox.inbox_service import InboxService
from bot.state.failures import is_passing
from commands.answering.context import Interaction

log = logging.getLogger(__name__)

_REFUSED = "refused-just-now"


class _HasInbox(Protocol):
    inbox: InboxService


def was_refused(interaction: Interaction) -> None:
    """Discord refused it in this very interaction: its end is no reason to try again."""
    interaction.extras[_REFUSED] = True


async def came(interaction: Interaction) -> None:
    """A command or a press has been answered. Raises nothing."""
    if interaction.extras.get(_REFUSED):
        return
    try:
        await cast(_HasInbox, interaction.client).inbox.came(interaction.user.id)
    except Exception as error:
        if not is_passing(error):
            log.exception("What could not be written to somebody who came was not tried again.")
