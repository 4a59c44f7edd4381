"""An author is one person: words of several don't add up to a name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.paper.model import Paper
from bot.search.author_names import is_by
from bot.search.library import Library
from tests.support.putting import put_in

BOTH = Paper(id="2601.00001", title="Of two people", authors=("Zhang Chen", "Wei Li"))
WEI = Paper(id="2601.00002", title="Of one", authors=("Ada Doe", "Wei Zhang"))
LECUN = Paper(id="2601.00003", title="Of Yann", authors=("Yann LeCun",))
OTHER = Paper(id="2601.00004", title="Of another", authors=("Marie LeCun", "Yves Roe"))


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    library = Library(tmp_path / "catalog.db")
    await put_in(library, [BOTH, WEI, LECUN, OTHER])
    yield library
    library.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ('author:"Wei Zhang"', {WEI.id}),
        ('author:"Zhang Wei"', {WEI.id}),
        ("author:wei author:zhang", {WEI.id, BOTH.id}),
        ('author:"Y. LeCun"', {LECUN.id}),
        ('author:"LeCun, Y."', {LECUN.id}),
        ("author:lecun", {LECUN.id, OTHER.id}),
        ('-author:"Wei Zhang"', {BOTH.id, LECUN.id, OTHER.id}),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
async def test_all_words_of_a_name_are_one_persons(
    library: Library, typed: str, found: set[str], indexed: bool
) -> None:
    if indexed:
        await library.wait_until_current()
    results = await library.find(typed, limit=10)
    assert {hit.paper.id for hit in results.hits} == found


def test_an_initial_stands_for_what_begins_so() -> None:
    assert is_by(("g", "e", "hinton"), ["Geoffrey E. Hinton"])
    assert not is_by(("a", "hinton"), ["Geoffrey E. Hinton"])
    assert not is_by(("j", "jones"), ["Robert Jones"]), "the surname is no given name"
    assert is_by(("j", "jones"), ["Robert J. Jones", "Jim Jones"])
    assert is_by(("geoffrey", "hin"), ["Geoffrey E. Hinton"], begun=True)
    assert not is_by(("geoffrey", "hin"), ["Geoffrey E. Hinton"])
