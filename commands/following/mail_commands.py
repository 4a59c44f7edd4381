"""`/inbox email`: papers at somebody's address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from discord import app_commands, ui

from bot.daily.when.typed_times import parse_time
from bot.daily.when.zones import Reading
from bot.errors import StaleButton, UserError
from bot.mail.mail_needs import MailNeeds
from bot.mail.mail_service import MailService
from bot.readers.follows import InboxPlan, Pace
from bot.readers.lists import ReadingList
from bot.readers.mailing import Content, Lack, MailPlan, MailStanding
from bot.search.query import parse_query
from bot.views.filters import typed as as_typed
from bot.views.layout import Layout
from bot.views.mail_buttons import ChangeAddress, ChangePace, ChooseContent, RetryMail, StopMails
from bot.views.mail_pages import OF_LIST, MailPage, asked_notice, mail_line, stopped
from bot.views.markdown import clip_escaped
from commands.answering.context import Handlers, Interaction, inbox_of, me, services_of
from commands.answering.menus import the_chosen
from commands.answering.modal import Modal
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.daily.options import Topic, zones
from commands.following.follow_group import inbox
from commands.following.new_topics import check_new_topic, spelt_topic
from commands.following.own_times import WEEKDAYS, zone_note, zone_of
from commands.lists.list_group import CHOICES, Name, own_list
from commands.paper.paper_group import Typed

_LONGEST_ADDRESS = 254
_SHOWN = 100
_FORM_LASTS = 900
"""Seconds."""


class _HasMail(Protocol):
    mail: MailService


def mail_of(interaction: Interaction) -> MailService:
    """What knows of mails."""
    return cast(_HasMail, interaction.client).mail


async def mail_line_of(interaction: Interaction) -> str:
    """The person's last mail, and why none comes, in a line; empty where they get none."""
    mail = mail_of(interaction)
    return mail_line(await mail.standing(interaction.user.id)) if mail.is_on else ""


async def _own_lists(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    typed = current.casefold().strip()
    mine = await services_of(interaction).lists.of(me(interaction))
    return [
        app_commands.Choice(name=each.name, value=each.name) for each in mine if typed in each.name.casefold()
    ][:CHOICES]


@inbox.command(name="email", description="Get papers by e-mail: what, how often, and where to.")
@app_commands.describe(
    content="What comes",
    topic="New papers on a topic, in the words of /paper find",
    name="New papers like those on a list of yours",
    pace="How often",
    time="When, as 09:00 or 9:30 pm",
    timezone="Whose time that is: type a city, a country or an offset like UTC+2",
    weekday="Of a weekly mail",
)
@app_commands.rename(name="list")
@app_commands.choices(weekday=WEEKDAYS)
@app_commands.choices(
    content=[
        app_commands.Choice(name="Trending papers", value=Content.TRENDING.value),
        app_commands.Choice(name="What I follow", value=Content.FOLLOWS.value),
        app_commands.Choice(name="Picked for me", value=Content.PICKED.value),
    ],
    pace=[
        app_commands.Choice(name="Every day", value=Pace.DAILY.value),
        app_commands.Choice(name="Every week", value=Pace.WEEKLY.value),
    ],
)
@app_commands.autocomplete(timezone=zones, name=_own_lists)
async def inbox_email(
    interaction: Interaction,
    content: str | None = None,
    topic: Topic | None = None,
    name: Name | None = None,
    pace: str | None = None,
    time: Typed | None = None,
    timezone: Typed | None = None,
    weekday: int | None = None,
) -> None:
    """`/inbox email`: the form where the person gets no mails yet."""
    mail = mail_of(interaction)
    mail.check_is_on()
    standing = await mail.standing(interaction.user.id)
    wanted = _Wanted(interaction, content, topic, name, pace, time, timezone, weekday)
    if standing.plan is None:
        plan = await wanted.plan(await _first_plan(interaction))
        await interaction.response.send_modal(_AddressForm(plan, wanted.note(plan)))
        return
    await answer(interaction, _shown(interaction, standing, wanted), Manner.PRIVATE)


async def _shown(interaction: Interaction, standing: MailStanding, wanted: _Wanted) -> Layout:
    if standing.plan is None or wanted.is_nothing:
        return await _page(interaction)
    plan = await wanted.plan(standing.plan)
    return await _changed(interaction, plan, wanted.note(plan))


class _Wanted:
    """The options of the command."""

    def __init__(
        self,
        interaction: Interaction,
        content: str | None,
        topic: str | None,
        name: str | None,
        pace: str | None,
        time: str | None,
        timezone: str | None,
        weekday: int | None,
    ) -> None:
        self._interaction = interaction
        self._what = (content, topic, name)
        self._pace = pace
        self._time = time
        self._timezone = timezone
        self._weekday = weekday
        self._zone: Reading | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether none was given."""
        times = (self._pace, self._time, self._timezone, self._weekday)
        return all(each is None for each in (*self._what, *times))

    async def plan(self, before: MailPlan) -> MailPlan:
        """`before`, changed so; UserError for what can't be."""
        changed = replace(before, times=await self._times(before.times))
        content, topic, name = self._what
        if sum(each is not None for each in self._what) > 1:
            raise UserError("Give one of `content`, `topic` and `list`: a mail brings one kind of papers.")
        if topic is not None:
            topic = await self._topic(topic)
            return replace(changed, content=Content.TOPIC, text=topic, shown=topic)
        if name is not None:
            return _of_list(changed, await own_list(self._interaction, name))
        return replace(changed, content=Content(content), text="", shown="") if content else changed

    def note(self, plan: MailPlan) -> str:
        """What there is to say of the times of the plan that was made."""
        timed = self._time is not None or self._pace is not None
        return zone_note(self._zone, plan.times.zone, timed=timed)

    async def _times(self, times: InboxPlan) -> InboxPlan:
        pace = Pace(self._pace) if self._pace else times.pace
        if self._weekday is not None:
            if self._pace == Pace.DAILY:
                raise UserError("A mail that comes every day has no weekday. Choose **Every week**.")
            pace = Pace.WEEKLY
        if self._timezone:
            self._zone = await zone_of(self._timezone)
        return replace(
            times,
            pace=pace,
            at=parse_time(self._time) if self._time else times.at,
            zone=self._zone.spot.zone if self._zone is not None else times.zone,
            weekday=times.weekday if self._weekday is None else self._weekday,
        )

    async def _topic(self, typed: str) -> str:
        services, topic = services_of(self._interaction), " ".join(typed.split())
        query = parse_query(topic)
        check_new_topic(query, services.clock().date())
        in_all, _ = await services.library.all_about(query, 0)
        # What stands in quotation marks is meant as it is typed.
        if not (in_all or query.phrases) and (spelt := await spelt_topic(services.library, query)):
            exactly = as_typed('"' + topic.replace('"', "") + '"')
            raise UserError(
                f"I have no paper on “{clip_escaped(topic, _SHOWN)}”. Did you mean {as_typed(spelt)}? "
                f"Give that as `topic`, or if you mean just what you typed, {exactly}."
            )
        return topic


def _of_list(plan: MailPlan, found: ReadingList) -> MailPlan:
    return replace(plan, content=Content.LIST, text=str(found.id), shown=found.name)


async def _first_plan(interaction: Interaction) -> MailPlan:
    """What they follow, if anything; at the time and in the zone of their inbox."""
    service, person = inbox_of(interaction), interaction.user.id
    follows, mine = await service.followings.of(person), await service.inboxes.of(person)
    times = replace(mine.plan if mine is not None else InboxPlan(), pace=Pace.WEEKLY)
    return MailPlan(Content.FOLLOWS if follows else Content.TRENDING, times=times)


async def _page(interaction: Interaction, said: str = "") -> Layout:
    standing = await mail_of(interaction).standing(interaction.user.id)
    if standing.plan is None:
        return stopped(False)
    return MailPage(standing, await _lists(interaction), said, await _lack(interaction, standing.plan))


async def _lists(interaction: Interaction) -> Sequence[ReadingList]:
    return await services_of(interaction).lists.of(me(interaction))


async def _lack(interaction: Interaction, plan: MailPlan) -> Lack | None:
    services = services_of(interaction)
    followings = inbox_of(interaction).followings
    needs = MailNeeds(services.lists, followings, services.personal, services.library)
    return await needs.lack(interaction.user.id, plan)


async def _changed(interaction: Interaction, plan: MailPlan, note: str = "") -> Layout:
    mail = mail_of(interaction)
    standing = await mail.standing(interaction.user.id)
    if standing.subscription_id is None:
        return stopped(False)
    await mail.change(standing.subscription_id, plan)
    return await _page(interaction, f"Changed. {note}".strip())


class _AddressForm(Modal):
    def __init__(self, plan: MailPlan, note: str = "") -> None:
        super().__init__(title="Papers by e-mail", timeout=_FORM_LASTS)
        self._plan, self._note = plan, note
        self.address: ui.TextInput[Any] = ui.TextInput(
            placeholder="ada@example.org", min_length=3, max_length=_LONGEST_ADDRESS
        )
        self.add_item(ui.Label(text="Your e-mail address", component=self.address))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Send the link there."""

        async def work() -> Layout:
            asked = await mail_of(interaction).ask(interaction.user.id, self.address.value, self._plan)
            return asked_notice(asked, self._note, await _lack(interaction, self._plan))

        await answer(interaction, work(), Manner.PRIVATE)


async def _press_address(interaction: Interaction, _: ChangeAddress) -> None:
    mail = mail_of(interaction)
    mail.check_is_on()
    plan = (await mail.standing(interaction.user.id)).plan or await _first_plan(interaction)
    await interaction.response.send_modal(_AddressForm(plan))


async def _press_pace(interaction: Interaction, wanted: ChangePace) -> None:
    async def work() -> Layout:
        plan = await _plan_of(interaction)
        pace = Pace.DAILY if wanted.pace is Pace.DAILY else Pace.WEEKLY
        return await _changed(interaction, replace(plan, times=replace(plan.times, pace=pace)))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _choose_content(interaction: Interaction, _: ChooseContent) -> None:
    async def work() -> Layout:
        plan, chosen = await _plan_of(interaction), the_chosen(interaction)
        if chosen.startswith(OF_LIST):
            mine = {f"{OF_LIST}{each.id}": each for each in await _lists(interaction)}
            if chosen not in mine:
                raise UserError("That list is gone. See the lists there are with `/list show`.")
            return await _changed(interaction, _of_list(plan, mine[chosen]))
        if chosen not in (Content.TRENDING, Content.FOLLOWS, Content.PICKED):
            raise StaleButton
        return await _changed(interaction, replace(plan, content=Content(chosen), text="", shown=""))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _press_retry(interaction: Interaction, _: RetryMail) -> None:
    async def work() -> Layout:
        return await _changed(interaction, await _plan_of(interaction))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _plan_of(interaction: Interaction) -> MailPlan:
    plan = (await mail_of(interaction).standing(interaction.user.id)).plan
    if plan is None:
        raise UserError("You get no mails anymore. Start them with `/inbox email`.")
    return plan


async def _press_stop(interaction: Interaction, _: StopMails) -> None:
    async def work() -> Layout:
        return stopped(await mail_of(interaction).subscriptions.stop(interaction.user.id))

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {
    ChangeAddress: _press_address,
    ChangePace: _press_pace,
    ChooseContent: _choose_content,
    RetryMail: _press_retry,
    StopMails: _press_stop,
}
