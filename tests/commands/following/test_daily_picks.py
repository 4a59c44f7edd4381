"""Papers picked for a person that come to them each day, as they see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.commands.following.steps import dm_texts, letter_to, look_every
from tests.support.reading import buttons_of, text_of

SAVED = ("2411.13543", "2502.12110", "2307.13854")
MORNING = 9 * 3600 + 60
"""Letters go at nine in UTC where nobody says otherwise; the simulation starts at midnight."""
A_DAY = 86_400


async def followed(world: Any, person: Any) -> Any:
    look_every(world, timedelta(hours=6))
    for each in SAVED:
        await person.slash(world.channel, "list add", paper=each)
    draft = (await person.slash(world.channel, "follow for-me")).response
    assert "Follow **papers picked for you**?" in text_of(draft)
    assert "come by direct message each day at 09:00 (UTC)" in text_of(draft)
    await person.click(draft, label="Follow")
    return draft


def titles_of(text: str) -> list[str]:
    """Of a letter, in any order."""
    return sorted(line.split("](")[0].strip("*[") for line in text.split("\n") if line.startswith("**["))


async def letters_to(world: Any, person: Any) -> list[str]:
    return [text for text in await dm_texts(world, person) if text.startswith("### ")]


async def test_the_five_of_the_day_come_each_morning_with_their_reasons_and_none_twice(world):
    draft = await followed(world, world.alice)
    assert "come by direct message each day at 09:00 (UTC)" in text_of(draft)
    assert await letters_to(world, world.alice) == []
    await world.env.advance_time(MORNING)
    (first,) = await letters_to(world, world.alice)
    assert "5 new papers for you" in first
    assert "Because you saved" in first
    assert "Something else, off your usual path" in first
    shown = text_of((await world.alice.slash(world.channel, "paper for-me")).response)
    assert all(title[:40] in shown for title in titles_of(first))
    await world.restart()
    look_every(world, timedelta(hours=6))
    await world.env.advance_time(A_DAY / 2)
    assert len(await letters_to(world, world.alice)) == 1, "once a day, whichever process looks"
    await world.env.advance_time(A_DAY / 2)
    _, second = await letters_to(world, world.alice)
    assert len(titles_of(second)) == 5
    assert not {*titles_of(first)} & {*titles_of(second)}
    stopped = (await world.alice.user.click(letter_to(world.alice), label="Unfollow")).response
    assert text_of(stopped) == "Stopped following **papers picked for you**."
    await world.env.advance_time(A_DAY)
    assert len(await letters_to(world, world.alice)) == 2


async def test_they_come_at_the_persons_own_weekly_time(world):
    await followed(world, world.alice)
    await world.alice.slash(world.channel, "inbox settings", pace="weekly", weekday=5, time="18:30")
    await world.env.advance_time(2 * A_DAY)
    assert await letters_to(world, world.alice) == [], "it is Saturday, but not yet the time"
    await world.env.advance_time(18.5 * 3600 + 60)
    (letter,) = await letters_to(world, world.alice)
    assert "5 new papers for you" in letter


async def test_all_that_is_followed_says_when_they_come(world):
    async def shown() -> str:
        return text_of((await world.alice.slash(world.channel, "follow show")).response)

    await followed(world, world.alice)
    picks = "Papers picked for you come by direct message each day at 09:00 (UTC)."
    assert (await shown()).startswith(f"**You follow 1 thing.** {picks}\n")
    draft = (await world.alice.slash(world.channel, "follow topic", topic="debate of agents")).response
    await world.alice.click(draft, label="Follow")
    assert f"as papers come, at most once an hour. {picks}" in await shown()
    await world.alice.slash(world.channel, "inbox settings", pace="daily")
    assert "I write by direct message every day at 09:00 (UTC).\n" in await shown()


async def test_who_likes_too_few_is_asked_for_some(world):
    asked = (await world.alice.slash(world.channel, "follow for-me")).response
    assert text_of(asked).startswith("Save 3 papers that you like")


async def test_they_are_in_the_letter_of_their_own_day_wherever_the_person_lives(world):
    await followed(world, world.alice)
    await world.alice.slash(
        world.channel, "inbox settings", pace="daily", time="09:00", timezone="Asia/Tokyo"
    )
    await world.env.advance_time(A_DAY - 60)
    assert await letters_to(world, world.alice) == []
    await world.env.advance_time(5 * 60)
    (letter,) = await letters_to(world, world.alice)
    assert "5 new papers for you" in letter


async def test_not_for_me_takes_a_paper_out_of_the_letter_that_has_not_gone(world):
    await followed(world, world.alice)
    await world.alice.slash(world.channel, "inbox settings", pace="daily", time="09:00", timezone="UTC")
    await world.env.advance_time(8 * 3600 + 60)
    shown = (await world.alice.slash(world.channel, "paper for-me")).response
    before = text_of(shown)
    pressed = next(each["custom_id"] for each in buttons_of(shown).values() if each["label"] == "Not for me")
    await world.alice.click(shown, custom_id=pressed)
    await world.env.advance_time(3600)
    (letter,) = await letters_to(world, world.alice)
    assert len(titles_of(letter)) == 4
    assert all(title[:40] in before for title in titles_of(letter))
