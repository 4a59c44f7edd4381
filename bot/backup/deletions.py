"""What was deleted for good, so that a backup from before doesn't bring it back.

A list beside the backups, a JSON object a line. Of people, and of whatever else is somebody's, it holds keyed
hashes alone; of papers their ids, by which the next update knows what to leave out. The key is of
PAPERBOY_SECRET, or without it lies in `deletions.key` beside the list. Entries go with the last backup that
is older than they are; a line says from when on all are there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from bot.backup.archive import BackupError, made_beside, put_in_place
from bot.backup.deletion_keys import PATIENCE, hashed, key_of, name_of
from bot.clock import Clock

log = logging.getLogger(__name__)

LIST: Final = "deletions.jsonl"
PERSON: Final = "person"
"""`/privacy delete`."""
BLOCK: Final = "block"
"""“That wasn't me”: an address that isn't written to any more."""
BEGUN: Final = "begun"
"""No deletion: from here on the list has all of them."""
PAPER: Final = "paper"
PAPER_BACK: Final = "paper back"
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""By which a deletion may seem to be earlier than the backup that it came after."""


@dataclass(frozen=True, slots=True)
class Deletion:
    at: datetime
    kind: str
    of: str
    """A keyed hash; a paper's id, where it is one; of a blocked address the keyed hash that the state has."""
    key: str = ""
    """Which key it is hashed with."""
    title: str = ""
    also: tuple[str, ...] = ()
    """The other ids of a paper."""


class Deletions:
    """The list in a folder; `secret` is PAPERBOY_SECRET."""

    def __init__(self, folder: Path, secret: str | None, clock: Clock) -> None:
        self.path = folder / LIST
        self._secret = secret
        self._clock = clock

    async def begin(self) -> None:
        """Have a list be there, so that one without deletions can be told from none. Raises OSError."""
        await asyncio.to_thread(self._begin)

    async def note_person(self, person_id: int) -> None:
        """All that is kept of this person is deleted now."""
        await self.note(PERSON, str(person_id))

    async def note(self, kind: str, what: str) -> None:
        """Something of this kind, which `what` names, is deleted now."""
        await self._add(lambda: self._hashed(kind, what))

    async def note_block(self, address_hash: str) -> None:
        """This address isn't written to any more. Its hash is noted as it is: a restore has to know it."""
        entry = Deletion(self._clock(), BLOCK, address_hash)
        await self._add(lambda: entry)

    async def note_paper(self, paper_id: str, title: str, also: Sequence[str]) -> None:
        """The operator takes this paper out."""
        entry = Deletion(self._clock(), PAPER, paper_id, title=title, also=tuple(also))
        await self._add(lambda: entry)

    async def note_paper_back(self, paper_id: str) -> None:
        """The operator lets this paper come back."""
        entry = Deletion(self._clock(), PAPER_BACK, paper_id)
        await self._add(lambda: entry)

    async def _add(self, entry: Callable[[], Deletion]) -> None:
        """A list that can't be written is no reason to keep what shall be deleted."""
        try:
            await asyncio.to_thread(lambda: self._append(entry()))
        except (OSError, ValueError) as error:
            log.error(
                "A deletion could not be noted in %s (%s): restoring a backup from before would undo it.",
                self.path,
                error,
            )

    def _hashed(self, kind: str, what: str) -> Deletion:
        key = key_of(self.path, self._secret)
        return Deletion(self._clock(), kind, hashed(key, kind, what), key=name_of(key))

    def _begin(self) -> None:
        if not self.path.exists():
            self._append()

    def _append(self, *entries: Deletion) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock", timeout=PATIENCE):
            if not self.path.exists():
                entries = (Deletion(self._clock(), BEGUN, LIST), *entries)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                # After a line that a crash cut short a new one begins.
                os.write(descriptor, "".join(f"\n{_line(entry)}\n" for entry in entries).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def forget_before(self, oldest: datetime) -> None:
        """Let go of entries that every backup there is knows of: the oldest is of that instant.

        A line that can't be read stays: whoever mends it by hand has its deletion made again.
        """
        if not self.path.exists():
            return
        with FileLock(f"{self.path}.lock", timeout=PATIENCE):
            lines = [line for line in self.path.read_bytes().split(b"\n") if line.strip()]
            first = oldest - CLOCKS_DIFFER
            kept = [line for line in lines if (entry := _entry(line)) is None or entry.at >= first]
            if len(kept) < len(lines):
                kept.insert(0, _line(Deletion(first, BEGUN, LIST)).encode())
                with made_beside(self.path) as new:
                    new.write_bytes(b"".join(line + b"\n" for line in kept))
                    put_in_place(new, self.path)


def _line(entry: Deletion) -> str:
    """Of ASCII alone: titles hold whatever a source sent."""
    values = {name: value for name, value in asdict(entry).items() if value}
    return json.dumps({**values, "at": entry.at.isoformat()})


def read(path: Path) -> Iterator[Deletion]:
    """The deletions in a list, but for what a crash left of one; BackupError where it can't be read."""
    return (entry for entry in _entries(path) if entry.kind != BEGUN)


def begins(path: Path) -> datetime | None:
    """From when on a list has all deletions; None where it doesn't say. BackupError as of `read`."""
    return max((entry.at for entry in _entries(path) if entry.kind == BEGUN), default=None)


def unreadable(path: Path) -> int:
    """How many lines of a list can't be read. BackupError for a file that is no such list at all."""
    lines = [_entry(line) for line in _lines(path) if line.strip()]
    if lines and not any(lines):
        raise BackupError(
            f"{path} isn't a list of deletions: name the one that lies beside the backups ({LIST})."
        )
    return lines.count(None)


def _entries(path: Path) -> Iterator[Deletion]:
    return (entry for line in _lines(path) if (entry := _entry(line)) is not None)


def _lines(path: Path) -> list[bytes]:
    try:
        # Not splitlines(), which ends a line at characters that titles hold, too.
        return path.read_bytes().split(b"\n")
    except OSError as error:
        raise BackupError(f"I can't read the deletions in {path} ({error.strerror}).") from None


def _entry(line: bytes) -> Deletion | None:
    """None where it is none that can be read."""
    try:
        found: dict[str, Any] = json.loads(line.decode(errors="replace"))
        at, also = datetime.fromisoformat(found["at"]), tuple(map(_text, found.get("also", ())))
        kind, of = str(found["kind"]), _text(found["of"])
        key, title = str(found.get("key", "")), _text(found.get("title", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Deletion(at, kind, of, key, title, also) if at.tzinfo else None


def _text(value: object) -> str:
    """Without the lone surrogates that JSON can name and no database takes."""
    return str(value).encode(errors="replace").decode()


def since(entries: Sequence[Deletion], made_at: datetime, now: datetime) -> list[Deletion]:
    """Those that a backup of that instant may not know of: all, where that is still to come."""
    if made_at > now + CLOCKS_DIFFER:
        return list(entries)
    return [each for each in entries if each.at >= made_at - CLOCKS_DIFFER]


def without_key(entries: Sequence[Deletion], keys: Iterable[bytes]) -> set[str]:
    """The names of keys that some are hashed with and that aren't here: nobody can tell whom those are of."""
    return {each.key for each in entries if each.key} - {name_of(key) for key in keys}
