"""A short form of `make mailcrash`."""

from __future__ import annotations

from pathlib import Path

from tests.crash.mailing import MailKilling
from tests.support.stand_in import StandIn


def test_killed_again_and_again_each_mail_arrives_and_folds_to_one(stand_in: StandIn, tmp_path: Path) -> None:
    state = f"sqlite:///{tmp_path / 'state.db'}"
    arrived = MailKilling(tmp_path, stand_in, people=60, kills=6, seed=3, database_url=state).run()
    assert (arrived.missing, arrived.double, arrived.wrong) == (0, 0, 0), arrived.log
    assert arrived.mails >= 60


def test_two_processes_on_one_postgresql_share_the_mails(
    stand_in: StandIn, tmp_path: Path, postgres_url: str
) -> None:
    arrived = MailKilling(
        tmp_path, stand_in, people=60, kills=4, seed=4, database_url=postgres_url, processes=2
    ).run()
    assert (arrived.missing, arrived.double, arrived.wrong) == (0, 0, 0), arrived.log
