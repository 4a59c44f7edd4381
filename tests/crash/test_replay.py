"""A short form of `DAYS=30 make crash`: real days again, for people who follow topics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.readers.follows import Pace
from bot.state.store import Store
from bot.state.tables import openings
from tests.crash import replay_days
from tests.crash.replay import Replay
from tests.support.aging import pass_time
from tests.support.stand_in import StandIn


def test_killed_over_days_everybody_is_told_of_each_paper_once(
    stand_in: StandIn, tmp_path: Path, postgres_url: str
) -> None:
    if (reason := replay_days.why_missing()) is not None:
        pytest.skip(reason)
    replayed = Replay(
        tmp_path,
        stand_in,
        days=2,
        people=50,
        kills=2,
        seed=1,
        database_url=postgres_url,
        processes=2,
        before=0,
        afterwards=1,
        paces=(Pace.COME, Pace.DAILY),
    ).run()
    assert (replayed.missing, replayed.double, replayed.wrong) == (0, 0, []), replayed.log
    assert min(replayed.pairs, replayed.letters, replayed.kills) > 0, "something happened at all"
    assert replayed.exactly_once, replayed.line


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_days_pass_for_every_instant(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    address = (
        f"sqlite:///{tmp_path / 's.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    )
    store = Store(address)
    await store.migrate()
    first = datetime(2026, 3, 1, 12, 0, 0, 5_000, tzinfo=UTC)
    instants = [first, first - timedelta(days=1), first - timedelta(days=2)]

    def fill(connection: Connection) -> None:
        connection.execute(insert(openings), [{"opened_at": each} for each in instants])

    await store.write(fill)
    await pass_time(store, timedelta(days=1))
    held = await store.read(lambda connection: connection.scalars(select(openings.c.opened_at)).all())
    assert sorted(held) == sorted(each - timedelta(days=1) for each in instants)
    await store.close()
