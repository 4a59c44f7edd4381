"""`/paper day` and `/paper trending`, as a member sees them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.paper.model import Paper
from tests.support import raw
from tests.support.putting import put_in
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
    await put_in(world.services.library, papers)
    return world


async def shown(world, command, **options):
    return (await world.alice.slash(world.channel, command, **options)).response


async def in_locale(world, locale, typed):
    """`/paper day` as somebody whose Discord speaks another language runs it."""
    data = raw.slash_data("paper day", date=typed)
    guild = world.channel.guild.id
    result = raw.emit(
        world.env, raw.COMMAND, world.channel.id, world.alice.id, data, in_guild=guild, locale=locale
    )
    await world.env.settle()
    return result.response


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
    second = (await days.alice.click(first, label="Next")).response or first
    assert "7. An unknown number of votes" in text_of(second)


async def test_buttons_skip_empty_days(days):
    first = await shown(days, "paper day", date="2026-08-17")
    labels = buttons_of(first)
    assert "Later: 19 Aug 2026" in labels
    assert "Earlier: 20 Mar 2025" in labels
    after = (await days.alice.click(first, label="Later: 19 Aug 2026")).response or first
    assert "Wednesday, 19 Aug 2026" in text_of(after)


async def test_an_empty_day_leads_to_its_neighbours(days):
    response = await shown(days, "paper day", date="2026-08-18")
    assert "No papers were featured that day." in text_of(response)
    assert list(buttons_of(response)) == ["Earlier: 17 Aug 2026", "Later: 19 Aug 2026"]


async def test_a_paper_of_a_day_opens_and_leads_back(days):
    response = await shown(days, "paper day")
    card = (await days.alice.click(response, custom_id=opens(response)[0])).response or response
    assert text_of(card).startswith("## On games")
    back = (await days.alice.click(card, label="Back")).response or card
    assert "Daily Papers of Wednesday" in text_of(back)


@pytest.mark.parametrize(
    ("typed", "locale", "shown_as"),
    [
        ("17 Aug", "en-US", "Monday, 17 Aug 2026"),
        ("Monday, 17 Aug", "en-US", "Monday, 17 Aug 2026"),
        ("17. August", "de", "Monday, 17 Aug 2026"),
        ("8/17/26", "en-US", "Monday, 17 Aug 2026"),
    ],
)
async def test_a_guess_is_shown_as_one(days, typed, locale, shown_as):
    text = text_of(await in_locale(days, locale, typed)).replace("\\.", ".")
    assert text.startswith(f"-# I read “{typed}” as {shown_as}.\n**Daily Papers of {shown_as}** · 7 papers")


async def test_what_was_written_whole_is_no_guess(days):
    for typed in ("Monday, 17 Aug 2026", "2026-08-17", "17.08.2026"):
        assert text_of(await shown(days, "paper day", date=typed)).startswith("**Daily Papers of Monday")


async def test_a_day_in_the_readers_language(days):
    assert "Monday, 17 Aug 2026** · 7 papers" in text_of(await in_locale(days, "fr", "lundi 17 août 2026"))


async def test_an_ambiguous_day_asks_with_both_as_buttons(days):
    question = await shown(days, "paper day", date="3/4/2025")
    assert text_of(question) == "“3/4/2025” can be more than one day. Which one?"
    assert list(buttons_of(question)) == ["Tue, 4 Mar 2025", "Thu, 3 Apr 2025"]
    assert question.ephemeral
    chosen = (await days.alice.click(question, label="Thu, 3 Apr 2025")).response
    assert text_of(chosen) == "**Daily Papers of Thursday, 3 Apr 2025**\nNo papers were featured that day."


async def test_a_weekday_that_does_not_agree_asks(days):
    question = await shown(days, "paper day", date="Friday, 17 Aug 2026")
    assert text_of(question) == "17 Aug 2026 is a Monday. Show that day?"
    assert question.ephemeral
    chosen = (await days.alice.click(question, label="Mon, 17 Aug 2026")).response
    assert "7 papers" in text_of(chosen)
    assert not chosen.ephemeral


async def test_a_private_question_about_the_day_has_a_private_answer(days):
    question = await shown(days, "paper day", date="Friday, 17 Aug 2026", private=True)
    assert (await days.alice.click(question, label="Mon, 17 Aug 2026")).response.ephemeral


async def test_a_weekday_of_no_year_since_the_first_day_asks(days):
    question = await shown(days, "paper day", date="Thursday, 17 Aug")
    assert text_of(question) == "17 Aug 2026 is a Monday. Show that day?"


@pytest.mark.parametrize("typed", ["2026-08-20", "2030-01-01"])
async def test_a_day_after_the_newest_says_where_the_catalog_ends(days, typed):
    response = await shown(days, "paper day", date=typed)
    assert "My newest day is Wednesday, 19 Aug 2026." in text_of(response)
    assert list(buttons_of(response)) == ["Earlier: 19 Aug 2026"]


async def test_a_day_before_the_first_says_where_the_catalog_begins(days):
    response = await shown(days, "paper day", date="2019-01-01")
    assert "My first day is Thursday, 7 Dec 2023." in text_of(response)


async def test_what_is_no_date_is_said(days):
    assert "I couldn't read “the day after” as a date." in text_of(
        await shown(days, "paper day", date="the day after")
    )


async def test_days_are_offered_while_typing(days):
    choices = await days.alice.autocomplete(days.channel, "paper day", "date", "")
    assert [choice["name"] for choice in choices][:2] == ["Wednesday, 19 Aug 2026", "Monday, 17 Aug 2026"]


@pytest.mark.parametrize(
    "typed",
    ["mon", "Monday, 17", "Monday, 17 Aug", "17 aug 2026", "aug 17", "2026-08-17", "Monday, 17 Aug 2026"],
)
async def test_what_the_menu_shows_can_be_typed(days, typed):
    choices = await days.alice.autocomplete(days.channel, "paper day", "date", typed)
    assert choices[0]["value"] == "2026-08-17"


@pytest.mark.parametrize(("period", "count"), [("day", 2), ("week", 8), ("month", 8)])
async def test_trending_counts_back_from_the_newest_day(days, period, count):
    text = text_of(await shown(days, "paper trending", period=period))
    assert text.startswith("**Trending**")
    assert f"{count} papers" in text
    assert text.index("1. On games") < text.index("2. Paper 8 on bargaining")


async def test_trending_on_a_topic_leaves_out_what_mentions_it_in_passing(days):
    await put_in(
        days.services.library,
        [Paper(id="2608.00011", title="X", abstract="Unlike bargaining.", upvotes=999, featured=(MONDAY,))],
    )
    assert "999" not in text_of(await shown(days, "paper trending", topic="bargaining"))
    assert "999" in text_of(await shown(days, "paper trending"))


async def test_trending_on_a_topic(days):
    text = text_of(await shown(days, "paper trending", topic="bargaining"))
    assert "**Trending: bargaining**" in text
    assert "7 papers" in text
    assert "On games" not in text


async def test_trending_says_what_it_did_not_take_as_it_was_typed(days):
    text = text_of(await shown(days, "paper trending", topic="bargaining OR paper"))
    assert text.startswith(
        "I looked for all words of `bargaining OR paper`: I can't search for one or the other, so try each "
        "alone.\n**Trending: bargaining OR paper**"
    )


async def test_trending_offers_what_a_topic_may_be_a_slip_of(days):
    nothing = await shown(days, "paper trending", topic="barganing")
    assert text_of(nothing).startswith("No upvoted papers about barganing from ")
    assert text_of(nothing).endswith(". Did you mean **bargaining**?")
    found = (await days.alice.click(nothing, label="Show bargaining")).response or nothing
    assert text_of(found).startswith("**Trending: bargaining**")


async def test_trending_turns_its_pages(days):
    first = await shown(days, "paper trending", topic="bargaining")
    second = (await days.alice.click(first, label="Next")).response or first
    assert "6. Paper 2 on bargaining" in text_of(second)


async def test_trending_needs_a_word(days):
    text = text_of(await shown(days, "paper trending", topic="🤖"))
    assert text == "“🤖” has no word that I can search for. Try a topic such as `web agents`."


async def test_nothing_about_that(days):
    text = text_of(await shown(days, "paper trending", topic="xylophone quartet"))
    assert text.startswith("No upvoted papers about xylophone quartet from ")


@pytest.mark.parametrize(
    "custom_id", ["p1:day:never:1", "p1:day:2026-08-17:x", "p1:trend:year:=:1", "p1:trend:week:=:x"]
)
async def test_a_button_that_was_made_up(days, custom_id):
    response = await shown(days, "paper day")
    result = await days.press(response, custom_id)
    assert "too old" in text_of(result.response)
