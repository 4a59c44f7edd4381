"""Our own daily papers, read back from the channels that they were posted in."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import discord

from bot.backup.channel_history import Posted, PostedPaper
from bot.connection.gateway import sentence_of
from bot.connection.own_threads import OwnThreads
from bot.connection.rest_budget import LONGEST_SLEEP, RestBudget, share_of_budget
from bot.delivery.sending import Refused, SendFailed
from bot.errors import OperatorError, StaleButton
from bot.paper.addresses import ArxivId, named_by
from bot.reasons import Code, reason
from bot.settings import Settings
from bot.state.feeds import ChannelKind, Feed
from bot.views.button_base import read_button
from bot.views.paper_buttons import Cite, More

_PAGE: Final = 100
_PAGES: Final = 30
_AT_ONCE: Final = 8
_LEAST_MARK: Final = 0x40000000
"""Discord counts the ids of components from 1: only a post's mark is so high."""
_TITLE = re.compile(r"^### (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[(?P<label>.+)\]\((?P<address>\S+)\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


async def read_channels(
    settings: Settings, token: str, feeds: Sequence[Feed], since: datetime
) -> tuple[list[Posted], list[int]]:
    """Our posts since then in the channels of `feeds`, and the channels that could not be read.

    OperatorError where Discord rejects the token or can't be reached.
    """
    rate = settings.requests_per_second or share_of_budget(settings.shard_ids, settings.shard_count)
    client = discord.Client(
        intents=discord.Intents(guilds=True),
        http_trace=RestBudget(rate).trace(),
        max_ratelimit_timeout=LONGEST_SLEEP,
    )
    async with client:
        try:
            await client.login(token)
        except discord.DiscordException as error:
            raise (sentence_of(error) or OperatorError(f"Discord can't be reached ({error}).")) from None
        except OSError as error:
            raise OperatorError(f"Discord can't be reached ({error}): try again later.") from None
        return await _OwnPosts(client).of(feeds, since)


class _OwnPosts(OwnThreads):
    async def of(self, feeds: Sequence[Feed], since: datetime) -> tuple[list[Posted], list[int]]:
        posted: list[Posted] = []
        unread: list[int] = []
        waiting = iter({feed.plan.channel_id: feed for feed in feeds}.values())

        async def work() -> None:
            for feed in waiting:
                try:
                    posted.extend([post async for post in self._of_channel(feed, since)])
                except SendFailed:
                    unread.append(feed.plan.channel_id)

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        return posted, unread

    async def _of_channel(self, feed: Feed, since: datetime) -> AsyncIterator[Posted]:
        channel_id = feed.plan.channel_id
        forum = feed.plan.kind is ChannelKind.FORUM
        async for message in self._starters(feed, since) if forum else self._messages(channel_id, since):
            if (post := self._post(message, channel_id)) is not None:
                yield post

    async def _messages(self, channel_id: int, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        first, before = discord.utils.time_snowflake(since), None
        for _ in range(_PAGES):
            page = await self.answered(partial(self._client.http.logs_from, channel_id, _PAGE, before=before))
            for message in page:
                if int(message["id"]) >= first:
                    yield message
            before = min((int(message["id"]) for message in page), default=0)
            if len(page) < _PAGE or before < first:
                return
        raise Refused(reason(Code.SEARCH_TOO_LONG))

    async def _starters(self, feed: Feed, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """A forum's posts: each is a thread, and its first message has the thread's id."""
        async for thread in self.threads_of(feed.plan.guild_id, feed.plan.channel_id, since):
            thread_id = int(thread["id"])
            try:
                yield await self.answered(partial(self._client.http.get_message, thread_id, thread_id))
            except Refused:
                continue  # its first message was deleted

    def _post(self, message: Mapping[str, Any], channel_id: int) -> Posted | None:
        if int(message["author"]["id"]) != self.own_id:
            return None
        for component in message.get("components", ()):
            mark = component.get("id")
            if isinstance(mark, int) and mark >= _LEAST_MARK:
                papers = tuple(_papers(component))
                at = datetime.fromisoformat(message["timestamp"])
                where = int(message["channel_id"])
                return Posted(channel_id, int(message["id"]), where, mark, at, papers)
        return None


def _papers(container: Mapping[str, Any]) -> Iterator[PostedPaper]:
    """Each is a title that leads to its page, where it has one, and then its buttons."""
    title = link = ""
    for part in _parts(container):
        if (found := _TITLE.search(str(part.get("content") or ""))) is not None:
            title, link = _read_title(found[1])
        paper_id = _paper_of(str(part.get("custom_id") or ""))
        if title and paper_id:
            yield PostedPaper(_by_link(link) or paper_id, title)
            title = link = ""


def _parts(component: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield component
    for each in component.get("components") or ():
        yield from _parts(each)


def _read_title(line: str) -> tuple[str, str]:
    linked = _LINK.fullmatch(line.strip())
    label, address = (linked["label"], linked["address"]) if linked else (line, "")
    return html.unescape(_ESCAPED.sub(r"\1", label)).strip(), address


def _by_link(address: str) -> str:
    return next((each.id for each in named_by(address) if isinstance(each, ArxivId)), "") if address else ""


def _paper_of(custom_id: str) -> str:
    """Each paper of a post has these buttons, and no others' are of it."""
    try:
        button = read_button(custom_id)
    except StaleButton:
        return ""
    return button.paper if isinstance(button, Cite | More) else ""
