"""The form behind Set up and Edit: what is chosen most often. `/daily setup` and `edit` know the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.daily.when.typed_times import EVERY_DAY, parse_time, parse_weekdays
from bot.daily.when.zones import Reading
from bot.errors import NotAllowed, UserError
from bot.state.feeds import ChannelKind, Feed, Plan
from bot.views.feed_buttons import EditFeed, FillAgain, SetUpFeed
from bot.views.layout import Layout, Notice, button
from bot.views.schedule_line import weekdays_text
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.modal import Modal
from commands.answering.origin import command_of, is_own
from commands.answering.replies import Manner, answer
from commands.daily.daily_group import feed_of, server_of
from commands.daily.drafts import Filled, keep_filled, kept_filled
from commands.daily.places import CHANNEL_TYPES
from commands.daily.setup import clock_of, proposed, topic_of

_SECONDS_OPEN = 900


class _Form(Modal):
    """Time, zone, days and topic, as somebody filled them in; an empty topic is any."""

    def __init__(self, title: str, filled: Filled) -> None:
        super().__init__(title=title, timeout=_SECONDS_OPEN)
        self.filled = filled
        self.at = _field(filled.at, "09:00 or 9:30 pm")
        self.zone = _field(filled.zone, "A city, such as Berlin")
        self.weekdays = _field(filled.weekdays, "every day, weekdays, Mon Wed Fri")
        self.topic = _field(filled.topic, "Any topic, unless you name one", 200, required=False)

    def show(self) -> None:
        """Add the fields, in their order."""
        for text, component in (
            ("Time", self.at),
            ("Time zone", self.zone),
            ("Days", self.weekdays),
            ("Topic", self.topic),
        ):
            self.add_item(ui.Label(text=text, component=component))

    def chosen(self, clock: Reading) -> dict[str, Any]:
        """The plan's fields that the form has; UserError where one can't be read."""
        return {
            "at": parse_time(self.at.value),
            "zone": clock.spot.zone,
            "weekdays": parse_weekdays(self.weekdays.value) if self.weekdays.value else EVERY_DAY,
            "topic": topic_of(self.topic.value, ""),
        }

    async def or_again(self, interaction: Interaction, work: Callable[[], Awaitable[Layout]]) -> Layout:
        """What `work` gives; where it is a UserError, its sentence and the way back to what was typed."""
        try:
            return await work()
        except UserError as error:
            filled = replace(
                self.filled,
                at=self.at.value,
                zone=self.zone.value,
                weekdays=self.weekdays.value,
                topic=self.topic.value,
            )
            again = await keep_filled(services_of(interaction).parked, filled)
            row = ui.ActionRow[Any](button("Try again", again, style=discord.ButtonStyle.primary))
            return Notice(str(error), row, private=True)


def _field(default: str, placeholder: str, longest: int = 100, *, required: bool = True) -> ui.TextInput[Any]:
    return ui.TextInput(default=default, placeholder=placeholder, max_length=longest, required=required)


class SetUpForm(_Form):
    def __init__(self, filled: Filled) -> None:
        super().__init__("Set up a daily paper", filled)
        here = [discord.Object(filled.channel_id)] if filled.channel_id else []
        self.channel: ui.ChannelSelect[Any] = ui.ChannelSelect(
            channel_types=CHANNEL_TYPES, default_values=here, placeholder="Where it goes", required=True
        )
        self.add_item(ui.Label(text="Channel", component=self.channel))
        self.show()

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Show what would be saved; one sentence where something can't be read."""
        guild = server_of(interaction)
        if not self.channel.values:
            raise UserError("Choose a channel for the daily paper.")
        channel = self.channel.values[0].id
        self.filled = replace(self.filled, channel_id=channel)

        async def work() -> Layout:
            clock = await clock_of(self.zone.value)
            plan = Plan(
                guild_id=guild.id,
                channel_id=channel,
                kind=ChannelKind.TEXT,
                papers=1,
                **self.chosen(clock),
            )
            return await proposed(interaction, plan, None, None, clock)

        await answer(interaction, self.or_again(interaction, work), Manner.PRIVATE)


class EditForm(_Form):
    def __init__(self, feed_id: int, filled: Filled) -> None:
        super().__init__("Edit the daily paper", filled)
        self._feed_id = feed_id
        self.add_item(ui.TextDisplay("Channel, thread, ping and the number of papers: use /daily edit."))
        self.show()

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Show what would be saved; one sentence where something can't be read."""

        async def work() -> Layout:
            old = await feed_of(interaction, self._feed_id)
            return await self.or_again(interaction, partial(changed, old))

        async def changed(old: Feed) -> Layout:
            clock = await clock_of(self.zone.value, old.plan.zone)
            plan = replace(old.plan, **self.chosen(clock))
            if plan == old.plan and clock.is_clear:
                return Notice("Nothing changed.", private=True)
            return await proposed(interaction, plan, old.id, None, clock)

        await answer(interaction, work(), Manner.PRIVATE)


async def _press_set_up(interaction: Interaction, _: SetUpFeed) -> None:
    server_of(interaction)
    # Who ran a command of `/daily` may go on, since the server let them.
    command = command_of(interaction) or ""
    if not (interaction.permissions.manage_guild or (is_own(interaction) and command.startswith("daily "))):
        raise NotAllowed("You need **Manage Server** to set up a daily paper.")
    usual = Filled("09:00", "", weekdays_text(EVERY_DAY), "", channel_id=_default_channel(interaction))
    await interaction.response.send_modal(SetUpForm(usual))


def _default_channel(interaction: Interaction) -> int | None:
    """The channel of the message, where a daily paper could go there."""
    channel = interaction.channel
    return channel.id if channel is not None and channel.type in CHANNEL_TYPES else None


async def _press_edit(interaction: Interaction, wanted: EditFeed) -> None:
    plan = (await feed_of(interaction, wanted.feed)).plan
    now = Filled(f"{plan.at:%H:%M}", plan.zone, weekdays_text(plan.weekdays), plan.topic, feed_id=wanted.feed)
    await interaction.response.send_modal(EditForm(wanted.feed, now))


async def _press_again(interaction: Interaction, wanted: FillAgain) -> None:
    filled = await kept_filled(services_of(interaction).parked, wanted.filled)
    form = SetUpForm(filled) if filled.feed_id is None else EditForm(filled.feed_id, filled)
    await interaction.response.send_modal(form)


BUTTONS: Handlers = {SetUpFeed: _press_set_up, EditFeed: _press_edit, FillAgain: _press_again}
