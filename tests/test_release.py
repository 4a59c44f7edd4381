"""Cutting a version, and installing what comes of it outside of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import PROJECT

GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
WHO = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}


def run(*command: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **WHO, "PATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tree as it is now, in a repository of its own with one commit."""
    listed = run("git", "ls-files", "-z", folder=PROJECT)
    if listed.returncode:
        pytest.skip("this folder is not a git clone, so which files are the project's is not known")
    folder = tmp_path / "clone"
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT / name).is_file() and not name.startswith("docs/images/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        assert run(*GIT, *command, folder=folder).returncode == 0
    return folder


def released(clone: Path, version: str) -> subprocess.CompletedProcess[str]:
    return run(".ci/release", version, folder=clone)


def test_a_release_is_a_dated_section_a_tag_and_a_wheel(clone: Path) -> None:
    done = released(clone, "9.8.7")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (clone / "dist").iterdir()) == [
        "paperboy-9.8.7-py3-none-any.whl",
        "paperboy-9.8.7.tar.gz",
    ]
    assert run("git", "tag", folder=clone).stdout == "v9.8.7\n"
    assert run("git", "status", "--porcelain", folder=clone).stdout == ""
    changes = (clone / "CHANGELOG.md").read_text("utf-8")
    unreleased, _, rest = changes.partition("## Unreleased")[2].partition("## 9.8.7, ")
    assert unreleased.strip() == ""
    assert rest.count("\n- ") > 10
    again = released(clone, "9.8.8")
    assert again.returncode == 1
    assert "says nothing under" in again.stderr


@pytest.mark.parametrize(
    ("version", "sentence"), [("", "Name the version"), ("two", "Name the version"), ("0.0.1", "tag v0.0.1")]
)
def test_a_release_that_cannot_be_says_why_and_changes_nothing(
    clone: Path, version: str, sentence: str
) -> None:
    run("git", "tag", "v0.0.1", folder=clone)
    done = released(clone, version)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert run("git", "status", "--porcelain", folder=clone).stdout == ""


def test_changes_that_are_not_committed_are_not_released(clone: Path) -> None:
    (clone / "README.md").write_text("Changed.", "utf-8")
    assert "not committed" in released(clone, "9.8.7").stderr


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The wheel, unpacked beside the libraries of this environment, as pip would have it."""
    built = run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), folder=PROJECT
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "site"
    shutil.unpack_archive(wheel, place, "zip")
    return place


def test_outside_a_checkout_everything_is_kept_in_the_persons_data_folder(
    installed: Path, tmp_path: Path
) -> None:
    shell = [sys.executable, "-m", "bot"]
    home = tmp_path / "home"
    elsewhere = {"PYTHONPATH": str(installed), "HOME": str(home), "XDG_DATA_HOME": ""}
    before = set(installed.rglob("*"))
    found = run(*shell, "find", "multi-agent", "debate", folder=tmp_path, **elsewhere)
    assert found.returncode == 0, found.stderr
    assert "papers" in found.stdout
    migrated = run(*shell, "migrate", folder=tmp_path, **elsewhere)
    assert migrated.returncode == 0, migrated.stderr
    kept = {path.name for path in home.rglob("*") if path.is_file()}
    assert {"catalog.db", "state.db"} <= kept
    new = {path for path in installed.rglob("*") if path not in before}
    assert not {path for path in new if "__pycache__" not in path.parts}


def test_a_data_folder_can_be_named_and_one_that_cannot_be_made_gets_a_sentence(
    installed: Path, tmp_path: Path
) -> None:
    shell = [sys.executable, "-m", "bot"]
    named = {"PYTHONPATH": str(installed), "PAPERBOY_DATA": str(tmp_path / "kept" / "here")}
    assert run(*shell, "find", "agents", folder=tmp_path, **named).returncode == 0
    assert (tmp_path / "kept" / "here" / "catalog.db").exists()
    file = tmp_path / "file"
    file.touch()
    refused = run(*shell, "find", "agents", folder=tmp_path, PAPERBOY_DATA=str(file / "no"))
    assert refused.returncode == 1
    assert "Set PAPERBOY_DATA to one that I may write to." in refused.stderr
    assert "Traceback" not in refused.stderr
