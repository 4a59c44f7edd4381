"""Short forms of `make storm`: the same storms, briefer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storm.finding import all_storms
from tests.storm.ground import Storm, blow
from tests.support.postgres import why_missing
from tests.support.stand_in import StandIn


@pytest.mark.parametrize("storm", [each for each in all_storms() if each.short], ids=lambda storm: storm.name)
def test_the_bot_recovers_by_itself(storm: Storm, tmp_path: Path, stand_in: StandIn) -> None:
    if storm.database == "postgres" and (missing := why_missing()) is not None:
        pytest.skip(missing)
    outcome = blow(storm, tmp_path, stand_in, short=True)
    assert outcome.recovered, "\n".join([outcome.log, *outcome.failed, outcome.line])
