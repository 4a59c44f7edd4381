"""Which paper a channel gets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.daily.choosing.pick import Picker
from bot.paper.model import Paper
from bot.search.library import Library
from bot.state.deliveries import Pick
from bot.state.feeds import ChannelKind, Plan
from bot.views.why import why
from tests.support.putting import put_in
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
    await put_in(library, papers)
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
    assert why(pick, date(2026, 1, 5)) == "Friday's most upvoted"


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
    from bot.paper.ids import own_id
    from bot.paper.text import title_key

    own = own_id(title_key("Named late"))
    await put_in(library, [paper(9, "Named late", FRIDAY, upvotes=3)])
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


async def test_a_list_stays_new_until_three_others_have_closed(library, clock, friday):
    clock.now = datetime(2026, 1, 8, 8, tzinfo=UTC)
    (pick,) = await picked(library, clock, date(2026, 1, 8))
    assert (pick.title, pick.archive) == ("Diffusion of images", False)
    await put_in(library, [paper(10 + n, f"Later {n}", date(2026, 1, 5 + n)) for n in range(3)])
    papers = await picked(library, clock, date(2026, 1, 8), papers=4)
    assert [(pick.title, pick.archive) for pick in papers][3] == ("Diffusion of images", True)


async def test_after_two_weeks_without_a_list_everything_is_of_the_archive(library, clock, friday):
    clock.now = datetime(2026, 1, 19, 8, tzinfo=UTC)
    (pick,) = await picked(library, clock, date(2026, 1, 19))
    assert pick.archive


async def test_monday_sees_three_lists(library, clock):
    days = [date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1), FRIDAY]
    await put_in(library, [paper(n, f"Agents {n}", day) for n, day in enumerate(days, 1)])
    papers = await picked(library, clock, topic="agents", papers=4)
    assert [(pick.featured_on, pick.archive) for pick in papers] == [
        (FRIDAY, False),
        (date(2026, 1, 1), False),
        (date(2025, 12, 31), False),
        (date(2025, 12, 30), True),
    ]


async def test_a_topic_leaves_the_others_out(library, clock, friday):
    (pick,) = await picked(library, clock, topic="agents")
    assert pick.title == "Agents that plan"
    (pick,) = await picked(library, clock, topic="agents -plan")
    assert pick.title == "Agents in games"


async def test_with_a_topic_weekends_bring_new_papers_too(library, clock, friday):
    clock.now = datetime(2026, 1, 4, 8, tzinfo=UTC)
    (pick,) = await picked(library, clock, date(2026, 1, 4), topic="agents")
    assert (pick.title, pick.archive, pick.where) == ("Agents that plan", False, "title")


async def test_central_comes_before_touched_whatever_the_upvotes(library, clock):
    wednesday = date(2025, 12, 31)
    await put_in(
        library,
        [
            paper(1, "Debate", FRIDAY, upvotes=99, abstract="Debate of agents. The debate of agents."),
            paper(2, "Agent debate", wednesday, upvotes=1),
        ],
    )
    papers = await picked(library, clock, topic="agent debate", papers=2)
    assert [pick.title for pick in papers] == ["Agent debate", "Debate"]


async def test_the_title_counts_for_more_than_one_mention(library, clock):
    await put_in(
        library,
        [
            paper(1, "Everything", FRIDAY, upvotes=9, abstract="We also try reward hacking."),
            paper(2, "On reward hacking", FRIDAY, upvotes=8),
            *(paper(9 + n, f"Others {n}", FRIDAY, upvotes=0) for n in range(8)),
        ],
    )
    (pick,) = await picked(library, clock, topic="reward hacking")
    assert (pick.title, pick.where) == ("On reward hacking", "title")


async def test_what_only_has_the_words_is_left_to_others(library, clock, friday):
    await put_in(library, [paper(6, "Rewards for robots", FRIDAY, upvotes=999, abstract="A hacking of it.")])
    await put_in(library, [paper(7, "Old", date(2025, 6, 3), abstract="We study reward hacking.")])
    (pick,) = await picked(library, clock, topic="reward hacking")
    assert (pick.title, pick.archive, pick.where) == ("Old", True, "abstract")


async def test_a_pick_as_of_an_earlier_day_sees_no_later_list(library, clock, friday):
    thursday = await Picker(library, clock).pick(
        plan(topic="agents"), date(2026, 1, 2), (), closed=date(2026, 1, 1)
    )
    assert thursday == []
    friday_closed = await Picker(library, clock).pick(
        plan(topic="agents"), date(2026, 1, 3), (), closed=FRIDAY
    )
    assert [pick.title for pick in friday_closed] == ["Agents that plan"]


async def test_without_a_topic_what_the_last_posts_were_about_counts_a_little_less(library, clock):
    await put_in(
        library,
        [
            paper(1, "Had", date(2026, 1, 1), upvotes=9, keywords=("Diffusion models", "Images")),
            *(paper(9 + n, f"Others {n}", FRIDAY, upvotes=0) for n in range(18)),
            paper(2, "Of the same", FRIDAY, upvotes=8, keywords=("diffusion model", "image")),
            paper(3, "Another", FRIDAY, upvotes=7, keywords=("Robots",)),
        ],
    )
    picker = Picker(library, clock)
    day, had = date(2026, 1, 5), {"2601.00001"}
    (plain,) = await picker.pick(plan(), day, had)
    (varied,) = await picker.pick(plan(), day, had, latest=had)
    (on_topic,) = await picker.pick(plan(topic="the same"), day, had, latest=had)
    assert (plain.title, varied.title, on_topic.title) == ("Of the same", "Another", "Of the same")


async def test_what_was_far_more_upvoted_comes_though_it_is_alike(library, clock):
    await put_in(
        library,
        [
            paper(1, "Had", date(2026, 1, 1), upvotes=9, keywords=("images",)),
            paper(2, "Of the same", FRIDAY, upvotes=8, keywords=("images",)),
            paper(3, "Another", FRIDAY, upvotes=7, keywords=("robots",)),
        ],
    )
    (pick,) = await Picker(library, clock).pick(
        plan(), date(2026, 1, 5), {"2601.00001"}, latest=["2601.00001"]
    )
    assert pick.title == "Of the same"


async def test_feeds_that_ask_at_once_share_one_reading(library, clock, friday, monkeypatch):
    asked = []
    about = library.about

    async def counting(topic, numbers=None):
        asked.append(topic)
        return await about(topic, numbers)

    monkeypatch.setattr(library, "about", counting)
    picker = Picker(library, clock)
    feeds = [picker.pick(plan(topic="agents"), date(2026, 1, 5), ()) for _ in range(50)]
    assert len({picks[0].paper_id for picks in await asyncio.gather(*feeds)}) == 1
    assert asked == ["agents"]


async def test_a_topic_with_nothing_new_comes_from_the_archive(library, clock, friday):
    (pick,) = await picked(library, clock, topic="favourite")
    assert (pick.title, pick.archive) == ("An old favourite", True)


async def test_a_topic_that_nothing_matches_gives_nothing(library, clock, friday):
    assert await picked(library, clock, topic="zzzz") == []


async def test_withdrawn_papers_are_never_picked(library, clock):
    await put_in(library, [paper(1, "Gone", FRIDAY, upvotes=9, withdrawn=True)])
    assert await picked(library, clock) == []
    assert await picked(library, clock, topic="gone") == []


async def test_papers_that_were_never_featured_come_last_and_newest_first(library, clock):
    await put_in(
        library,
        [
            paper(1, "Older", published="2024-01-01"),
            paper(2, "Newer", published="2025-01-01"),
            paper(3, "Featured once", date(2023, 5, 4), upvotes=0),
        ],
    )
    picks = await picked(library, clock, papers=3)
    assert [pick.title for pick in picks] == ["Featured once", "Newer", "Older"]


async def test_an_empty_catalog_gives_nothing(library, clock):
    assert await picked(library, clock) == []


async def test_the_pick_is_the_same_whoever_asks(library, clock, friday):
    choices = [await picked(library, clock, papers=5) for _ in range(3)]
    assert choices[0] == choices[1] == choices[2]


async def test_equal_scores_go_by_id(library, clock):
    await put_in(library, [paper(n, f"Paper {n}", FRIDAY) for n in (3, 1, 2)])
    picks = await picked(library, clock, papers=3)
    assert [pick.paper_id for pick in picks] == ["2601.00001", "2601.00002", "2601.00003"]


@pytest.mark.parametrize(
    ("pick", "text"),
    [
        (Pick("x", "t", FRIDAY, 1), "Friday's most upvoted"),
        (Pick("x", "t", FRIDAY, 2), "#2 on Friday"),
        (Pick("x", "t", FRIDAY, 7), "#7 on Friday"),
        (Pick("x", "t", FRIDAY, None), "featured on Friday"),
        (Pick("x", "t", FRIDAY, 2, where="title"), "#2 on Friday · topic in its title"),
        (Pick("x", "t", FRIDAY, 2, where="keywords"), "#2 on Friday · topic in its keywords"),
        (Pick("x", "t", FRIDAY, 2, where="abstract"), "#2 on Friday · topic in its abstract"),
        (Pick("x", "t", None, None, where="text"), "new in the catalog · matches the topic"),
        (
            Pick("x", "t", date(2025, 3, 20), 1, archive=True),
            "from the archive · most upvoted on 20 March 2025",
        ),
        (Pick("x", "t", date(2025, 3, 20), 17, archive=True), "from the archive · #17 on 20 March 2025"),
        (
            Pick("x", "t", date(2025, 3, 20), 17, archive=True, where="title"),
            "from the archive · #17 on 20 March 2025 · topic in its title",
        ),
        (Pick("x", "t", archive=True), "from the archive"),
    ],
)
def test_why(pick, text):
    assert why(pick, date(2026, 1, 5)) == text


async def test_a_paper_had_before_a_source_knew_it_by_another_title_is_not_given_again(library, clock):
    first = Paper(id="pb-0123456789abcdef", title="A draft of it", doi="10.1000/once")
    await put_in(library, [first])
    await put_in(library, [paper(9, "The final title", FRIDAY, upvotes=3, doi="10.1000/once")])
    assert (await library.paper(first.id)).id == "2601.00009", "it is the same paper"
    assert await picked(library, clock, had={first.id}) == []
    assert await picked(library, clock, had={first.id}, topic="final title") == []


async def test_a_paper_of_a_later_year_is_not_of_an_earlier_day(library, clock):
    """A file may tell the year alone: looked at from before it, the paper wasn't there yet."""
    await put_in(
        library,
        [
            Paper(id="tea-2024", title="Tea and agents", year=2024),
            Paper(id="tea-2026", title="Tea and agents again", year=2026),
        ],
    )
    picker = Picker(library.background, clock)
    had = [
        await picker.pick(plan(topic=topic), FRIDAY, set(), closed=date(2025, 6, 1)) for topic in ("", "tea")
    ]
    assert [[pick.paper_id for pick in picks] for picks in had] == [["tea-2024"], ["tea-2024"]]
