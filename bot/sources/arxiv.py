"""arXiv's API: Atom feeds, in both ways in which it has written them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as SafeElementTree
from defusedxml import DefusedXmlException

from bot.errors import SourceError
from bot.paper.arxiv_ids import version_of
from bot.paper.harvest import ATTEMPTS_WHILE_WAITING, Harvest, Origin, Skipped
from bot.paper.ids import parse_arxiv_id
from bot.paper.model import Paper
from bot.sources.records import build, is_withdrawn
from bot.sources.web import Web

ENDPOINT = "https://export.arxiv.org"
NAME = "arXiv"
PACE = (1, 3)
"""arXiv asks for one request per 3 s."""

_TYPES = ("application/atom+xml", "application/xml", "text/xml")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_PAGE = 200
_MOST_PAGES = 50
_IDS_A_REQUEST = 100


class ArXiv:
    """A Source. `follow` holds the queries whose new papers are wanted, such as `cat:cs.MA`."""

    name = NAME

    def __init__(self, web: Web, follow: Sequence[str] = ()) -> None:
        self._web = web
        self._follow = tuple(follow)

    @classmethod
    def at(cls, endpoint: str = ENDPOINT, follow: Sequence[str] = (), homepage: str | None = None) -> ArXiv:
        """arXiv's API at this address; `follow` are queries in its language."""
        return cls(Web(NAME, endpoint, pace=PACE, homepage=homepage), follow)

    @property
    def follows(self) -> bool:
        """Whether there is any query to follow."""
        return bool(self._follow)

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def paper(self, arxiv_id: str) -> Harvest:
        """One paper by its id; no paper in the harvest where arXiv has none. Raises SourceError."""
        return await self._ask({"id_list": arxiv_id, "max_results": "1"}, attempts=ATTEMPTS_WHILE_WAITING)

    async def papers(self, arxiv_ids: Sequence[str]) -> Harvest:
        """The papers of these ids; one that arXiv does not have is not in the harvest."""
        found: list[Paper] = []
        skipped: list[Skipped] = []
        for start in range(0, len(arxiv_ids), _IDS_A_REQUEST):
            some = arxiv_ids[start : start + _IDS_A_REQUEST]
            harvest = await self._ask({"id_list": ",".join(some), "max_results": str(len(some))})
            found.extend(harvest.papers)
            skipped.extend(harvest.skipped)
        return Harvest(Origin.ARXIV, tuple(found), tuple(skipped))

    async def query(self, query: str, *, start: int = 0, limit: int = _PAGE) -> Harvest:
        """What a query in arXiv's language (`cat:cs.CL AND ti:agents`) finds, newest first."""
        harvest = await self._ask(
            {
                "search_query": query,
                "sortBy": "submittedDate",
                "sortOrder": "descending",
                "start": str(start),
                "max_results": str(limit),
            }
        )
        if harvest.skipped and not harvest.papers:
            raise SourceError(f"{NAME}: {harvest.skipped[0].reason} ({harvest.skipped[0].where}).")
        return harvest

    async def since(self, day: date, until: date) -> AsyncIterator[Harvest]:
        """The followed queries' papers, newest first within each."""
        for query in self._follow:
            for page in range(_MOST_PAGES):
                harvest = await self.query(query, start=page * _PAGE)
                yield Harvest(
                    Origin.ARXIV,
                    tuple(p for p in harvest.papers if p.published is None or day <= p.published <= until),
                    harvest.skipped,
                )
                known = [paper.published for paper in harvest.papers if paper.published]
                if len(harvest.papers) + len(harvest.skipped) < _PAGE or (known and min(known) < day):
                    break

    async def _ask(self, query: dict[str, str], *, attempts: int | None = None) -> Harvest:
        body = await self._web.get("/api/query", query, _TYPES, attempts=attempts)
        if body is None:
            raise SourceError(f"{NAME} has no /api/query at this address: check PAPERBOY_ARXIV_ENDPOINT.")
        return read_feed(body)


def read_feed(body: bytes) -> Harvest:
    """The papers of an Atom feed; SourceError where it is none."""
    try:
        feed = SafeElementTree.fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError(f"{NAME}'s answer is not XML, or was cut short ({error}).") from error
    if feed.tag != f"{_ATOM}feed":
        raise SourceError(f"{NAME}'s answer is not an Atom feed.")
    records = [_read_entry(entry) for entry in feed.iterfind(f"{_ATOM}entry")]
    return Harvest(
        Origin.ARXIV,
        tuple(record for record in records if isinstance(record, Paper)),
        tuple(record for record in records if isinstance(record, Skipped)),
    )


def _read_entry(entry: Element) -> Paper | Skipped:
    address = _text(entry, f"{_ATOM}id")
    abstract = _text(entry, f"{_ATOM}summary")
    if "/api/errors" in address:
        return Skipped("arXiv answered with an error", abstract or address)
    arxiv_id = parse_arxiv_id(address)
    if arxiv_id is None:
        return Skipped("no arXiv id", address or "an entry without id")
    primary = entry.find(f"{_ARXIV}primary_category")
    categories = [primary.get("term", "")] if primary is not None else []
    categories += [category.get("term", "") for category in entry.iterfind(f"{_ATOM}category")]
    return build(
        {
            "id": arxiv_id,
            "title": _text(entry, f"{_ATOM}title"),
            "abstract": abstract,
            "authors": [
                name
                for author in entry.iterfind(f"{_ATOM}author")
                if (name := _text(author, f"{_ATOM}name").strip())
            ],
            "published": _text(entry, f"{_ATOM}published") or None,
            "categories": tuple(dict.fromkeys(filter(None, categories))),
            "withdrawn": is_withdrawn(abstract, _text(entry, f"{_ARXIV}comment")),
            "arxiv_version": version_of(address),
        },
        arxiv_id,
    )


def _text(element: Element, name: str) -> str:
    return element.findtext(name) or ""
