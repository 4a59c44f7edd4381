"""The house as its plan has it: a file is one noun that a stranger would guess, and no room is the house."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.support.project import PROJECT

LONGEST = 400
LARGEST_ROOM = 0.3
FILES = [
    path
    for room in ("bot", "commands")
    for path in (PROJECT / room).rglob("*.py")
    if "versions" not in path.parts
]


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_no_file_name_is_used_twice():
    """The shell's files have the names of its commands."""
    named = [path.name for path in FILES if path.parent != PROJECT / "bot" / "cli"]
    twice = {name for name, times in Counter(named).items() if times > 1}
    assert twice == {"__init__.py"}


def test_a_file_fits_into_a_mind():
    assert [path.name for path in FILES if lines(path) > LONGEST] == []


def test_no_room_is_the_house():
    rooms: Counter[str] = Counter()
    for path in (PROJECT / "bot").rglob("*.py"):
        rooms[path.relative_to(PROJECT / "bot").parts[0]] += lines(path)
    (name, largest) = rooms.most_common(1)[0]
    assert largest <= LARGEST_ROOM * rooms.total(), name
