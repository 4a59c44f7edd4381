"""The way to a mail server: one connection, one mail after the other, at a steady pace."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aiolimiter import AsyncLimiter

from bot.delivery.sending import Refused, Sent, StillOurs, TakenOver, TryLater, Unclear
from bot.mail.blame import Blame, blame_of
from bot.mail.mail_message import Mail
from bot.mail.mail_text import written
from bot.mail.mime import From, Signature, as_bytes
from bot.mail.refusal_streak import SEVERAL, alike
from bot.mail.server_words import said_in
from bot.reasons import Code, reason
from bot.settings import Settings

if TYPE_CHECKING:
    import aiosmtplib

log = logging.getLogger(__name__)

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_PATIENCE = 45.0
"""Seconds for the server to answer one command."""
_IDLE = 10.0
"""Seconds after which a connection that nobody uses is closed."""
_AWAY = 30.0
"""Seconds in which a server that could not be reached is not tried again."""
_LATER = 60.0
"""Seconds at least until a mail is tried again that the server would not take now."""
_REFUSED = 3600.0
"""Seconds until a mail is tried again that it refuses for good, for what we are."""
_SAID_FOR = 86_400.0
"""Seconds until the log says again that some are refused for what we are, while others are taken."""
_REFUSES = range(400, 600)
"""Codes that say no (RFC 5321, 4.2.1)."""
_TAKES = frozenset(range(200, 300)) - {250}
"""Codes that say yes though aiosmtplib raises them; a 250 only in place of a 354, before the mail left."""
_CLOSING, _FOR_GOOD = 421, 5
_SENT = Sent(0, 0)


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and how to speak to it."""

    host: str
    port: int
    tls: str
    """`starttls`, `tls` or `none`."""
    user: str | None = None
    password: str | None = None
    per_minute: int = 120
    """Mails that it gets in a minute at most."""

    @classmethod
    def of(cls, settings: Settings) -> Server:
        """As the settings say."""
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        return cls(
            host=settings.smtp_host or "",
            port=settings.smtp_port or _PORTS[settings.smtp_tls],
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=password,
            per_minute=settings.smtp_per_minute,
        )


class SmtpSender:
    """The `Sender` of mails. `later`, `away` and `refused` are the seconds until another try."""

    def __init__(
        self,
        server: Server,
        sender: From,
        *,
        public_url: str,
        signature: Signature | None = None,
        later: float = _LATER,
        away: float = _AWAY,
        refused: float = _REFUSED,
    ) -> None:
        self._server = server
        self._from = sender
        self._public_url = public_url.rstrip("/")
        self._signature = signature
        self._later = later
        self._away = away
        self._refused = refused
        self._pace = AsyncLimiter(1, 60 / server.per_minute)
        self._turn = asyncio.Lock()
        self._connection: aiosmtplib.SMTP | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._away_until = 0.0
        self._said = ""
        self._refusals_said: dict[str, float] = {}

    async def send(self, post: Mail, still_ours: StillOurs) -> Sent:
        """See `Sender.send`."""
        message = await asyncio.to_thread(self.bytes_of, post)
        async with self._turn:
            await self._pace.acquire()
            if not await still_ours():
                raise TakenOver(reason(Code.TAKEN_OVER))
            self._keep_open()
            try:
                await self._hand_over(post.address, message)
            finally:
                self._close_when_idle()
        return _SENT

    async def find(self, post: Mail, *, since: datetime) -> Sent | None:
        """See `Sender.find`: nobody can look into a mailbox, so what may be there counts as had."""
        raise Refused(reason(Code.MAIL_LOST))

    async def open_thread(self, sent: Sent, post: Mail) -> None:
        """A mail has none."""

    async def publish(self, sent: Sent, post: Mail) -> None:
        """A mail is for one person."""

    async def close(self) -> None:
        """End the connection."""
        async with self._turn:
            self._keep_open()
            await self._leave()

    def bytes_of(self, post: Mail) -> bytes:
        """The message as it is handed over, signed where there is a key."""
        return as_bytes(post, written(post, self._public_url), self._from, self._signature)

    def refuses_all(self, words: str) -> TryLater:
        """It refused several in a row with these words: whomever they blame, it is us."""
        return self._takes_none(f"{SEVERAL}{words}", self._refused)

    # One mail

    async def _hand_over(self, address: str, message: bytes) -> None:
        import aiosmtplib

        there = await self._ready()
        try:
            await there.rcpt(address)
        except aiosmtplib.SMTPResponseException as error:
            await self._forget_transaction(there, error.code)
            raise self._answer(error, address) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            self._drop()
            # It took the sender: this may be about whom the mail is for.
            raise self._takes_none(said_in(error, address=address), self._later) from None
        try:
            await there.data(message)
        except aiosmtplib.SMTPResponseException as error:
            if error.code not in _TAKES:
                await self._forget_transaction(there, error.code)
                is_answer = error.code in _REFUSES
                lost = Unclear(reason(Code.MAIL_LOST))
                raise (self._answer(error, address) if is_answer else lost) from None
        except (aiosmtplib.SMTPException, OSError):
            self._drop()
            raise Unclear(reason(Code.MAIL_LOST)) from None
        self._said = ""

    async def _ready(self) -> aiosmtplib.SMTP:
        """A connection that waits for a recipient. One that the server closed meanwhile is opened anew."""
        import aiosmtplib

        for is_last in (False, True):
            there = await self._connected()
            try:
                await there.mail(self._from.address)
            except aiosmtplib.SMTPResponseException as error:
                self._drop()
                if is_last or error.code != _CLOSING:
                    raise self._is_away(error) from None
            except (aiosmtplib.SMTPException, OSError) as error:
                self._drop()
                if is_last:
                    raise self._is_away(error) from None
            else:
                return there
        raise AssertionError("one of the two was the last")

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._connection is not None and self._connection.is_connected:
            return self._connection
        import aiosmtplib

        now = asyncio.get_running_loop().time()
        if now < self._away_until:
            raise TryLater(reason(Code.MAIL_SERVER_AWAY), self._away_until - now)
        connection = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.tls == "tls",
            start_tls=self._server.tls == "starttls",
            username=self._server.user,
            password=self._server.password,
            local_hostname=self._from.domain,
            timeout=_PATIENCE,
        )
        try:
            await connection.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            connection.close()
            self._away_until = now + self._away
            raise self._is_away(error) from None
        self._connection = connection
        return connection

    # What it answers

    def _answer(self, error: aiosmtplib.SMTPResponseException, address: str) -> Refused | TryLater:
        """What the server said to this recipient, or to the mail: it certainly did not take it."""
        words = said_in(error, address=address)
        if error.code // 100 != _FOR_GOOD:
            return TryLater(reason(Code.MAIL_LATER, text=words), self._later)
        said = str(error.message)
        match blame_of(error.code, said, recipient=address, sender=self._from.address):
            case Blame.PASSING:
                return TryLater(reason(Code.MAIL_LATER, text=words), self._later)
            case Blame.US | Blame.UNCLEAR:
                return self._takes_none(words, self._refused)
            case Blame.RECIPIENT:
                return Refused(reason(Code.MAIL_REFUSED, text=words))

    def _takes_none(self, words: str, after: float) -> TryLater:
        """It would take none from us, as far as we know: said once a day, since it may take others."""
        now = asyncio.get_running_loop().time()
        self._refusals_said = {said: at for said, at in self._refusals_said.items() if now - at < _SAID_FOR}
        if (said := alike(words)) not in self._refusals_said:
            self._refusals_said[said] = now
            self._say(words)
        return TryLater(reason(Code.MAIL_SERVER_AWAY, text=words), after)

    def _is_away(self, why: Exception) -> TryLater:
        """It takes nothing from us: said once in the log, until it takes something again."""
        said = said_in(why)
        if said != self._said:
            self._said = said
            self._say(said)
        return TryLater(reason(Code.MAIL_SERVER_AWAY), self._away)

    def _say(self, said: str) -> None:
        server = f"{self._server.host}:{self._server.port}"
        log.error(
            "Mails wait: the mail server %s takes none from me (%s). Ask `paperboy doctor` what is wrong, "
            "and the server what it lets PAPERBOY_SMTP_FROM send: they leave once it takes them.",
            server,
            said,
        )

    async def _forget_transaction(self, there: aiosmtplib.SMTP, code: int) -> None:
        """After an answer that refuses; after any other, or a farewell, the connection ends."""
        import aiosmtplib

        if code not in _REFUSES or code == _CLOSING:
            self._drop()
            return
        try:
            await there.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    # The connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _leave(self) -> None:
        import aiosmtplib

        there, self._connection = self._connection, None
        if there is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await there.quit(timeout=2)
            there.close()

    def _keep_open(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _close_when_idle(self) -> None:
        if self._connection is not None:
            self._idle = asyncio.get_running_loop().call_later(_IDLE, self._drop)
