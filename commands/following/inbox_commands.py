"""`/inbox show` and `/inbox settings`."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.daily.when.typed_times import parse_time
from bot.errors import NotAllowed, UserError
from bot.readers.follows import Inbox, InboxPlan, Pace, Way
from bot.views.follow_buttons import ShowInbox
from bot.views.inbox_pages import A_PAGE, Arrived, InboxPage, InboxSettings
from bot.views.layout import Layout
from bot.views.paging import page_of
from bot.views.permission_names import named
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.daily.options import zones
from commands.following.follow_group import inbox, inbox_of
from commands.following.mail_commands import mail_line_of
from commands.following.own_times import WEEKDAYS, zone_of
from commands.paper.paper_group import Typed


@inbox.command(name="show", description="See what your follows brought.")
async def show_inbox(interaction: Interaction) -> None:
    """`/inbox show`."""
    await answer(interaction, _page(interaction, ShowInbox()), Manner.PRIVATE)


async def _page(interaction: Interaction, here: ShowInbox) -> Layout:
    service, person = inbox_of(interaction), interaction.user.id
    found, mine = await service.inboxes.all_of(person), await service.inboxes.of(person)
    await service.inboxes.resume(person)
    follows = {each.id: each for each in await service.followings.of(person)}
    page = page_of(found, here.page, A_PAGE)
    known = await services_of(interaction).library.known([each.match.paper_id for each in page.items])
    arrived = [
        Arrived(each, known.get(each.match.paper_id), follows.get(each.match.follow_id))
        for each in page.items
    ]
    waiting = sum(each.told_at is None for each in found)
    mails = await mail_line_of(interaction)
    return InboxPage(page.showing(arrived), len(found), waiting, mine, len(follows), mails)


async def _turn(interaction: Interaction, here: ShowInbox) -> None:
    await answer(interaction, _page(interaction, here), manner_of_turn(interaction))


@inbox.command(name="settings", description="Say where and how often you hear of what you follow.")
@app_commands.describe(
    where="By direct message, in a private thread of this channel, or only in /inbox show",
    pace="How often",
    time="When, as 09:00 or 9:30 pm",
    timezone="Whose time that is: type a city, a country or an offset like UTC+2",
    weekday="Of a weekly message",
)
@app_commands.choices(weekday=WEEKDAYS)
@app_commands.choices(
    where=[
        app_commands.Choice(name="Direct message", value=Way.MESSAGE.value),
        app_commands.Choice(name="A private thread here (moderators can read it)", value=Way.THREAD.value),
        app_commands.Choice(name="Nowhere: keep it for /inbox show", value=Way.KEPT.value),
    ],
    pace=[
        app_commands.Choice(name="As papers come, at most once an hour", value=Pace.COME.value),
        app_commands.Choice(name="Every day", value=Pace.DAILY.value),
        app_commands.Choice(name="Every week", value=Pace.WEEKLY.value),
    ],
)
@app_commands.autocomplete(timezone=zones)
async def inbox_settings(
    interaction: Interaction,
    where: str | None = None,
    pace: str | None = None,
    time: Typed | None = None,
    timezone: Typed | None = None,
    weekday: int | None = None,
) -> None:
    """`/inbox settings`."""

    async def work() -> Layout:
        service, person = inbox_of(interaction), interaction.user.id
        mine = await service.inboxes.begin(person, InboxPlan())
        if all(each is None for each in (where, pace, time, timezone, weekday)):
            await service.inboxes.resume(person)
            note, mails = "Change it with the options of `/inbox settings`.", await mail_line_of(interaction)
            return InboxSettings(mine, note=note, mails=mails)
        plan = await _changed(mine.plan, where, pace, time, timezone, weekday)
        channel_id = await _channel_of(interaction, mine, plan)
        changed = await service.inboxes.change(person, plan, channel_id=channel_id)
        service.dispatcher.wake()
        return InboxSettings(changed, "Changed.", _note(changed))

    await answer(interaction, work(), Manner.PRIVATE)


async def _changed(
    plan: InboxPlan,
    where: str | None,
    pace: str | None,
    time: str | None,
    timezone: str | None,
    weekday: int | None,
) -> InboxPlan:
    own_time = time is not None or timezone is not None or weekday is not None
    chosen = Pace(pace) if pace else plan.pace
    if own_time and chosen is Pace.COME:
        if pace is not None:
            raise UserError("Papers that come at once have no time. Choose **Every day** or **Every week**.")
        chosen = Pace.WEEKLY if weekday is not None else Pace.DAILY
    return InboxPlan(
        way=Way(where) if where else plan.way,
        pace=chosen,
        at=parse_time(time) if time else plan.at,
        zone=await zone_of(timezone) if timezone else plan.zone,
        weekday=plan.weekday if weekday is None else weekday,
    )


async def _channel_of(interaction: Interaction, mine: Inbox, plan: InboxPlan) -> int | None:
    """Where letters go from now on; NotAllowed where a thread can't be made."""
    if plan.way is Way.THREAD:
        if mine.plan.way is Way.THREAD and mine.channel_id is not None:
            return mine.channel_id
        return await _thread_of(interaction)
    if mine.plan.way is Way.THREAD:
        return None
    if plan.way is Way.MESSAGE and interaction.context.dm_channel:
        return interaction.channel_id
    return mine.channel_id


async def _thread_of(interaction: Interaction) -> int:
    channel = interaction.channel
    guild = interaction.guild
    if guild is None or not isinstance(channel, discord.TextChannel):
        raise NotAllowed("I can make a private thread in a text channel of a server that I'm a member of.")
    needed = ["view_channel", "create_private_threads", "send_messages_in_threads"]
    lacking = [each for each in needed if not getattr(channel.permissions_for(guild.me), each)]
    if lacking:
        raise NotAllowed(f"I need {named(lacking)} in this channel to make a private thread for you.")
    if not interaction.permissions.send_messages_in_threads:
        raise NotAllowed(f"You need {named(['send_messages_in_threads'])} in this channel.")
    made = await channel.create_thread(
        name=f"New papers for {interaction.user.display_name}"[:100],
        type=discord.ChannelType.private_thread,
        invitable=False,
    )
    await made.add_user(interaction.user)
    return made.id


def _note(changed: Inbox) -> str:
    if changed.plan.way is Way.THREAD:
        return f"<#{changed.channel_id}> is yours; moderators with Manage Threads can read it, too."
    return ""


BUTTONS: Handlers = {ShowInbox: _turn}
