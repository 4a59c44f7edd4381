"""`/follow show` and `/follow stop`: change, pause or stop what is followed, also from a letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands, ui

from bot.errors import UserError
from bot.readers.follows import Followed, Kind
from bot.views.follow_buttons import (
    ChangeFollow,
    PauseFollow,
    PauseLetter,
    PauseSome,
    PickFollow,
    ResumeFollow,
    ShowFollows,
    StopFollow,
    StopLetter,
    StopSome,
)
from bot.views.follow_pages import (
    MOST_OPTIONS,
    AllFollows,
    ChooseToPause,
    ChooseToStop,
    OneFollow,
    listed,
    named,
)
from bot.views.inbox_pages import hindrance
from bot.views.layout import Layout, Notice
from bot.views.markdown import clip_escaped
from bot.views.paging import page_of
from commands.answering.context import Handlers, Interaction, inbox_of, services_of
from commands.answering.menus import chosen, the_chosen
from commands.answering.modal import Modal
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.following.follow_group import (
    NotFollowed,
    chosen_follow,
    follow,
    follow_of,
    follows_typed,
    having_words,
    live,
    number,
)
from commands.following.proposing import change_proposed
from commands.paper.paper_group import Typed

_MONTH = timedelta(days=30)
_LONGEST = 200
_SHOWN = 100
_TELLING = 3
"""Letters from which on the only follow with these words is meant."""


@follow.command(name="show", description="See what you follow: change, pause or stop it.")
async def show_follows(interaction: Interaction) -> None:
    """`/follow show`."""
    await answer(interaction, _all(interaction), Manner.PRIVATE)


async def _all(interaction: Interaction, here: ShowFollows | None = None) -> Layout:
    here = here or ShowFollows()
    service, person = inbox_of(interaction), interaction.user.id
    inbox, hindered = await service.inboxes.of(person), await service.inboxes.hindered(person)
    follows = await live(interaction, await service.followings.of(person))
    waiting = len(await service.inboxes.waiting(person))
    page = page_of(follows, here.page, MOST_OPTIONS)
    note = hindrance(inbox, hindered)
    kinds = [each.kind for each in follows]
    return AllFollows(page, kinds, inbox, waiting, _now(interaction), note)


async def _turn(interaction: Interaction, here: ShowFollows) -> None:
    await answer(interaction, _all(interaction, here), manner_of_turn(interaction))


@follow.command(name="stop", description="Stop following something.")
@app_commands.describe(wanted="What you follow: type a word of it")
@app_commands.rename(wanted="follow")
@app_commands.autocomplete(wanted=follows_typed)
async def stop_follow(interaction: Interaction, wanted: Typed) -> None:
    """`/follow stop`."""

    async def work() -> Layout:
        if (chosen_id := chosen_follow(wanted)) is not None:
            return await _stopped(interaction, [await follow_of(interaction, chosen_id)])
        mine = await live(interaction, await inbox_of(interaction).followings.of(interaction.user.id))
        if not mine:
            raise UserError("You don't follow anything yet. Try `/follow topic`.")
        found = having_words(mine, wanted)
        if len(found) == 1 and len(wanted.strip()) >= _TELLING:
            return await _stopped(interaction, found)
        shown = clip_escaped(wanted, _SHOWN)
        return ChooseToStop(found or mine, "" if found else f"You don't follow “{shown}”.")

    await answer(interaction, work(), Manner.PRIVATE)


async def _stopped(interaction: Interaction, follows: Sequence[Followed]) -> Layout:
    for each in follows:
        await inbox_of(interaction).stop(each)
    if not follows:
        raise NotFollowed
    if len(follows) == 1:
        return Notice(f"Stopped following {named(follows[0])}.", private=True)
    return Notice(listed("Stopped following:", follows), private=True)


async def _pick(interaction: Interaction, _: PickFollow) -> None:
    async def work() -> Layout:
        found = await follow_of(interaction, number(the_chosen(interaction)))
        return OneFollow((await live(interaction, [found]))[0], _now(interaction))

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_pause(interaction: Interaction, wanted: PauseFollow) -> None:
    async def work() -> Layout:
        until = _now(interaction) + _MONTH
        followings = inbox_of(interaction).followings
        paused = await followings.pause(interaction.user.id, [wanted.follow_id], until)
        return _one(interaction, paused, "Paused.")

    await answer(interaction, work(), manner_of_turn(interaction))


async def _press_resume(interaction: Interaction, wanted: ResumeFollow) -> None:
    async def work() -> Layout:
        # What came while it was paused doesn't come now.
        await inbox_of(interaction).finder.look()
        followings = inbox_of(interaction).followings
        resumed = await followings.pause(interaction.user.id, [wanted.follow_id], None)
        return _one(interaction, resumed, "Resumed.")

    await answer(interaction, work(), manner_of_turn(interaction))


def _one(interaction: Interaction, found: Sequence[Followed], said: str) -> Layout:
    if not found:
        raise NotFollowed
    return OneFollow(found[0], _now(interaction), said)


async def _press_stop(interaction: Interaction, wanted: StopFollow) -> None:
    async def work() -> Layout:
        return await _stopped(interaction, [await follow_of(interaction, wanted.follow_id)])

    await answer(interaction, work(), manner_of_turn(interaction))


async def _choose_stopped(interaction: Interaction, _: StopSome) -> None:
    async def work() -> Layout:
        ids = {number(each) for each in chosen(interaction)}
        mine = await inbox_of(interaction).followings.of(interaction.user.id)
        return await _stopped(interaction, [each for each in mine if each.id in ids])

    await answer(interaction, work(), manner_of_turn(interaction))


class _ChangeForm(Modal):
    def __init__(self, follow_: Followed) -> None:
        super().__init__(title="Change what you follow", timeout=900)
        self._follow = follow_
        self.text: ui.TextInput[Any] = ui.TextInput(default=follow_.text, max_length=_LONGEST)
        label = "Name of the author" if follow_.kind is Kind.AUTHOR else "Topic, in the words of /paper find"
        self.add_item(ui.Label(text=label, component=self.text))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Show what these words would bring, to be confirmed."""

        async def work() -> Layout:
            follow_ = await follow_of(interaction, self._follow.id)
            return await change_proposed(interaction, follow_, self.text.value)

        await answer(interaction, work(), Manner.TURN)


async def _press_change(interaction: Interaction, wanted: ChangeFollow) -> None:
    await interaction.response.send_modal(_ChangeForm(await follow_of(interaction, wanted.follow_id)))


# Of a letter


async def _follows_of_letter(interaction: Interaction, letter_id: int) -> list[Followed]:
    """What brought the letter, as far as the person follows it still."""
    service, person = inbox_of(interaction), interaction.user.id
    brought = {each.match.follow_id for each in await service.inboxes.in_letter(letter_id, person)}
    return [each for each in await service.followings.of(person) if each.id in brought]


async def _press_pause_letter(interaction: Interaction, wanted: PauseLetter) -> None:
    async def work() -> Layout:
        follows = await _follows_of_letter(interaction, wanted.letter_id)
        if len(follows) > 1:
            return ChooseToPause(follows)
        return await _paused(interaction, [each.id for each in follows])

    await answer(interaction, work(), Manner.PRIVATE)


async def _choose_paused(interaction: Interaction, _: PauseSome) -> None:
    async def work() -> Layout:
        return await _paused(interaction, [number(each) for each in chosen(interaction)])

    await answer(interaction, work(), manner_of_turn(interaction))


async def _paused(interaction: Interaction, ids: Sequence[int]) -> Layout:
    until, followings = _now(interaction) + _MONTH, inbox_of(interaction).followings
    paused = await followings.pause(interaction.user.id, ids, until)
    if not paused:
        raise NotFollowed
    head = f"Paused until {discord.utils.format_dt(until, 'D')}:"
    them = "it" if len(paused) == 1 else "them"
    return Notice(listed(head, paused, f"Resume {them} earlier with `/follow show`."), private=True)


async def _press_stop_letter(interaction: Interaction, wanted: StopLetter) -> None:
    async def work() -> Layout:
        follows = await _follows_of_letter(interaction, wanted.letter_id)
        return ChooseToStop(follows) if len(follows) > 1 else await _stopped(interaction, follows)

    await answer(interaction, work(), Manner.PRIVATE)


def _now(interaction: Interaction) -> datetime:
    return services_of(interaction).clock()


BUTTONS: Handlers = {
    ShowFollows: _turn,
    PickFollow: _pick,
    PauseFollow: _press_pause,
    ResumeFollow: _press_resume,
    StopFollow: _press_stop,
    StopSome: _choose_stopped,
    PauseSome: _choose_paused,
    ChangeFollow: _press_change,
    PauseLetter: _press_pause_letter,
    StopLetter: _press_stop_letter,
}
