"""`/inbox email`: what goes to somebody's address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.mail.mail_text import what, when
from bot.readers.follows import Pace
from bot.readers.lists import ReadingList
from bot.readers.mailing import Asked, Content, MailPlan, MailStanding
from bot.reasons import Code
from bot.views.layout import Layout, Notice, button, container, menu
from bot.views.mail_buttons import ChangeAddress, ChangePace, ChooseContent, RetryMail, StopMails
from bot.views.markdown import escape
from bot.views.reason_sentences import sentence

MOST_LISTS = 20
"""Of a person's, in the menu."""
_LONGEST_OPTION = 100
OF_LIST = "list:"
"""Before a list's id, as the value of an option."""


class MailPage(Layout):
    """What comes, when, where to; with what changes it."""

    private = True

    def __init__(self, standing: MailStanding, lists: Sequence[ReadingList], said: str = "") -> None:
        plan = standing.plan or MailPlan()
        lines = [said, *_lines(standing, plan)]
        items: list[ui.Item[Any]] = [ui.TextDisplay("\n".join(line for line in lines if line))]
        other = Pace.DAILY if plan.is_weekly else Pace.WEEKLY
        label = "Every day" if other is Pace.DAILY else "Every week"
        row = [button(label, ChangePace(other)), button("Change address", ChangeAddress())]
        if standing.is_confirmed and standing.paused is not None:
            row.insert(0, button("Try again", RetryMail(), style=discord.ButtonStyle.primary))
        row.append(button("Stop", StopMails(), style=discord.ButtonStyle.danger))
        chosen = menu("What comes…", ChooseContent(), _options(plan, lists))
        super().__init__(container(*items), chosen, ui.ActionRow(*row))


def asked_notice(asked: Asked) -> Notice:
    """What is said to somebody who gave an address: the same whatever is known of it."""
    if asked is Asked.THEIRS:
        return Notice("Your mails go to that address already. See them with `/inbox email`.", private=True)
    return Notice(
        "If I may write to that address, a mail with a link is on its way. Open it within 24 hours and press "
        "**Yes, confirm**: until then nothing else comes. Can't find it? Look in your spam folder.",
        private=True,
    )


def stopped(any_were: bool) -> Notice:
    """When they were ended."""
    if not any_were:
        return Notice("You get no mails. Start them with `/inbox email`.", private=True)
    return Notice("Stopped: no more mails come, and I've deleted your address.", private=True)


def mail_line(standing: MailStanding) -> str:
    """For the inbox: the last mail, and why none comes; empty where there is none to come."""
    if not standing.is_confirmed:
        return ""
    if standing.paused is not None:
        return f"⚠ Your mails are paused. {sentence(standing.paused)} See `/inbox email`."
    return " ".join(("Mails:", *(fact for fact in (_last(standing), _next(standing)) if fact)))


def _lines(standing: MailStanding, plan: MailPlan) -> list[str]:
    if not standing.is_confirmed:
        where = f" at `{_shown(standing.waiting)}`" if standing.waiting else ""
        head = f"**Mails** · You'll get {escape(what(plan))} {escape(when(plan))}{where}."
        if standing.paused is not None:
            return [head, f"⚠ {sentence(standing.paused)} Is it right? Press **Change address**."]
        return [
            head,
            "⚠ Open the link in the mail that I sent there: until then nothing else comes. No mail? Look in "
            "your spam folder, or wait a day and press **Change address**.",
        ]
    where = f" at `{_shown(standing.address)}`" if standing.address else ""
    lines = [f"**Mails** · You get {escape(what(plan))} {escape(when(plan))}{where}."]
    if standing.paused is not None:
        lines.append(f"⚠ Paused. {sentence(standing.paused)} **Try again** when that's put right.")
    else:
        lines.append(" ".join(fact for fact in (_last(standing), _next(standing)) if fact))
    if standing.waiting:
        lines.append(f"`{_shown(standing.waiting)}` waits to be confirmed, and takes over then.")
    return lines


def _last(standing: MailStanding) -> str:
    last = f"the last one {_stamp(standing.last_at)}." if standing.last_at else "no mail has gone out yet."
    if standing.not_sent is None:
        return last[0].upper() + last[1:]
    if standing.not_sent.code == Code.NOTHING_NEW:
        return f"{last[0].upper()}{last[1:]} Nothing was new since."
    return f"{last[0].upper()}{last[1:]} The one after it isn't sent: {sentence(standing.not_sent)}"


def _next(standing: MailStanding) -> str:
    return f"The next is due {_stamp(standing.next_at)}." if standing.next_at else ""


def _stamp(instant: Any) -> str:
    return discord.utils.format_dt(instant, "f")


def _shown(address: str) -> str:
    return address.replace("`", "'")


def _options(plan: MailPlan, lists: Sequence[ReadingList]) -> list[discord.SelectOption]:
    options = [
        _option("Trending papers", Content.TRENDING.value, plan.content is Content.TRENDING),
        _option("What I follow", Content.FOLLOWS.value, plan.content is Content.FOLLOWS),
        _option("Picked for me", Content.PICKED.value, plan.content is Content.PICKED),
    ]
    for each in lists[:MOST_LISTS]:
        chosen = plan.content is Content.LIST and plan.text == str(each.id)
        options.append(_option(f"New papers like those on {each.name}", f"{OF_LIST}{each.id}", chosen))
    return options


def _option(label: str, value: str, chosen: bool) -> discord.SelectOption:
    return discord.SelectOption(label=label[:_LONGEST_OPTION], value=value, default=chosen)
