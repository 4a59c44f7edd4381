"""`/follow topic`, `author`, `paper` and `saved`: what each would bring is shown, and followed on Follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from discord import app_commands, ui

from bot.errors import UserError
from bot.following.personal_picks import TooFew
from bot.inbox.inbox_service import Contact, Reached
from bot.paper.model import Paper
from bot.readers.follows import Followed, InboxPlan, Kind, Way
from bot.readers.likings import ENOUGH_LIKED
from bot.reasons import Code
from bot.search.meant_paper import meant
from bot.search.query import parse_query
from bot.views.follow_buttons import CancelFollow, ChangeTo, ConfirmFollow, FollowThis
from bot.views.follow_pages import (
    FollowDraft,
    OneFollow,
    named,
    of_paper,
    told,
)
from bot.views.for_me_page import AskForTaste, ForMeDraft, up_to_five
from bot.views.layout import Layout, Notice, button
from bot.views.letter_reasons import letter_sentence
from bot.views.paper_buttons import handle
from commands.answering.coming import was_refused
from commands.answering.context import Handlers, Interaction, inbox_of, me, services_of
from commands.answering.replies import Manner, answer, manner_of_turn, show
from commands.following.author_choices import author_names
from commands.following.follow_group import NotFollowed, follow, follow_of
from commands.following.wanted import Wanted
from commands.lists.list_group import Name, list_names, own_list
from commands.paper.one_paper import titles, which_paper
from commands.paper.paper_group import Typed
from commands.paper.searches import query_of, token_for


@follow.command(name="topic", description="Hear of new papers on a topic.")
@app_commands.describe(topic="In the words of /paper find, such as multi-agent debate -games")
async def follow_topic(interaction: Interaction, topic: Typed) -> None:
    """`/follow topic`."""
    await answer(interaction, proposed(interaction, Kind.TOPIC, topic), Manner.PRIVATE)


@follow.command(name="author", description="Hear of an author's new papers.")
@app_commands.describe(name="As in Ada Lovelace")
@app_commands.autocomplete(name=author_names)
async def follow_author(interaction: Interaction, name: Typed) -> None:
    """`/follow author`."""
    await answer(interaction, proposed(interaction, Kind.AUTHOR, name), Manner.PRIVATE)


@follow.command(name="paper", description="Hear of papers like one, and of its code.")
@app_commands.describe(wanted="A title, an arXiv id, or a link")
@app_commands.rename(wanted="paper")
@app_commands.autocomplete(wanted=titles)
async def follow_paper(interaction: Interaction, wanted: Typed) -> None:
    """`/follow paper`."""

    async def work() -> Layout:
        found = await meant(services_of(interaction).library, parse_query(wanted))
        if found.paper is None:
            return await which_paper(interaction, wanted, found, _follow_button)
        return await proposed(interaction, Kind.PAPER, found.paper.id)

    await answer(interaction, work(), Manner.PRIVATE)


def _follow_button(paper: Paper) -> ui.Button[Any]:
    return button("Follow", FollowThis(Kind.PAPER, f"={handle(paper)}"))


@follow.command(
    name="saved", description="Hear of papers like those on one of your lists, and news of those."
)
@app_commands.describe(name="The list; the one you saved to last when not given")
@app_commands.rename(name="list")
@app_commands.autocomplete(name=list_names)
async def follow_saved(interaction: Interaction, name: Name | None = None) -> None:
    """`/follow saved`."""

    async def work() -> Layout:
        mine = await services_of(interaction).lists.of(me(interaction))
        if not mine:
            raise UserError("You haven't saved a paper yet. Press **Save** on a few that you like first.")
        on = await own_list(interaction, name) if name else mine[0]
        return await proposed(interaction, Kind.LIST, str(on.id))

    await answer(interaction, work(), Manner.PRIVATE)


@follow.command(name="for-me", description="Get the papers that are picked for you, as in /paper for-me.")
async def follow_for_me(interaction: Interaction) -> None:
    """`/follow for-me`."""
    await answer(interaction, proposed(interaction, Kind.FOR_ME, ""), Manner.PRIVATE)


async def proposed(interaction: Interaction, kind: Kind, text: str) -> Layout:
    """What following it would have brought, to be confirmed; UserError where it can't be followed."""
    wanted = Wanted(interaction, kind, text)
    shown = await wanted.shown()
    if (followed := await wanted.already()) is not None:
        return OneFollow(followed, services_of(interaction).clock(), "You follow that already.")
    if kind is Kind.FOR_ME:
        return await _picked_daily(interaction)
    token = await token_for(services_of(interaction).parked, wanted.text)
    return FollowDraft(kind, shown, token, await wanted.outlook())


async def _picked_daily(interaction: Interaction) -> Layout:
    services, person = services_of(interaction), interaction.user.id
    day = await inbox_of(interaction).today_of(person)
    found = await services.personal.of_day(person, day, services.library)
    if isinstance(found, TooFew):
        return AskForTaste(found.known, ENOUGH_LIKED, found.lacking)
    known = await services.library.known([pick.paper_id for pick in found.picks])
    mine = await inbox_of(interaction).inboxes.of(person)
    return ForMeDraft([paper.title for paper in known.values()], mine.plan if mine else InboxPlan())


async def _press_follow(interaction: Interaction, wanted: FollowThis) -> None:
    async def work() -> Layout:
        text = await query_of(services_of(interaction).parked, wanted.token)
        return await proposed(interaction, wanted.kind, text)

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_confirm(interaction: Interaction, confirmed: ConfirmFollow) -> None:
    async def work() -> Layout:
        text = await query_of(services_of(interaction).parked, confirmed.token)
        return await _followed(interaction, Wanted(interaction, confirmed.kind, text), confirmed.kind)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _followed(interaction: Interaction, wanted: Wanted, kind: Kind) -> Layout:
    service, person = inbox_of(interaction), interaction.user.id
    shown = await wanted.shown()
    # What is there already is looked at first: nothing of the time before the follow comes.
    await service.finder.look()
    # Before the follow, which nobody would be told of without it.
    inbox = await service.inboxes.begin(person, InboxPlan())
    made = await service.followings.add(person, kind, wanted.text, shown)
    await service.finder.begin(made)
    if interaction.context.dm_channel and interaction.channel_id and inbox.plan.way is Way.MESSAGE:
        # They are in it: nothing needs to be opened.
        await service.inboxes.keep_channel(person, interaction.channel_id)
        inbox = replace(inbox, channel_id=interaction.channel_id)
    service.dispatcher.wake()
    contact = await service.welcome(made, inbox, wanted.example)
    if contact.reached is Reached.CLOSED:
        was_refused(interaction)
    return Notice(f"You follow {named(made)} now.{of_paper(kind)}\n{_how(contact, kind)}", private=True)


def _how(contact: Contact, kind: Kind) -> str:
    match contact.reached:
        case Reached.CLOSED:
            return (
                "⚠ Your direct messages are closed to me, so new papers wait in `/inbox show`. Allow direct "
                "messages in the privacy settings of a server that we share, or choose another place with "
                "`/inbox settings`. I'll try again on two more days, and whenever you use me."
            )
        case Reached.LATER if contact.why is None or contact.why.code == Code.DIRECT_MESSAGES_FULL:
            when = f" <t:{int(contact.at.timestamp())}:R>" if contact.at else " soon"
            return (
                f"I can write my first direct message to you{when} (Discord lets me open few at a time). "
                "Until then new papers wait in `/inbox show`."
            )
        case Reached.LATER:
            return f"⚠ {letter_sentence(contact.why)} Until then new papers wait in `/inbox show`."
        case _ if kind is Kind.FOR_ME:
            return up_to_five(contact.inbox.plan)
        case _:
            return f"{told(contact.inbox)} Change that with `/inbox settings`."


async def _press_cancel(interaction: Interaction, _: CancelFollow) -> None:
    await show(interaction, Notice("Nothing was changed."), manner_of_turn(interaction))


async def change_proposed(interaction: Interaction, follow_: Followed, text: str) -> Layout:
    """What the follow would have brought with this text, to be confirmed; UserError as for a new one."""
    wanted = Wanted(interaction, follow_.kind, text)
    shown = await wanted.shown()
    if (followed := await wanted.already()) is not None:
        said = "That's what you follow already." if followed.id == follow_.id else "You follow that already."
        return OneFollow(followed, services_of(interaction).clock(), said)
    token = await token_for(services_of(interaction).parked, wanted.text)
    return FollowDraft(follow_.kind, shown, token, await wanted.outlook(), instead=follow_)


async def _press_change_to(interaction: Interaction, to: ChangeTo) -> None:
    async def work() -> Layout:
        follow_, service = await follow_of(interaction, to.follow_id), inbox_of(interaction)
        text = await query_of(services_of(interaction).parked, to.token)
        wanted = Wanted(interaction, to.kind, text)
        shown = await wanted.shown()
        await service.finder.look()
        found = await service.followings.change(follow_, to.kind, wanted.text, shown)
        if found is None:
            raise NotFollowed
        return OneFollow(found, services_of(interaction).clock(), "Changed.")

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {
    FollowThis: _press_follow,
    ConfirmFollow: _press_confirm,
    ChangeTo: _press_change_to,
    CancelFollow: _press_cancel,
}
