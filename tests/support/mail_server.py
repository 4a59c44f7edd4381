"""A mail server on loopback that keeps what it gets, and fails as a test asks."""

from __future__ import annotations

import asyncio
import email
import random
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HOST = "127.0.0.1"


@dataclass
class Post:
    """What arrived, in the order in which it did: also what the sender was not told of."""

    raw: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and message."""
    connections: int = 0
    open: list[Any] = field(default_factory=list)
    """The transports of all connections so far."""
    attempts: int = 0
    answers: dict[str, str | bytes] = field(default_factory=dict)
    """What a recipient's address is answered at RCPT; all others are taken."""
    hangs_up_at: str = ""
    """The recipient's address at which the connection breaks."""
    refuse_sender: str = ""
    """What every sender is answered at MAIL."""
    refuse_message: str = ""
    """What every mail is answered after DATA."""
    after_data: str = "250 Kept"
    """What every mail is answered that is kept."""
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    later: float = 0.0
    """The share of mails that are put off after DATA."""
    lost: float = 0.0
    """The share of connections that break after DATA, before the answer, with the mail kept or not."""

    @property
    def mails(self) -> list[EmailMessage]:
        return [parsed(raw) for _, raw in self.raw]

    def to(self, address: str) -> list[EmailMessage]:
        return [parsed(raw) for there, raw in self.raw if there == address]

    login: tuple[str, str] | None = None
    """Name and password, where it takes mail only after a login."""

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Whether that was the right login."""
        right = self.login is not None and (data.login, data.password) == tuple(
            each.encode() for each in self.login
        )
        return AuthResult(success=right, handled=False)

    # What aiosmtpd calls

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str | bytes:
        if address == self.hangs_up_at:
            cast(Any, server.transport).abort()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.attempts += 1
        if self.refuse_message:
            return self.refuse_message
        if self.chance.random() < self.later:
            return "451 4.7.1 Greylisted, try again later"
        is_lost = self.chance.random() < self.lost
        if not is_lost or self.chance.random() < 0.5:
            self.raw += [(each, bytes(envelope.original_content or b"")) for each in envelope.rcpt_tos]
        if is_lost and server.transport is not None:
            cast(Any, server.transport).abort()
        return self.after_data


class _Server(SMTP):
    """Counts its connections."""

    def connection_made(self, transport: Any) -> None:
        self.event_handler.connections += 1
        self.event_handler.open.append(transport)
        super().connection_made(transport)


@asynccontextmanager
async def mail_server(post: Post) -> AsyncIterator[int]:
    """Serves in the running loop; its port."""

    def made() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a login without encryption is unwise
            return _Server(
                post,
                hostname="mail.test",
                enable_SMTPUTF8=False,
                auth_required=post.login is not None,
                auth_require_tls=False,
                authenticator=post.authenticate,
            )

    server = await asyncio.get_running_loop().create_server(made, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, hostname="mail.test", enable_SMTPUTF8=False)


@contextmanager
def mail_server_thread(post: Post, port: int) -> Iterator[None]:
    """Serves in a thread of its own, for a bot in another process."""
    controller = _Controller(post, hostname=HOST, port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def parsed(raw: bytes) -> EmailMessage:
    """As a mail program reads it."""
    return email.message_from_bytes(raw, policy=policy.default)


def text_in(mail: EmailMessage, kind: str) -> str:
    """The `plain` or `html` part."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
