"""What channels got since a backup is read back from the channels themselves, over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
from discord.http import handle_message_parameters
from pydantic import SecretStr

from bot.backup.restoring import Restored
from bot.backup.snapshot import back_up
from bot.connection.client import point_at
from bot.connection.own_posts import read_channels
from bot.connection.requests import Requests
from bot.delivery.post import Entry, Post
from bot.errors import SettingsError
from bot.paper.model import Paper
from bot.settings import Settings
from bot.state.claims import nonce_of
from bot.state.deliveries import Deliveries, Pick, State
from bot.state.feeds import ChannelKind, Feed, Feeds
from bot.state.store import Store
from bot.views.post_layouts import layout_of
from tests.backup.keeping import opened, put_back
from tests.state.examples import add_feed
from tests.support.stand_in import TOKEN, StandIn
from tests.support.time import SettableClock

LINKED = Paper(id="2401.00001", title="Debate [in] *teams*: a <b>study</b>")
OWN = Paper(id="pb-0123456789abcdef", title="Of no source", abstract="Words. " * 60)
FORUM = 15


@pytest.fixture
def clock() -> SettableClock:
    """The stand-in's messages bear the host's time."""
    return SettableClock(datetime.now(UTC))


@pytest.fixture
def at_stand_in(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.setattr(discord.http.Route, "BASE", stand_in.api)
    return stand_in


@pytest.fixture
async def client(at_stand_in: StandIn) -> AsyncIterator[discord.Client]:
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(TOKEN)
        yield client


@pytest.fixture
def state_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def guild(stand_in: StandIn) -> str:
    return str(stand_in.add_guild())


def post_of(feed: Feed, day_offset: int, *papers: Paper, nonce: str = "") -> Post:
    day = (datetime.now(UTC) + timedelta(days=day_offset)).date()
    return Post(
        guild_id=feed.plan.guild_id,
        channel_id=feed.plan.channel_id,
        kind=feed.plan.kind,
        day=day,
        entries=tuple(Entry(paper, Pick(paper.id, paper.title)) for paper in papers),
        nonce=nonce or nonce_of(feed, day),
    )


async def deliver(client: discord.Client, post: Post) -> None:
    if post.kind is ChannelKind.FORUM:
        channel = {"name": "Paper of the day", "auto_archive_duration": 1440}
        with handle_message_parameters(view=layout_of(post), channel_payload=channel) as params:
            await client.http.start_thread_in_forum(post.channel_id, params=params)
        return
    await Requests(client).say(post.channel_id, layout_of(post), post.nonce)


async def restored(path: Path, url: str, clock: SettableClock, token: str = TOKEN) -> Restored:
    settings = Settings(_env_file=None, discord_token=SecretStr(token))

    async def read(feeds, since):
        return await read_channels(settings, token, feeds, since)

    return await put_back(path, url, clock, read_channels=read)


async def test_papers_that_came_since_count_as_had(
    client, stand_in, guild, store: Store, state_url, tmp_path, clock
):
    text = stand_in.add_channel(guild=guild, type=0, name="papers")
    forum = stand_in.add_channel(guild=guild, type=FORUM, name="forum")
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock() + timedelta(hours=1), guild_id=int(guild), channel_id=int(text))
    in_forum = await add_feed(
        feeds, clock(), guild_id=int(guild), channel_id=int(forum), kind=ChannelKind.FORUM
    )
    await back_up(state_url, tmp_path / "a.backup", clock)
    stand_in.say(channel=text, text="### Not ours")
    await deliver(client, post_of(feed, 0, LINKED, OWN))
    await deliver(client, post_of(in_forum, 0, LINKED))
    # Of a daily paper that was set up after the backup.
    await deliver(client, post_of(feed, 0, Paper(id="2401.00003", title="Later"), nonce="pbanother"))
    clock.move(hours=2)
    found = await restored(tmp_path / "a.backup", state_url, clock)
    assert (found.channels, found.unread, found.papers) == (2, 0, 4)
    async with opened(state_url) as back:
        there = Deliveries(back, clock)
        assert await there.had(int(text)) == {LINKED.id, OWN.id, "2401.00003"}
        assert await there.had(int(forum)) == {LINKED.id}
        today = await there.of_day(feed.id, datetime.now(UTC).date())
        assert today.state is State.SENT
        first = stand_in.messages(channel=text)[1]
        assert today.message_id == int(first["id"])
        assert (await there.of_day(in_forum.id, datetime.now(UTC).date())).state is State.SENT
        titles = await back.read(_titles)
        assert titles[LINKED.id] == LINKED.title
    stand_in.assert_no_faults()


def _titles(connection):
    from sqlalchemy import select

    from bot.state.tables import delivered

    return {row.paper_id: row.title for row in connection.execute(select(delivered))}


async def test_what_was_under_way_and_arrived_counts_as_sent(
    client, stand_in, guild, store, state_url, tmp_path, clock
):
    from tests.state.examples import LEASE, claims, tomorrow

    text = stand_in.add_channel(guild=guild, type=0, name="papers")
    feed = await add_feed(Feeds(store, clock), clock(), guild_id=int(guild), channel_id=int(text))
    ((claimed, _),) = await claims(store, clock).claim_due(1, tomorrow)
    pick = Pick(LINKED.id, LINKED.title)
    await Deliveries(store, clock).begin_first(claimed, [pick], lease_until=clock() + LEASE)
    await back_up(state_url, tmp_path / "a.backup", clock)
    post = post_of(feed, 0, LINKED, nonce=claimed.nonce)
    await deliver(client, post)
    clock.move(hours=1)
    found = await restored(tmp_path / "a.backup", state_url, clock)
    assert (found.missed.under_way, found.papers) == (0, 0)
    async with opened(state_url) as back:
        again = await Deliveries(back, clock).get(claimed.id)
        assert (again.state, again.unsure_since) == (State.SENT, None)
        assert again.message_id is not None


async def test_a_channel_that_cannot_be_read_is_counted(
    at_stand_in, stand_in, guild, store, state_url, tmp_path, clock
):
    hidden = stand_in.add_channel(guild=guild, type=0, name="hidden")
    await add_feed(Feeds(store, clock), clock(), guild_id=int(guild), channel_id=int(hidden))
    await add_feed(Feeds(store, clock), clock(), guild_id=int(guild), channel_id=1)
    stand_in.deny(channel=hidden, bits=1 << 16)
    await back_up(state_url, tmp_path / "a.backup", clock)
    found = await restored(tmp_path / "a.backup", state_url, clock)
    assert (found.channels, found.unread) == (0, 2)


async def test_a_rejected_token_changes_nothing(at_stand_in, store, state_url, tmp_path, clock):
    await add_feed(Feeds(store, clock), clock())
    await back_up(state_url, tmp_path / "a.backup", clock)
    await add_feed(Feeds(store, clock), clock(), channel_id=21)
    with pytest.raises(SettingsError, match="Discord rejected DISCORD_TOKEN"):
        await restored(tmp_path / "a.backup", state_url, clock, "not.the.token")
    assert len(await Feeds(store, clock).of_guild(10)) == 2


def test_pointing_elsewhere_is_the_settings(monkeypatch):
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    point_at("https://proxy.example/api/v10/", None)
    assert discord.http.Route.BASE == "https://proxy.example/api/v10"
