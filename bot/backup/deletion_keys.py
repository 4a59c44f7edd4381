"""The keys that deletions are hashed with: of PAPERBOY_SECRET, or without it of a file beside their list."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from pathlib import Path
from typing import Final

from filelock import FileLock

from bot.backup.archive import BackupError, made_beside, put_in_place

log = logging.getLogger(__name__)

KEY: Final = "deletions.key"
PATIENCE: Final = 10.0
"""Seconds for another process to have done with the list."""
_BYTES = 32


def key_of(path: Path, secret: str | None) -> bytes:
    """With which an entry of the list at `path` is written; OSError where there is none and none can be."""
    if secret:
        return _of_secret(secret)
    kept = path.with_name(KEY)
    key = _of_text(_text(kept)) if kept.exists() else None
    return key or _made(kept, path)


def keys_of(path: Path, secret: str | None) -> list[bytes]:
    """All that entries of the list at `path` may be hashed with; BackupError where one can't be read.

    A secret comes and goes, and is changed: each file beside the list whose name begins with `deletions.key`
    holds a key, or a secret of former times.
    """
    found = [_of_secret(secret)] if secret else []
    for kept in sorted(path.parent.glob(f"{KEY}*")):
        try:
            text = _text(kept)
        except OSError as error:
            raise BackupError(f"I can't read the key in {kept} ({error.strerror}).") from None
        key = _of_text(text)
        found += [key] if key else []
        found += [_of_secret(text)] if text else []
    return list(dict.fromkeys(found))


def hashed(key: bytes, kind: str, what: str) -> str:
    """By which a list knows what was deleted, without saying it."""
    return hmac.new(key, f"{kind}\0{what}".encode(), "sha256").hexdigest()


def name_of(key: bytes) -> str:
    """By which an entry says which key it is hashed with."""
    return hmac.new(key, b"name", "sha256").hexdigest()[:8]


def _made(kept: Path, path: Path) -> bytes:
    """A new key in the file `kept`; a damaged one is set aside, since it may be mended by hand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=PATIENCE):
        if kept.exists():
            # Another process may have made it since it was looked for.
            if key := _of_text(_text(kept)):
                return key
            aside = kept.with_name(f"{KEY}.damaged-{secrets.token_hex(4)}")
            kept.rename(aside)
            log.error(
                "The key in %s is damaged. It is kept as %s, and a new one is used from now on: put a good "
                "copy in its place there before you restore a backup, or deletions until now can't be made "
                "again.",
                kept,
                aside.name,
            )
        key = secrets.token_bytes(_BYTES)
        with made_beside(kept) as new:
            new.write_text(key.hex())
            put_in_place(new, kept)
        return key


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace").strip()


def _of_secret(secret: str) -> bytes:
    return hashlib.sha256(b"paperboy deletions\0" + secret.encode()).digest()


def _of_text(text: str) -> bytes | None:
    """None where it isn't a whole key: hashes with an empty or short one could be undone by guessing."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == _BYTES else None
