"""Cutting a version, and installing what comes of it outside of a checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.project import PROJECT

ADA = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
} | {"GIT_CONFIG_GLOBAL": os.devnull}
CHANGES = """\
# Changelog

## Unreleased
### Added
- Papers can be found.
"""


def run(*command: str | Path, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *command: str) -> str:
    done = run("git", *command, folder=folder, **ADA)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tree as it is now with one change for users, in a repository of its own with one commit."""
    listed = run("git", "ls-files", "-z", folder=PROJECT)
    if listed.returncode:
        pytest.skip("this folder is not a git clone, so which files are the project's is not known")
    folder = tmp_path / "clone"
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT / name).is_file() and not name.startswith("docs/images/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    (folder / "CHANGELOG.md").write_text(CHANGES, "utf-8")
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(clone: Path) -> None:
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "A change")


def released(clone: Path, version: str) -> subprocess.CompletedProcess[str]:
    return run(".ci/release", version, folder=clone, **ADA)


def refused(clone: Path, version: str) -> str:
    """What a release says that may not be; nothing has changed by it."""
    before = git(clone, "rev-parse", "HEAD"), git(clone, "tag"), git(clone, "status", "--porcelain")
    done = released(clone, version)
    assert done.returncode == 1
    assert (git(clone, "rev-parse", "HEAD"), git(clone, "tag"), git(clone, "status", "--porcelain")) == before
    return done.stderr


def test_a_release_is_a_dated_section_a_tag_a_wheel_and_the_sources(clone: Path) -> None:
    done = released(clone, "9.8.7")
    assert done.returncode == 0, done.stderr
    assert git(clone, "tag") == "v9.8.7\n"
    assert git(clone, "log", "-1", "--format=%s") == "Release 9.8.7\n"
    assert git(clone, "rev-parse", "v9.8.7^{commit}") == git(clone, "rev-parse", "HEAD")
    assert git(clone, "status", "--porcelain") == ""
    dated = f"## Unreleased\n\n## 9.8.7, {datetime.now(UTC):%Y-%m-%d}\n### Added"
    assert (clone / "CHANGELOG.md").read_text("utf-8") == CHANGES.replace("## Unreleased\n### Added", dated)
    with ZipFile(clone / "dist" / "paperboy-9.8.7-py3-none-any.whl") as wheel:
        assert b'__version__ = "9.8.7"' in wheel.read("bot/__init__.py")
    with tarfile.open(clone / "dist" / "paperboy-9.8.7.tar.gz") as sources:
        names = {name.partition("/")[2] for name in sources.getnames()}
    assert set(git(clone, "ls-files").splitlines()) <= names
    assert "says nothing under" in refused(clone, "9.8.8")


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("", "Name the version"),
        ("two", "Name the version"),
        ("1.02.0", "Name the version"),
        ("1.10.0", "a tag v1.10.0 already"),
        ("1.9.0", "1.9.0 comes before 1.10.0"),
    ],
)
def test_a_version_that_cannot_be_is_refused(clone: Path, version: str, sentence: str) -> None:
    git(clone, "tag", "v1.10.0")
    assert sentence in refused(clone, version)


def test_changes_that_are_not_committed_are_not_released(clone: Path) -> None:
    (clone / "README.md").write_text("Changed.", "utf-8")
    assert "not committed" in refused(clone, "9.8.7")


def test_a_release_whose_wheel_cannot_be_built_leaves_everything_as_it_was(clone: Path) -> None:
    (clone / "data" / "seed_page.txt").unlink()
    commit(clone)
    assert "Nothing was released" in refused(clone, "9.8.7")
    assert not (clone / "dist").exists()


def uv(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return run("uv", *command, folder=folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    built = run(*build, folder=PROJECT)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and the libraries that are pinned."""
    if shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") is None:
        pytest.skip("uv is not installed, so no fresh environment can be made")
    folder = tmp_path_factory.mktemp("installed")
    place, python = folder / "environment", folder / "environment" / "bin" / "python"
    assert uv("venv", "--no-project", "--python", sys.executable, place, folder=folder).returncode == 0
    pinned = ("pip", "sync", "--python", python, "--require-hashes", PROJECT / "requirements.txt")
    if uv(*pinned, "--offline", folder=folder).returncode and uv(*pinned, folder=folder).returncode:
        pytest.skip("the libraries are neither in uv's cache nor to be had from the network")
    for step in (("install", "--offline", "--no-deps", wheel), ("check",)):
        done = uv("pip", step[0], "--python", python, *step[1:], folder=folder)
        assert done.returncode == 0, done.stderr
    return place


def paperboy(environment: Path, *words: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The installed command in `folder`, whose person has nothing set but `env`."""
    alone = {"PYTHONPATH": "", "XDG_DATA_HOME": "", "PAPERBOY_DATA": "", "PAPERBOY_CATALOG": ""}
    home = {"HOME": str(folder / "home"), "DATABASE_URL": ""}
    return run(environment / "bin" / "paperboy", *words, folder=folder, **{**alone, **home, **env})


def test_a_wheel_holds_what_comes_with_paperboy_and_nobodys_papers(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert {name for name in names if name.startswith("bot/data/")} == {
        "bot/data/background.txt.xz",
        "bot/data/places.txt.xz",
        "bot/data/seed_facts.jsonl",
        "bot/data/seed_page.txt",
    }
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"bot", "commands", "paperboy"}
    assert not {name for name in names if ".db" in name or name.endswith(".env")}


def test_outside_a_checkout_everything_is_kept_in_the_persons_data_folder(
    installed: Path, tmp_path: Path
) -> None:
    before = set(installed.rglob("*"))
    found = paperboy(installed, "find", "multi-agent", "debate", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "debate" in found.stdout.lower()
    counted = paperboy(installed, "catalog", folder=tmp_path)
    assert re.search(r"^papers +69$", counted.stdout, re.MULTILINE), counted.stdout + counted.stderr
    for command in ("migrate", "index"):
        done = paperboy(installed, command, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    kept = {path.name: path for path in (tmp_path / "home").rglob("*") if path.is_file()}
    assert {"catalog.db", "catalog.db.index", "state.db"} <= kept.keys()
    assert {path.parent.name for path in kept.values()} == {"paperboy"}
    new = {path for path in installed.rglob("*") if path not in before}
    assert not {path for path in new if "__pycache__" not in path.parts}


def test_the_data_folder_can_be_named_in_the_env_file_of_the_folder_where_it_starts(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PAPERBOY_DATA=~/kept/here\n", "utf-8")
    found = paperboy(installed, "find", "agents", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "home" / "kept" / "here" / "catalog.db").exists()


def test_a_data_folder_that_cannot_be_made_gets_a_sentence(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = paperboy(installed, "find", "agents", folder=tmp_path, PAPERBOY_DATA=str(tmp_path / "file/no"))
    assert refused.returncode == 1
    assert "Set PAPERBOY_DATA to one that I may write to." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_checkout_keeps_its_own_data_folder(tmp_path: Path) -> None:
    told = run(
        sys.executable,
        "-c",
        "from bot.settings import Settings; print(Settings().catalog)",
        folder=tmp_path,
        PYTHONPATH=str(PROJECT),
        PAPERBOY_DATA="",
        PAPERBOY_CATALOG="",
    )
    assert told.stdout.strip() == str(PROJECT / "data" / "catalog.db"), told.stderr
