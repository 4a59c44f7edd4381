"""What people do and what comes to them, as the tests of following say it."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

from bot.paper.model import Paper
from bot.search.library import Library
from tests.support.putting import put_in
from tests.support.reading import text_of

_LOOK_EVERY = timedelta(seconds=20)


def today(world: Any) -> Any:
    return world.services.clock().date()


async def come(world: Any, papers: list[Paper]) -> None:
    """Another process brings them into the catalog."""
    with closing(Library(world.services.library.path)) as library:
        await put_in(library, papers)


async def arrive(world: Any, *titles: str, first: int = 1, **more: Any) -> list[Paper]:
    """New papers of these titles come into the catalog, and the bot looks at them."""
    papers = [
        Paper(
            id=f"2601.{first + number:05}",
            title=title,
            abstract=f"{title}. We study {title.lower()} at length, and {title.lower()} alone.",
            published=today(world),
            **more,
        )
        for number, title in enumerate(titles)
    ]
    await come(world, papers)
    return papers


def look_every(world: Any, seldom: timedelta) -> None:
    """Each look at the tables costs the simulation real time."""
    world.env.bot.inbox.dispatcher.longest_sleep = seldom
    world.env.bot.daily.dispatcher.longest_sleep = timedelta(days=2)


async def follow(world: Any, person: Any, what: str = "topic", where: Any = None, **options: Any) -> Any:
    """The person follows it: what they are told after Follow."""
    look_every(world, _LOOK_EVERY)
    draft = (await person.slash(where or world.channel, f"follow {what}", **options)).response
    pressed = (await person.click(draft, label="Follow")).response
    return pressed if text_of(pressed).startswith(("You follow", "I")) else draft


async def delivered(world: Any) -> None:
    """The bot looks for new papers, and what is due goes out."""
    await world.env.advance_time(_LOOK_EVERY.total_seconds() + 1)


def messages_to(person: Any) -> list[Any]:
    """The bot's direct messages to somebody, the oldest first."""
    channel = person.user.dm_channel
    backend = channel._env.backend
    sent = [each.id for each in channel.history() if each.author.bot]
    return [message for each in sent if not (message := backend.get_message(channel.id, each)).flags & 64]


def letter_to(person: Any) -> Any:
    """The last of them, to be pressed."""
    return [each for each in person.user.dm_channel.history() if each.author.bot][-1]


async def dm_texts(world: Any, person: Any) -> list[str]:
    return [text_of(message) for message in messages_to(person)]


async def mine(world: Any, person: Any) -> Any:
    """Their inbox."""
    return await world.env.bot.inbox.inboxes.of(person.id)
