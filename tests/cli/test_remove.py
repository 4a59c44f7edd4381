"""`paperboy remove`: a paper goes for good, through updates and rebuilds, until that is undone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import cli as command_line
from bot.catalog import file, papers
from bot.clock import system_clock
from bot.errors import OperatorError
from bot.paper.harvest import Origin
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.services import Services
from bot.settings import Settings
from tests.support.putting import put, put_in

BALROG = "2411.13543"
TITLE = "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games"


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_CATALOG", str(settings.catalog))
    monkeypatch.setenv("DATABASE_URL", settings.state_url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.cli, ["remove", *arguments])


def held(catalog: Path, paper_id: str) -> Paper | None:
    with closing(file.open_for_writing(catalog)) as database:
        return papers.get(database, paper_id)


def merge(catalog: Path, *new: Paper, origin: Origin = Origin.ARXIV) -> None:
    with closing(file.open_for_writing(catalog)) as database:
        put(database, new, origin)


def test_it_is_gone_and_no_source_brings_it_back(settings: Settings) -> None:
    assert run(f"https://arxiv.org/abs/{BALROG}v2").stdout == f"Removed: {TITLE} ({BALROG})\n"
    assert held(settings.catalog, BALROG) is None
    by_title = Paper(id=own_id(title_key(TITLE)), title=TITLE)
    merge(settings.catalog, Paper(id=BALROG, title="Under another title"), by_title)
    assert held(settings.catalog, BALROG) is None
    assert held(settings.catalog, by_title.id) is None


def test_another_paper_of_that_title_may_come(settings: Settings) -> None:
    run(BALROG)
    merge(settings.catalog, Paper(id="2501.00001", title=TITLE))
    assert held(settings.catalog, "2501.00001") is not None


def test_one_that_had_nothing_but_its_title_is_known_by_it(settings: Settings) -> None:
    spam = Paper(id=own_id(title_key("Buy now")), title="Buy now", featured=("2025-03-20",))
    merge(settings.catalog, spam, origin=Origin.FILE)
    assert run(spam.id).exit_code == 0
    merge(settings.catalog, Paper(id="2501.00002", title="Buy now!"))
    assert held(settings.catalog, "2501.00002") is None


async def test_a_rebuilt_catalog_is_without_it_before_anybody_asks(settings: Settings) -> None:
    services = Services.open(settings, system_clock)
    await services.store.migrate()
    await services.removed.remove(BALROG, TITLE)
    await services.restore_added()
    assert await services.library.paper(BALROG) is None
    assert await services.library.count() == 68
    await put_in(services.library, [Paper(id=BALROG, title=TITLE)])
    assert await services.library.paper(BALROG) is None
    await services.removed.undo(BALROG)
    await services.take_out_removed()
    await put_in(services.library, [Paper(id=BALROG, title=TITLE)])
    assert await services.library.paper(BALROG) is not None
    await services.close()


def test_it_is_listed_and_undone(settings: Settings) -> None:
    run(BALROG)
    assert f"{BALROG}  {TITLE}" in run("--list").stdout
    assert "May come back" in run("--undo", BALROG).stdout
    assert run("--list").stdout == ""
    merge(settings.catalog, Paper(id=BALROG, title=TITLE))
    assert held(settings.catalog, BALROG) is not None


def test_one_that_is_not_there_yet_stays_out(settings: Settings) -> None:
    assert (
        "stays out. If you meant another one: `paperboy remove --undo 2601.00001`."
        in run("2601.00001").stdout
    )
    merge(settings.catalog, Paper(id="2601.00001", title="New"))
    assert held(settings.catalog, "2601.00001") is None


def test_slips_are_said(settings: Settings) -> None:
    assert run().exit_code == 2
    assert run("x" * 65).exit_code == 2
    for slip in ("balrogg", BALROG + " or so", "10"):
        failed = run(BALROG, slip)
        assert isinstance(failed.exception, OperatorError)
        assert f"No paper has the id “{slip}”" in str(failed.exception)
    assert run("--list").stdout == "", "nor was the one beside it"
    failed = run("--undo", "2601.00001")
    assert isinstance(failed.exception, OperatorError)
    assert "was not removed" in str(failed.exception)
