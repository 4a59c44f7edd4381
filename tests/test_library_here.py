"""The library as a server sees it: no way of asking shows what is hidden there."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.clock import system_clock
from bot.errors import HiddenHere
from bot.library_here import LibraryHere
from bot.paper.ids import ArxivId
from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from bot.search.profile import Profile
from bot.search.query import parse_query
from bot.services import Services, ServicesHere
from bot.settings import Settings
from tests.support.putting import put_in

COMMANDS = Path(__file__).parents[1] / "commands"
SERVER, OTHER = Owner(Kind.SERVER, 1), Owner(Kind.SERVER, 2)
BALROG, TITLE = "2411.13543", "BALROG: Benchmarking"
LIKE_IT = "2307.13854"
DAY = date(2025, 3, 20)

Ask = Callable[[LibraryHere], Coroutine[Any, Any, object]]


async def picked_from(library: LibraryHere) -> list[Paper]:
    picks = await library.fitting(Profile((LIKE_IT,)), date(2026, 1, 1), wanted=100, without=())
    return [*(await library.known([pick.paper_id for pick in picks])).values()]


async def like_all_others(library: LibraryHere) -> object:
    others = [paper.id for paper in await library.recent(100) if paper.id != BALROG]
    return await library.lately_like(others, date(2020, 1, 1))


async def values_of(by_id: Awaitable[dict[str, Paper]]) -> list[Paper]:
    return [*(await by_id).values()]


WAYS: dict[str, Ask] = {
    "paper": lambda library: library.paper(BALROG),
    "referenced": lambda library: library.referenced(ArxivId(BALROG)),
    "same_as": lambda library: library.same_as(Paper(id=BALROG, title=TITLE)),
    "paper_of_title": lambda library: library.paper_of_title(
        f"{TITLE} Agentic LLM and VLM Reasoning On Games"
    ),
    "find": lambda library: library.find("BALROG benchmarking agentic games", limit=20),
    "suggest": lambda library: library.suggest("balrog"),
    "similar": lambda library: library.similar(LIKE_IT, limit=67),
    "random": lambda library: library.random("title:balrog"),
    "recent": lambda library: library.recent(100),
    "fitting": lambda library: picked_from(library),
    "lately": lambda library: library.lately(parse_query("agentic games"), date(2020, 1, 1)),
    "all_about": lambda library: library.all_about(parse_query("agentic games"), 67),
    "lately_like": lambda library: like_all_others(library),
    "known": lambda library: values_of(library.known([BALROG])),
    "of_day": lambda library: library.of_day(DAY),
    "trending": lambda library: library.trending(date(2000, 1, 1)),
}
"""Each way of asking for papers, so that it finds BALROG."""

FOR_WHO_HAS_IT = {"each_as_held", "earlier_ids", "hidden", "is_everywhere", "moved", "remembered"}
"""What tells somebody of a paper that they have brought themselves, and shows it to nobody else."""

FOR_WHO_HIDES = {"with_hidden"}
"""What those who hide papers see, to show them again."""

OF_THE_WHOLE = {
    "hides_any",
    "count",
    "days_like",
    "first_featured",
    "meant",
    "last_featured",
    "last_update",
    "failing_sources",
}
"""What tells of no paper."""


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    services = Services.open(settings, system_clock)
    await services.store.migrate()
    balrog = await services.library.paper(BALROG)
    assert balrog is not None
    await put_in(services.library, [Paper(id=BALROG, title=balrog.title, upvotes=3, featured=(DAY,))])
    yield services
    await services.close()


def test_every_way_of_asking_is_tried_here() -> None:
    public = {name for name in vars(LibraryHere) if not name.startswith("_")}
    assert public == WAYS.keys() | OF_THE_WHOLE | FOR_WHO_HAS_IT | FOR_WHO_HIDES


@pytest.mark.parametrize("way", WAYS)
async def test_a_hidden_paper_is_in_no_answer(services: Services, way: str) -> None:
    balrog = await services.library.paper(BALROG)
    assert balrog is not None
    await services.hidden.hide(SERVER.id, balrog)
    assert TITLE in repr(await WAYS[way](services.here(OTHER).library)), "it is found elsewhere"
    try:
        answer = await WAYS[way](services.here(SERVER).library)
    except HiddenHere:
        return
    assert TITLE not in repr(answer)


async def test_trending_on_a_topic_is_without_it_too(services: Services) -> None:
    balrog = await services.library.paper(BALROG)
    assert balrog is not None
    first = date(2000, 1, 1)
    assert TITLE in repr(await services.here(SERVER).library.trending(first, "games"))
    await services.hidden.hide(SERVER.id, balrog)
    assert TITLE not in repr(await services.here(SERVER).library.trending(first, "games"))


def test_a_command_has_no_other_library() -> None:
    """What commands work with leads to the catalog by private names alone."""
    assert {field.name for field in dataclasses.fields(ServicesHere)}.isdisjoint({"updater", "store"})
    assert inspect.get_annotations(ServicesHere)["library"] == "LibraryHere"
    assert all(field.name.startswith("_") for field in dataclasses.fields(LibraryHere))


@pytest.mark.parametrize("name", sorted(str(path.relative_to(COMMANDS)) for path in COMMANDS.rglob("*.py")))
def test_no_command_reaches_past_it(name: str) -> None:
    """Only `services_of` touches the client's services, and nobody a private attribute of the library."""
    tree = ast.parse((COMMANDS / name).read_text())
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if name != "answering/context.py":
        assert "services" not in names
    assert names.isdisjoint({"_library", "_readers", "background"})
