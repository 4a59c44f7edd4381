"""Mails as the engine of delivery sends them: put together where there is mail."""

from __future__ import annotations

from datetime import timedelta

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.lifecycle import Lifecycle, Patience
from bot.delivery.outage import Outage
from bot.following.personal_picks import PersonalPicks
from bot.mail.mail_choice import MailChoice
from bot.mail.mail_keys import MailKeys
from bot.mail.mail_needs import MailNeeds
from bot.mail.mail_recipient import MailRecipient
from bot.mail.mail_times import slot_of
from bot.mail.mail_upkeep import MailUpkeep
from bot.mail.mail_work import Claimed, MailWork
from bot.mail.mime import From, Signature
from bot.mail.smtp_sender import Server, SmtpSender
from bot.search.library import Library
from bot.settings import Settings
from bot.state.database_clock import DatabaseClock
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.liked_papers import LikedPapers
from bot.state.mails import MailClaims, Mails
from bot.state.picked import PickedPapers
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from bot.state.subscriptions import Subscriptions

PATIENCE = Patience(lease=timedelta(minutes=5), longest_wait=timedelta(minutes=30))
"""Mails queue for one connection, and a server that asks for another try means minutes."""
_LONGEST_SLEEP = timedelta(minutes=30)
_QUEUE = 2
"""As many mails are under way as leave within so many minutes."""


def dispatcher_of(
    *,
    settings: Settings,
    library: Library,
    store: Store,
    clock: DatabaseClock,
    inboxes: Inboxes,
    followings: Followings,
    subscriptions: Subscriptions,
    mails: Mails,
    upkeep: MailUpkeep,
    keys: MailKeys,
    outage: Outage,
    owner: str,
    patience: Patience | None = None,
    sender: SmtpSender | None = None,
) -> Dispatcher[Claimed]:
    """The loop behind all mails. Without a `sender` the settings' mail server gets them."""
    patience, sender = patience or PATIENCE, sender or sender_of(settings)
    personal = PersonalPicks(LikedPapers(store), PickedPapers(store))
    lists = ReadingLists(store, clock)
    choice = MailChoice(
        catalog=library.background,
        personal=personal,
        inboxes=inboxes,
        lists=lists,
        mails=mails,
        clock=clock,
    )
    recipient = MailRecipient(
        catalog=library.background,
        personal=personal,
        choice=choice,
        needs=MailNeeds(lists, followings, personal, library.background),
        subscriptions=subscriptions,
        mails=mails,
        followings=followings,
        inboxes=inboxes,
        keys=keys,
        refuses_all=sender.refuses_all,
        public_url=settings.public_url or "",
        clock=clock,
    )
    lifecycle = Lifecycle(
        recipient=recipient,
        deliveries=mails,
        sender=sender,
        clock=clock,
        outage=outage,
        patience=patience,
    )
    work = MailWork(
        claims=MailClaims(store, clock, slot_of, owner=owner, lease=patience.lease),
        subscriptions=subscriptions,
        mails=mails,
        recipient=recipient,
        lifecycle=lifecycle,
        sender=sender,
        upkeep=upkeep,
        outage=outage,
        clock=clock,
        most=settings.smtp_per_minute * _QUEUE,
    )
    made: Dispatcher[Claimed] = Dispatcher(work, outage=outage, clock=clock)
    made.longest_sleep = _LONGEST_SLEEP
    return made


def sender_of(settings: Settings) -> SmtpSender:
    """The way to the settings' mail server."""
    sender = From.of(settings.smtp_from or "", settings.mail_unsubscribe_to)
    signature = Signature.of(settings)
    return SmtpSender(Server.of(settings), sender, public_url=settings.public_url or "", signature=signature)
