"""Mails after a restore: what was stopped stays so, links keep their word, and nothing comes again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.backup.deletion_keys import keys_of
from bot.backup.deletions import Deletions
from bot.backup.snapshot import back_up
from bot.catalog import file
from bot.following.personal_picks import PersonalPicks
from bot.inbox.letter_times import next_letter
from bot.mail.mail_choice import MailChoice
from bot.mail.mail_keys import hash_of
from bot.mail.mail_links import Link
from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind, Match, Pace
from bot.readers.mailing import Content, MailKind, MailPlan
from bot.readers.owner import Kind as OwnerKind
from bot.readers.owner import Owner
from bot.search.library import Library
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.liked_papers import LikedPapers
from bot.state.mail_tables import mail_subscriptions, mailed, mails
from bot.state.mails import Mails
from bot.state.personal import People
from bot.state.picked import PickedPapers
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from tests.backup.keeping import NOWHERE, deletions_in, opened, put_back
from tests.support.mail_desk import KEYS, Desk
from tests.support.putting import put_in
from tests.support.time import SettableClock

ANN, BOB, CLEO = 700_000_000_000_000_001, 700_000_000_000_000_002, 700_000_000_000_000_003
PAPER = "2401.00001"


class Backup:
    """A state with mails, of which a backup was made; what ends afterwards is noted beside it."""

    def __init__(self, desk: Desk, listed: Deletions, path: Path, url: str, clock: SettableClock) -> None:
        self.desk, self.listed, self.path, self.url, self.clock = desk, listed, path, url, clock

    async def make(self) -> None:
        await back_up(self.url, self.path, self.clock)
        self.clock.move(hours=1)

    @asynccontextmanager
    async def restored(self, catalog: Path = NOWHERE) -> AsyncIterator[tuple[Store, Desk]]:
        entries = deletions_in(self.listed.path) if self.listed.path.exists() else []
        keys = keys_of(self.listed.path, None)
        self.told = await put_back(
            self.path, self.url, self.clock, catalog=catalog, deletions=entries, keys=keys
        )
        async with opened(self.url) as store:
            yield store, Desk(store, self.clock, "another")


@pytest.fixture
def backup(store: Store, state_url: str, tmp_path: Path, clock: SettableClock) -> Backup:
    listed = Deletions(tmp_path, None, clock)
    desk = Desk(store, clock, deletions=listed)
    return Backup(desk, listed, tmp_path / "a.backup", state_url, clock)


async def mail_to(desk: Desk, person: int) -> None:
    """The person's next mail, with a paper."""
    mine = await desk.subscriptions.of(person)
    assert mine is not None
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    for delivery, _ in await desk.claims.claim_due(10):
        await desk.begin(delivery, PAPER)


def link_of(salt: str) -> str:
    return KEYS.link_token(salt)


async def test_what_was_stopped_leaves_nothing_and_its_link_says_already_off(backup):
    ann = await backup.desk.subscribe(ANN, "ada@example.org")
    bob = await backup.desk.subscribe(BOB, "bob@example.org")
    await mail_to(backup.desk, ANN)
    await backup.make()
    await backup.desk.links.stop(link_of(ann.salt))
    async with backup.restored() as (store, desk):
        for table in (mail_subscriptions, mails, mailed):
            left = await store.read(lambda c, of=table: set(c.scalars(select(of.c.person_id))))
            assert left == {BOB}, table.name
        assert backup.told.again.mails == 1
        assert await desk.links.to_stop(link_of(ann.salt)) is Link.OVER
        assert await desk.links.to_stop(link_of(bob.salt)) is Link.OPEN
        assert await desk.subscriptions.of(BOB) is not None


async def test_links_of_what_was_confirmed_since(backup, store):
    """Whatever became of it, mail programs that post to it are told that it is off."""
    salts = {each: KEYS.new_salt() for each in ("stopped", "deleted", "goes on", "asked since")}
    people = dict(zip(salts, range(1, 5), strict=True))
    for each in ("stopped", "deleted", "goes on"):
        await backup.desk.ask(people[each], f"{each.replace(' ', '')}@example.org", salts[each])
    await backup.make()
    await backup.desk.ask(people["asked since"], "askedsince@example.org", salts["asked since"])
    for each, salt in salts.items():
        await backup.desk.confirm(f"{each.replace(' ', '')}@example.org", salt)
    await backup.desk.links.stop(link_of(salts["stopped"]))
    await People(store, backup.listed.note_person).forget(people["deleted"])
    async with backup.restored() as (_, desk):

        async def standing() -> dict[str, Link]:
            return {each: await desk.links.to_stop(link_of(salt)) for each, salt in salts.items()}

        off = {"stopped": Link.OVER, "deleted": Link.OVER, "asked since": Link.NOTHING}
        assert await standing() == off | {"goes on": Link.OPEN}, "it can be confirmed once more"
        backup.clock.move(hours=24)
        await desk.subscriptions.clean_up()
        assert await standing() == off | {"goes on": Link.OVER}


async def test_that_was_not_me_still_counts(backup):
    salt = KEYS.new_salt()
    address_hash = KEYS.address_hash("ada@example.org")
    await backup.desk.ask(BOB, "ada@example.org", salt)
    await backup.make()
    await backup.desk.confirm("ada@example.org", salt)
    await backup.desk.links.block(KEYS.confirm_token(salt, address_hash))
    await backup.desk.links.block(
        KEYS.confirm_token("of a day to come", KEYS.address_hash("bob@example.org"))
    )
    assert "example.org" not in backup.listed.path.read_text()
    async with backup.restored() as (store, desk):
        assert await desk.subscriptions.to_confirm(hash_of(KEYS.confirm_token(salt, address_hash))) is None
        backup.clock.move(days=2)
        for address in ("ada@example.org", "bob@example.org", "cleo@example.org"):
            await desk.ask(CLEO, address)
        asking = select(func.count()).where(mails.c.kind == MailKind.CONFIRM.value)
        assert await store.read(lambda c: c.scalar(asking)) == 1, "to the one that nobody blocked"


def papers_of(day: date, first: int) -> list[Paper]:
    some = [
        Paper(id=f"2601.{first + number:05}", title=f"Debate of agents {first + number}", published=day)
        for number in range(2)
    ]
    return [some[0], some[1].model_copy(update={"featured": (day,), "upvotes": first})]


def choice_from(library: Library, store: Store, clock: SettableClock) -> MailChoice:
    return MailChoice(
        catalog=library.background,
        personal=PersonalPicks(LikedPapers(store), PickedPapers(store)),
        inboxes=Inboxes(store, clock, next_letter),
        lists=ReadingLists(store, clock),
        mails=Mails(store, clock),
        clock=clock,
    )


@pytest.mark.parametrize("content", [Content.TRENDING, Content.TOPIC, Content.LIST])
async def test_mails_begin_now(backup, store, clock, tmp_path, content):
    """Whatever came before the restore may have been in a mail, also on the restore's own day."""
    catalog, owner = tmp_path / "catalog.db", Owner(OwnerKind.PERSON, ANN)
    lists = ReadingLists(store, clock)
    saved = await lists.make(owner, "Later")
    liked = Paper(id="2501.00001", title="Debate of agents", published=date(2025, 1, 1))
    await lists.save(owner, [liked], by=ANN, to=saved)
    texts = {Content.TOPIC: "debate of agents", Content.LIST: str(saved.id)}
    times = InboxPlan(pace=Pace.WEEKLY)
    plan = MailPlan(content, texts.get(content, ""), content.value, times)
    before = await backup.desk.subscribe(ANN, "ada@example.org", plan)
    today = clock().date()
    file.open_for_writing(catalog).close()
    with closing(Library(catalog)) as library:
        await put_in(library, [liked, *papers_of(today - timedelta(days=3), 1)])
    await backup.make()
    with closing(Library(catalog)) as library:
        await put_in(library, papers_of(today, 3))
    async with backup.restored(catalog) as (_, desk):
        clock.move(hours=1)
        after = await desk.subscribe(BOB, "bob@example.org", plan)
        with closing(Library(catalog)) as library:
            await put_in(library, [*papers_of(today, 5), *papers_of(today + timedelta(days=1), 7)])
            await library.background.wait_until_current()
            choice = choice_from(library, store, clock)

            async def chosen(subscription):
                picks, _ = await choice.of(subscription, today + timedelta(days=4))
                return {int(pick.paper_id.rpartition(".")[2]) for pick in picks}

            featured = {2, 4, 6, 8} if content is Content.TRENDING else set(range(1, 9))
            assert await chosen(before) == {number for number in featured if number >= 5}
            assert await chosen(after) == featured, "who asked since the restore had none of them"


async def test_what_follows_had_brought_is_in_no_mail(backup, store, clock, seed_catalog):
    plan = MailPlan(Content.FOLLOWS, times=InboxPlan(pace=Pace.WEEKLY))
    mine = await backup.desk.subscribe(ANN, "ada@example.org", plan)
    follow = await Followings(store, clock).add(ANN, Kind.TOPIC, "agents", "agents")
    inboxes = Inboxes(store, clock, next_letter)
    await inboxes.begin(ANN, InboxPlan())
    await inboxes.found([PAPER], [Match(ANN, PAPER, "Debate", follow.id)])
    await backup.make()
    async with backup.restored():
        assert backup.told.missed.mails == 0
        with closing(Library(seed_catalog)) as library:
            await put_in(library, [Paper(id=PAPER, title="Debate")])
            choice = choice_from(library, store, clock)
            assert await choice.of(mine, clock().date()) == ([], 0)


async def test_mails_that_were_due_since_do_not_come(backup):
    mine = await backup.desk.subscribe(ANN, "ada@example.org")
    await backup.make()
    backup.clock.now = mine.next_due_at + timedelta(days=2, hours=1)
    async with backup.restored() as (_, desk):
        assert backup.told.missed.mails == 1
        assert await desk.claims.claim_due(10) == []
        assert (await desk.subscriptions.of(ANN)).next_due_at > backup.clock()
