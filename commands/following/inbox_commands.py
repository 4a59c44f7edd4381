"""`/inbox show` and `/inbox settings`."""

from __future__ import annotations

from discord import app_commands

from bot.daily.when.offsets import shown as zone_shown
from bot.daily.when.typed_times import parse_time
from bot.daily.when.zones import Reading
from bot.errors import UserError
from bot.paper.model import Paper
from bot.readers.follows import Inbox, InboxPlan, Pace, Way
from bot.views.follow_buttons import ShowInbox
from bot.views.inbox_pages import A_PAGE, Arrived, InboxPage, InboxSettings
from bot.views.layout import Layout
from bot.views.paging import page_of
from commands.answering.context import Handlers, Interaction, inbox_of, services_of
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.daily.options import zones
from commands.following.follow_group import inbox, live
from commands.following.mail_commands import mail_line_of
from commands.following.own_times import WEEKDAYS, zone_note, zone_of
from commands.following.reader_threads import Place, thread_of
from commands.paper.paper_group import Typed


@inbox.command(name="show", description="See what your follows brought.")
async def show_inbox(interaction: Interaction) -> None:
    """`/inbox show`."""
    await answer(interaction, _page(interaction, ShowInbox()), Manner.PRIVATE)


async def _page(interaction: Interaction, here: ShowInbox) -> Layout:
    service, services, person = inbox_of(interaction), services_of(interaction), interaction.user.id
    found, mine = await service.inboxes.all_of(person), await service.inboxes.of(person)
    hindered = await service.inboxes.hindered(person)
    follows = {each.id: each for each in await live(interaction, await service.followings.of(person))}
    page = page_of(found, here.page, A_PAGE)
    known = await services.library.known([each.match.paper_id for each in page.items])
    there = [Paper(id=each.match.paper_id, title=each.match.title) for each in page.items]
    hidden = await services.library.hidden(there)
    arrived = [
        Arrived(
            each,
            known.get(each.match.paper_id),
            follows.get(each.match.follow_id),
            hidden=each.match.paper_id in hidden,
        )
        for each in page.items
    ]
    waiting = sum(each.told_at is None for each in found)
    mails = await mail_line_of(interaction)
    return InboxPage(page.showing(arrived), len(found), waiting, mine, len(follows), hindered, mails)


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
            hindered, mails = await service.inboxes.hindered(person), await mail_line_of(interaction)
            note = "Change it with the options of `/inbox settings`."
            return InboxSettings(mine, note=note, mails=mails, hindered=hindered)
        zone = await zone_of(timezone) if timezone else None
        plan = _changed(mine.plan, where, pace, time, zone, weekday)
        place = await _place_of(interaction, mine, plan)
        changed = await service.inboxes.change(
            person, plan, channel_id=place.channel_id, guild_id=place.guild_id
        )
        service.dispatcher.wake()
        return InboxSettings(changed, "Changed.", _note(changed, zone, pace, time))

    await answer(interaction, work(), Manner.PRIVATE)


def _changed(
    plan: InboxPlan,
    where: str | None,
    pace: str | None,
    time: str | None,
    zone: Reading | None,
    weekday: int | None,
) -> InboxPlan:
    chosen = Pace(pace) if pace else plan.pace
    way = Way(where) if where else plan.way
    if time is not None and pace is None and chosen is Pace.COME:
        chosen = Pace.DAILY
    if weekday is not None:
        if pace is not None and chosen is not Pace.WEEKLY:
            raise UserError("A weekday is for weekly messages: choose **Every week**, or leave it out.")
        chosen = Pace.WEEKLY
    if way is Way.KEPT and not all(each is None for each in (time, weekday, pace)):
        raise UserError(
            "What waits in `/inbox show` has no time. Choose in `where` how I'm to write to you, too."
        )
    return InboxPlan(
        way=way,
        pace=chosen,
        at=parse_time(time) if time else plan.at,
        zone=zone.spot.zone if zone else plan.zone,
        weekday=plan.weekday if weekday is None else weekday,
    )


async def _place_of(interaction: Interaction, mine: Inbox, plan: InboxPlan) -> Place:
    """Where letters go from now on; NotAllowed where a thread can't be made."""
    if plan.way is Way.THREAD:
        if mine.plan.way is Way.THREAD and not _is_anew(interaction, mine):
            return Place(mine.channel_id, mine.guild_id)
        return await thread_of(interaction, mine)
    if plan.way is Way.MESSAGE and interaction.context.dm_channel:
        return Place(interaction.channel_id)
    return Place(None if mine.plan.way is Way.THREAD else mine.channel_id)


def _is_anew(interaction: Interaction, mine: Inbox) -> bool:
    """Whether a thread is asked for here, or the one that there is could not be written to."""
    asked = interaction.namespace.where == Way.THREAD.value
    return asked or mine.paused_at is not None or mine.channel_id is None


def _note(changed: Inbox, zone: Reading | None, pace: str | None, time: str | None) -> str:
    timed = changed.plan.way is not Way.KEPT and changed.plan.pace is not Pace.COME
    lines = [zone_note(zone, changed.plan.zone, timed=time is not None or (timed and pace is not None))]
    if not timed and time is not None:
        picks = f"{changed.plan.at:%H:%M} ({zone_shown(changed.plan.zone)})"
        lines.append(f"Papers picked for you (`/follow for-me`) come at {picks}.")
    elif not timed and zone is not None:
        lines.append(f"Your days in `/paper for-me` are those of {zone_shown(changed.plan.zone)}.")
    if changed.plan.way is Way.THREAD:
        lines.append(f"<#{changed.channel_id}> is yours; moderators with Manage Threads can read it, too.")
    return " ".join(line for line in lines if line)


BUTTONS: Handlers = {ShowInbox: _turn}
