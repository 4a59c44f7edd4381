"""The Containerfile, read as its builder does. `make hosting` builds it and lives in the image."""

from __future__ import annotations

import re
import subprocess
import tomllib

import click
import pytest
from pathspec import GitIgnoreSpec

from bot.cli import cli
from tests.hosting.containerfile import Stage, stages
from tests.support.project import PROJECT
from tests.test_setup import canonical, pinned, tracked_files


@pytest.fixture(scope="module")
def built() -> list[Stage]:
    return stages()


def test_of_data_git_has_what_the_image_has() -> None:
    """Whatever else comes to lie there, secrets and state, is nobody's to commit."""
    ignored = (PROJECT / ".gitignore").read_text()
    kept = GitIgnoreSpec.from_lines(ignored.splitlines())
    ours = {f"data/{each.split('/')[-1]}" for each in ignored.splitlines() if each.startswith("!/data/")}
    assert ours == {f"data/{each.name}" for each in tracked_files() if each.parent == PROJECT / "data"}
    for name in (
        "address.key",
        "state.db",
        "state.db.running",
        "state.db-wal",
        "health.json",
        "anything/new",
    ):
        assert kept.match_file(f"data/{name}")
    assert not any(map(kept.match_file, ours))


@pytest.fixture(scope="module")
def final(built: list[Stage]) -> Stage:
    return built[-1]


def from_the_project(built: list[Stage]) -> list[str]:
    return [
        path
        for stage in built
        for copy in stage.all("COPY")
        if "from" not in copy.flags
        for path in copy.words[:-1]
    ]


def left_out(path: str) -> bool:
    """Docker reads patterns from the project's root on; git reads so those that begin with a stroke."""
    lines = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [re.sub(r"^(!?)", r"\1/", line) for line in lines if line and not line.startswith("#")]
    return GitIgnoreSpec.from_lines(patterns).match_file(path)


def test_all_that_is_copied_is_there_and_reaches_the_builder(built: list[Stage]) -> None:
    copied = from_the_project(built)
    assert {"bot", "commands", "data", "requirements.txt"} <= set(copied)
    for path in copied:
        assert (PROJECT / path).exists(), path
        within = [each for each in tracked_files() if each.is_relative_to(PROJECT / path)]
        assert not [each for each in within if left_out(each.relative_to(PROJECT).as_posix())]


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        ".venv/bin/python",
        "data/state.db",
        "data/state.db-wal",
        "data/catalog.db",
        "data/catalog.db.index",
        "data/health.json",
        "bot/__pycache__/x.pyc",
        "bot/cli/__pycache__/x.pyc",
        "tests/x.py",
    ],
)
def test_no_secret_state_or_cache_reaches_the_builder(path: str) -> None:
    assert left_out(path)


def test_what_is_built_upon_is_named_with_its_release(built: list[Stage]) -> None:
    names = {stage.name for stage in built if stage.name}
    bases = {stage.base for stage in built} - names
    assert all(re.fullmatch(r"[a-z/]+:[\w.-]+", base) and "latest" not in base for base in bases), bases


def test_libraries_come_with_their_hashes_and_no_installer_stays(built: list[Stage], final: Stage) -> None:
    runs = " ".join(run.rest for stage in built for run in stage.all("RUN"))
    steps = [step for step in runs.split("&&") if "pip install" in step]
    assert steps
    assert all("--require-hashes" in step or "--offline --no-deps" in step for step in steps)
    assert not [run for run in final.all("RUN") if "install --yes" in run.rest or "pip" in run.rest]
    assert [copy.flags["from"] for copy in final.all("COPY")] == ["build"]


def test_the_extras_of_the_image_are_those_of_mail_and_sentry(built: list[Stage]) -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    (named,) = [each.words[0] for stage in built for each in stage.all("ARG")]
    wanted = {canonical(each) for each in extras["mail"] + extras["sentry"]}
    assert set(named.removeprefix("EXTRAS=").split()) == wanted
    assert wanted <= pinned("requirements-dev.txt")


def test_the_bot_runs_as_a_user_of_its_own_with_its_data_in_a_volume(final: Stage) -> None:
    user, _, group = final.last("USER").rest.partition(":")
    assert user.isdecimal(), "Kubernetes can tell a number from root, and no name"
    assert int(user) >= 1000
    assert int(group) >= 1000
    environment = dict(each.partition("=")[::2] for env in final.all("ENV") for each in env.words)
    assert final.last("VOLUME").words == [environment["PAPERBOY_DATA"]] == final.last("WORKDIR").words


def test_what_the_image_runs_are_commands_of_paperboy(final: Stage) -> None:
    known = cli.list_commands(click.Context(cli))
    assert final.last("ENTRYPOINT").words == ["paperboy"]
    (command,) = final.last("CMD").words
    assert command in known
    asked = final.last("HEALTHCHECK").rest.partition("CMD ")[2]
    assert asked == '["paperboy", "health"]'
    if "health" not in known:
        pytest.skip("this version has no `paperboy health` yet")


@pytest.mark.parametrize("line", ["uv", "hatchling"])
def test_the_builders_tools_are_found_where_they_are_pinned(built: list[Stage], line: str) -> None:
    """The patterns of the Containerfile, run on the file that they read."""
    step = next(run.rest for stage in built for run in stage.all("RUN") if "uv.txt" in run.rest)
    programs = re.findall(r"(?:awk|grep) [^>]+(?= >)", step)
    program = next(each for each in programs if line in each)
    found = subprocess.run(
        ["sh", "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    assert re.match(rf"{line}==[\d.]+", found)
    assert len(re.findall(r"^\S+==", found, re.MULTILINE)) == 1
