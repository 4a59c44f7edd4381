"""Whom a mail server blames when it refuses for good: the recipient, or us.

A relay says at any step that it takes nothing from us: Postfix, by default, first at the recipient. So what
counts is what it says, and never when. In doubt it is us: a mail that waits can still come, and whoever is
paused has to see to it.
"""

from __future__ import annotations

import re

_LOGIN = frozenset({530, 534, 535, 538})
"""The server wants a login, or another."""
_BARE = frozenset({550, 551, 553})
"""Codes of RFC 5321 that may be about a mailbox."""
_ENHANCED = re.compile(r"[\s#\[(]*5\.(\d{1,3})\.(\d{1,3})\b")
"""The enhanced code of RFC 3463 that a text begins with, Cisco's `#` included."""
_SAY_NOTHING = frozenset({(0, 0), (5, 0)})
"""Enhanced codes with which servers say no more than without one."""
_ADDRESS = 1
_OF_THE_SENDER = frozenset({(1, 7), (1, 8)})
_MAILBOX = frozenset({(2, 1), (2, 2)})
"""Disabled, or full."""

_SENDER = re.compile(
    r"\b(?:sender|from)(?: e?-?mail)? (?:address|domain|identity)\b"
    r"|\bsender (?:is |was |has been )?(?:rejected|denied|refused|not|unknown|invalid|blocked|verif)"
    r"|\b(?:bad|invalid|unknown|unverified|unauthenticated|outbound) (?:outbound )?senders?\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\bsenders?\b|\bfrom address\b|\brelay(?:ing)?\b(?! recipient)|\bquota\b|\blimits?\b|\bexceed"
    r"|\bblocked\b|\bblock ?list|\bblack ?list|\bspam|\bidentit(?:y|ies)\b|\bpolic(?:y|ies)\b"
    r"|\bauthenticat|\bverified\b|\breputation\b|\bper (?:hour|day)\b",
    re.IGNORECASE,
)
"""Words about who sends, how much, or what."""
_UNKNOWN = re.compile(
    r"\b(?:mail ?box|user|account|recipient|address)\b.{0,40}"
    r"\b(?:unknown|unavailable|not (?:be )?(?:found|exist|known|local)|doesn't exist|disabled|inactive)\b"
    r"|\b(?:no such|unknown|invalid|unroutea?ble|non-?existent) "
    r"(?:local )?(?:user|mail ?box|recipient|account|address|person)\b",
    re.IGNORECASE | re.DOTALL,
)


def blames_recipient(code: int, text: str, *, recipient: str, sender: str) -> bool:
    """Whether a refusal of this SMTP `code` (500 to 599) and text is about the recipient's address.

    Where it isn't, no other recipient would be taken either. `sender` is our own address.
    """
    if code in _LOGIN:
        return False
    found = _ENHANCED.match(text)
    enhanced = (int(found[1]), int(found[2])) if found else (0, 0)
    if enhanced in _MAILBOX:
        return True
    names = _names(text, recipient)
    if _SENDER.search(text) or (_names(text, sender) and not names):
        return False
    if enhanced in _SAY_NOTHING:
        is_about = names or _UNKNOWN.search(text) is not None
        return code in _BARE and is_about and not _OURS.search(_without(text, recipient))
    return enhanced[0] == _ADDRESS and enhanced not in _OF_THE_SENDER


def _names(text: str, address: str) -> bool:
    return address.lower() in text.lower()


def _without(text: str, address: str) -> str:
    """An address may itself have such a word."""
    return re.sub(re.escape(address), "", text, flags=re.IGNORECASE)
