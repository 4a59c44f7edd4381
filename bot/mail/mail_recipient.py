"""What an address gets in a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.delivery.sending import Refused, SendFailed
from bot.following.personal_picks import PersonalPicks
from bot.mail.mail_choice import MailChoice
from bot.mail.mail_keys import MailKeys
from bot.mail.mail_message import Mail, MailEntry
from bot.mail.mail_needs import MailNeeds
from bot.mail.mail_times import LEAST_ATTEMPTS, TRIED_FOR, TRIED_FOR_ALL, kept_trying
from bot.mail.refusal_streak import RefusalStreak
from bot.readers.follows import news_of
from bot.readers.mailing import Content, Lack, MailKind, MailPlan, Subscription
from bot.reasons import Code, Reason, reason
from bot.search.queries import Queries
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.mails import MailDelivery, Mails
from bot.state.plans import Pick
from bot.state.subscriptions import VALID_FOR, Subscriptions

_SAY_NOTHING_AFTER = timedelta(days=6, hours=12)
"""Who gets a mail a day gets none on days that bring nothing, until a week has passed without any."""

_LACKS = {
    Lack.LIST: "That list is gone: choose something else with /inbox email in Discord.",
    Lack.SAVED: "Nothing is on that list yet: save papers to it in Discord.",
    Lack.LIKED: "Save three papers that you like in Discord: I pick by them.",
    Lack.FOLLOWS: "You don't follow anything yet: try /follow topic in Discord.",
}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A subscription whose address was read."""

    subscription: Subscription
    address: str | None
    """None where the operator's key of today doesn't open it."""


class MailRecipient:
    """The `Recipient` of mails: an address. `public_url` is where the links in them lead."""

    def __init__(
        self,
        *,
        catalog: Queries,
        personal: PersonalPicks,
        choice: MailChoice,
        needs: MailNeeds,
        subscriptions: Subscriptions,
        mails: Mails,
        followings: Followings,
        inboxes: Inboxes,
        keys: MailKeys,
        streak: RefusalStreak,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._personal = personal
        self._choice = choice
        self._needs = needs
        self._subscriptions = subscriptions
        self._mails = mails
        self._followings = followings
        self._inboxes = inboxes
        self._keys = keys
        self._streak = streak
        self._public_url = public_url.rstrip("/")
        self._clock = clock

    def mailbox(self, subscription: Subscription) -> Mailbox:
        """With its address."""
        return Mailbox(subscription, self._keys.unseal(subscription.address))

    async def of(self, delivery: MailDelivery) -> Mailbox | None:
        """See `Recipient`."""
        found = await self._subscriptions.get(delivery.subscription_id)
        return self.mailbox(found) if found is not None else None

    def hindrance(self, whom: Mailbox | None, delivery: MailDelivery) -> Reason | None:
        """See `Recipient`: the person ended it, it is paused, the next mail is near."""
        if whom is None:
            return reason(Code.FEED_REMOVED)
        subscription = whom.subscription
        is_confirmed = subscription.confirmed_at is not None
        if subscription.paused_at is not None or is_confirmed is not (delivery.kind is MailKind.PAPERS):
            return reason(Code.FEED_STOPPED)
        if whom.address is None:
            return reason(Code.ADDRESS_UNREADABLE)
        longest = VALID_FOR if delivery.kind is MailKind.CONFIRM else kept_trying(subscription.plan)
        late = self._clock() - delivery.due_at > longest
        return (delivery.note or reason(Code.TOO_LATE)) if late else None

    def nonce_protects(self, delivery: MailDelivery) -> bool:
        """See `Recipient`: no mail server drops a second one."""
        return False

    def copies_fold(self, delivery: MailDelivery) -> bool:
        """See `Recipient`: a second copy has the Message-ID of the first."""
        return True

    async def choose(self, whom: Mailbox, delivery: MailDelivery) -> list[Pick] | None:
        """See `Recipient`: None on a day that brings nothing, where there was a mail within the week."""
        if delivery.kind is MailKind.CONFIRM:
            return []
        subscription = whom.subscription
        picks: list[Pick] = []
        more = 0
        if await self._needs.lack(subscription.person_id, subscription.plan) is not Lack.LIST:
            picks, more = await self._choice.of(subscription, delivery.local_date)
        if not picks and not subscription.plan.is_weekly:
            last = subscription.last_mail_at or subscription.confirmed_at
            if last is not None and self._clock() - last < _SAY_NOTHING_AFTER:
                return None
        if more:
            await self._mails.note_more(delivery, more)
        return picks

    async def compose(
        self, whom: Mailbox | None, delivery: MailDelivery, picks: Sequence[Pick], *, anew: bool = False
    ) -> Mail:
        """See `Recipient`."""
        if whom is None or whom.address is None:
            return _unsent(delivery, self._clock())
        subscription = whom.subscription
        latest = await self._mails.get(delivery.id)
        return Mail(
            kind=delivery.kind,
            address=whom.address,
            plan=subscription.plan,
            at=self._clock(),
            nonce=delivery.nonce,
            entries=await self._entries(delivery.person_id, picks, subscription.plan.content),
            more=latest.more if latest is not None else 0,
            note="" if picks or delivery.kind is MailKind.CONFIRM else await self._note(subscription),
            link=self.link_of(subscription, delivery.kind),
        )

    def link_of(self, subscription: Subscription, kind: MailKind) -> str:
        """Where it is confirmed, or ended."""
        if kind is MailKind.CONFIRM:
            token = self._keys.confirm_token(subscription.salt, subscription.address_hash)
            return f"{self._public_url}/mail/confirm/{token}"
        return f"{self._public_url}/mail/off/{self._keys.link_token(subscription.salt)}"

    async def _entries(
        self, person_id: int, picks: Sequence[Pick], content: Content
    ) -> tuple[MailEntry, ...]:
        """Each paper as the catalog has it now; those that have left it are left out."""
        found = [(await self._catalog.paper(pick.paper_id), pick) for pick in picks]
        if content is Content.PICKED:
            papers = [paper for paper, _ in found if paper is not None]
            why = await self._personal.reasons(person_id, papers, self._catalog)
            return tuple(MailEntry(paper, picked=why.get(paper.id)) for paper in papers)
        if content is not Content.FOLLOWS:
            return tuple(MailEntry(paper) for paper, _ in found if paper is not None)
        follows = {each.id: each for each in await self._followings.of(person_id)}
        brought = {
            (each.match.paper_id, each.match.key): each.match.follow_id
            for each in (await self._inboxes.all_of(person_id) if picks else ())
        }
        return tuple(
            MailEntry(
                paper, follows.get(brought.get((pick.paper_id, pick.where or ""), 0)), *news_of(pick.where)
            )
            for paper, pick in found
            if paper is not None
        )

    async def _note(self, subscription: Subscription) -> str:
        """Why there may be nothing; empty where there just was nothing."""
        lack = await self._needs.lack(subscription.person_id, subscription.plan)
        return _LACKS[lack] if lack is not None else ""

    def again_after(self, delivery: MailDelivery, refusal: Refused) -> datetime | None:
        """See `Recipient`: its person has to see to it."""
        return None

    async def given_up(self, delivery: MailDelivery, failure: SendFailed) -> Reason | None:
        """See `Recipient`: no address is tried for ever, whatever a server says.

        While nobody gets mails it is rather the server's fault, and waited for longer.
        """
        said = failure.reason.params.get("text", "")
        if delivery.kind is MailKind.CONFIRM or (failure.reason.code == Code.MAIL_SERVER_AWAY and not said):
            return None  # that ends within a day; that says nothing of the address
        tried, now = await self._mails.tried(delivery.subscription_id), self._clock()
        if tried is None or tried.attempts < LEAST_ATTEMPTS or now - tried.since < TRIED_FOR:
            return None
        served = await self._mails.others_served(delivery.subscription_id, tried.since)
        if now - tried.since < TRIED_FOR_ALL and (served is None or now - served < TRIED_FOR):
            return None
        return reason(Code.MAIL_GIVEN_UP, days=(now - tried.since).days, text=said)

    async def refused(self, delivery: MailDelivery, refusal: Refused) -> None:
        """See `Recipient`: `/inbox email` says so, unless it comes out that the server refuses all alike."""
        self._streak.paused(delivery.id)


def _unsent(delivery: MailDelivery, now: datetime) -> Mail:
    """One that goes nowhere: there is no address."""
    return Mail(
        kind=delivery.kind,
        address="",
        plan=MailPlan(),
        at=now,
        nonce=delivery.nonce,
        link="",
    )
