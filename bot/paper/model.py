"""What a paper is."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from bot.paper.cleaning import collapse, collapse_each, paragraphs
from bot.paper.dois import parse_doi
from bot.paper.ids import is_arxiv_id, year_of

_ID = re.compile(r"\S{1,64}")
_HTTP_URL = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:[/?#][^\s<>\"\\]*)?", re.ASCII)


_MOST = 10**9
"""A number of upvotes, stars or citations beyond this is none, and would not fit into the catalog."""


def is_paper_id(text: str) -> bool:
    """Whether a paper may have this id."""
    return _ID.fullmatch(text) is not None and not any(category(each).startswith("C") for each in text)


def is_http_url(text: str) -> bool:
    """Whether it is an http(s) address of at most 512 characters."""
    return len(text) <= 512 and _HTTP_URL.fullmatch(text) is not None


def _http_url(value: str) -> str:
    if not is_http_url(value):
        raise ValueError("expected an http(s) address of at most 512 characters")
    return value


def _day(value: Any) -> Any:
    """Sources give days as dates or as instants: the first ten characters are the day."""
    return value[:10] if isinstance(value, str) else value


def _bare_doi(value: str) -> str:
    doi = parse_doi(value)
    if doi is None:
        raise ValueError("expected a DOI")
    return doi


def _each_once_in_a_row(names: tuple[str, ...]) -> tuple[str, ...]:
    """A name that follows itself is a slip of the source's; two authors of one name stand apart."""
    if len(set(names)) == len(names):
        return names
    return tuple(name for name, before in zip(names, (None, *names), strict=False) if name != before)


def _without_brackets(names: tuple[str, ...]) -> tuple[str, ...]:
    """Of a list that a source printed and cut at its commas: `['Ada Doe'`, `'Ben Roe']`."""
    if names and names[0].startswith(("['", '["')) and names[-1].endswith(("']", '"]')):
        return tuple(name.strip("[]'\" ") for name in names)
    return names


Line = Annotated[str, AfterValidator(collapse)]
Lines = Annotated[tuple[str, ...], AfterValidator(collapse_each)]
People = Annotated[Lines, AfterValidator(_without_brackets), AfterValidator(_each_once_in_a_row)]
Url = Annotated[str, BeforeValidator(str.strip), AfterValidator(_http_url)]
Day = Annotated[date, BeforeValidator(_day)]


class Citations(BaseModel):
    """How often a paper is cited, as `source` counted by `day`: a figure says nothing without the two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(ge=0, le=_MOST, strict=True)
    influential: int = Field(default=0, ge=0, le=_MOST, strict=True)
    """Of these, the citations that the source takes for important to the citing paper."""
    source: str
    day: date


class Paper(BaseModel):
    """One paper. What is not known is None or empty, and is left out wherever the paper is shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\s\p{C}]+$")]
    """The arXiv id without version (`2411.13543`, `cs/9301111`), else an id of its own."""
    title: Annotated[Line, Field(min_length=1)]
    abstract: str = ""
    """Plain text as the source gives it: may hold LaTeX, never HTML; paragraphs are kept."""
    authors: People = ()
    published: Day | None = None
    """Day of the first version."""
    year: Annotated[int | None, Field(ge=1000, le=2199, validate_default=True)] = None
    """Year of publication: of the day where that is known, else as given, else the arXiv id's."""
    categories: Lines = ()
    """arXiv categories, the primary one first."""
    upvotes: int | None = Field(default=None, ge=0, le=_MOST)
    """On Hugging Face, as of the last visit."""
    featured: tuple[Day, ...] = ()
    """Days on Hugging Face's Daily Papers, oldest first."""
    code_url: Url | None = None
    code_stars: int | None = Field(default=None, ge=0, le=_MOST)
    project_url: Url | None = None
    picture_url: Url | None = None
    summary: Line | None = None
    """One sentence by Hugging Face's model, not by the authors."""
    keywords: Lines = ()
    withdrawn: bool = False
    doi: Annotated[str, AfterValidator(_bare_doi)] | None = None
    """Of the publisher, bare and in lower case; an arXiv paper's own `10.48550/…` is not kept."""
    url: Url | None = None
    """Where a file of the operator's says that the paper is, when that is neither arXiv nor a DOI."""
    venue: Annotated[Line, Field(max_length=500)] | None = None
    """Journal, proceedings or the like."""
    arxiv_version: int | None = Field(default=None, ge=1, le=999)
    """The latest that arXiv was seen to have."""
    citations: Citations | None = Field(default=None, exclude=True)
    """In no file that we write: they are as old as their day, and no file brings any back."""

    @field_validator("abstract")
    @classmethod
    def _tidy_abstract(cls, value: str) -> str:
        return paragraphs(value)

    @field_validator("featured")
    @classmethod
    def _in_order(cls, value: tuple[date, ...]) -> tuple[date, ...]:
        return tuple(sorted(set(value)))

    @field_validator("year")
    @classmethod
    def _known_year(cls, value: int | None, info: ValidationInfo) -> int | None:
        published = info.data.get("published")
        if published:
            return int(published.year)
        return value if value is not None else year_of(info.data.get("id", ""))

    @property
    def arxiv_id(self) -> str | None:
        """The paper's arXiv id without version; None where its id is another."""
        return self.id if is_arxiv_id(self.id) else None

    @property
    def given_year(self) -> int | None:
        """The year where it says more than the day and the id do."""
        return None if self.published or self.year == year_of(self.id) else self.year


def plausible(paper: Paper, latest: date) -> Paper:
    """`paper` without what is said to have happened after the day `latest`: a date to come is unknown."""
    changes: dict[str, Any] = {}
    if paper.published is not None and paper.published > latest:
        changes["published"] = None
        changes["year"] = year_of(paper.id)
    if paper.featured and paper.featured[-1] > latest:
        changes["featured"] = tuple(day for day in paper.featured if day <= latest)
    if (year := changes.get("year", paper.year)) is not None and year > latest.year:
        changes["year"] = None
    return paper.model_copy(update=changes) if changes else paper
