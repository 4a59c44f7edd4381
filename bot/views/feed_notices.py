"""What an admin is told without having asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discord import ui

from bot.reasons import Reason
from bot.views.layout import Layout, container
from bot.views.markdown import clip_escaped
from bot.views.reason_sentences import sentence

_NAMED = 10
"""Stopped feeds that one notice names."""
_LONGEST_REASON = 200
_LONGEST_TOPIC = 60


@dataclass(frozen=True, slots=True)
class Stopped:
    """A daily paper that stopped because posting failed; readers know it by channel, time and topic."""

    channel_id: int
    when: str
    topic: str
    reason: Reason


class PausedNotice(Layout):
    """The feeds of one server that stopped together."""

    def __init__(self, stopped: Sequence[Stopped]) -> None:
        super().__init__(container(ui.TextDisplay(_of_one(*stopped) if len(stopped) == 1 else _of(stopped))))


def _of_one(feed: Stopped) -> str:
    return (
        f"**The daily paper of {_name(feed)} is paused.** {sentence(feed.reason)}\n"
        "Once that's fixed, resume it with `/daily resume`."
    )


def _of(stopped: Sequence[Stopped]) -> str:
    lines = [f"**{len(stopped)} daily papers are paused.**"]
    lines += [f"- {_name(feed)}: {_short(sentence(feed.reason))}" for feed in stopped[:_NAMED]]
    if len(stopped) > _NAMED:
        lines.append(f"- and {len(stopped) - _NAMED} more: `/daily list` names them all.")
    lines.append("Once that's fixed, resume each with `/daily resume`.")
    return "\n".join(lines)


def _name(feed: Stopped) -> str:
    topic = f", on “{clip_escaped(feed.topic, _LONGEST_TOPIC)}”" if feed.topic else ""
    return f"<#{feed.channel_id}> ({feed.when}{topic})"


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1].rstrip()}…"
