"""New papers for somebody who likes such: near what was liked, one from outside, the same for everybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.catalog import file
from bot.paper.model import Paper
from bot.search.engine import Search, SearchEngine
from bot.search.index import live, storage
from bot.search.library import Library
from bot.search.profile import ENOUGH, Profile
from tests.support.catalogs import Catalog
from tests.support.putting import put, put_in

DAY = date(2026, 3, 20)
SUBJECTS = {
    "robots": ("Walking robots", "A legged robot learns gaits that climb steep stairs.", "cs.RO"),
    "proteins": ("Folding proteins", "How protein chains fold, by their sequence alone.", "q-bio.BM"),
    "speech": ("Speech of children", "Recognised speech of children in noisy class rooms.", "cs.SD"),
    "markets": ("Auctions in markets", "Bidders in repeated auctions collude at public prices.", "cs.GT"),
}


def paper(subject: str, number: int, **more: Any) -> Paper:
    title, abstract, category = SUBJECTS[subject]
    values: dict[str, Any] = {
        "id": f"{subject}-{number}",
        "title": f"{title}, {subject[0]}{number}",
        "abstract": abstract,
        "categories": (category,),
        "published": DAY - timedelta(days=number % 25),
    }
    return Paper(**values | more)


def all_papers(each: int = 30) -> list[Paper]:
    return [paper(subject, number) for subject in SUBJECTS for number in range(each)]


ROBOTS = Profile(("robots-0", "robots-1", "robots-2"))


def search(catalog: Catalog) -> Search:
    return catalog.engine.on(catalog.connection)


def ids(catalog: Catalog, profile: Profile, day: date = DAY, **options: Any) -> list[str]:
    return [each.paper_id for each in search(catalog).fitting(profile, day, **options)]


@pytest.fixture
def catalog(catalog_of: Callable[..., Catalog]) -> Catalog:
    return catalog_of(*all_papers())


def test_four_of_five_are_near_what_was_liked_and_one_is_not(catalog: Catalog) -> None:
    found = search(catalog).fitting(ROBOTS, DAY)
    assert len(found) == 5
    assert [each.outside for each in found] == [False, False, False, False, True]
    assert all(each.paper_id.startswith("robots") for each in found[:4])
    assert not found[4].paper_id.startswith("robots")


def test_a_pick_says_because_of_which_liked_paper_it_is_there(catalog: Catalog) -> None:
    liked = Profile(("robots-0", "proteins-0", "speech-0"))
    for each in search(catalog).fitting(liked, DAY):
        assert each.because is None or each.because.split("-")[0] == each.paper_id.split("-")[0]


def test_all_that_was_had_is_left_out(catalog: Catalog) -> None:
    first = ids(catalog, ROBOTS)
    profile = Profile(ROBOTS.liked, (first[0],))
    again = ids(catalog, profile, without=first[1:])
    assert len(again) == 5
    assert not {*again} & {*first, *ROBOTS.liked}


def test_the_same_catalog_day_and_profile_give_the_same(path: Path, catalog: Catalog) -> None:
    with (
        closing(SearchEngine(path)) as another,
        closing(file.open_for_reading(path)) as connection,
    ):
        for day in (DAY, DAY + timedelta(days=1)):
            assert another.on(connection).fitting(ROBOTS, day) == search(catalog).fitting(ROBOTS, day)


def test_the_one_from_outside_differs_by_the_day(catalog: Catalog) -> None:
    outside = {ids(catalog, ROBOTS, DAY + timedelta(days=days))[-1] for days in range(8)}
    assert len(outside) > 2


def test_the_one_from_outside_is_one_that_others_like(catalog_of: Callable[..., Catalog]) -> None:
    praised = [paper("speech", number, upvotes=number) for number in range(30)]
    rest = [each for each in all_papers() if not each.id.startswith("speech")]
    catalog = catalog_of(*praised, *rest)
    outside = ids(catalog, ROBOTS)[-1]
    assert outside.startswith("speech")
    assert int(outside.split("-")[1]) >= 10


def test_what_was_not_for_them_pushes_its_like_away(catalog: Catalog) -> None:
    liked = ("robots-0", "speech-0")
    found = ids(catalog, Profile(liked, ("speech-1", "speech-2")), wanted=30)
    assert all(each.startswith("robots") for each in found[:24])
    found = ids(catalog, Profile(liked, ("robots-1", "robots-2")), wanted=30)
    assert all(each.startswith("speech") for each in found[:24])


def test_papers_of_later_days_and_withdrawn_ones_are_not_picked(catalog_of: Callable[..., Catalog]) -> None:
    later = [paper("robots", 100 + number, published=DAY + timedelta(days=1)) for number in range(5)]
    withdrawn = paper("robots", 200, withdrawn=True)
    catalog = catalog_of(*all_papers(), *later, withdrawn)
    found = ids(catalog, ROBOTS, wanted=100)
    assert not {*found} & {*(each.id for each in later), withdrawn.id}
    assert later[0].id in ids(catalog, ROBOTS, DAY + timedelta(days=1), wanted=100)


def test_new_papers_come_before_old_ones_where_there_are_enough(catalog_of: Callable[..., Catalog]) -> None:
    old = [paper("robots", 1_000 + number, published=DAY - timedelta(days=90)) for number in range(20)]
    catalog = catalog_of(*all_papers(ENOUGH // 4), *old)
    assert not {*ids(catalog, ROBOTS, wanted=400)} & {each.id for each in old}


@pytest.mark.parametrize("liked", [(), ("unheard-of",)])
def test_nothing_fits_a_profile_that_the_catalog_does_not_know(
    catalog: Catalog, liked: tuple[str, ...]
) -> None:
    assert ids(catalog, Profile(liked)) == []


def test_a_paper_that_was_liked_by_its_title_alone_counts_once_its_id_is_known(
    path: Path, database: sqlite3.Connection
) -> None:
    put(database, all_papers())
    (own,) = database.execute("SELECT own_id FROM papers WHERE id = 'robots-0'").fetchone()
    with closing(file.open_for_reading(path)) as connection, closing(SearchEngine(path)) as engine:
        found = engine.on(connection).fitting(Profile((own,)), DAY)
    assert found[0].because == "robots-0"
    assert "robots-0" not in {each.paper_id for each in found}


def test_an_empty_catalog_has_nothing_for_anybody(path: Path, database: sqlite3.Connection) -> None:
    with closing(file.open_for_reading(path)) as connection, closing(SearchEngine(path)) as engine:
        for request in (engine.on(connection), Search(connection, None)):
            assert request.fitting(ROBOTS, DAY) == []
            assert request.liking(ROBOTS.liked, [1, 2]) == {}


def test_a_profile_without_text_is_no_obstacle(catalog_of: Callable[..., Catalog]) -> None:
    bare = Paper(id="bare", title="!", published=DAY)
    catalog = catalog_of(*all_papers(), bare)
    assert len(ids(catalog, Profile(("bare",)))) == 5
    assert len(ids(catalog, Profile((*ROBOTS.liked, "bare"), ("bare",)))) == 5


def test_few_papers_are_all_picked_without_an_outside(catalog_of: Callable[..., Catalog]) -> None:
    catalog = catalog_of(*[paper("robots", number) for number in range(5)])
    assert {*ids(catalog, ROBOTS)} == {"robots-3", "robots-4"}


@pytest.fixture
def without_index(path: Path, catalog: Catalog) -> Iterator[Search]:
    with closing(file.open_for_reading(path)) as connection:
        yield Search(connection, None)


def test_without_an_index_one_is_made_for_the_question(catalog: Catalog, without_index: Search) -> None:
    assert without_index.fitting(ROBOTS, DAY) == search(catalog).fitting(ROBOTS, DAY)
    (number,) = [*without_index.liking(ROBOTS.liked, [20])]
    assert number == 20


def test_a_base_and_a_delta_pick_as_one_index_does(path: Path, database: sqlite3.Connection) -> None:
    papers = all_papers()
    put(database, papers[::2])
    with closing(file.open_for_reading(path)) as connection:
        live.write_base(connection, storage.path_beside(path))
        put(database, [*papers[1::2], paper("speech", 0, title="Speech of children, anew")])
        with closing(SearchEngine(path)) as split:
            apart = split.on(connection).fitting(ROBOTS, DAY, wanted=24)
            assert len(split.on(connection).snapshot.parts) == 2
        live.write_base(connection, storage.path_beside(path))
        with closing(SearchEngine(path)) as whole:
            together = whole.on(connection).fitting(ROBOTS, DAY, wanted=24)
    assert apart == together
    assert all(each.paper_id.startswith("robots") for each in together if not each.outside)


def test_liking_is_from_nothing_to_what_the_votes_allow(catalog: Catalog) -> None:
    numbers = [row[0] for row in catalog.connection.execute("SELECT number FROM papers")]
    of_one = search(catalog).liking(["robots-0"], numbers)
    of_three = search(catalog).liking(ROBOTS.liked, numbers)
    assert min(of_three.values()) == 0
    assert max(of_one.values()) == pytest.approx(1 / 4)
    assert max(of_three.values()) == pytest.approx(3 / 6)
    assert search(catalog).liking([], numbers) == {}


async def test_a_library_picks_off_the_event_loop(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "catalog.db")) as library:
        await put_in(library, all_papers())
        found = await library.fitting(ROBOTS, DAY, without=["robots-3"])
        assert len(found) == 5
        assert "robots-3" not in {each.paper_id for each in found}
        assert await library.liking(ROBOTS.liked, [1, 2]) != {}
