"""What a button is: a type with a verb, whose fields are what it remembers, written into its custom_id.

`p1:open:2411.13543:find:=debate:best:2` is the custom_id of an Open, whose last field is the button that
leads back, a Find.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self, cast, get_args, get_type_hints

from bot.errors import StaleButton
from bot.views.custom_ids import Kind, Page, join, split

_BY_VERB: dict[str, type[Button]] = {}

Earlier = Callable[[str, list[str]], tuple[str, list[str]] | None]
"""From a verb and its fields as an earlier release wrote them to today's; None for all others."""
_EARLIER: list[Earlier] = []


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
class AskForPage(Button, verb="page"):
    """Asks for a page number, and turns to it."""

    pages: Page
    to: Paged

    @property
    def home(self) -> Home | None:
        """The command on whose answers alone it counts."""
        return self.to.home


def read_button(custom_id: str) -> Button:
    """The button with this custom_id; StaleButton where there is none among the families imported so far."""
    verb, *written = split(custom_id)
    return _read(verb, written)


def every_type() -> Sequence[type[Button]]:
    """Every type of button so far, in the order of their definition."""
    return tuple(_BY_VERB.values())


def earlier(spelling: Earlier) -> Earlier:
    """Decorates what reads an earlier spelling: buttons work for ever."""
    _EARLIER.append(spelling)
    return spelling


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
    for spelling in _EARLIER:
        verb, written = spelling(verb, written) or (verb, written)
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
