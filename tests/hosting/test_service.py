"""The unit of systemd, as systemd itself reads it. `make hosting` runs it."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import click
import pytest

from bot.cli import cli
from tests.hosting.booted import UNIT
from tests.hosting.proof import exposure
from tests.support.project import PROJECT

EXPOSURE = 1.5
"""Of 10; what is left is the network, that a bot needs, and the machine's own root."""
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed: apt-get install systemd"
)


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    told: defaultdict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            told[name].append(value)
    return told


@needs_systemd
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    """With a program in the place of /opt/paperboy/bin/paperboy, which this machine needn't have."""
    program = shutil.which("true")
    assert program
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text("utf-8").replace("/opt/paperboy/bin/paperboy", program), "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    of_ours = [line for line in (checked.stdout + checked.stderr).splitlines() if UNIT.stem in line]
    assert checked.returncode == 0, checked.stderr
    assert not of_ours


@needs_systemd
def test_little_of_the_machine_is_exposed_to_it() -> None:
    assert float(exposure(UNIT)) <= EXPOSURE


def test_it_starts_what_operating_says_is_installed(unit: dict[str, list[str]]) -> None:
    program, command = unit["ExecStart"][0].split()
    assert command in cli.list_commands(click.Context(cli))
    text = (PROJECT / "docs" / "operating.md").read_text("utf-8")
    assert f"{Path(program).parents[1]}" in text
    for file in unit["EnvironmentFile"]:
        assert file in text
    assert f"/var/lib/{unit['StateDirectory'][0]}" in text


def test_backups_lie_where_it_can_write(unit: dict[str, list[str]]) -> None:
    told = dict(each.split("=", 1) for line in unit["Environment"] for each in line.split())
    assert unit["ProtectSystem"] == ["strict"]
    folder = told["PAPERBOY_BACKUPS"].replace("%S", "/var/lib")
    assert folder.startswith(f"/var/lib/{unit['StateDirectory'][0]}/")
    assert folder in (PROJECT / "docs" / "backups.md").read_text("utf-8")


def test_a_bot_that_hangs_is_noticed(unit: dict[str, list[str]]) -> None:
    assert unit["Type"] == ["notify"]
    assert int(unit["WatchdogSec"][0]) >= 30
    assert unit["Restart"] == ["on-failure"]
