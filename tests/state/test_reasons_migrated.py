"""The sentences that earlier versions stored become codes."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.reasons import Code, reason
from bot.state.deliveries import Deliveries
from bot.state.feeds import Feeds
from bot.state.store import Store
from tests.state.examples import TODAY
from tests.state.test_store import MIGRATIONS
from tests.support.statements import running
from tests.support.time import SettableClock

FEED = """INSERT INTO feeds (id, guild_id, channel_id, kind, at, zone, weekdays, topic, papers, thread,
    publish, created_by, created_at, paused_at, paused_reason) VALUES (:id, 1, 2, 'text',
    '09:00:00', 'UTC', 127, '', 1, false, false, 3, '2026-01-01 00:00:00', '2026-01-01 00:00:00', :reason)"""
DELIVERY = """INSERT INTO deliveries (feed_id, guild_id, channel_id, channel_kind, local_date, due_at, nonce,
    state, kind, attempts, thread_due, publish_due, note) VALUES (:id, 1, 2, 'text', '2026-01-01',
    '2026-01-01 00:00:00', 'n', 'failed', 'papers', 1, false, false, :reason)"""

SENTENCES = {
    "An admin paused it.": reason(Code.PAUSED_BY_ADMIN),
    "It is not known whether this post arrived, so it was not sent again: The channel does not exist any "
    "more.": reason(Code.PERHAPS_ARRIVED, reason(Code.CHANNEL_GONE)),
    "Discord refused it: Invalid Form Body": reason(Code.SAID, text="Discord refused it: Invalid Form Body"),
    None: None,
}


@pytest.mark.parametrize("sentence", SENTENCES)
async def test_stored_sentences_become_codes(
    empty_url: str, clock: SettableClock, sentence: str | None
) -> None:
    store = Store(empty_url)
    await store.write(_as_version_three)
    for statement in (FEED, DELIVERY):
        await store.write(running(text(statement).bindparams(id=1, reason=sentence)))
    await store.migrate()
    feed = await Feeds(store, clock).get(1)
    delivery = await Deliveries(store, clock).of_day(1, TODAY)
    assert feed is not None
    assert delivery is not None
    assert feed.paused_reason == delivery.note == SENTENCES[sentence]
    await store.close()


def _as_version_three(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0003")
