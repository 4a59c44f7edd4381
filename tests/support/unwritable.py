"""A folder whose files nobody may write for a while, as on a disk that is mounted read-only."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder that an unprivileged user may pass through: pytest's own is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="paperboy-state-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Within the block, what is opened in `folder` can only be read; root becomes nobody for that time."""
    files = [folder, *folder.iterdir()]
    modes = [path.stat().st_mode for path in files]
    for path in files:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if was_root := os.geteuid() == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        for path, mode in zip(files, modes, strict=True):
            if path.exists():
                path.chmod(mode)
