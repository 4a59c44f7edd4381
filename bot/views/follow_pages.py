"""What following something would bring, and all that a person follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import discord
from discord import ui

from bot.daily.when.offsets import shown as zone_shown
from bot.daily.when.typed_times import DAYS as WEEKDAYS
from bot.readers.follows import Followed, Inbox, InboxPlan, Kind, Pace, Way
from bot.views.follow_buttons import (
    CancelFollow,
    ChangeFollow,
    ChangeTo,
    ConfirmFollow,
    PauseFollow,
    PauseSome,
    PickFollow,
    ResumeFollow,
    ShowFollows,
    ShowInbox,
    StopFollow,
    StopSome,
)
from bot.views.layout import TEXT_LIMIT, Layout, button, container, menu
from bot.views.markdown import clip, clip_escaped, counted, escape, fitting_lines, titled
from bot.views.paging import PageOf, page_row

DAYS = 30
"""Back to which it is said what a follow would have brought."""
A_FLOOD = 5
"""Papers a day beyond which a stricter follow is offered."""
_SHOWN = 100
_TITLE_LIMIT = 150
_LABEL = 80
_VALUE = 40
MOST_OPTIONS = 25
_SPARE = 200


class By(Enum):
    """What a narrower search asks for, too."""

    TITLES = "titles"
    """All of its words in the title."""
    CATEGORY = "category"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Stricter:
    """A narrower topic: its token, and what it would have brought."""

    by: By
    token: str
    papers: int
    value: str = ""
    """The category, or the words."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What following something would have brought in the last `DAYS` days."""

    papers: int
    newest: Sequence[str]
    """Titles, the newest first; where it would have brought nothing, some of older ones."""
    in_all: int | None = None
    """Papers of the catalog that it would bring if they were new; None where nobody counted."""
    stricter: Sequence[Stricter] = ()
    """Where it would be a flood: what would be none."""
    spelt: tuple[str, str] | None = None
    """Where the catalog has nothing of it: what it may be a slip of, and the token of that."""

    @property
    def is_flood(self) -> bool:
        """Whether it would bring more than somebody can read."""
        return self.papers > A_FLOOD * DAYS


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
    """What else one hears of a followed paper, or of those on a list; empty for other kinds."""
    return {
        Kind.PAPER: " You'll also hear when its code or a new version appears.",
        Kind.LIST: " You'll also hear when code or a new version of a paper on it appears.",
    }.get(kind, "")


class FollowDraft(Layout):
    """Asks whether to follow it, with what that would have brought; `instead` of what is followed now."""

    private = True

    def __init__(
        self, kind: Kind, shown: str, token: str, outlook: Outlook, instead: Followed | None = None
    ) -> None:
        former = f" instead of {named(instead)}" if instead is not None else ""
        lines = [f"### Follow {what(kind, shown)}{former}?", f"{_brought(kind, outlook)}{of_paper(kind)}"]
        lines += [f"- {titled(title, _TITLE_LIMIT)}" for title in outlook.newest]

        def confirm(label: str, kind: Kind, token: str, *, first: bool = False) -> ui.Button[Any]:
            style = discord.ButtonStyle.primary if first else discord.ButtonStyle.secondary
            pressed = ChangeTo(instead.id, kind, token) if instead is not None else ConfirmFollow(kind, token)
            return button(clip(label, _LABEL), pressed, style=style)

        row = [confirm("Follow", kind, token, first=True)]
        if outlook.spelt is not None:
            # What was probably meant comes first.
            spelt, meant = outlook.spelt
            row = [
                confirm(f"Follow {spelt}", kind, meant, first=True),
                confirm("Follow as typed", kind, token),
            ]
        if outlook.is_flood:
            lines.append(_flood(outlook))
            row += [confirm(f"Follow {_narrowed(each)}", Kind.TOPIC, each.token) for each in outlook.stricter]
        row.append(button("Cancel", CancelFollow()))
        super().__init__(container(ui.TextDisplay("\n".join(lines))), ui.ActionRow(*row))


def _flood(outlook: Outlook) -> str:
    says = f"⚠ That's more than {A_FLOOD} a day."
    if not outlook.stricter:
        return f"{says} To hear of it once a week, choose **Every week** as the `pace` of `/inbox settings`."
    narrower = (f"{_narrowed(each)}, {counted(each.papers, 'paper')}" for each in outlook.stricter)
    return f"{says} Narrower: {'; '.join(map(escape, narrower))}."


def _narrowed(stricter: Stricter) -> str:
    """How it is narrower, as words on a button."""
    value = clip(" ".join(stricter.value.split()), _VALUE)
    return {
        By.TITLES: "in titles only",
        By.CATEGORY: f"in {value} only",
        By.WORDS: f"with “{value}”",
    }[stricter.by]


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
            f"{counted(outlook.in_all, 'older paper')} {of_it}{':' if outlook.newest else '.'}"
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
        kinds: Sequence[Kind],
        inbox: Inbox | None,
        waiting: int,
        now: datetime,
        note: str = "",
    ) -> None:
        """`kinds` are those of all that is followed, also on other pages."""
        if not kinds:
            text = "You don't follow anything yet. Try `/follow topic`, or **Follow** on what you find."
            super().__init__(ui.TextDisplay(text))
            return
        head = "\n".join(
            line
            for line in (f"**You follow {counted(len(kinds), 'thing')}.** {_told_of(kinds, inbox)}", note)
            if line
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


class ChooseToPause(Layout):
    """Asks which of several things to pause."""

    private = True

    def __init__(self, follows: Sequence[Followed]) -> None:
        options = _options(follows)
        super().__init__(
            ui.TextDisplay("Which of these do you want to pause for a month?"),
            menu("Pause a month…", PauseSome(), options, most=len(options)),
        )


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


def _told_of(kinds: Sequence[Kind], inbox: Inbox | None) -> str:
    """The same, with when the papers come that are picked for somebody: not as the others do."""
    if Kind.FOR_ME not in kinds or inbox is None:
        return told(inbox)
    picks = f"Papers picked for you {picks_come(inbox.plan)}."
    if all(kind is Kind.FOR_ME for kind in kinds):
        return picks
    apart = inbox.plan.pace is Pace.COME and inbox.plan.way is not Way.KEPT
    return f"{told(inbox)} {picks}" if apart else told(inbox)


def picks_come(plan: InboxPlan) -> str:
    """How papers picked for somebody come: `come by direct message each day at 09:00 (UTC)`."""
    days = f"every {WEEKDAYS[plan.weekday]}" if plan.pace is Pace.WEEKLY else "each day"
    if plan.way is Way.KEPT:
        return f"wait in `/inbox show` {days}"
    where = "to your private thread" if plan.way is Way.THREAD else "by direct message"
    return f"come {where} {days} at {plan.at:%H:%M} ({zone_shown(plan.zone)})"


def _pause(follow: Followed, now: datetime) -> str:
    if not follow.is_paused(now) or follow.paused_until is None:
        return ""
    return f" · paused until {discord.utils.format_dt(follow.paused_until, 'D')}"
