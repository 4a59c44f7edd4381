"""`/inbox email`: what goes to somebody's address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.mail.mail_text import what, when
from bot.readers.follows import Pace
from bot.readers.likings import ENOUGH_LIKED
from bot.readers.lists import ReadingList
from bot.readers.mailing import Asked, Content, Lack, MailPlan, MailStanding
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
_UNCONFIRMED = (
    "⚠ Not confirmed yet: until then nothing else comes. If I may write to that address, a mail with a link "
    "is there: open it and press **Yes, confirm**. No mail? Look in your spam folder. I write there once a "
    "day at most, and never if somebody pressed **That wasn't me**: press **Change address** to give another "
    "one, or this one again tomorrow."
)
"""The same whatever is known of the address: nobody learns who asked not to be written to."""
_LACKS = {
    Lack.LIST: "That list is gone, so nothing comes. Choose something else.",
    Lack.SAVED: "Nothing comes until you save a paper to that list.",
    Lack.LIKED: f"Nothing comes until you've saved {ENOUGH_LIKED} papers that you like: I pick by them.",
    Lack.FOLLOWS: "Nothing comes until you follow something. Try `/follow topic`.",
}


class MailPage(Layout):
    """What comes, when, where to; with what changes it."""

    private = True

    def __init__(
        self,
        standing: MailStanding,
        lists: Sequence[ReadingList],
        said: str = "",
        lack: Lack | None = None,
    ) -> None:
        plan = standing.plan or MailPlan()
        lines = [said, *_lines(standing, plan), f"⚠ {_LACKS[lack]}" if lack is not None else ""]
        items: list[ui.Item[Any]] = [ui.TextDisplay("\n".join(line for line in lines if line))]
        other = Pace.DAILY if plan.is_weekly else Pace.WEEKLY
        label = "Every day" if other is Pace.DAILY else "Every week"
        row = [button(label, ChangePace(other)), button("Change address", ChangeAddress())]
        if standing.is_confirmed and standing.paused is not None:
            row.insert(0, button("Try again", RetryMail(), style=discord.ButtonStyle.primary))
        row.append(button("Stop", StopMails(), style=discord.ButtonStyle.danger))
        chosen = menu("What comes…", ChooseContent(), _options(plan, lists))
        super().__init__(container(*items), chosen, ui.ActionRow(*row))


def asked_notice(asked: Asked, note: str = "", lack: Lack | None = None) -> Notice:
    """What is said to somebody who gave an address: the same whatever is known of it."""
    if asked is Asked.THEIRS:
        return Notice("Your mails go to that address already. See them with `/inbox email`.", private=True)
    said = (
        "If I may write to that address, a mail with a link is on its way. Open it within 24 hours and press "
        "**Yes, confirm**: until then nothing else comes. Can't find it? Look in your spam folder."
    )
    lines = (said, note, f"⚠ {_LACKS[lack]}" if lack is not None else "")
    return Notice("\n".join(line for line in lines if line), private=True)


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
    return f"**Mails** · {_times(standing)}"


def _lines(standing: MailStanding, plan: MailPlan) -> list[str]:
    if not standing.is_confirmed:
        head = f"{_head(standing.waiting)} · You'll get {escape(what(plan))} {escape(when(plan))}."
        if standing.paused is not None:
            return [head, f"⚠ {sentence(standing.paused)} Is it right? Press **Change address**."]
        return [head, _UNCONFIRMED]
    lines = [f"{_head(standing.address)} · You get {escape(what(plan))} {escape(when(plan))}."]
    if standing.paused is not None:
        lines.append(f"⚠ Paused. {sentence(standing.paused)} **Try again** when that's put right.")
    else:
        lines.append(_times(standing))
    if standing.waiting:
        lines.append(f"`{_shown(standing.waiting)}` waits to be confirmed, and takes over then.")
    return lines


def _head(address: str | None) -> str:
    return f"**Mails** to `{_shown(address)}`" if address else "**Mails**"


def _times(standing: MailStanding) -> str:
    """When the last one went out and the next is due, and why there was none since."""
    last = "No mail has gone out yet."
    if standing.last_at is not None:
        last = f"The last one went out {_stamp(standing.last_at)}."
    facts = [last]
    if standing.not_sent is not None and standing.not_sent.code == Code.NOTHING_NEW:
        facts.append("There's been nothing new since." if standing.last_at else "There was nothing new.")
    elif standing.not_sent is not None:
        facts.append(f"The latest one hasn't gone out: {sentence(standing.not_sent)}")
    if standing.next_at is not None:
        facts.append(f"The next is due {_stamp(standing.next_at)}.")
    return " ".join(facts)


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
