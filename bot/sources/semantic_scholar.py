"""Semantic Scholar: how often papers are cited. What its answers look like is in `docs/sources.md`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from bot.errors import SourceError
from bot.paper.model import Citations
from bot.sources.web import Web

ENDPOINT: Final = "https://api.semanticscholar.org"
NAME: Final = "Semantic Scholar"
PACE: Final = (1, 1)
"""What a key allows: a request a second."""
AT_ONCE: Final = 500
"""Papers that a request may ask about."""

_BATCH = "/graph/v1/paper/batch"
_FIELDS = "citationCount,influentialCitationCount"
_JSON = ("application/json",)
_BAD, _UNAUTHORIZED, _FORBIDDEN, _MISSING = 400, 401, 403, 404
_KNOWS_NONE = "No valid paper ids given"
"""What it answers, with 400, where it knows none of the papers."""


class SemanticScholar:
    name = NAME

    def __init__(self, web: Web) -> None:
        self._web = web

    @classmethod
    def at(cls, key: SecretStr, endpoint: str = ENDPOINT, homepage: str | None = None) -> SemanticScholar:
        """Semantic Scholar at this address. Nothing is tried again within seconds: a count can wait."""
        headers = {"x-api-key": key.get_secret_value()}
        return cls(Web(NAME, endpoint, pace=PACE, headers=headers, homepage=homepage, attempts=1))

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def citations(self, arxiv_ids: Sequence[str], today: date) -> dict[str, Citations]:
        """By id how often each of at most 500 papers is cited, without those that it doesn't know.

        Raises SourceError, SourceBusy where it wants to be left alone.
        """
        status, body = await self._web.post(
            _BATCH,
            {"fields": _FIELDS},
            {"ids": [f"ARXIV:{each}" for each in arxiv_ids]},
            _JSON,
            usable=(_BAD, _UNAUTHORIZED, _FORBIDDEN, _MISSING),
        )
        if status in (_UNAUTHORIZED, _FORBIDDEN):
            raise SourceError(f"{NAME} rejected the key: check PAPERBOY_SEMANTIC_SCHOLAR_KEY.")
        if status == _MISSING:
            raise SourceError(f"{NAME} has no such page: check PAPERBOY_SEMANTIC_SCHOLAR_ENDPOINT.")
        answer = _read(body)
        if status == _BAD:
            if isinstance(answer, dict) and answer.get("error") == _KNOWS_NONE:
                return {}
            raise SourceError(f"{NAME} answered 400 to {_BATCH}.")
        if not isinstance(answer, list) or len(answer) != len(arxiv_ids):
            raise SourceError(f"{NAME}'s answer doesn't hold one record for each paper.")
        found = ((each, _counted(record, today)) for each, record in zip(arxiv_ids, answer, strict=True))
        return {each: counted for each, counted in found if counted is not None}


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{NAME}'s answer is not JSON, or was cut short.") from error


def _counted(record: Any, today: date) -> Citations | None:
    """None for a paper that it doesn't know, which is null, and for a record without a usable count."""
    if not isinstance(record, dict):
        return None
    try:
        return Citations(
            count=record.get("citationCount", -1),
            influential=record.get("influentialCitationCount") or 0,
            source=NAME,
            day=today,
        )
    except ValidationError:
        return None
