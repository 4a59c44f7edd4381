"""What following something would bring, and all that a person follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.daily.when.typed_times import DAYS as WEEKDAYS
from bot.readers.follows import Followed, Inbox, Kind, Pace, Way
from bot.views.follow_buttons import (
    CancelFollow,
    ChangeFollow,
    ConfirmFollow,
    PauseFollow,
    PickFollow,
    ResumeFollow,
    ShowInbox,
    StopFollow,
    StopSome,
)
from bot.views.layout import TEXT_LIMIT, Layout, button, container, menu
from bot.views.markdown import clip, clip_escaped, counted, fitting_lines, joined, titled

DAYS = 30
"""Back to which it is said what a follow would have brought."""
A_FLOOD = 5
"""Papers a day beyond which a stricter follow is offered."""
_SHOWN = 100
_TITLE_LIMIT = 150
_MOST_OPTIONS = 25
_SPARE = 200


@dataclass(frozen=True, slots=True)
class Outlook:
    """What following something would have brought in the last `DAYS` days."""

    papers: int
    newest: Sequence[str]
    """Titles, the newest first."""
    in_all: int | None = None
    """Papers of the catalog that it would bring if they were new; None where nobody counted."""
    stricter: tuple[str, str, int] | None = None
    """Where it would be a flood: narrower words, their token, and what they would have brought."""
    spelt: str = ""
    """Where the catalog has nothing of it: what it may be a slip of."""


def named(follow: Followed) -> str:
    """`the topic “x”`, `papers by X`, bold."""
    return what(follow.kind, follow.shown)


def what(kind: Kind, shown: str) -> str:
    """What is followed, in words, bold."""
    if kind is Kind.PAPER:
        return f"papers like **{titled(shown, _TITLE_LIMIT)}**, and its code"
    name = f"**{clip_escaped(shown, _SHOWN)}**"
    return {Kind.TOPIC: name, Kind.AUTHOR: f"papers by {name}"}.get(kind, f"papers like those on {name}")


class FollowDraft(Layout):
    """Asks whether to follow it, with what that would have brought."""

    private = True

    def __init__(self, kind: Kind, shown: str, token: str, outlook: Outlook) -> None:
        lines = [f"### Follow {what(kind, shown)}?", _brought(outlook)]
        lines += [f"- {titled(title, _TITLE_LIMIT)}" for title in outlook.newest]
        row = [button("Follow", ConfirmFollow(kind, token), style=discord.ButtonStyle.primary)]
        if outlook.papers > A_FLOOD * DAYS:
            lines.append(f"⚠ That's more than {A_FLOOD} a day.")
            if outlook.stricter is not None:
                words, narrower, papers = outlook.stricter
                lines[-1] += (
                    f" `{clip(words.replace('`', ''), _SHOWN)}` would have brought "
                    f"{counted(papers, 'paper')}."
                )
                row.append(button("Follow the narrower", ConfirmFollow(kind, narrower)))
        row.append(button("Cancel", CancelFollow()))
        super().__init__(container(ui.TextDisplay("\n".join(lines))), ui.ActionRow(*row))


def _brought(outlook: Outlook) -> str:
    if outlook.papers:
        newest = " The newest:" if outlook.newest else ""
        return (
            f"In the last {DAYS} days this would have brought **{counted(outlook.papers, 'paper')}**.{newest}"
        )
    if outlook.in_all:
        return (
            f"In the last {DAYS} days this would have brought nothing; I have "
            f"{counted(outlook.in_all, 'older paper')} of it."
        )
    if outlook.spelt:
        return f"⚠ I have no paper of it. Did you mean **{clip_escaped(outlook.spelt, _SHOWN)}**?"
    if outlook.in_all is None:
        return f"In the last {DAYS} days this would have brought nothing."
    return "⚠ I have no paper of it yet. You'll hear of the first one that comes."


class AllFollows(Layout):
    """All that a person follows, and how they hear of it."""

    private = True

    def __init__(self, follows: Sequence[Followed], inbox: Inbox | None, waiting: int, now: datetime) -> None:
        if not follows:
            text = "You don't follow anything yet. Try `/follow topic`, or **Follow** on what you find."
            super().__init__(ui.TextDisplay(text))
            return
        head = f"**You follow {counted(len(follows), 'thing')}** · {told(inbox)}"
        every = (f"- {named(follow)}{_pause(follow, now)}" for follow in follows)
        lines = fitting_lines(every, TEXT_LIMIT - _SPARE - len(head))
        if left := len(follows) - len(lines):
            lines.append(f"-# and {left:,} more")
        options = _options(follows)
        text = "\n".join([head, *lines])
        inbox_label = f"Inbox ({waiting:,} waiting)" if waiting else "Inbox"
        super().__init__(
            container(ui.TextDisplay(text)),
            menu("Change, pause or stop…", PickFollow(), options),
            ui.ActionRow(button(inbox_label, ShowInbox())),
        )


class OneFollow(Layout):
    """One thing that a person follows, and what can be done with it."""

    private = True

    def __init__(self, follow: Followed, now: datetime, said: str = "") -> None:
        text = f"{named(follow)[:1].upper()}{named(follow)[1:]}{_pause(follow, now)}"
        row: list[ui.Button[Any]] = []
        if follow.kind in (Kind.TOPIC, Kind.AUTHOR):
            row.append(button("Change", ChangeFollow(follow.id)))
        if follow.is_paused(now):
            row.append(button("Resume", ResumeFollow(follow.id)))
        else:
            row.append(button("Pause a month", PauseFollow(follow.id)))
        row.append(button("Stop", StopFollow(follow.id), style=discord.ButtonStyle.danger))
        lines = "\n".join(line for line in (said, text) if line)
        super().__init__(container(ui.TextDisplay(lines)), ui.ActionRow(*row))


class ChooseToStop(Layout):
    """Asks which of several things to stop following."""

    private = True

    def __init__(self, follows: Sequence[Followed]) -> None:
        options = _options(follows)
        super().__init__(
            ui.TextDisplay("Which of these do you want to stop following?"),
            menu("Stop following…", StopSome(), options, most=len(options)),
        )


def _options(follows: Sequence[Followed]) -> list[discord.SelectOption]:
    """As many as a menu holds."""
    return [
        discord.SelectOption(label=label(follow), value=str(follow.id)) for follow in follows[:_MOST_OPTIONS]
    ]


def label(follow: Followed) -> str:
    """What is followed, on an option or a choice: 1 to 100 characters."""
    kind = {Kind.AUTHOR: "Author: ", Kind.PAPER: "Like: ", Kind.LIST: "Like my list: "}.get(follow.kind, "")
    return clip(f"{kind}{' '.join(follow.shown.split())}", 100) or "…"


def told(inbox: Inbox | None) -> str:
    """How somebody hears of what they follow, in a few words."""
    if inbox is None or inbox.plan.way is Way.KEPT:
        return "kept for `/inbox show`"
    plan = inbox.plan
    where = "in a private thread" if plan.way is Way.THREAD else "by direct message"
    if plan.pace is Pace.COME:
        return f"{where} as papers come, at most once an hour"
    days = "every day" if plan.pace is Pace.DAILY else f"every {WEEKDAYS[plan.weekday]}"
    return joined(f"{where} {days} at {plan.at:%H:%M}", plan.zone)


def _pause(follow: Followed, now: datetime) -> str:
    if not follow.is_paused(now) or follow.paused_until is None:
        return ""
    return f" · paused until {discord.utils.format_dt(follow.paused_until, 'D')}"
