"""An e-mail address as somebody typed it."""

from __future__ import annotations

import re

from bot.errors import UserError

_LONGEST = 254
_LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""RFC 5321's Dot-string: what else is allowed there, within quotation marks, nobody has."""
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")


class NoAddress(UserError):
    """It can't be one, or no mail server that we know of would take it."""

    def __init__(self) -> None:
        super().__init__("That doesn't look like an e-mail address. Try one such as `ada@example.org`.")


def read_address(typed: str) -> str:
    """The address in ASCII, its domain in lower case; NoAddress for anything else.

    Nothing of it can end a header's line or begin another recipient.
    """
    local, _, domain = typed.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        raise NoAddress from None
    labels = domain.split(".")
    is_domain = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdecimal()
    if not is_domain or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise NoAddress
    if len(local) + len(domain) + 1 > _LONGEST or "=?" in local:  # that begins an encoded word
        raise NoAddress
    return f"{local}@{domain}"
