"""What a person gets in a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.delivery.direct_message import Brought, DirectMessage
from bot.delivery.sending import Refused, SendFailed, TryLater
from bot.following.personal_picks import PersonalPicks
from bot.inbox.letter_times import TRY_AGAIN
from bot.readers.follows import Found, Inbox, Kind, Way, news_of
from bot.reasons import Code, Reason, reason
from bot.search.queries import Queries
from bot.state.followings import Followings
from bot.state.hidden import HiddenPapers
from bot.state.inbox import Inboxes
from bot.state.letters import Letter
from bot.state.plans import Pick

MOST_SHOWN = 10
"""Papers of a letter; what else there is, it counts."""
_TRIES = 3
"""To write to somebody whose direct messages are closed; the message that opens them is one."""
_MAY_PASS = timedelta(days=1)
"""For which "no access" may be Discord's mistake."""
_LOOK_AGAIN = timedelta(hours=1)
_LACKING_FOR = timedelta(days=14)
"""After which a paper that the catalog lacks is no news anymore."""


class LetterRecipient:
    """The `Recipient` of letters: a person."""

    def __init__(
        self,
        *,
        catalog: Queries,
        personal: PersonalPicks,
        followings: Followings,
        inboxes: Inboxes,
        hidden: HiddenPapers,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._personal = personal
        self._hidden = hidden
        self._followings = followings
        self._inboxes = inboxes
        self._clock = clock

    async def of(self, delivery: Letter) -> Inbox | None:
        """See `Recipient`."""
        return await self._inboxes.of(delivery.person_id)

    def hindrance(self, whom: Inbox | None, delivery: Letter) -> Reason | None:
        """See `Recipient`: the person had all deleted, wants no messages, or Discord refused some."""
        if whom is None:
            return reason(Code.FEED_REMOVED)
        is_off = whom.paused_at is not None or whom.plan.way is Way.KEPT or whom.channel_id is None
        return reason(Code.FEED_STOPPED) if is_off else None

    def nonce_protects(self, delivery: Letter) -> bool:
        """See `Recipient`."""
        return True

    def copies_fold(self, delivery: Letter) -> bool:
        """See `Recipient`: its person would see both."""
        return False

    async def choose(self, whom: Inbox, delivery: Letter) -> list[Pick] | None:
        """See `Recipient`: the latest of what waits; None where nothing is left of it.

        What the catalog lacks waits: another process may be ahead, or a lost catalog be on its way back.
        """
        picks: list[Pick] = []
        gone: list[str] = []
        lacking, hidden = 0, await self._hidden_from(whom)
        for_me, refused = await self._refused_by(delivery.person_id)
        for found in await self._inboxes.waiting(delivery.person_id):
            if len(picks) == MOST_SHOWN:
                break
            paper = await self._catalog.paper(found.match.paper_id)
            unwanted = hidden | refused if found.match.follow_id in for_me else hidden
            if not unwanted.isdisjoint({found.match.paper_id, paper.id if paper else found.match.paper_id}):
                gone.append(found.match.paper_id)
            elif paper is not None:
                picks.append(Pick(found.match.paper_id, paper.title, where=found.match.key))
            elif self._clock() - found.found_at > _LACKING_FOR:
                gone.append(found.match.paper_id)
            else:
                lacking += 1
        if gone:
            await self._inboxes.let_go(delivery.person_id, gone)
        if lacking and not picks:
            raise TryLater(reason(Code.PAPER_NOT_HERE), _LOOK_AGAIN.total_seconds())
        return picks or None

    async def _refused_by(self, person: int) -> tuple[set[int], set[str]]:
        """The follows that bring them what is picked for them, and the ids of what was not for them."""
        for_me = {each.id for each in await self._followings.of(person) if each.kind is Kind.FOR_ME}
        return for_me, await self._personal.refused(person, self._catalog) if for_me else set()

    async def _hidden_from(self, whom: Inbox | None) -> set[str]:
        """The ids of what the server of their thread hides: its admins want it nowhere there."""
        if whom is None or whom.plan.way is not Way.THREAD or whom.guild_id is None:
            return set()
        return await self._catalog.current_ids(await self._hidden.ids(whom.guild_id))

    async def compose(
        self, whom: Inbox | None, delivery: Letter, picks: Sequence[Pick], *, anew: bool = False
    ) -> DirectMessage:
        """See `Recipient`."""
        person = delivery.person_id
        brought = {(each.match.paper_id, each.match.key): each for each in await self._of(delivery)}
        follows = {each.id: each for each in await self._followings.of(person)}
        entries, hidden = [], await self._hidden_from(whom)
        for pick in picks:
            paper = await self._catalog.paper(pick.paper_id)
            news, version = news_of(pick.where)
            found = brought.get((pick.paper_id, pick.where or ""))
            if paper is not None and (not anew or hidden.isdisjoint((paper.id, pick.paper_id))):
                follow = follows.get(found.match.follow_id) if found else None
                entries.append(Brought(paper, news, follow, version))
        entries = await self._with_reasons(person, entries)
        return DirectMessage(
            letter_id=delivery.id,
            person_id=person,
            channel_id=_channel_of(whom, delivery),
            guild_id=whom.guild_id if whom and whom.plan.way is Way.THREAD else None,
            entries=tuple(entries),
            more=max(0, len(brought) - len(picks)),
            nonce=delivery.nonce,
        )

    async def _with_reasons(self, person: int, entries: list[Brought]) -> list[Brought]:
        papers = [each.paper for each in entries if each.follow and each.follow.kind is Kind.FOR_ME]
        if not papers:
            return entries
        why = await self._personal.reasons(person, papers, self._catalog)
        return [replace(each, picked=why.get(each.paper.id)) for each in entries]

    async def _of(self, delivery: Letter) -> list[Found]:
        """What is set aside for the letter; before that, what will be."""
        if delivery.picks is None:
            return await self._inboxes.waiting(delivery.person_id)
        return await self._inboxes.in_letter(delivery.id, delivery.person_id)

    async def judged(self, delivery: Letter, refusal: Refused) -> Refused:
        """See `Recipient`: what Discord says is of this one."""
        return refusal

    def again_after(self, delivery: Letter, refusal: Refused) -> datetime | None:
        """See `Recipient`: closed messages are tried again on two more days, no access for one."""
        now = self._clock()
        if refusal.reason.code == Code.DIRECT_MESSAGES_CLOSED and delivery.refusals + 1 < _TRIES:
            return now + TRY_AGAIN
        if refusal.reason.code == Code.CHANNEL_HIDDEN and now - delivery.due_at < _MAY_PASS:
            return now + _LOOK_AGAIN
        return None

    async def given_up(self, delivery: Letter, failure: SendFailed) -> Reason | None:
        """See `Recipient`: what Discord fails at passes."""
        return None

    async def refused(self, delivery: Letter, refusal: Refused) -> None:
        """See `Recipient`: `/inbox show` has what waits."""


def _channel_of(whom: Inbox | None, delivery: Letter) -> int:
    """Where it goes; where an earlier attempt went of which nobody knows, though they have moved since."""
    if delivery.unsure_since is not None and delivery.message_channel_id is not None:
        return delivery.message_channel_id
    return whom.channel_id or 0 if whom else 0
