"""What is wrong with settings, in words for whoever sets them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pydantic_core import ErrorDetails

from bot.errors import SettingsError

ADDRESS: Final = r"^(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):[0-9]{1,5}$"
"""A host and a port."""
_NAME, _LOCAL, _LABELS = r"[^<>\x00-\x1f\x7f\"]{0,80}", r"[!#-'*+\-/-9=?A-Z^-~.]+", r"[^\s<>@\"(),:;]+"
_MAILBOX = rf"{_LOCAL}@{_LABELS}\.{_LABELS}"
_SENDER = rf"({_NAME} ?<)?{_MAILBOX}(?(1)>)"
"""An address, with or without a name before it."""


def check_env_file(path: Path) -> None:
    """SettingsError for a `.env` of which something would be left out."""
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8-sig") as file:
            wrong = next((each.original.line for each in parse_stream(file) if each.error), None)
    except FileNotFoundError:
        return
    except UnicodeDecodeError:
        raise SettingsError(".env isn't UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"I can't read .env ({error.strerror}). Check whom it belongs to.") from None
    if wrong is not None:
        raise SettingsError(f"I can't read line {wrong} of .env. Check that each quotation mark is closed.")


def mailbox(value: str, *, named: bool) -> str:
    """An e-mail address, `named` with a name before it, as mail servers know it. Raises ValueError."""
    wrong = "it's an address such as papers@example.org" + ", or Papers <papers@example.org>" * named
    if not re.fullmatch(_SENDER if named else _MAILBOX, value):
        raise ValueError(wrong)
    before, _, domain = value.rpartition("@")
    try:
        # As mail servers know it: not all of them take a domain in other letters.
        known = domain.removesuffix(">").encode("idna").decode()
    except UnicodeError:
        raise ValueError(wrong) from None
    return f"{before}@{known}{'>' * domain.endswith('>')}"


def what_is_right(error: ErrorDetails) -> str:
    """What would be right: pydantic's own words are for developers."""
    allowed = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            return f"it's one of {allowed['expected'].replace(chr(39), '')}"
        case "bool_parsing":
            return "it's true or false"
        case "int_parsing":
            return "it takes whole numbers only"
        case "float_parsing":
            return "it takes a number"
        case "greater_than" | "greater_than_equal":
            least = allowed.get("ge", allowed.get("gt"))
            return f"it must be {'at least' if 'ge' in allowed else 'more than'} {least:g}"
        case "less_than_equal":
            return f"it must be at most {allowed['le']:g}"
        case "string_pattern_mismatch":
            if allowed["pattern"] == ADDRESS:
                return "it's a host and a port such as 127.0.0.1:8080"
            if "http" not in allowed["pattern"] and "ws" not in allowed["pattern"]:
                return "it's a name such as smtp.example.org, without a port or an address around it"
            scheme = "wss" if "wss" in allowed["pattern"] else "https"
            return f"it's an address such as {scheme}://example.org"
    return error["msg"].removeprefix("Value error, ")
