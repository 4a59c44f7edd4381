"""The keys that deletions are hashed with: of PAPERBOY_SECRET, or without it of a file beside their list."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from filelock import FileLock

from bot.backup.archive import BackupError, made_beside, put_in_place

KEY: Final = "deletions.key"
PATIENCE: Final = 10.0
"""Seconds for another process to have done with the list."""
_BYTES = 32


def key_of(path: Path, secret: str | None) -> bytes:
    """With which an entry of the list at `path` is written; OSError where there is none and none can be."""
    if secret:
        return _of_secret(secret)
    kept = path.with_name(KEY)
    if not kept.exists():
        with made_beside(kept) as new:
            new.write_text(secrets.token_hex(_BYTES))
            with FileLock(f"{path}.lock", timeout=PATIENCE):
                if not kept.exists():
                    put_in_place(new, kept)
    return bytes.fromhex(kept.read_text())


def keys_of(path: Path, secret: str | None) -> list[bytes]:
    """All that entries of the list at `path` may be hashed with; BackupError where one can't be read.

    A secret comes and goes, and is changed: each file beside the list whose name begins with `deletions.key`
    holds a key, or a secret of former times.
    """
    found = [_of_secret(secret)] if secret else []
    for kept in sorted(path.parent.glob(f"{KEY}*")):
        try:
            text = kept.read_bytes().decode(errors="replace").strip()
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


def _of_secret(secret: str) -> bytes:
    return hashlib.sha256(b"paperboy deletions\0" + secret.encode()).digest()


def _of_text(text: str) -> bytes | None:
    """None where it isn't a whole key: hashes with an empty or short one could be undone by guessing."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == _BYTES else None
