"""Short forms of `make crash`: the same harness, few kills."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from bot.state.openings import MOST
from tests.crash.kills import Killing
from tests.crash.town import PLAIN, SORTS, Town
from tests.support.stand_in import TOKEN, StandIn


def test_killed_again_and_again_every_channel_gets_one_message(stand_in: StandIn, tmp_path: Path) -> None:
    state = f"sqlite:///{tmp_path / 'state.db'}"
    outcome = Killing(tmp_path, stand_in, kills=4, channels=20, seed=3, database_url=state).run()
    assert outcome.line == "kills 4 channels 20 messages 20 missing 0 double 0", outcome.log
    assert outcome.exactly_once, outcome.log


def test_two_processes_on_one_postgresql_share_the_work(
    stand_in: StandIn, tmp_path: Path, postgres_url: str
) -> None:
    outcome = Killing(
        tmp_path, stand_in, kills=4, channels=20, seed=4, database_url=postgres_url, processes=2
    ).run()
    assert outcome.line == "kills 4 channels 20 messages 20 missing 0 double 0", outcome.log
    assert outcome.exactly_once, outcome.log


def test_killed_again_and_again_each_new_paper_reaches_each_who_follows_it_once(
    stand_in: StandIn, tmp_path: Path, postgres_url: str
) -> None:
    outcome = Killing(
        tmp_path, stand_in, kills=6, channels=5, people=60, seed=5, database_url=postgres_url, processes=2
    ).run()
    assert outcome.line == "kills 6 channels 5 people 60 messages 62 missing 0 double 0", outcome.log
    assert outcome.exactly_once, outcome.log
    opened = stand_in.requests(path="/users/@me/channels")
    assert len(opened) <= MOST, "as many direct messages as Discord bears"


def test_the_count_tells_what_is_missing_double_or_unfinished(stand_in: StandIn, tmp_path: Path) -> None:
    town = Town(stand_in, f"sqlite:///{tmp_path / 'state.db'}", channels=len(SORTS))
    assert town.count().missing == len(SORTS)
    for channel, sort in town.sorts.items():
        post = {"name": "Today", "message": {"content": "one"}} if sort is SORTS[4] else {"content": "one"}
        path = f"/channels/{channel}/{'threads' if sort is SORTS[4] else 'messages'}"
        _request(stand_in, path, post)
        if sort is PLAIN or sort is SORTS[4]:
            _request(stand_in, path, post)
    count = town.count()
    assert (count.messages, count.missing, count.double) == (10, 0, 3)
    assert count.steps_missing == 4, "a thread, a publication, two digests"
    assert not count.done


def _request(stand_in: StandIn, path: str, body: object) -> None:
    headers = {"Authorization": f"Bot {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(stand_in.api + path, json.dumps(body).encode(), headers)
    urllib.request.urlopen(request).close()
