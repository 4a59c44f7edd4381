"""An import says beside the catalog how far it has come, and leaves nothing there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from bot.catalog.imports import import_under_way, imports
from tests.support.project import PROJECT
from tests.support.waiting import until

KILLED = """
import sys, time
from pathlib import Path
from bot.catalog.imports import import_under_way
with import_under_way(Path(sys.argv[1])) as progress:
    progress.say("papers.jsonl", 10, 100, 5)
    time.sleep(600)
"""


def test_it_is_seen_while_it_lasts_and_not_after(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.db"
    assert imports(catalog) == []
    with import_under_way(catalog) as progress:
        assert [each.name for each in imports(catalog)] == [""]
        progress.say("papers.jsonl", 250, 1000, 40)
        progress.say("papers.jsonl", 260, 1000, 41)
        (seen,) = imports(catalog)
        assert (seen.name, seen.done, seen.size, seen.papers) == ("papers.jsonl", 250, 1000, 40)
        with import_under_way(catalog):
            assert len(imports(catalog)) == 2
        assert len(imports(catalog)) == 1
    assert imports(catalog) == []
    assert list(tmp_path.iterdir()) == []


def test_one_that_was_killed_is_over_and_cleared_up(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.db"
    command = [sys.executable, "-c", KILLED, str(catalog)]
    with subprocess.Popen(command, cwd=PROJECT) as process:
        until(lambda: [each.name for each in imports(catalog)] == ["papers.jsonl"], 60)
        process.kill()
    assert imports(catalog) == []
    past = time.time() - 600
    for left in tmp_path.iterdir():
        os.utime(left, (past, past))
    assert imports(catalog) == []
    assert list(tmp_path.iterdir()) == []


def test_it_goes_on_where_nothing_can_be_written_beside_the_catalog(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    catalog = tmp_path / "data" / "catalog.db"
    with import_under_way(catalog) as progress:
        progress.say("papers.jsonl", 1, 10, 1)
        assert imports(catalog) == []


def test_a_catalog_may_have_any_name(tmp_path: Path) -> None:
    catalog = tmp_path / "[papers]*.db"
    with import_under_way(catalog):
        assert len(imports(catalog)) == 1
        assert imports(tmp_path / "p.db") == []
