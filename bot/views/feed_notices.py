"""What an admin is told without having asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discord import ui

from bot.views.layout import Layout, container

_NAMED = 10
"""Stopped feeds that one notice names."""
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Stopped:
    """A feed that stopped because posting failed; `reason` is our own sentence."""

    feed_id: int
    channel_id: int
    reason: str


class PausedNotice(Layout):
    """The feeds of one server that stopped together."""

    def __init__(self, stopped: Sequence[Stopped]) -> None:
        super().__init__(container(ui.TextDisplay(_of_one(*stopped) if len(stopped) == 1 else _of(stopped))))


def _of_one(feed: Stopped) -> str:
    return (
        f"**The daily paper of <#{feed.channel_id}> is paused.** {feed.reason}\n"
        f"When that is put right, `/daily resume` goes on with it (feed {feed.feed_id} in `/daily list`)."
    )


def _of(stopped: Sequence[Stopped]) -> str:
    lines = [f"**{len(stopped)} daily papers are paused.**"]
    lines += [
        f"- <#{feed.channel_id}> (feed {feed.feed_id}): {_short(feed.reason)}" for feed in stopped[:_NAMED]
    ]
    if len(stopped) > _NAMED:
        lines.append(f"- and {len(stopped) - _NAMED} more: `/daily list` names them all.")
    lines.append("When that is put right, `/daily resume` goes on with each.")
    return "\n".join(lines)


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1].rstrip()}…"
