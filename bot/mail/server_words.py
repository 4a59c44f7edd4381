"""What a mail server says, as it may be shown, stored and logged."""

from __future__ import annotations

import re

from bot.storable_text import storable

_LONGEST = 200


def said_in(error: Exception, *, address: str = "") -> str:
    """The code and the words in an error of aiosmtplib's, on one line and without this address.

    It keeps bytes that are no UTF-8 as halves of surrogate pairs: they are Latin-1 mostly.
    """
    code, words = getattr(error, "code", 0), getattr(error, "message", error)
    raw = (f"{code} {words}" if code > 0 else str(words)).encode("utf-8", "surrogateescape")
    try:
        said = raw.decode()
    except UnicodeDecodeError:
        said = raw.decode("cp1252", errors="replace")
    said = _without(address, " ".join(storable(said).split()))
    return said[:_LONGEST] or type(error).__name__


def _without(address: str, said: str) -> str:
    for part in filter(None, (address, address.partition("@")[0])):
        # A short one may be a part of any word.
        pattern = re.escape(part) if len(part) > 2 else rf"(?<!\w){re.escape(part)}(?!\w)"
        said = re.sub(pattern, "…", said, flags=re.IGNORECASE)
    return said
