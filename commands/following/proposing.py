"""`/follow topic`, `author`, `paper` and `saved`: what each would bring is shown, and followed on Follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from discord import app_commands

from bot.errors import UserError
from bot.following.matching import Follow
from bot.inbox.finder import MOST_LIKED
from bot.inbox.inbox_service import Contact, Reached
from bot.library_here import NewPaper
from bot.paper.model import Paper
from bot.readers.follows import Followed, InboxPlan, Kind, Way
from bot.search.meant_paper import meant
from bot.search.query import Query, parse_query
from bot.views.filters import unreadable
from bot.views.follow_buttons import CancelFollow, ConfirmFollow, FollowThis
from bot.views.follow_pages import A_FLOOD, DAYS, FollowDraft, Outlook, named, told
from bot.views.layout import Layout, Notice
from bot.views.markdown import clip_escaped, escape
from commands.answering.context import Handlers, Interaction, me, services_of
from commands.answering.replies import Manner, answer, manner_of_turn, show
from commands.following.follow_group import follow, inbox_of
from commands.lists.list_group import Name, list_names
from commands.paper.known_paper import known_paper
from commands.paper.one_paper import titles
from commands.paper.paper_group import Typed
from commands.paper.searches import query_of, token_for

_SHOWN = 100
_NEWEST = 3
_LONGEST_ID = 19


@follow.command(name="topic", description="Hear of new papers on a topic.")
@app_commands.describe(topic="In the words of /paper find, such as multi-agent debate -games")
async def follow_topic(interaction: Interaction, topic: Typed) -> None:
    """`/follow topic`."""
    await answer(interaction, proposed(interaction, Kind.TOPIC, topic), Manner.PRIVATE)


@follow.command(name="author", description="Hear of an author's new papers.")
@app_commands.describe(name="As in Ada Lovelace")
async def follow_author(interaction: Interaction, name: Typed) -> None:
    """`/follow author`."""
    await answer(interaction, proposed(interaction, Kind.AUTHOR, name), Manner.PRIVATE)


@follow.command(name="paper", description="Hear of papers like one, and of its code.")
@app_commands.describe(wanted="A title, an arXiv id, or a link")
@app_commands.rename(wanted="paper")
@app_commands.autocomplete(wanted=titles)
async def follow_paper(interaction: Interaction, wanted: Typed) -> None:
    """`/follow paper`."""

    async def work() -> Layout:
        found = await meant(services_of(interaction).library, parse_query(wanted))
        if found.paper is None:
            raise UserError(
                f"I'm not sure which paper “{clip_escaped(wanted, _SHOWN)}” is. Choose one of the titles "
                "that I offer while you type."
            )
        return await proposed(interaction, Kind.PAPER, found.paper.id)

    await answer(interaction, work(), Manner.PRIVATE)


@follow.command(name="saved", description="Hear of papers like those on one of your lists.")
@app_commands.describe(name="The list; the one you saved to last when not given")
@app_commands.rename(name="list")
@app_commands.autocomplete(name=list_names)
async def follow_saved(interaction: Interaction, name: Name | None = None) -> None:
    """`/follow saved`."""

    async def work() -> Layout:
        lists = services_of(interaction).lists
        mine = await lists.of(me(interaction))
        on = (await lists.named(me(interaction), name)) if name else next(iter(mine), None)
        if on is None and name:
            raise UserError(f"You have no list called “{escape(name)}”. See your lists with `/list show`.")
        if on is None:
            raise UserError("You haven't saved a paper yet. Press **Save** on a few that you like first.")
        return await proposed(interaction, Kind.LIST, str(on.id))

    await answer(interaction, work(), Manner.PRIVATE)


async def proposed(interaction: Interaction, kind: Kind, text: str) -> Layout:
    """What following it would have brought, to be confirmed; UserError where it can't be followed."""
    services = services_of(interaction)
    wanted = _Wanted(interaction, kind, " ".join(text.split()))
    shown = await wanted.shown()
    token = await token_for(services.parked, wanted.text)
    return FollowDraft(kind, shown, token, await wanted.outlook())


class _Wanted:
    """What somebody is about to follow."""

    def __init__(self, interaction: Interaction, kind: Kind, text: str) -> None:
        self._interaction = interaction
        self._services = services_of(interaction)
        self._kind = kind
        self.text = text

    async def shown(self) -> str:
        """What it is called; UserError where there is no such thing, or nothing to go by."""
        match self._kind:
            case Kind.TOPIC:
                query = parse_query(self.text)
                if query.is_empty or query.references:
                    raise UserError(
                        f"“{escape(self.text[:_SHOWN])}” isn't a topic. Try words such as `web agents`; "
                        "for a paper, use `/follow paper`."
                    )
                if query.unread:
                    raise UserError(unreadable(query.unread[0]))
                return self.text
            case Kind.AUTHOR:
                if not self._query().authors:
                    raise UserError("I need a name with at least one letter, such as `Ada Lovelace`.")
                return self.text
            case Kind.PAPER:
                return (await known_paper(self._services, self.text)).title
            case Kind.LIST:
                return await self._name_of_list()

    async def _name_of_list(self) -> str:
        is_id = self.text.isascii() and self.text.isdecimal() and len(self.text) < _LONGEST_ID
        found = await self._services.lists.get(int(self.text)) if is_id else None
        if found is None or found.owner != me(self._interaction):
            raise UserError("That list is gone. See the lists there are with `/list show`.")
        if not found.papers:
            raise UserError(
                "Nothing is on that list yet. Press **Save** on a few papers that you like first."
            )
        return found.name

    def _query(self) -> Query:
        return Follow(0, self._kind, self.text).query

    async def outlook(self) -> Outlook:
        """What it would have brought."""
        papers = await self._lately()
        newest = [paper.title for paper in papers[:_NEWEST]]
        if self._kind in (Kind.PAPER, Kind.LIST):
            return Outlook(len(papers), newest)
        in_all = await self._services.library.all_about(self._query())
        stricter = await self._stricter() if len(papers) > A_FLOOD * DAYS else None
        spelt = "" if in_all or self._kind is Kind.AUTHOR else await self._spelt()
        return Outlook(len(papers), newest, in_all, stricter, spelt)

    async def _lately(self) -> list[NewPaper]:
        """The papers that it would have brought, the newest first."""
        library = self._services.library
        if self._kind in (Kind.PAPER, Kind.LIST):
            return await library.lately_like(await self._liked(), self._first_day)
        return await library.lately(self._query(), self._first_day)

    async def _liked(self) -> list[str]:
        if self._kind is Kind.PAPER:
            return [self.text]
        return await self._services.lists.latest_ids(int(self.text), MOST_LIKED)

    async def _stricter(self) -> tuple[str, str, int] | None:
        """The same words, all of them in the title."""
        query = parse_query(self.text)
        if self._kind is not Kind.TOPIC or query.has_conditions:
            return None
        narrower = " ".join(f"title:{word}" for word in query.words[:8])
        papers = await self._services.library.lately(parse_query(narrower), self._first_day)
        return (narrower, await token_for(self._services.parked, narrower), len(papers)) if papers else None

    async def _spelt(self) -> str:
        found = await self._services.library.find(parse_query(self.text), limit=1)
        return found.corrected or ""

    @property
    def _first_day(self) -> date:
        return self._services.clock().date() - timedelta(days=DAYS)

    async def example(self) -> Paper | None:
        """The newest paper that it would have brought."""
        papers = await self._lately()
        return await self._services.library.paper(papers[0].id) if papers else None


async def _press_follow(interaction: Interaction, wanted: FollowThis) -> None:
    async def work() -> Layout:
        text = await query_of(services_of(interaction).parked, wanted.token)
        return await proposed(interaction, wanted.kind, text)

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_confirm(interaction: Interaction, confirmed: ConfirmFollow) -> None:
    async def work() -> Layout:
        text = await query_of(services_of(interaction).parked, confirmed.token)
        return await _followed(interaction, _Wanted(interaction, confirmed.kind, text), confirmed.kind)

    await answer(interaction, work(), manner_of_turn(interaction))


async def _followed(interaction: Interaction, wanted: _Wanted, kind: Kind) -> Layout:
    service, person = inbox_of(interaction), interaction.user.id
    shown = await wanted.shown()
    has_code, version = False, None
    if kind is Kind.PAPER:
        paper = await known_paper(services_of(interaction), wanted.text)
        has_code, version = bool(paper.code_url), paper.arxiv_version
    # What is there already is looked at first: nothing of the time before the follow comes.
    await service.finder.look()
    made = await service.followings.add(person, kind, wanted.text, shown, has_code=has_code, version=version)
    inbox = await service.inboxes.begin(person, InboxPlan())
    if interaction.context.dm_channel and interaction.channel_id and inbox.plan.way is Way.MESSAGE:
        # They are in it: nothing needs to be opened.
        await service.inboxes.keep_channel(person, interaction.channel_id)
        inbox = replace(inbox, channel_id=interaction.channel_id)
    service.dispatcher.wake()
    contact = await service.welcome(made, inbox, wanted.example)
    return Notice(f"You follow {named(made)} now.\n{_how(contact)}", private=True)


def _how(contact: Contact) -> str:
    match contact.reached:
        case Reached.CLOSED:
            return (
                "⚠ Your direct messages are closed to me, so new papers wait in `/inbox show`. Allow direct "
                "messages in the privacy settings of a server that we share, or choose another place with "
                "`/inbox settings`."
            )
        case Reached.LATER:
            when = f" <t:{int(contact.at.timestamp())}:R>" if contact.at else " soon"
            return (
                f"I can write my first direct message to you{when} (Discord lets me open few at a time). "
                "Until then new papers wait in `/inbox show`."
            )
        case _:
            return f"You'll hear of new papers: {told(contact.inbox)}. Change that with `/inbox settings`."


async def _press_cancel(interaction: Interaction, _: CancelFollow) -> None:
    await show(interaction, Notice("Nothing was changed."), manner_of_turn(interaction))


async def changed(interaction: Interaction, follow_: Followed, text: str) -> Followed | None:
    """The follow, asking for `text` from now on; None where it is gone. UserError as for a new one."""
    wanted = _Wanted(interaction, follow_.kind, " ".join(text.split()))
    shown = await wanted.shown()
    service = inbox_of(interaction)
    await service.finder.look()
    return await service.followings.change(follow_, wanted.text, shown)


BUTTONS: Handlers = {
    FollowThis: _press_follow,
    ConfirmFollow: _press_confirm,
    CancelFollow: _press_cancel,
}
