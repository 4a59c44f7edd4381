"""Secrets left out of whatever leaves the process as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

HIDDEN: Final = "…"

_LEAST: Final = 4
"""Characters of a secret: a shorter one is in many words."""
_INTERACTION_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]{20,}")
_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)\S+(?=@)")
"""Up to the last `@`: a password may hold one itself, and a `/`."""


class Redaction:
    """Leaves `secrets`, tokens inside Discord's addresses and passwords inside any address out of texts."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelled = {spelling for secret in secrets if len(secret) >= _LEAST for spelling in _spellings(secret)}
        self._secrets = sorted(spelled, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without any secret."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = _INTERACTION_TOKEN.sub(rf"\1{HIDDEN}", text)
        return _PASSWORD.sub(rf"\1{HIDDEN}", text)

    def all_texts(self, value: Any) -> Any:
        """The same of every text within lists and mappings, keys included; other values as texts, too."""
        match value:
            case str():
                return self.text(value)
            case None | bool() | int() | float():
                return value
            case dict():
                return {self.text(str(key)): self.all_texts(each) for key, each in value.items()}
            case list() | tuple():
                return [self.all_texts(each) for each in value]
        return self.text(str(value))


def _spellings(secret: str) -> set[str]:
    """As it is, and as errors and JSON write it."""
    return {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]}
