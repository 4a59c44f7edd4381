"""Hugging Face's Daily Papers. The shapes of its answers over the years are in `docs/sources.md`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.errors import SourceError
from bot.paper.harvest import ATTEMPTS_WHILE_WAITING, Harvest, Origin, Skipped
from bot.paper.ids import parse_arxiv_id
from bot.paper.model import Paper
from bot.sources.records import build, names
from bot.sources.web import Web

ENDPOINT = "https://huggingface.co"
NAME = "Hugging Face"
PACE = (250, 300)
"""A leaky bucket lets its size through at once and again while it drains: together the 500 per 5 min."""

_JSON = ("application/json",)
_PAGE = 100
_MOST_PAGES = 50
_LONGEST_QUERY = 250
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


class _Item(BaseModel):
    """A wrapper of `api/daily_papers`; what else it holds repeats the paper or is of no use here."""

    model_config = ConfigDict(extra="ignore")

    paper: dict[str, Any]
    thumbnail: Any = None
    mediaUrl: Any = None  # noqa: N815 - named as in the answer
    mediaUrls: Any = None  # noqa: N815


class HuggingFace:
    """A Source. `token` raises the limits that Hugging Face sets."""

    name = NAME

    def __init__(self, web: Web) -> None:
        self._web = web

    @classmethod
    def at(
        cls, endpoint: str = ENDPOINT, token: SecretStr | None = None, homepage: str | None = None
    ) -> HuggingFace:
        """Hugging Face at this address; a token raises its limits."""
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        return cls(Web(NAME, endpoint, pace=PACE, headers=headers, homepage=homepage))

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def day(self, day: date) -> Harvest:
        """The whole list of a day, as it stands now."""
        return await self._list({"date": day.isoformat()}, day)

    async def week(self, year: int, week: int) -> Harvest:
        """The list of an ISO week."""
        return await self._list({"week": f"{year:04d}-W{week:02d}"}, None)

    async def month(self, year: int, month: int) -> Harvest:
        """The papers featured in a month. Raises SourceError."""
        return await self._list({"month": f"{year:04d}-{month:02d}"}, None)

    async def paper(self, arxiv_id: str) -> Harvest:
        """One paper by its arXiv id; no paper in the harvest where it has none. Raises SourceError."""
        body = await self._web.get(f"/api/papers/{arxiv_id}", {}, _JSON, attempts=ATTEMPTS_WHILE_WAITING)
        if body is None:
            return Harvest(Origin.HUGGING_FACE)
        return _harvest([{"paper": read_answer(body, expected=dict)}], None)

    async def search(self, query: str, limit: int = 20) -> Harvest:
        """What Hugging Face finds for `query`, best first. Raises SourceError."""
        body = await self._web.get(
            "/api/papers/search", {"q": query[:_LONGEST_QUERY], "limit": str(limit)}, _JSON
        )
        return _harvest(read_answer(_there(body), expected=list), None)

    async def since(self, day: date, until: date) -> AsyncIterator[Harvest]:
        """Day by day, oldest first; there are no Daily Papers on weekends."""
        for offset in range((until - day).days + 1):
            that = day + timedelta(days=offset)
            if that.weekday() < 5:
                yield await self.day(that)

    async def _list(self, query: dict[str, str], day: date | None) -> Harvest:
        papers: dict[str, Paper] = {}
        skipped: list[Skipped] = []
        for page in range(_MOST_PAGES):
            body = await self._web.get(
                "/api/daily_papers", {**query, "limit": str(_PAGE), "p": str(page)}, _JSON
            )
            items = read_answer(_there(body), expected=list)
            harvest = _harvest(items, day)
            fresh = [paper for paper in harvest.papers if paper.id not in papers]
            papers.update((paper.id, paper) for paper in fresh)
            skipped.extend(harvest.skipped)
            # A mirror may not know pages, and give the first one again.
            if len(items) < _PAGE or not fresh:
                break
        return Harvest(Origin.HUGGING_FACE, tuple(papers.values()), tuple(skipped), day)


def _there(body: bytes | None) -> bytes:
    if body is None:
        raise SourceError(f"{NAME} has no such page: check PAPERBOY_HUGGING_FACE_ENDPOINT.")
    return body


def read_answer(body: bytes | str, *, expected: type[list[Any]] | type[dict[str, Any]]) -> Any:
    """The JSON of an answer; SourceError where it is none, or of another kind than `expected`."""
    try:
        answer = json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{NAME}'s answer is not JSON, or was cut short ({error}).") from error
    if not isinstance(answer, expected):
        wanted = "a list of papers" if expected is list else "a paper"
        raise SourceError(f"{NAME}'s answer holds {_kind(answer)} where {wanted} was expected.")
    return answer


def is_paper(record: dict[str, Any]) -> bool:
    """Whether a record is a paper as `api/papers/{id}` gives it."""
    return "publishedAt" in record and "upvotes" in record and "id" in record


def _harvest(items: list[Any], day: date | None) -> Harvest:
    records = [read_item(item, f"item {place}", day) for place, item in enumerate(items, 1)]
    papers = tuple(record for record in records if isinstance(record, Paper))
    skipped = tuple(record for record in records if isinstance(record, Skipped))
    if skipped and not papers:
        raise SourceError(f"{NAME}'s answer holds no usable paper; its first item: {skipped[0].reason}.")
    return Harvest(Origin.HUGGING_FACE, papers, skipped, day)


def read_item(item: Any, where: str, day: date | None) -> Paper | Skipped:
    """A paper in its wrapper; featured on `day` where it doesn't say so itself."""
    try:
        wrapper = _Item.model_validate(item)
    except ValidationError:
        return Skipped("not a paper in the shape of Daily Papers", where)
    paper = wrapper.paper
    given = paper.get("id")
    where = given if isinstance(given, str) and given else where
    arxiv_id = parse_arxiv_id(where)
    if arxiv_id is None:
        return Skipped("no arXiv id", where)
    featured = _day_of(paper.get("submittedOnDailyAt")) or day
    return build(
        {
            "id": arxiv_id,
            "title": paper.get("title"),
            "abstract": paper.get("summary"),
            "authors": _authors(paper.get("authors")),
            "published": paper.get("publishedAt"),
            "upvotes": paper.get("upvotes"),
            "featured": (featured,) if featured else (),
            "code_url": paper.get("githubRepo"),
            "code_stars": paper.get("githubStars"),
            "project_url": paper.get("projectPage"),
            "picture_url": _picture(paper.get("mediaUrls"), wrapper.mediaUrls, wrapper.mediaUrl)
            or wrapper.thumbnail,
            "summary": paper.get("ai_summary"),
            "keywords": names(paper.get("ai_keywords")),
        },
        where,
    )


def _authors(value: Any) -> tuple[str, ...]:
    """Names in order. Authors may hide an entry that is not theirs: then it is none."""
    if not isinstance(value, list):
        return ()
    return names(
        [author.get("name") for author in value if isinstance(author, dict) and not author.get("hidden")]
    )


def _picture(*candidates: Any) -> str | None:
    for candidate in candidates:
        for url in names(candidate if isinstance(candidate, list) else [candidate]):
            if url.lower().partition("?")[0].endswith(_PICTURES):
                return url
    return None


def _day_of(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a yes or no", type(None): "nothing"}
    return kinds.get(type(value), "a number")
