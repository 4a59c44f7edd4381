"""A paper as pages show it: plain text, which the templates escape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.paper.cleaning import visible
from bot.paper.dois import doi_address
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.search.results import Hit
from bot.views.markdown import clip, counted, day, first_sentences, plain_title
from bot.views.page_links import paper_path
from bot.web.wording import with_marks

_TITLE = 250
_NAME = 80
_NAMED_AUTHORS = 4
_ALL_AUTHORS = 60
_CATEGORIES = 4
_SHORT = 280


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a list."""

    path: str
    title: str
    authors: str
    facts: Sequence[str]
    text: str | Markup


@dataclass(frozen=True, slots=True)
class Outside:
    """Where else a paper is."""

    label: str
    address: str


def entry_of(paper: Paper) -> Entry:
    """With its summary in short."""
    return _entry(paper, in_short(paper))


def entry_of_hit(hit: Hit) -> Entry:
    """With the passage that matched, where there is one."""
    text = with_marks(hit.passage) if hit.passage is not None and hit.passage.text else in_short(hit.paper)
    return _entry(hit.paper, text)


def _entry(paper: Paper, text: str | Markup) -> Entry:
    return Entry(
        path=paper_path(paper.id),
        title=clip(plain_title(paper.title), _TITLE),
        authors=authors_of(paper, _NAMED_AUTHORS),
        facts=facts_of(paper, _CATEGORIES),
        text=text,
    )


def in_short(paper: Paper) -> str:
    """Its one-line summary, or the first sentences of its abstract."""
    if paper.summary:
        return visible(first_sentences(paper.summary, _SHORT))
    return visible(first_sentences(readable(paper.abstract), _SHORT, 2))


def authors_of(paper: Paper, named: int = _ALL_AUTHORS) -> str:
    """The first so many, and how many more."""
    names = ", ".join(clip(visible(name), _NAME) for name in paper.authors[:named])
    more = len(paper.authors) - named
    return f"{names} and {more:,} more" if more > 0 else names


def facts_of(paper: Paper, categories: int | None = None) -> list[str]:
    """Day, venue, categories and upvotes, as far as they are known."""
    published = day(paper.published) if paper.published else str(paper.year or "")
    upvotes = (
        "" if paper.upvotes is None else counted(paper.upvotes, "upvote").replace(" ", "\N{NO-BREAK SPACE}")
    )
    facts = (published, visible(paper.venue or ""), ", ".join(paper.categories[:categories]), upvotes)
    return [fact for fact in facts if fact]


def paragraphs_of(paper: Paper) -> list[str]:
    """The abstract's."""
    parts = (" ".join(visible(each).split()) for each in readable(paper.abstract).split("\n\n"))
    return [part for part in parts if part]


def outside_of(paper: Paper) -> list[Outside]:
    """arXiv, the PDF and Hugging Face or else the DOI, the code, the project, and where a file said it is."""
    places: list[Outside] = []
    if paper.arxiv_id:
        places += [
            Outside("arXiv", f"https://arxiv.org/abs/{paper.arxiv_id}"),
            Outside("PDF", f"https://arxiv.org/pdf/{paper.arxiv_id}"),
            Outside("Hugging Face", f"https://huggingface.co/papers/{paper.arxiv_id}"),
        ]
    elif paper.doi:
        places.append(Outside("DOI", doi_address(paper.doi)))
    if paper.code_url:
        places.append(Outside("Code", paper.code_url))
    if paper.project_url:
        places.append(Outside("Project", paper.project_url))
    if paper.url and (host := urlsplit(paper.url).hostname):
        places.append(Outside(host.removeprefix("www."), paper.url))
    return places
