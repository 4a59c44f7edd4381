"""What somebody is about to follow, and what that would have brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.errors import UserError
from bot.following.matching import Follow
from bot.inbox.finder import MOST_LIKED
from bot.library_here import NewPaper
from bot.paper.model import Paper
from bot.paper.typed_names import is_several, name_of
from bot.readers.follows import Followed, Kind
from bot.search.query import Query, parse_query
from bot.views.follow_pages import A_FLOOD, DAYS, Outlook
from bot.views.markdown import clip_escaped, escape
from commands.answering.context import Interaction, inbox_of, me, services_of
from commands.following.narrowing import narrower
from commands.following.new_topics import check_new_topic, spelt_topic
from commands.paper.known_paper import known_paper
from commands.paper.searches import token_for

_SHOWN = 100
_NEWEST = 3
_LONGEST_ID = 19


class Wanted:
    """By kind and text: a topic or name as typed, a paper's id, a list's id."""

    def __init__(self, interaction: Interaction, kind: Kind, text: str) -> None:
        self._interaction = interaction
        self._services = services_of(interaction)
        self.kind = kind
        self.text = " ".join(text.split())
        if kind is Kind.AUTHOR:
            self.text = _name(self.text)

    async def shown(self) -> str:
        """What it is called; UserError where there is no such thing, or nothing to go by."""
        match self.kind:
            case Kind.TOPIC:
                check_new_topic(self.query, self._services.clock().date())
                return self.text
            case Kind.AUTHOR:
                return self.text
            case Kind.PAPER:
                return (await known_paper(self._services, self.text)).title
            case Kind.LIST:
                return await self._name_of_list()
            case Kind.FOR_ME:
                return ""

    async def _name_of_list(self) -> str:
        is_id = self.text.isascii() and self.text.isdecimal() and len(self.text) < _LONGEST_ID
        found = await self._services.lists.get(int(self.text)) if is_id else None
        if found is None or found.owner != me(self._interaction):
            raise UserError("That list is gone. See the lists there are with `/list show`.")
        if not found.papers:
            raise UserError(
                f"Nothing is on **{clip_escaped(found.name, _SHOWN)}** yet. Press **Save** on a few papers "
                "that you like first, or name another list in `list`."
            )
        return found.name

    @property
    def query(self) -> Query:
        """What it asks the catalog for."""
        return Follow(0, self.kind, self.text).query

    async def already(self) -> Followed | None:
        """What the person follows by that already."""
        followings = inbox_of(self._interaction).followings
        return await followings.same(self._interaction.user.id, self.kind, self.text)

    async def outlook(self) -> Outlook:
        """What it would have brought."""
        papers = await self._lately()
        newest = [paper.title for paper in papers[:_NEWEST]]
        if self.kind in (Kind.PAPER, Kind.LIST):
            return Outlook(len(papers), newest)
        library, parked = self._services.library, self._services.parked
        in_all, best = await library.all_about(self.query, _NEWEST)
        if not in_all:
            spelt = await self._spelt()
            token = await token_for(parked, spelt) if spelt else ""
            return Outlook(len(papers), newest, in_all, spelt=(spelt, token) if spelt else None)
        if not papers:
            # Of an author they tell whether it is the one who is meant.
            return Outlook(0, best, in_all)
        is_flood = len(papers) > A_FLOOD * DAYS
        asked = (library, parked, self.kind, self.text, papers, self._first_day)
        return Outlook(len(papers), newest, in_all, await narrower(*asked) if is_flood else ())

    async def _lately(self) -> list[NewPaper]:
        """The papers that it would have brought, the newest first."""
        library = self._services.library
        if self.kind in (Kind.PAPER, Kind.LIST):
            return await library.lately_like(await self._liked(), self._first_day)
        return await library.lately(self.query, self._first_day)

    async def _liked(self) -> list[str]:
        if self.kind is Kind.PAPER:
            return [self.text]
        return await self._services.lists.latest_ids(int(self.text), MOST_LIKED)

    async def _spelt(self) -> str:
        """What it may be a slip of; empty where nothing is near."""
        if self.kind is Kind.TOPIC:
            return await spelt_topic(self._services.library, self.query)
        found = await self._services.library.find(replace(self.query, text="", narrowing=()), limit=1)
        by = await self._services.library.find(parse_query(f'author:"{self.text}"'), limit=1)
        names = [name for other in by.instead for name in parse_query(other.query).authors]
        return " ".join(names[0]).title() if names and not found.total else ""

    @property
    def _first_day(self) -> date:
        return self._services.clock().date() - timedelta(days=DAYS)

    async def example(self) -> Paper | None:
        """The newest paper that it would have brought; none of those picked, which were just shown."""
        if self.kind is Kind.FOR_ME:
            return None
        papers = await self._lately()
        return await self._services.library.paper(papers[0].id) if papers else None


def _name(typed: str) -> str:
    """The author's name alone; UserError where that is none, or several."""
    name = name_of(typed)
    if not name:
        raise UserError(
            f"“{escape(typed[:_SHOWN])}” isn't a name. Try one such as `Ada Lovelace`; for a paper, use "
            "`/follow paper`."
        )
    if is_several(name):
        raise UserError("Follow one author at a time: run `/follow author` for each.")
    return name
