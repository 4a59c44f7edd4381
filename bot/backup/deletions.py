"""What was deleted for good, so that a backup from before doesn't bring it back.

A list beside the backups, a JSON object a line. Of people, and of whatever else is somebody's, it holds keyed
hashes alone; of papers their ids, by which the next update knows what to leave out. The key is of
PAPERBOY_SECRET, or without it lies in `deletions.key` beside the list. Entries go with the last backup that
is older than they are. Lines that are no deletions say from when on and until when all are there: a copy
of the list ends somewhere, and what was deleted since isn't in it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
"""No deletion: from here on the list has all of them, and perhaps none of those since the line before."""
COMPLETE: Final = "complete"
"""No deletion: until here the list has had all of them since it last began."""
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

    async def sign(self, known: datetime | None) -> datetime:
        """Say in the list that it has all deletions until now; which instant that bears. Raises OSError.

        `known` is what the last call gave, as the state has it. A list without it is a copy, or another's, or
        was lost, or the state was used without it: then it begins anew.
        """
        return await asyncio.to_thread(self._sign, known)

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
            # Where it was the key alone that failed, the list can say itself that it lacks one.
            with suppress(OSError):
                await asyncio.to_thread(lambda: self._append(self._line_of(BEGUN)))
            log.error(
                "A deletion could not be noted in %s (%s): restoring a backup from before would undo it.",
                self.path,
                error,
            )

    def _hashed(self, kind: str, what: str) -> Deletion:
        key = key_of(self.path, self._secret)
        return Deletion(self._clock(), kind, hashed(key, kind, what), key=name_of(key))

    def _sign(self, known: datetime | None) -> datetime:
        with self._to_itself():
            goes_on = known is not None and self.path.exists() and known in _latest_signs(self.path)
            line = self._line_of(COMPLETE if goes_on else BEGUN)
            self._write(line)
        return line.at

    def _append(self, entry: Deletion) -> None:
        with self._to_itself():
            self._write(entry)

    @contextmanager
    def _to_itself(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock", timeout=PATIENCE):
            yield

    def _write(self, entry: Deletion) -> None:
        begins = [] if self.path.exists() or entry.kind == BEGUN else [self._line_of(BEGUN)]
        # After a line that a crash cut short a new one begins.
        left = "".join(f"\n{_line(each)}\n" for each in (*begins, entry)).encode()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while left:  # a disk that is all but full takes a part
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _line_of(self, kind: str) -> Deletion:
        return Deletion(self._clock(), kind, LIST)

    def forget_before(self, oldest: datetime, signs: Iterable[datetime] = ()) -> None:
        """Let go of entries that every backup there is knows of: the oldest is of that instant.

        `signs` are the last that the backups' states had seen: what stands after one of them stays.
        A line that can't be read stays: whoever mends it by hand has its deletion made again.
        """
        if not self.path.exists():
            return
        with self._to_itself():
            lines = [line for line in self.path.read_bytes().split(b"\n") if line.strip()]
            entries = [_entry(line) for line in lines]
            first = _first_unknown(entries, oldest, signs)
            kept = [line for at, line in enumerate(lines) if at >= first or entries[at] is None]
            if len(kept) < len(lines):
                kept.insert(0, _line(Deletion(oldest - CLOCKS_DIFFER, BEGUN, LIST)).encode())
                with made_beside(self.path) as new:
                    new.write_bytes(b"".join(line + b"\n" for line in kept))
                    put_in_place(new, self.path)


def _line(entry: Deletion) -> str:
    """Of ASCII alone: titles hold whatever a source sent."""
    values = {name: value for name, value in asdict(entry).items() if value}
    return json.dumps({**values, "at": entry.at.isoformat()})


def read(path: Path) -> list[Deletion]:
    """The lines of a list, but for what a crash left of one; BackupError where it can't be read."""
    return [entry for line in _lines(path) if (entry := _entry(line)) is not None]


def _latest_signs(path: Path) -> set[datetime]:
    """The instants at which it had all since it last began."""
    found: set[datetime] = set()
    for each in read(path):
        if each.kind == BEGUN:
            found = {each.at}
        elif each.kind == COMPLETE:
            found.add(each.at)
    return found


def refuse_no_list(path: Path) -> None:
    """BackupError for a file of which no line can be read, where somebody named it."""
    if (lines := _lines_with_something(path)) and unreadable(path) == len(lines):
        raise BackupError(
            f"{path} isn't a list of deletions: name the one that lies beside the backups ({LIST})."
        )


def unreadable(path: Path) -> int:
    """How many lines of a list can't be read: what a crash of the machine leaves may be zeros alone."""
    return sum(_entry(line) is None for line in _lines_with_something(path))


def _lines_with_something(path: Path) -> list[bytes]:
    return [line for line in _lines(path) if line.strip()]


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


def since(
    lines: Sequence[Deletion], made_at: datetime, now: datetime, listed_until: datetime | None = None
) -> list[Deletion]:
    """The deletions that a backup of that instant may not know of: all, where that is still to come.

    `lines` are in their list's order, which is that in which they were made, whatever clocks said: what
    stands after a line that isn't older than the backup, or after the last sign that its state had seen
    (`listed_until`), isn't older either.
    """
    signs = [] if listed_until is None else [listed_until]
    first = 0 if made_at > now + CLOCKS_DIFFER else _first_unknown(lines, made_at, signs)
    return [each for each in lines[first:] if each.kind not in (BEGUN, COMPLETE)]


def _first_unknown(lines: Sequence[Deletion | None], made_at: datetime, signs: Iterable[datetime]) -> int:
    """The place of the first line that a backup may not know of."""
    seen = set(signs)
    for place, each in enumerate(lines):
        is_sign = each is not None and each.kind in (BEGUN, COMPLETE) and each.at in seen
        if each is not None and (is_sign or each.at >= made_at - CLOCKS_DIFFER):
            return place
    return len(lines)


def without_key(entries: Sequence[Deletion], keys: Iterable[bytes]) -> set[str]:
    """The names of keys that some are hashed with and that aren't here: nobody can tell whom those are of."""
    return {each.key for each in entries if each.key} - {name_of(key) for key in keys}
