"""Every list turns its pages the same way, and asks for a page by its number."""

from __future__ import annotations

from datetime import date

import discord
import pytest

from bot.paper.model import Paper
from tests.daily.examples import feed_in
from tests.support.putting import put_in
from tests.support.reading import buttons_of, text_of

_LISTS = {
    "paper find": {"query": "bargaining"},
    "paper recent": {},
    "paper day": {"date": "2026-08-19"},
    "paper trending": {},
    "daily list": {},
    "daily history": {},
}


@pytest.fixture
async def admin(world):
    """Whoever may see all lists, each of which has two pages at least."""
    day = date(2026, 8, 19)
    await put_in(
        world.services.library,
        (
            Paper(
                id=f"2608.0100{n}",
                title=f"Paper {n} on bargaining",
                published=day,
                featured=(day,),
                upvotes=n,
            )
            for n in range(8)
        ),
    )
    role = world.channel.guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    admin = world.channel.guild.add_member(world.env.create_user("ada"), roles=[role])
    for _ in range(6):
        await feed_in(world, world.channel, papers=5)
    return admin


@pytest.fixture(params=_LISTS)
async def listed(request, world, admin):
    if request.param == "daily history":
        await world.env.advance_time(9 * 3600)
    return (await admin.slash(world.channel, request.param, **_LISTS[request.param])).response


def page(message) -> str:
    return next(label for label in buttons_of(message) if label.startswith("Page "))


async def test_each_list_turns_to_the_page_that_is_typed(world, admin, listed):
    first = text_of(listed)
    assert page(listed).startswith("Page 1 of ")
    assert buttons_of(listed)["Previous"]["disabled"]

    shown = await admin.click(listed, label=page(listed))
    assert shown.modal["title"] == "Go to page"
    field = shown.modal["components"][0]["component"]["custom_id"]
    await admin.submit_modal(shown, {field: "2"})

    assert page(listed).startswith("Page 2 of ")
    assert text_of(listed) != first
    await admin.click(listed, label="Previous")
    assert page(listed).startswith("Page 1 of ")


async def test_no_list_has_a_page_that_it_does_not_count(world, admin, listed):
    for typed in ("0", "9999", "two", "²"):
        shown = await admin.click(listed, label=page(listed))
        field = shown.modal["components"][0]["component"]["custom_id"]
        answer = await admin.submit_modal(shown, {field: typed})
        assert text_of(answer.response).startswith("Type a page number from 1 to ")
