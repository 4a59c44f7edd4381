"""Buttons and menus of reading lists."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.paper.ids import own_id
from bot.paper.text import title_key
from bot.readers.lists import Line, Status
from bot.views.button_base import Button, Listing, Paged
from bot.views.custom_ids import Number, Page, PaperId, Token, choice, length_of

_LONGEST_NAMED = 40
"""Characters of a paper's id within a button that names its list, too."""


@dataclass(frozen=True)
class Save(Button, verb="save"):
    """Puts a paper on the presser's reading list; shows where it is, if it is on one."""

    paper: PaperId


@dataclass(frozen=True)
class SaveSome(Button, verb="savesome"):
    """A menu: puts the chosen papers on the reading list of whoever chooses."""


@dataclass(frozen=True)
class NotForMe(Button, verb="notme"):
    """The presser wants no more papers like this one picked for them; turns what was picked."""

    paper: PaperId


@dataclass(frozen=True)
class RefuseThis(Button, verb="refuseone"):
    """The same on any other message, which stays as it is."""

    paper: PaperId


@dataclass(frozen=True)
class TakeBack(Button, verb="forme"):
    """The paper isn't refused any more; turns the message that says it was."""

    paper: PaperId


@dataclass(frozen=True)
class TakeBackSome(Button, verb="formesome"):
    """A menu: the chosen papers aren't refused any more."""


@dataclass(frozen=True)
class TakeBackPick(Button, verb="formeagain"):
    """The same among what was picked for the presser, which is turned."""

    paper: PaperId


@dataclass(frozen=True)
class TakeBackPicks(Button, verb="formeagainsome"):
    """A menu: the same for the chosen papers."""


@dataclass(frozen=True)
class ChooseAuthor(Button, verb="byauthor"):
    """Asks for a name, and shows that author's papers."""


class Which(StrEnum):
    """Which papers of a list are shown."""

    ALL = "all"
    TO_READ = Status.TO_READ.value
    READING = Status.READING.value
    READ = Status.READ.value


@dataclass(frozen=True)
class ShowList(Paged, Listing, verb="list"):
    """A page of a list, of those that `query` finds on it."""

    list_id: Number
    which: Annotated[Which, choice(Which)] = Which.ALL
    query: Token = "="
    page: Page = 1


class Among(StrEnum):
    """Whose lists are searched."""

    ALL = "all"
    MINE = "mine"
    SERVER = "server"


@dataclass(frozen=True)
class ShowLists(Paged, Listing, verb="lists"):
    """A page of what several lists have of `query` and a status."""

    among: Annotated[Among, choice(Among)] = Among.ALL
    which: Annotated[Which, choice(Which)] = Which.ALL
    query: Token = "="
    page: Page = 1


FIRST_OF_SERVER = 0
"""Of a list that a server has not yet: saving makes it."""


@dataclass(frozen=True)
class SaveTo(Button, verb="saveto"):
    """Puts a paper on this list, for those who may edit it."""

    list_id: Number
    paper: PaperId


@dataclass(frozen=True)
class PickSaved(Button, verb="anyline"):
    """A menu as PickLine's, of several lists: each option has a list's id before its paper."""


@dataclass(frozen=True)
class PickLine(Button, verb="lines"):
    """A menu: shows status, list and note of the chosen paper."""

    list_id: Number


@dataclass(frozen=True)
class OfLine(Button):
    """Changes a line: the paper that `line_handle` names on a list."""

    list_id: Number
    paper: PaperId


@dataclass(frozen=True)
class SetStatus(OfLine, verb="status"):
    """A menu."""


@dataclass(frozen=True)
class MoveTo(OfLine, verb="moveto"):
    """A menu: the chosen list is the id of one, or `NEW_LIST`."""


NEW_LIST = "new"


@dataclass(frozen=True)
class EditNote(OfLine, verb="note"):
    """Opens a form."""


@dataclass(frozen=True)
class RemoveLine(OfLine, verb="unsave"):
    """Takes the line off its list."""


@dataclass(frozen=True)
class DeleteList(Button, verb="unlist"):
    list_id: Number


@dataclass(frozen=True)
class KeepList(Button, verb="keeplist"):
    """Deletes nothing, after all."""

    list_id: Number


def line_handle(line: Line) -> str:
    """What a button calls the paper of `line`: its id; where that is long, the one that its title makes."""
    fits = length_of(line.paper_id) <= _LONGEST_NAMED
    return line.paper_id if fits else own_id(title_key(line.title))
