"""What following something would bring, and all that a person follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.daily.when.offsets import shown as zone_shown
from bot.daily.when.typed_times import DAYS as WEEKDAYS
from bot.readers.follows import Followed, Inbox, Kind, Pace, Way
from bot.views.follow_buttons import (
    CancelFollow,
    ChangeFollow,
    ConfirmFollow,
    PauseFollow,
    PickFollow,
    ResumeFollow,
    ShowFollows,
    ShowInbox,
    StopFollow,
    StopSome,
)
from bot.views.layout import TEXT_LIMIT, Layout, button, container, menu
from bot.views.markdown import clip, clip_escaped, counted, fitting_lines, titled
from bot.views.paging import PageOf, page_row

DAYS = 30
"""Back to which it is said what a follow would have brought."""
A_FLOOD = 5
"""Papers a day beyond which a stricter follow is offered."""
_SHOWN = 100
_TITLE_LIMIT = 150
_LABEL = 80
MOST_OPTIONS = 25
_SPARE = 200


@dataclass(frozen=True, slots=True)
class Stricter:
    """A narrower topic: its token, and what it would have brought."""

    token: str
    papers: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What following something would have brought in the last `DAYS` days."""

    papers: int
    newest: Sequence[str]
    """Titles, the newest first."""
    in_all: int | None = None
    """Papers of the catalog that it would bring if they were new; None where nobody counted."""
    stricter: Stricter | None = None
    """Where it would be a flood: the same words, all of them in the title."""
    spelt: tuple[str, str] | None = None
    """Where the catalog has nothing of it: what it may be a slip of, and the token of that."""


def named(follow: Followed) -> str:
    """`the topic “x”`, `papers by X`, bold."""
    return what(follow.kind, follow.shown)


def what(kind: Kind, shown: str) -> str:
    """What is followed, in words, bold."""
    if kind is Kind.PAPER:
        return f"papers like **{titled(shown, _TITLE_LIMIT)}**"
    if kind is Kind.FOR_ME:
        return "**papers picked for you**"
    name = f"**{clip_escaped(shown, _SHOWN)}**"
    return {Kind.TOPIC: name, Kind.AUTHOR: f"papers by {name}"}.get(kind, f"papers like those on {name}")


def of_paper(kind: Kind) -> str:
    """What else one hears of a followed paper; empty for other kinds."""
    also = " You'll also hear when its code or a new version appears."
    return also if kind is Kind.PAPER else ""


class FollowDraft(Layout):
    """Asks whether to follow it, with what that would have brought."""

    private = True

    def __init__(self, kind: Kind, shown: str, token: str, outlook: Outlook) -> None:
        lines = [f"### Follow {what(kind, shown)}?", f"{_brought(kind, outlook)}{of_paper(kind)}"]
        lines += [f"- {titled(title, _TITLE_LIMIT)}" for title in outlook.newest]
        meant, label = token, "Follow"
        row: list[ui.Button[Any]] = []
        if outlook.spelt is not None:
            # What was probably meant comes first.
            spelt, meant = outlook.spelt
            label = clip(f"Follow {spelt}", _LABEL)
            row.append(button("Follow as typed", ConfirmFollow(kind, token)))
        row.insert(0, button(label, ConfirmFollow(kind, meant), style=discord.ButtonStyle.primary))
        if outlook.papers > A_FLOOD * DAYS:
            lines.append(f"⚠ That's more than {A_FLOOD} a day.")
            if outlook.stricter is not None:
                lines[-1] += (
                    f" With all of its words in the title, {counted(outlook.stricter.papers, 'paper')}."
                )
                row.append(button("Follow in titles only", ConfirmFollow(kind, outlook.stricter.token)))
        row.append(button("Cancel", CancelFollow()))
        super().__init__(container(ui.TextDisplay("\n".join(lines))), ui.ActionRow(*row))


def doubt_about(kind: Kind, outlook: Outlook) -> str:
    """What speaks against following it so; empty where it brings something."""
    return "" if outlook.papers or outlook.in_all or outlook.in_all is None else _brought(kind, outlook)


def _brought(kind: Kind, outlook: Outlook) -> str:
    if outlook.papers:
        newest = " The newest:" if outlook.newest else ""
        return (
            f"In the last {DAYS} days this would have brought **{counted(outlook.papers, 'paper')}**.{newest}"
        )
    of_it = "by them" if kind is Kind.AUTHOR else "on it"
    if outlook.in_all:
        return (
            f"In the last {DAYS} days this would have brought nothing; I have "
            f"{counted(outlook.in_all, 'older paper')} {of_it}."
        )
    if outlook.spelt is not None:
        return f"⚠ I have no paper {of_it}. Did you mean **{clip_escaped(outlook.spelt[0], _SHOWN)}**?"
    if outlook.in_all is None:
        return f"In the last {DAYS} days this would have brought nothing."
    return f"⚠ I have no paper {of_it} yet. You'll hear of the first one that comes."


class AllFollows(Layout):
    """A page of what a person follows, and how they hear of it."""

    private = True

    def __init__(
        self,
        page: PageOf[Followed],
        total: int,
        inbox: Inbox | None,
        waiting: int,
        now: datetime,
        note: str = "",
    ) -> None:
        if not total:
            text = "You don't follow anything yet. Try `/follow topic`, or **Follow** on what you find."
            super().__init__(ui.TextDisplay(text))
            return
        head = "\n".join(
            line for line in (f"**You follow {counted(total, 'thing')}.** {told(inbox)}", note) if line
        )
        every = (f"- {named(follow)}{_pause(follow, now)}" for follow in page.items)
        lines = fitting_lines(every, TEXT_LIMIT - _SPARE - len(head))
        if left := len(page.items) - len(lines):
            lines.append(f"-# and {left:,} more in the menu")
        options = _options(page.items)
        inbox_label = f"Inbox ({waiting:,} waiting)" if waiting else "Inbox"
        super().__init__(
            container(ui.TextDisplay("\n".join([head, *lines]))),
            menu("Change, pause or stop…", PickFollow(), options),
            ui.ActionRow(button(inbox_label, ShowInbox())),
            *page_row(ShowFollows(page.number), page.pages),
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

    def __init__(self, follows: Sequence[Followed], note: str = "") -> None:
        options = _options(follows)
        asks = "Which of these do you want to stop following?"
        super().__init__(
            ui.TextDisplay(f"{note} {asks}".strip()),
            menu("Stop following…", StopSome(), options, most=len(options)),
        )


def listed(head: str, follows: Sequence[Followed], foot: str = "") -> str:
    """A sentence about several follows, with as many of them as a message holds."""
    lines = fitting_lines((f"- {named(each)}" for each in follows), TEXT_LIMIT - _SPARE - len(head))
    left = len(follows) - len(lines)
    return "\n".join(line for line in (head, *lines, f"- and {left:,} more" if left else "", foot) if line)


def _options(follows: Sequence[Followed]) -> list[discord.SelectOption]:
    """As many as a menu holds."""
    return [
        discord.SelectOption(label=label(follow), value=str(follow.id)) for follow in follows[:MOST_OPTIONS]
    ]


def label(follow: Followed) -> str:
    """What is followed, on an option or a choice: 1 to 100 characters."""
    if follow.kind is Kind.FOR_ME:
        return "Picked for you"
    kind = {Kind.AUTHOR: "Author: ", Kind.PAPER: "Like: ", Kind.LIST: "Like my list: "}.get(follow.kind, "")
    return clip(f"{kind}{' '.join(follow.shown.split())}", 100) or "…"


def told(inbox: Inbox | None) -> str:
    """How somebody hears of what they follow, in a sentence."""
    if inbox is None or inbox.plan.way is Way.KEPT:
        return "New papers wait in `/inbox show`."
    plan = inbox.plan
    where = "in your private thread" if plan.way is Way.THREAD else "by direct message"
    if plan.pace is Pace.COME:
        return f"I write {where} as papers come, at most once an hour."
    days = "every day" if plan.pace is Pace.DAILY else f"every {WEEKDAYS[plan.weekday]}"
    return f"I write {where} {days} at {plan.at:%H:%M} ({zone_shown(plan.zone)})."


def _pause(follow: Followed, now: datetime) -> str:
    if not follow.is_paused(now) or follow.paused_until is None:
        return ""
    return f" · paused until {discord.utils.format_dt(follow.paused_until, 'D')}"
