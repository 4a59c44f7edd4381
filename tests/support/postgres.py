"""A real PostgreSQL for tests: Debian's programs, in a temporary folder, on a free port, never as root."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_USER = "paperboy"
_OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=60"
"""Only processes are killed in tests, never the machine: nothing has to reach the disk."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs: Debian's (the newest version), else the one on PATH; or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    needed = ("initdb", "pg_ctl", "createdb")
    return next((each for each in [*debian, *on_path] if all((each / n).exists() for n in needed)), None)


def why_missing() -> str | None:
    """Why no PostgreSQL can be started here, or None when one can."""
    if programs() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL does not run as root, and there is no user postgres or nobody"
    return None


class Postgres:
    """One PostgreSQL server, which a test may stop and start again."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None
        self._bin = found
        self._folder = Path(tempfile.mkdtemp(prefix="paperboy-pg-"))
        self._data = self._folder / "data"
        self._user = _unprivileged() if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-D", str(self._data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.port = _free_port()

    def start(self) -> None:
        options = f"{_OPTIONS} -c port={self.port} -c unix_socket_directories={self._folder}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """Gone at once: open connections break."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    @property
    def pids(self) -> list[int]:
        """The server's processes as they are now."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def new_database(self, like: str = "template1") -> str:
        """The address of a fresh database, a copy of `like`; that one is empty."""
        name = f"paperboy_{secrets.token_hex(4)}"
        self._run("createdb", "-h", str(self._folder), "-p", str(self.port), "-U", _USER, "-T", like, name)
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            user=self._user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            text=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr or self._log()}"

    def _log(self) -> str:
        log = self._folder / "log"
        return log.read_text(encoding="utf-8") if log.exists() else ""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL server; the test is skipped where none is installed."""
    if (reason := why_missing()) is not None:
        pytest.skip(reason)
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """DATABASE_URL of a fresh, empty PostgreSQL database."""
    return postgres.new_database()


def _unprivileged() -> str | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
