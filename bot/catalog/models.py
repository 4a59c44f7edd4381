"""What a paper is."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from bot.catalog.cleaning import collapse, collapse_each, paragraphs
from bot.catalog.ids import is_arxiv_id, year_of

_HTTP_URL = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:[/?#][^\s<>\"\\]*)?", re.ASCII)


def _http_url(value: str) -> str:
    if len(value) > 512 or not _HTTP_URL.fullmatch(value):
        raise ValueError("expected an http(s) address of at most 512 characters")
    return value


def _day(value: Any) -> Any:
    """Sources give days as dates or as instants: the first ten characters are the day."""
    return value[:10] if isinstance(value, str) else value


Line = Annotated[str, AfterValidator(collapse)]
Lines = Annotated[tuple[str, ...], AfterValidator(collapse_each)]
Url = Annotated[str, BeforeValidator(str.strip), AfterValidator(_http_url)]
Day = Annotated[date, BeforeValidator(_day)]


class Paper(BaseModel):
    """One paper. What is not known is None or empty, and is left out wherever the paper is shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S+$")]
    """The arXiv id without version (`2411.13543`, `cs/9301111`), else an id of its own."""
    title: Annotated[Line, Field(min_length=1)]
    abstract: str = ""
    """Plain text as the source gives it: may hold LaTeX, never HTML; paragraphs are kept."""
    authors: Lines = ()
    published: Day | None = None
    """Day of the first version."""
    categories: tuple[str, ...] = ()
    """arXiv categories, the primary one first."""
    upvotes: int | None = Field(default=None, ge=0)
    """On Hugging Face, as of the last visit."""
    featured: tuple[Day, ...] = ()
    """Days on Hugging Face's Daily Papers, oldest first."""
    code_url: Url | None = None
    code_stars: int | None = Field(default=None, ge=0)
    project_url: Url | None = None
    picture_url: Url | None = None
    summary: Line | None = None
    """One sentence by Hugging Face's model, not by the authors."""
    keywords: Lines = ()
    withdrawn: bool = False

    @field_validator("abstract")
    @classmethod
    def _tidy_abstract(cls, value: str) -> str:
        return paragraphs(value)

    @field_validator("featured")
    @classmethod
    def _in_order(cls, value: tuple[date, ...]) -> tuple[date, ...]:
        return tuple(sorted(set(value)))

    @property
    def arxiv_id(self) -> str | None:
        return self.id if is_arxiv_id(self.id) else None

    @property
    def year(self) -> int | None:
        """Year of publication; the arXiv id's where the day is unknown."""
        return self.published.year if self.published else year_of(self.id)


def plausible(paper: Paper, latest: date) -> Paper:
    """`paper` without what is said to have happened after the day `latest`: a date to come is unknown."""
    changes: dict[str, Any] = {}
    if paper.published is not None and paper.published > latest:
        changes["published"] = None
    if paper.featured and paper.featured[-1] > latest:
        changes["featured"] = tuple(day for day in paper.featured if day <= latest)
    return paper.model_copy(update=changes) if changes else paper
