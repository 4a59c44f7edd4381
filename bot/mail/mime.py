"""A mail as bytes: its headers, both its parts, and the operator's signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from bot.mail.mail_message import Mail
from bot.mail.mail_text import Written
from bot.paper.cleaning import collapse, visible
from bot.readers.mailing import MailKind
from bot.settings import Settings

_LONGEST_SUBJECT = 200
_LONGEST_LINE = 74
"""Characters; an encoded word has at most 75."""
_ONE_LINE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id"})
_SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
)
_BREAK = re.compile(r"[\r\n]|=\?")


class _Policy(EmailPolicy):
    """Headers that the standard library would change.

    It encodes a long address of the web as words, and between encoded words of a subject it adds and loses
    spaces.
    """

    def fold(self, name: str, value: Any) -> str:
        """One line for each address of the web, and encoded words that are read as they were written."""
        if name.lower() in _ONE_LINE:
            return f"{name}: {value}{self.linesep}".replace(", <", f",{self.linesep} <")
        if name.lower() == "subject" and not value.isascii():
            words = Header(str(value), "utf-8", header_name=name)
            return f"{name}: {words.encode(linesep=self.linesep, maxlinelen=_LONGEST_LINE)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        if name.lower() in {*_ONE_LINE, "subject"}:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep=SMTP.linesep, cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Signature:
    """What mails are signed with (DKIM): an RSA key in PEM."""

    key: bytes
    selector: str
    domain: str

    @classmethod
    def of(cls, settings: Settings) -> Signature | None:
        """As the settings say; None where mails aren't signed here. Raises OSError."""
        if settings.dkim_key is None:
            return None
        domain = settings.dkim_domain or From.of(settings.smtp_from or "").domain
        return cls(settings.dkim_key.read_bytes(), settings.dkim_selector or "", domain)


@dataclass(frozen=True, slots=True)
class From:
    """Whom mails are from."""

    name: str
    address: str
    unsubscribe_to: str = ""
    """Where a mail that ends mails may go beside their link; empty for nowhere."""

    @classmethod
    def of(cls, setting: str, unsubscribe_to: str | None = None) -> From:
        """As PAPERBOY_SMTP_FROM and PAPERBOY_MAIL_UNSUBSCRIBE_TO say it."""
        name, _, address = setting.strip().removesuffix(">").rpartition("<")
        return cls(name.strip() or "Paperboy", address.strip(), unsubscribe_to or "")

    @property
    def domain(self) -> str:
        """Behind the `@`."""
        return self.address.rpartition("@")[2]


def message_id(nonce: str, sender: From) -> str:
    """The same whenever the same mail is sent: mail programs show one of two copies."""
    return f"<{nonce}@{sender.domain}>"


def as_bytes(mail: Mail, written: Written, sender: From, signature: Signature | None = None) -> bytes:
    """The message with CRLF line ends. Raises ValueError for an address that would break a header."""
    message = EmailMessage(policy=_POLICY)
    if _BREAK.search(mail.address):
        raise ValueError("an address holds a line break, or an encoded word")
    message["From"] = _address(sender.address, sender.name)
    message["To"] = _address(mail.address)
    message["Subject"] = _line(written.subject)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = message_id(mail.nonce, sender)
    message["Auto-Submitted"] = "auto-generated"
    if mail.kind is MailKind.PAPERS:
        message["List-Id"] = f"<papers.{sender.domain}>"
        message["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in _ways_to_end(mail, sender))
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    raw = message.as_bytes()
    return _signature_of(raw, signature, message.keys()) + raw if signature is not None else raw


def _ways_to_end(mail: Mail, sender: From) -> list[str]:
    """Addresses that end the mails: the link first, which mail programs post to by themselves."""
    if not sender.unsubscribe_to:
        return [mail.link]
    subject = quote(f"Unsubscribe {mail.link}", safe="")
    return [mail.link, f"mailto:{quote(sender.unsubscribe_to, safe='@')}?subject={subject}"]


def _signature_of(raw: bytes, signature: Signature, there: Sequence[str]) -> bytes:
    # For operators who sign themselves.
    import dkim

    names = {name.lower() for name in there}
    signed = [name.encode() for name in _SIGNED if name in names]
    header: bytes = dkim.sign(
        raw,
        signature.selector.encode(),
        signature.domain.encode(),
        signature.key,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=signed,
    )
    return header


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(_line(name), local, domain)


def _line(text: str) -> str:
    """One line. What looks like an encoded word would be decoded, and bring its line breaks."""
    return collapse(visible(text)).replace("=?", "= ?")[:_LONGEST_SUBJECT]
