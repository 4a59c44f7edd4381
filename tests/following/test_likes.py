"""New papers are like those that people follow where they are among their nearest, however that is told."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.catalog import file
from bot.following.likes import like
from bot.search.engine import SearchEngine
from bot.sources.seed import build_seed


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("likes") / "catalog.db"
    build_seed(path)
    return path


@pytest.mark.parametrize("every", [1, 3, 20])
def test_papers_are_like_those_followed_that_are_among_their_nearest(seed: Path, every: int) -> None:
    with closing(file.open_for_reading(seed)) as connection, closing(SearchEngine(seed)) as engine:
        engine.index.wait_until_current(connection)
        search = engine.on(connection)
        ids = [row["id"] for row in connection.execute("SELECT id FROM papers ORDER BY id")]
        followed = ids[::every]
        nearest = {each: [paper.id for paper in search.similar(each, 2)] for each in ids}
        expected = {
            each: found for each in ids if (found := [one for one in nearest[each] if one in followed])
        }
        assert expected
        assert like(search, [*ids, "gone"], followed) == expected
