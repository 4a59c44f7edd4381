"""What a fresh clone relies on: pinned requirements, no machine's traces, commands that start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import BENCHES
from tests.support.project import PROJECT

PIN = re.compile(r"^([a-z0-9.-]+)==", re.MULTILINE)


def canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def pinned(file: str) -> set[str]:
    return {canonical(name) for name in PIN.findall((PROJECT / file).read_text("utf-8"))}


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))


def test_every_dependency_is_pinned_with_a_hash(pyproject):
    assert {canonical(item) for item in pyproject["project"]["dependencies"]} <= pinned("requirements.txt")
    assert {canonical(item) for item in pyproject["dependency-groups"]["dev"]} <= pinned(
        "requirements-dev.txt"
    )
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (PROJECT / file).read_text("utf-8")
        assert text.count("\n    --hash=sha256:") >= len(PIN.findall(text)), file


def test_what_only_tests_need_is_not_asked_of_operators():
    assert not {"simcord", "pytest", "playwright", "mypy"} & pinned("requirements.txt")


IMPORT_EVERYTHING = """
import importlib, pkgutil, sys, bot, commands
for module in sys.argv[1:]:
    sys.modules[module] = None
for package in (bot, commands):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__") and ".migrations" not in found.name:
            importlib.import_module(found.name)
"""


def test_the_bot_starts_without_what_only_tests_need():
    only_tests = pinned("requirements-dev.txt") - pinned("requirements.txt")
    modules = [
        module
        for module, owners in packages_distributions().items()
        if {canonical(owner) for owner in owners} <= only_tests
    ]
    assert "simcord" in modules
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, *modules],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_both_files_pin_the_same_versions():
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (PROJECT / file).read_text("utf-8"), re.MULTILINE))
        for file in ("requirements.txt", "requirements-dev.txt")
    ]
    shared = pins[0].keys() & pins[1].keys()
    assert {name: pins[0][name] for name in shared} == {name: pins[1][name] for name in shared}


def tracked_files() -> list[Path]:
    git = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if git.returncode:
        pytest.skip("this folder is not a git clone, so which files are the project's is not known")
    return [PROJECT / name for name in git.stdout.split("\0") if name]


def test_no_tracked_file_holds_a_registry_or_a_path_of_somebodys_machine():
    traces = re.compile(
        "|".join(
            [
                r"pypi\.org|pythonhosted|registry\.npmjs",
                r"--(extra-)?index-url|--find-links",
                r"file:///[a-z]",
                r"(?<![\w.])/(home|root|Users)/\w",
            ]
        )
    )
    found = []
    for path in tracked_files():
        if (
            path == Path(__file__)
            or not path.is_file()
            or path.suffix in {".png", ".gz", ".xz", ".zst", ".db"}
        ):
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if traces.search(line):
                found.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_command_line_starts(argument):
    run = subprocess.run(
        [sys.executable, "-m", "bot", argument], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "paperboy" in run.stdout.lower()
    assert run.stderr == ""


def test_every_bench_is_run_by_make_bench():
    runnable = {
        path.stem
        for path in (PROJECT / "bench").glob("*.py")
        if "\nif __name__ ==" in path.read_text("utf-8")
    }
    started_by_others = {"empty_client", "first", "large"}
    others = {"__main__", "quality", "topics", "taste", "background", "places"}
    assert runnable - others - started_by_others == set(BENCHES)
