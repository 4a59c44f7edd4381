"""Which paper a channel gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.library import Library
from bot.catalog.models import Paper
from bot.daily.pick import Picker
from bot.state.deliveries import Pick
from bot.state.feeds import ChannelKind, Plan
from bot.views.why import why
from tests.support.time import SettableClock

FRIDAY = date(2026, 1, 2)
MONDAY_MORNING = datetime(2026, 1, 5, 8, tzinfo=UTC)


def plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "guild_id": 1,
        "channel_id": 2,
        "kind": ChannelKind.TEXT,
        "at": time(9),
        "zone": "Europe/Berlin",
        "weekdays": frozenset(range(7)),
    }
    return Plan(**values | changes)


def paper(number: int, title: str, *days: date, upvotes: int | None = None, **more: Any) -> Paper:
    return Paper(id=f"2601.{number:05}", title=title, featured=days, upvotes=upvotes, **more)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "catalog.db")
    yield library
    library.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(MONDAY_MORNING)


@pytest.fixture
async def friday(library: Library) -> list[Paper]:
    """Friday's list, and an old favourite."""
    papers = [
        paper(1, "Agents that plan", FRIDAY, upvotes=50, abstract="Agents plan."),
        paper(2, "Diffusion of images", FRIDAY, upvotes=80, abstract="Images."),
        paper(3, "Agents in games", FRIDAY, upvotes=5, abstract="Games and agents."),
        paper(4, "An unknown", FRIDAY),
        paper(5, "An old favourite", date(2025, 6, 2), upvotes=900, abstract="Everything."),
    ]
    await library.add(papers)
    return papers


async def picked(
    library: Library,
    clock: SettableClock,
    day: date = date(2026, 1, 5),
    had: set[str] | None = None,
    **changes: Any,
) -> list[Pick]:
    return await Picker(library, clock).pick(plan(**changes), day, had or set())


async def test_monday_gets_fridays_most_upvoted(library, clock, friday):
    (pick,) = await picked(library, clock)
    assert (pick.title, pick.rank, pick.archive) == ("Diffusion of images", 1, False)
    assert why(pick, date(2026, 1, 5)) == "most upvoted of Friday"


async def test_never_one_that_the_channel_had(library, clock, friday):
    had: set[str] = set()
    titles = []
    while picks := await picked(library, clock, had=had):
        titles.append(picks[0].title)
        had.add(picks[0].paper_id)
    assert titles == [
        "Diffusion of images",
        "Agents that plan",
        "Agents in games",
        "An unknown",
        "An old favourite",
    ]


async def test_a_paper_had_under_its_own_id_is_not_given_again_under_arxivs(library, clock):
    from bot.catalog.ids import own_id
    from bot.catalog.text import title_key

    own = own_id(title_key("Named late"))
    await library.add([paper(9, "Named late", FRIDAY, upvotes=3)])
    assert await picked(library, clock, had={own}) == []


async def test_several_papers_come_best_first_and_the_archive_fills_up(library, clock, friday):
    picks = await picked(library, clock, papers=5)
    assert [pick.archive for pick in picks] == [False, False, False, False, True]
    assert len({pick.paper_id for pick in picks}) == 5


async def test_at_weekends_it_comes_from_the_archive_and_says_so(library, clock, friday):
    clock.now = datetime(2026, 1, 4, 8, tzinfo=UTC)
    (pick,) = await picked(library, clock, date(2026, 1, 4))
    assert pick.archive
    assert why(pick, date(2026, 1, 4)).startswith("from the archive")


async def test_a_feed_that_comes_on_saturdays_alone_gets_the_weeks_papers(library, clock, friday):
    clock.now = datetime(2026, 1, 3, 8, tzinfo=UTC)
    (pick,) = await picked(library, clock, date(2026, 1, 3), weekdays=frozenset({5}))
    assert (pick.title, pick.archive) == ("Diffusion of images", False)


async def test_a_day_that_has_not_closed_is_not_touched(library, clock, friday):
    clock.now = datetime(2026, 1, 3, 2, 29, tzinfo=UTC)
    (early,) = await picked(library, clock, date(2026, 1, 2))
    assert early.title == "An old favourite"
    clock.now = datetime(2026, 1, 3, 2, 30, tzinfo=UTC)
    (closed,) = await picked(library, clock, date(2026, 1, 2))
    assert closed.title == "Diffusion of images"


async def test_when_the_source_was_down_it_comes_from_the_archive(library, clock, friday):
    clock.now = datetime(2026, 1, 8, 8, tzinfo=UTC)
    (pick,) = await picked(library, clock, date(2026, 1, 8))
    assert pick.archive
    assert pick.title in {"Diffusion of images", "An old favourite"}


async def test_a_topic_leaves_the_others_out(library, clock, friday):
    (pick,) = await picked(library, clock, topic="agents")
    assert pick.title == "Agents that plan"
    (pick,) = await picked(library, clock, topic="agents -plan")
    assert pick.title == "Agents in games"


async def test_a_topic_with_nothing_new_comes_from_the_archive(library, clock, friday):
    (pick,) = await picked(library, clock, topic="favourite")
    assert (pick.title, pick.archive) == ("An old favourite", True)


async def test_a_topic_that_nothing_matches_gives_nothing(library, clock, friday):
    assert await picked(library, clock, topic="zzzz") == []


async def test_withdrawn_papers_are_never_picked(library, clock):
    await library.add([paper(1, "Gone", FRIDAY, upvotes=9, withdrawn=True)])
    assert await picked(library, clock) == []
    assert await picked(library, clock, topic="gone") == []


async def test_papers_that_were_never_featured_come_last_and_newest_first(library, clock):
    await library.add(
        [
            paper(1, "Older", published="2024-01-01"),
            paper(2, "Newer", published="2025-01-01"),
            paper(3, "Featured once", date(2023, 5, 4), upvotes=0),
        ]
    )
    picks = await picked(library, clock, papers=3)
    assert [pick.title for pick in picks] == ["Featured once", "Newer", "Older"]


async def test_an_empty_catalog_gives_nothing(library, clock):
    assert await picked(library, clock) == []


async def test_the_pick_is_the_same_whoever_asks(library, clock, friday):
    choices = [await picked(library, clock, papers=5) for _ in range(3)]
    assert choices[0] == choices[1] == choices[2]


async def test_equal_scores_go_by_id(library, clock):
    await library.add([paper(n, f"Paper {n}", FRIDAY) for n in (3, 1, 2)])
    picks = await picked(library, clock, papers=3)
    assert [pick.paper_id for pick in picks] == ["2601.00001", "2601.00002", "2601.00003"]


@pytest.mark.parametrize(
    ("pick", "text"),
    [
        (Pick("x", "t", FRIDAY, 1), "most upvoted of Friday"),
        (Pick("x", "t", FRIDAY, 2), "second most upvoted of Friday"),
        (Pick("x", "t", FRIDAY, 7), "number 7 by upvotes of Friday"),
        (Pick("x", "t", FRIDAY, None), "featured on Friday"),
        (
            Pick("x", "t", date(2025, 3, 20), 1, archive=True),
            "from the archive: most upvoted of 20 March 2025",
        ),
        (Pick("x", "t", archive=True), "from the archive"),
    ],
)
def test_why(pick, text):
    assert why(pick, date(2026, 1, 5)) == text
