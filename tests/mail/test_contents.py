"""Which papers are in somebody's mail."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind, Match, Pace
from bot.readers.mailing import Content, MailPlan
from bot.readers.owner import Kind as OwnerKind
from bot.readers.owner import Owner
from bot.state.mail_tables import mail_subscriptions
from tests.mail.conftest import ANN, Office
from tests.support.mail_server import text_in

ADA = "ada@example.org"
TOPIC = MailPlan(Content.TOPIC, "debate of agents", "debate of agents")


def titles(mail: Any) -> list[str]:
    lines = text_in(mail, "plain").replace("\r", "").splitlines()
    return [line.removeprefix("* ") for line in lines if line.startswith("* ")]


async def next_mail(office: Office) -> Any:
    """The mail of the next time that one is due."""
    before = len(office.post.to(ADA))
    await office.move_to_due(ANN)
    assert len(office.post.to(ADA)) == before + 1
    return office.post.to(ADA)[-1]


async def test_trending_papers_come_by_upvotes_at_most_ten_and_each_once(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    day = date(2026, 1, 2)
    for number in range(1, 13):
        await office.brings(f"Paper {number}", first=number, upvotes=number, featured=(day,))
    mail = await next_mail(office)
    assert titles(mail) == [f"Paper {number}" for number in range(12, 2, -1)]
    assert "2 more: see them in Discord." in text_in(mail, "plain")
    assert mail["Subject"] == "This week's trending papers: Paper 12 and 11 more"
    await office.brings("Paper 13", first=13, upvotes=1, featured=(date(2026, 1, 9),))
    assert titles(await next_mail(office)) == ["Paper 13"], "what was left of a week is no news in the next"


async def test_a_topic_brings_new_papers_about_it(office: Office) -> None:
    await office.subscribe(ANN, ADA, TOPIC)
    await office.brings("Debate of Agents on Graphs", "Weather of Planets", "More Debate of Agents")
    mail = await next_mail(office)
    assert set(titles(mail)) == {"Debate of Agents on Graphs", "More Debate of Agents"}
    assert mail["Subject"].startswith("New papers on debate of agents: ")
    assert titles(await next_mail(office)) == []


async def test_a_list_brings_new_papers_like_those_on_it(office: Office) -> None:
    owner = Owner(OwnerKind.PERSON, ANN)
    (liked,) = await office.brings("Debate of Agents on Graphs")
    on = await office.lists.make(owner, "Later")
    await office.lists.save(owner, [liked], by=ANN, to=on)
    await office.subscribe(ANN, ADA, MailPlan(Content.LIST, str(on.id), "Later"))
    await office.brings("More Debate of Agents on Graphs", first=7)
    await office.brings("Weather of Planets", first=8, abstract="Storms and clouds of gas giants.")
    assert titles(await next_mail(office)) == ["More Debate of Agents on Graphs"]
    (line,) = await office.lists.lines(on, ANN)
    await office.lists.remove(line)
    assert "Nothing is on that list yet" in text_in(await next_mail(office), "plain")
    await office.lists.delete(on)
    assert "That list is gone" in text_in(await next_mail(office), "plain")


async def test_what_is_picked_for_somebody_comes_with_its_reason_and_none_twice(office: Office) -> None:
    await office.subscribe(ANN, ADA, MailPlan(Content.PICKED))
    assert "Save three papers that you like" in text_in(await next_mail(office), "plain")
    liked = await office.brings("Debate of Agents", "Debate of Graphs", "Debate of Planets")
    await office.lists.save(Owner(OwnerKind.PERSON, ANN), liked, by=ANN)
    await office.brings(*(f"Debate number {number}" for number in range(12)), first=20)
    mail = await next_mail(office)
    first, text = titles(mail), text_in(mail, "plain")
    assert len(first) == 5
    assert mail["Subject"].startswith("Papers picked for you: ")
    assert "Because you saved Debate of" in text
    assert "Something else, off your usual path" in text
    second = titles(await next_mail(office))
    assert len(second) == 5
    assert not {*first} & {*second}


async def test_what_somebody_follows_comes_with_what_brought_it(office: Office) -> None:
    await office.subscribe(ANN, ADA, MailPlan(Content.FOLLOWS))
    assert "You don't follow anything yet" in text_in(await next_mail(office), "plain")
    follow = await office.followings.add(ANN, Kind.TOPIC, "agents", "agents")
    await office.inboxes.begin(ANN, InboxPlan())
    papers = await office.brings("Debate of Agents", "More Agents", first=1)
    await office.inboxes.found(
        [each.id for each in papers], [Match(ANN, each.id, each.title, follow.id) for each in papers]
    )
    mail = await next_mail(office)
    assert set(titles(mail)) == {"Debate of Agents", "More Agents"}
    assert "You follow agents" in text_in(mail, "plain")
    assert "Nothing new this week" in str((await next_mail(office))["Subject"])


async def test_what_came_while_a_mail_waited_for_the_server_is_in_the_next(office: Office) -> None:
    daily = MailPlan(Content.FOLLOWS, times=InboxPlan(pace=Pace.DAILY))
    follow = await office.followings.add(ANN, Kind.TOPIC, "agents", "agents")
    await office.inboxes.begin(ANN, InboxPlan())
    await office.subscribe(ANN, ADA, daily)
    first, late = await office.brings("Debate of Agents", "More Agents")

    async def found(paper: Paper) -> None:
        await office.inboxes.found([paper.id], [Match(ANN, paper.id, paper.title, follow.id)])

    await found(first)
    office.post.answers[ADA] = "451 4.7.1 Come back"
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    for _ in range(500):
        office.service.wake()
        if (await office.service.standing(ANN)).not_sent is not None:
            break
        await asyncio.sleep(0.01)
    office.clock.move(hours=1)
    await found(late)
    del office.post.answers[ADA]
    office.clock.move(hours=1)
    await office.until(lambda: len(office.post.to(ADA)) == 2)
    await office.settled()
    assert titles(office.post.to(ADA)[-1]) == ["Debate of Agents"]
    assert titles(await next_mail(office)) == ["More Agents"]


async def test_a_paper_that_left_the_catalog_is_left_out(office: Office) -> None:
    await office.subscribe(ANN, ADA, TOPIC)
    gone, _ = await office.brings("Debate of Agents on Graphs", "More Debate of Agents")
    await office.library.take_out({gone.id: gone.id})
    assert titles(await next_mail(office)) == ["More Debate of Agents"]


async def test_mails_come_at_the_persons_own_time(office: Office) -> None:
    times = InboxPlan(pace=Pace.WEEKLY, zone="Asia/Tokyo", weekday=4)
    await office.subscribe(ANN, ADA, MailPlan(times=times))
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    assert (mine.next_due_at.weekday(), mine.next_due_at.hour) == (4, 0), "nine in Tokyo"


async def test_a_zone_that_this_host_lacks_is_taken_for_utc(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    elsewhere = update(mail_subscriptions).values(zone="Mars/Olympus", content="horoscope")
    await office.store.change(elsewhere)
    assert "trending papers" in text_in(await next_mail(office), "plain")


async def test_mails_under_way_at_once_bring_no_paper_twice(office: Office) -> None:
    await office.subscribe(ANN, ADA, MailPlan(times=InboxPlan(pace=Pace.DAILY)))
    office.post.answers[ADA] = "451 Later"
    for number in (1, 2):
        day = office.clock().date() + timedelta(days=1)
        await office.brings(f"Paper {number}", first=number, upvotes=number, featured=(day,))
        mine = await office.service.subscriptions.of(ANN)
        assert mine is not None
        assert mine.next_due_at is not None
        office.clock.now = mine.next_due_at + timedelta(seconds=1)
        for _ in range(300):
            office.service.wake()
            latest = await office.service.mails.latest(mine.id)
            if latest is not None and latest.due_at == mine.next_due_at and latest.note is not None:
                break
            await asyncio.sleep(0.01)
    office.post.answers.clear()
    office.clock.move(minutes=2)
    await office.settled()
    shown = [title for mail in office.post.to(ADA)[1:] for title in titles(mail)]
    assert len(shown) == len(set(shown))
    assert "Paper 2" in shown
