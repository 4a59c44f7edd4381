"""Whom a mail server blames when it refuses for good: the recipient's address, us, or the moment.

A relay says at any step that it takes nothing from us: Postfix, by default, first at the recipient. So what
counts is what it says, and never when. Kinds of answers are asked in their order, and the first that knows it
tells. Where none does it is unclear, and treated as if it were about us: a mail that waits can still come,
and whoever is paused has to see to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.mail.blame_words import (
    ADDRESS,
    AWAY,
    CONTENT,
    DISABLED,
    DOMAIN,
    FULL,
    HOST,
    LOGIN,
    OUR_ACCOUNT,
    PASSING,
    QUOTA,
    RATE_OF_THEIRS,
    RELAY,
    SENDER,
    SUPPRESSED,
    UNKNOWN,
    VAGUE,
)

Enhanced = tuple[int, int]
"""Of an enhanced code of RFC 3463 what follows its class, such as (1, 1) of 5.1.1."""

_LOGIN: Final = frozenset({530, 534, 535, 538})
"""The server wants a login, or another."""
_NO_MAIL_HERE: Final = 521
"""RFC 7504: the host that we talk to takes no mail at all."""
_NO_MAIL_THERE: Final = 556
"""RFC 7504: the recipient's domain takes none."""
_FULL: Final = 552
_BARE: Final = frozenset({550, 551, 553})
"""Codes of RFC 5321 that may be about a mailbox."""
_AT_THE_START: Final = re.compile(r"[\s#\[(']*5\.(\d{1,3})\.(\d{1,3})\b")
"""The enhanced code that a text begins with, Cisco's `#` included."""
_AT_THE_END: Final = re.compile(r"\(#5\.(\d{1,3})\.(\d{1,3})\)")
"""As qmail writes it."""
_ELSEWHERE: Final = re.compile(r"https?://\S+", re.IGNORECASE)
"""Pages that explain the answer: their addresses have words of all kinds."""
_SAYS_NOTHING: Final[frozenset[Enhanced]] = frozenset({(0, 0), (5, 0)})
"""Enhanced codes with which servers say no more than without one."""


class Blame(StrEnum):
    """Whom a refusal is about."""

    RECIPIENT = "recipient"
    """Their address gets no mail: its person has to see to it."""
    US = "us"
    """Who sends, from where, how much, or what: anybody else would be refused too."""
    PASSING = "passing"
    """Said as if it were for good, and over by itself."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    code: int
    text: str
    """Without the addresses, which may have any word in them."""
    enhanced: Enhanced
    names_recipient: bool
    names_sender: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """Answers that are alike, whichever server gives them."""

    name: str
    blame: Blame
    knows: Callable[[Answer], bool]


def _says(words: re.Pattern[str]) -> Callable[[Answer], bool]:
    return lambda answer: words.search(answer.text) is not None


def _or(words: re.Pattern[str], *enhanced: Enhanced) -> Callable[[Answer], bool]:
    return lambda answer: answer.enhanced in enhanced or words.search(answer.text) is not None


def _is_full(answer: Answer) -> bool:
    """Whose mailbox is meant goes without saying: quotas of ours were asked for before."""
    if FULL.search(answer.text):
        return True
    return answer.enhanced == (2, 2) or (answer.code == _FULL and "quota" in answer.text.lower())


def _is_unknown_to_exchange(answer: Answer) -> bool:
    """Exchange Online says this of recipients that a domain doesn't have."""
    return answer.enhanced == (4, 1) and ADDRESS.search(answer.text) is not None


def _is_of_address(answer: Answer) -> bool:
    """By its enhanced code, or where it says no more than that this address isn't taken."""
    if answer.enhanced in _OF_ADDRESS:
        return True
    if answer.enhanced == (2, 1):
        return answer.code not in (_NO_MAIL_HERE, 554)
    if answer.code not in _BARE or answer.enhanced not in _SAYS_NOTHING:
        return False
    return answer.names_recipient or ADDRESS.search(answer.text) is not None


_OF_ADDRESS: Final[frozenset[Enhanced]] = frozenset(
    {(1, number) for number in (0, 1, 2, 3, 4, 5, 6, 10, 351)} | {(4, 4), (4, 310)}
)
"""Of the address or its domain; what else begins with 5.1 is about who sends."""
_OPEN_TO_FEW: Final[tuple[Enhanced, ...]] = tuple(
    (7, number) for number in (13, 17, 18, 124, 129, 133, 134, 135, 136, 505)
)
"""Of addresses that take no mail from outside, that were given up, or whose owner changed."""

KINDS: Final[Sequence[Kind]] = (
    Kind("restricted", Blame.RECIPIENT, lambda answer: answer.enhanced in _OPEN_TO_FEW),
    Kind("login", Blame.US, lambda answer: answer.code in _LOGIN or LOGIN.search(answer.text) is not None),
    Kind("suppressed", Blame.RECIPIENT, _says(SUPPRESSED)),
    Kind("their rate", Blame.PASSING, _or(RATE_OF_THEIRS, (2, 121), (2, 122))),
    Kind("our quota", Blame.US, _or(QUOTA, (1, 90), (4, 5))),
    Kind("our account", Blame.US, _says(OUR_ACCOUNT)),
    Kind("sender", Blame.US, _or(SENDER, (1, 7), (1, 8))),
    Kind("sender named", Blame.US, lambda answer: answer.names_sender and not answer.names_recipient),
    Kind("our host", Blame.US, _says(HOST)),
    Kind("relaying", Blame.US, _says(RELAY)),
    Kind("server away", Blame.PASSING, _or(AWAY, (3, 1), (3, 2), (4, 6), (4, 7), (4, 14))),
    Kind("disabled", Blame.RECIPIENT, _says(DISABLED)),
    Kind("full", Blame.RECIPIENT, _is_full),
    Kind("unknown", Blame.RECIPIENT, _says(UNKNOWN)),
    Kind("unknown to Exchange", Blame.RECIPIENT, _is_unknown_to_exchange),
    Kind(
        "domain",
        Blame.RECIPIENT,
        lambda answer: answer.code == _NO_MAIL_THERE or DOMAIN.search(answer.text) is not None,
    ),
    Kind("content", Blame.US, _says(CONTENT)),
    Kind("passing", Blame.PASSING, _says(PASSING)),
    Kind("vague", Blame.UNCLEAR, _says(VAGUE)),
    Kind("address", Blame.RECIPIENT, _is_of_address),
)
"""All kinds, in the order in which they are asked."""


def blame_of(code: int, text: str, *, recipient: str, sender: str) -> Blame:
    """Whom a refusal of this SMTP `code` (500 to 599) and text is about. `sender` is our own address."""
    kind = kind_of(code, text, recipient=recipient, sender=sender)
    return kind.blame if kind is not None else Blame.UNCLEAR


def kind_of(code: int, text: str, *, recipient: str, sender: str) -> Kind | None:
    """The first kind that knows the answer."""
    found = _AT_THE_START.match(text) or _AT_THE_END.search(text)
    words = _ELSEWHERE.sub(" ", _without(_without(text, recipient), sender)).replace("’", "'")
    answer = Answer(
        code=code,
        text=" ".join(words.split()),
        enhanced=(int(found[1]), int(found[2])) if found else (0, 0),
        names_recipient=_names(text, recipient),
        names_sender=_names(text, sender),
    )
    return next((kind for kind in KINDS if kind.knows(answer)), None)


def _names(text: str, address: str) -> bool:
    return address.lower() in text.lower()


def _without(text: str, address: str) -> str:
    return re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
