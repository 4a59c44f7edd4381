"""Buttons about papers, their lists, and help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.paper.citing import Style
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.search.results import Period, Sort
from bot.views.button_base import AskForPage, Button, Home, Listing, Paged, earlier
from bot.views.custom_ids import Day, Page, PaperId, Token, choice, length_of, switch

_LONGEST_HANDLE = 20


@dataclass(frozen=True)
class Find(Paged, Listing, verb="find"):
    """A page of what a search finds."""

    token: Token
    sort: Annotated[Sort, choice(Sort)] = Sort.BEST
    page: Page = 1
    exact: Annotated[bool, switch("exact")] = False
    """Search as typed, without correcting."""


@dataclass(frozen=True)
class Recent(Paged, Listing, verb="recent"):
    page: Page


@dataclass(frozen=True)
class OfDay(Paged, Listing, verb="day"):
    """The Daily Papers of a day."""

    day: Day
    page: Page


@dataclass(frozen=True)
class ChooseDay(Button, verb="day-meant"):
    """The Daily Papers of one of the days that may have been meant; `public`: for everybody to see."""

    day: Day
    public: Annotated[bool, switch("public")] = False


@dataclass(frozen=True)
class Trending(Paged, Listing, verb="trend"):
    period: Annotated[Period, choice(Period)]
    topic: Token
    page: Page


@dataclass(frozen=True)
class InMessage(Listing, verb="these"):
    """The papers that the parked text names."""

    ids: Token


class Where(StrEnum):
    """Which message the papers like one turn."""

    LIST = "back"
    """Their own, as it was before one of them was opened."""
    DETAILS = "more"
    """The one with all about the paper, to which they lead back."""


@dataclass(frozen=True)
class Similar(Listing, verb="similar"):
    paper: PaperId
    where: Annotated[Where | None, choice(Where)] = None
    """None: a new answer."""


@dataclass(frozen=True)
class Open(Button, verb="open"):
    paper: PaperId
    back: Listing | None = None


@dataclass(frozen=True)
class More(Button, verb="more"):
    """All about a paper, for the person alone; `back`: the message turns to it."""

    paper: PaperId
    back: Annotated[bool, switch("back")] = False


@dataclass(frozen=True)
class Cite(Button, verb="cite"):
    """With a style it turns the message; without one the citation is a new answer."""

    paper: PaperId
    style: Annotated[Style | None, choice(Style)] = None


class Then(StrEnum):
    """What a command that is about one paper does with it."""

    SHOW = "show"
    SIMILAR = "similar"
    BIBTEX = Style.BIBTEX.value
    APA = Style.APA.value
    PLAIN = Style.PLAIN.value


@dataclass(frozen=True)
class Choose(Button, verb="choose"):
    """Goes on with one of the papers that may have been meant; `public`: for everybody to see."""

    paper: PaperId
    then: Annotated[Then, choice(Then)]
    public: Annotated[bool, switch("public")] = False


@dataclass(frozen=True)
class Add(Button, verb="add"):
    """Fetches a paper that the catalog lacks."""

    arxiv_id: PaperId
    public: Annotated[bool, switch("public")] = False


@dataclass(frozen=True)
class CiteDetails(Button, verb="cited"):
    """Turns all about a paper to its citation, which leads back."""

    paper: PaperId
    style: Annotated[Style, choice(Style)]


@dataclass(frozen=True)
class Random(Button, verb="random"):
    query: Token


@dataclass(frozen=True)
class ShowHelp(Button, verb="help"):
    """Turns the message to what `/help` says."""


@dataclass(frozen=True)
class ShowTips(Button, verb="tips"):
    """Turns the message to how to search."""


_SETTINGS = Home("settings")


@dataclass(frozen=True)
class ListHidden(Paged, verb="hidden", home=_SETTINGS):
    """The papers that a server hides."""

    page: Page


@dataclass(frozen=True)
class ShowAgain(Button, verb="unhide", home=_SETTINGS):
    paper: PaperId
    back: ListHidden | None = None


def handle(paper: Paper) -> str:
    """What a button calls `paper`: its id; where that is long, the one that its title makes."""
    return paper.id if length_of(paper.id) <= _LONGEST_HANDLE else own_id(title_key(paper.title))


@earlier
def _with_a_place(verb: str, written: list[str]) -> tuple[str, list[str]] | None:
    """Lists once said where they were shown."""
    match written:
        case [*fields_before, "here"] if verb in (Recent.verb, OfDay.verb, Trending.verb):
            return verb, fields_before
    return None


@earlier
def _find_marked_exact(verb: str, written: list[str]) -> tuple[str, list[str]] | None:
    match written:
        case [token, order, page] if verb == Find.verb and order.endswith("!"):
            return verb, [token, order.removesuffix("!"), page, "exact"]
    return None


@earlier
def _jump(verb: str, written: list[str]) -> tuple[str, list[str]] | None:
    """Only searches once asked for a page."""
    match written:
        case [token, order, pages] if verb == "jump":
            return AskForPage.verb, [pages, Find.verb, token, order, "1"]
    return None
