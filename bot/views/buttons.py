"""What each button does, as a type; its fields are what it remembers.

`p1:open:2411.13543:find:=debate:best:2` is the custom_id of an Open, whose last field is the button that
leads back, a Find.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, cast, get_args, get_type_hints

from bot.errors import StaleButton
from bot.paper.citing import Style
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.search.results import Period, Sort
from bot.views.custom_ids import Day, Kind, Number, Page, Text, Token, choice, join, length_of, split, switch

_LONGEST_HANDLE = 20
_BY_VERB: dict[str, type[Button]] = {}


@dataclass(frozen=True, slots=True)
class Home:
    """Where alone a button counts: on answers of the command `command`.

    Whoever ran it may press, and whoever may manage the server.
    """

    command: str


@dataclass(frozen=True)
class Button:
    """Base of all: a subclass names its verb, and for each field how it is written.

    Fields are written in their order. The last may be one that is left out (a switch that is off, None), or a
    button itself with its own fields.
    """

    verb: ClassVar[str] = ""
    _home: ClassVar[Home | None] = None

    def __init_subclass__(cls, verb: str = "", home: Home | None = None) -> None:
        super().__init_subclass__()
        if verb in _BY_VERB:
            raise TypeError(f"two buttons with the verb {verb!r}")
        if verb:
            cls.verb, cls._home = verb, home
            _BY_VERB[verb] = cls

    @property
    def home(self) -> Home | None:
        """None where the button counts on every message, for everybody."""
        return self._home

    def encode(self) -> str:
        """The custom_id; ValueError where it is too long, since what is long must be parked."""
        return join(_written(self))


class Paged(Button):
    """Shows one page of many."""

    page: int

    def at(self, page: int) -> Self:
        """The same button for another page."""
        return cast(Self, replace(cast(Any, self), page=page))


class Listing(Button):
    """Shows papers, each of which opens to a card that leads back here."""


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
    paper: Text
    where: Annotated[Where | None, choice(Where)] = None
    """None: a new answer."""


@dataclass(frozen=True)
class Open(Button, verb="open"):
    paper: Text
    back: Listing | None = None


@dataclass(frozen=True)
class More(Button, verb="more"):
    """All about a paper, for the person alone; `back`: the message turns to it."""

    paper: Text
    back: Annotated[bool, switch("back")] = False


@dataclass(frozen=True)
class Cite(Button, verb="cite"):
    """With a style it turns the message; without one the citation is a new answer."""

    paper: Text
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

    paper: Text
    then: Annotated[Then, choice(Then)]
    public: Annotated[bool, switch("public")] = False


@dataclass(frozen=True)
class Add(Button, verb="add"):
    """Fetches a paper that the catalog lacks."""

    arxiv_id: Text
    public: Annotated[bool, switch("public")] = False


@dataclass(frozen=True)
class CiteDetails(Button, verb="cited"):
    """Turns all about a paper to its citation, which leads back."""

    paper: Text
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


@dataclass(frozen=True)
class AskForPage(Button, verb="page"):
    """Asks for a page number, and turns to it."""

    pages: Page
    to: Paged

    @property
    def home(self) -> Home | None:
        """The command on whose answers alone it counts."""
        return self.to.home


_DAILY = Home("daily")


@dataclass(frozen=True)
class ConfirmFeed(Button, verb="daily-confirm", home=_DAILY):
    draft: Text


@dataclass(frozen=True)
class ChooseZone(Button, verb="daily-zone", home=_DAILY):
    """Goes on with a draft in the time zone that is meant."""

    draft: Text
    zone: Text


@dataclass(frozen=True)
class CancelFeed(Button, verb="daily-cancel", home=_DAILY):
    """Nothing is changed: of a draft, and of what would be removed."""


@dataclass(frozen=True)
class RemoveFeed(Button, verb="daily-remove", home=_DAILY):
    feed: Number


@dataclass(frozen=True)
class SetUpFeed(Button, verb="daily-setup"):
    """Asks what a new daily paper should be like; on any message, for whoever may manage the server."""


@dataclass(frozen=True)
class OpenFeed(Button, verb="daily-open", home=_DAILY):
    """The panel of a daily paper; `page` is that of the list it came from, here and below."""

    feed: Number
    page: Page


@dataclass(frozen=True)
class EditFeed(Button, verb="daily-edit", home=_DAILY):
    feed: Number


@dataclass(frozen=True)
class PostFeed(Button, verb="daily-post", home=_DAILY):
    feed: Number
    page: Page


@dataclass(frozen=True)
class PreviewFeed(Button, verb="daily-preview", home=_DAILY):
    feed: Number


@dataclass(frozen=True)
class AskRemoveFeed(Button, verb="daily-ask-remove", home=_DAILY):
    """Asks before it goes."""

    feed: Number
    page: Page


class Doing(StrEnum):
    """What a command of `/daily` does with the one that is chosen."""

    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"
    PREVIEW = "preview"
    POST = "now"


@dataclass(frozen=True)
class ChooseFeed(Paged, verb="daily-choose", home=_DAILY):
    """A page of daily papers to choose one from."""

    doing: Annotated[Doing, choice(Doing)]
    page: Page


@dataclass(frozen=True)
class ListFeeds(Paged, verb="daily-list", home=_DAILY):
    page: Page


@dataclass(frozen=True)
class PauseFeed(Button, verb="daily-pause", home=_DAILY):
    feed: Number
    page: Page
    """Of the list that is shown again."""


@dataclass(frozen=True)
class ResumeFeed(Button, verb="daily-resume", home=_DAILY):
    feed: Number
    page: Page


@dataclass(frozen=True)
class History(Paged, verb="daily-history", home=_DAILY):
    channel: Number
    page: Page


_SETTINGS = Home("settings")


@dataclass(frozen=True)
class ListHidden(Paged, verb="hidden", home=_SETTINGS):
    """The papers that a server hides."""

    page: Page


@dataclass(frozen=True)
class ShowAgain(Button, verb="unhide", home=_SETTINGS):
    paper: Text
    back: ListHidden | None = None


# Writing and reading


def decode(custom_id: str) -> Button:
    """The button with this custom_id; StaleButton where there is none."""
    verb, *written = split(custom_id)
    return _read(verb, written)


def every_button() -> Sequence[type[Button]]:
    """Every type of button, in the order of their definition."""
    return tuple(_BY_VERB.values())


def handle(paper: Paper) -> str:
    """What a button calls `paper`: its id; where that is long, the one that its title makes."""
    return paper.id if length_of(paper.id) <= _LONGEST_HANDLE else own_id(title_key(paper.title))


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: Kind | type[Button]
    may_miss: bool


@functools.cache
def _fields_of(verb: str) -> tuple[_Field, ...]:
    button = _BY_VERB[verb]
    hints = get_type_hints(button, include_extras=True)
    return tuple(
        _Field(each.name, _kind_of(hints[each.name]), each.default is None or each.default is False)
        for each in fields(button)
    )


def _kind_of(hint: Any) -> Kind | type[Button]:
    """How a field with this annotation is written: as its kind says, or as a button itself."""
    if isinstance(hint, type):
        return hint
    meant, *others = get_args(hint)
    return cast("Kind | type[Button]", next((other for other in others if isinstance(other, Kind)), meant))


def _written(button: Button) -> list[str]:
    """The verb and its fields."""
    words = [button.verb]
    for field in _fields_of(button.verb):
        value = getattr(button, field.name)
        if isinstance(value, Button):
            words += _written(value)
        elif not (field.may_miss and (value is None or value is False)):
            words.append(cast(Kind, field.kind).write(value))
    return words


def _read(verb: str, written: list[str]) -> Button:
    verb, written = _respelled(verb, written)
    button = _BY_VERB.get(verb)
    if button is None:
        raise StaleButton
    values: dict[str, Any] = {}
    for field in _fields_of(verb):
        if not written:
            if not field.may_miss:
                raise StaleButton
        elif isinstance(field.kind, Kind):
            values[field.name] = field.kind.read(written.pop(0))
        else:
            values[field.name] = nested = _read(written[0], written[1:])
            if not isinstance(nested, field.kind):
                raise StaleButton
            written = []
    if written:
        raise StaleButton
    return button(**values)


def _respelled(verb: str, written: list[str]) -> tuple[str, list[str]]:
    """What earlier releases wrote otherwise, as it is written today."""
    match verb, written:
        case (("recent" | "day" | "trend"), [*fields_before, "here"]):
            return verb, fields_before
        case "find", [token, order, page] if order.endswith("!"):
            return verb, [token, order.removesuffix("!"), page, "exact"]
        case "jump", [token, order, pages]:
            return AskForPage.verb, [pages, Find.verb, token, order, "1"]
    return verb, written
