"""Opening threads for people: what Discord says to that becomes a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import discord

from bot.errors import NotAllowed
from bot.views.threads import why_none


@contextmanager
def refusals_as_sentences(needed: Sequence[str]) -> Iterator[None]:
    """NotAllowed, with the sentence, where Discord refuses; `needed` are the bot's permissions for it."""
    try:
        yield
    except discord.HTTPException as error:
        why = why_none(error.code, needed)
        if why is None:
            raise
        raise NotAllowed(why) from error
