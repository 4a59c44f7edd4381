"""`python -m bot run` as a process that may be killed at any moment and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.project import PROJECT
from tests.support.stand_in import TOKEN, StandIn


class BotProcess:
    """One place for a bot: its settings, and the process that runs there now, if any.

    `shards` is (this one's shard, how many there are); `module` runs the bot in a way of its own. The log of
    all lives is in `lines`.
    """

    def __init__(
        self,
        folder: Path,
        stand_in: StandIn,
        *,
        catalog: Path,
        database_url: str,
        shards: tuple[int, int] = (0, 1),
        module: str = "bot",
        **settings: str,
    ) -> None:
        self._module = module
        self._folder = folder
        self.lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(PROJECT),
            "DISCORD_TOKEN": TOKEN,
            "DATABASE_URL": database_url,
            "PAPERBOY_DATA": str(folder),
            "PAPERBOY_CATALOG": str(catalog),
            "PAPERBOY_DISCORD_API": stand_in.api,
            "PAPERBOY_DISCORD_GATEWAY": stand_in.gateway_url,
            "PAPERBOY_UPDATES": "false",
            "PAPERBOY_SHARD_COUNT": str(shards[1]),
            "PAPERBOY_SHARD_IDS": str(shards[0]),
            **settings,
        }

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return "".join(self.lines)

    @property
    def resident_mb(self) -> float:
        """Memory in use now, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def start(self) -> None:
        assert not self.running
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module, "run"],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # A pipe, not a file: the log stays readable when a test forbids the process to write files.
        reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        reader.start()
        self._readers.append(reader)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            self.lines.extend(process.stdout)

    def kill(self) -> None:
        if self.running:
            assert self._process is not None
            self._process.kill()
        self.wait()

    def stop(self, signum: str = "SIGTERM") -> int:
        """Ask it to, and the exit code."""
        if self.running:
            assert self._process is not None
            self._process.send_signal(getattr(signal, signum))
        return self.wait()

    def wait(self, seconds: float = 60) -> int:
        assert self._process is not None
        code = self._process.wait(seconds)
        for reader in self._readers:
            reader.join(10)
        return code

    def wait_for_end(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
