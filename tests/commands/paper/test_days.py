"""`/paper day` and `/paper trending`, as a member sees them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.catalog.models import Paper
from tests.support.reading import buttons_of, opens, text_of

MONDAY = date(2026, 8, 17)


def featured(number, day, upvotes=None, title=None):
    title = title or f"Paper {number} on bargaining"
    return Paper(id=f"2608.{number:05}", title=title, upvotes=upvotes, featured=(day,))


@pytest.fixture
async def days(world):
    """A Monday of seven papers, an empty Tuesday, a Wednesday of two."""
    papers = [featured(number, MONDAY, upvotes=number) for number in range(1, 7)]
    papers.append(featured(7, MONDAY, title="An unknown number of votes"))
    papers += [
        featured(8, MONDAY + timedelta(days=2), 50),
        featured(9, MONDAY + timedelta(days=2), 90, "On games"),
    ]
    await world.services.library.add(papers)
    return world


async def shown(world, command, **options):
    return (await world.alice.slash(world.channel, command, **options)).response


async def test_the_newest_day_by_upvotes(days):
    text = text_of(await shown(days, "paper day"))
    assert text.startswith("**Daily Papers of Wednesday, 19 Aug 2026** · 2 papers")
    assert text.index("1. On games") < text.index("2. Paper 8 on bargaining")


@pytest.mark.parametrize("typed", ["2026-08-17", "17 Aug 2026", "august 17, 2026", "17.08.2026"])
async def test_a_day_as_people_write_it(days, typed):
    assert "Monday, 17 Aug 2026** · 7 papers" in text_of(await shown(days, "paper day", date=typed))


async def test_a_day_turns_its_pages(days):
    first = await shown(days, "paper day", date="2026-08-17")
    assert [f"{number}. Paper {7 - number} on" in text_of(first) for number in range(1, 6)] == [True] * 5
    second = (await days.alice.click(first, label="Next →")).response or first
    assert "7. An unknown number of votes" in text_of(second)


async def test_buttons_skip_empty_days(days):
    first = await shown(days, "paper day", date="2026-08-17")
    labels = buttons_of(first)
    assert "19 Aug 2026 →" in labels
    assert "← 20 Mar 2025" in labels
    after = (await days.alice.click(first, label="19 Aug 2026 →")).response or first
    assert "Wednesday, 19 Aug 2026" in text_of(after)


async def test_an_empty_day_leads_to_its_neighbours(days):
    response = await shown(days, "paper day", date="2026-08-18")
    assert "Nothing was featured on that day." in text_of(response)
    assert list(buttons_of(response)) == ["← 17 Aug 2026", "19 Aug 2026 →"]


async def test_a_paper_of_a_day_opens_and_leads_back(days):
    response = await shown(days, "paper day")
    card = (await days.alice.click(response, custom_id=opens(response)[0])).response or response
    assert text_of(card).startswith("## On games")
    back = (await days.alice.click(card, label="← Back")).response or card
    assert "Daily Papers of Wednesday" in text_of(back)


async def test_what_is_no_date_is_said(days):
    assert "That is no date." in text_of(await shown(days, "paper day", date="the day after"))


async def test_days_are_offered_while_typing(days):
    choices = await days.alice.autocomplete(days.channel, "paper day", "date", "")
    assert [choice["name"] for choice in choices][:2] == ["Wednesday, 19 Aug 2026", "Monday, 17 Aug 2026"]


@pytest.mark.parametrize(("period", "count"), [("day", 2), ("week", 8), ("month", 8)])
async def test_trending_counts_back_from_the_newest_day(days, period, count):
    text = text_of(await shown(days, "paper trending", period=period))
    assert text.startswith("**Trending**")
    assert f"{count} papers" in text
    assert text.index("1. On games") < text.index("2. Paper 8 on bargaining")


async def test_trending_on_a_topic_leaves_out_what_mentions_it_in_passing(days):
    await days.services.library.add(
        [Paper(id="2608.00011", title="X", abstract="Unlike bargaining.", upvotes=999, featured=(MONDAY,))]
    )
    assert "999" not in text_of(await shown(days, "paper trending", topic="bargaining"))
    assert "999" in text_of(await shown(days, "paper trending"))


async def test_trending_on_a_topic(days):
    text = text_of(await shown(days, "paper trending", topic="bargaining"))
    assert "**Trending about bargaining**" in text
    assert "7 papers" in text
    assert "On games" not in text


async def test_trending_turns_its_pages(days):
    first = await shown(days, "paper trending", topic="bargaining")
    second = (await days.alice.click(first, label="Next →")).response or first
    assert "6. Paper 2 on bargaining" in text_of(second)


async def test_nothing_about_that(days):
    text = text_of(await shown(days, "paper trending", topic="xylophone quartet"))
    assert text.startswith("Nothing with upvotes about xylophone quartet was featured")


@pytest.mark.parametrize(
    "custom_id", ["p1:day:never:1", "p1:day:2026-08-17:x", "p1:trend:year:=:1", "p1:trend:week:=:x"]
)
async def test_a_button_that_was_made_up(days, custom_id):
    response = await shown(days, "paper day")
    result = await days.press(response, custom_id)
    assert "too old" in text_of(result.response)
