"""The image's own command as its own user, in its own root, which is read-only: what compose.yaml asks for.

Done with the kernel's namespaces and setpriv, since a container engine needs more rights than a build machine
gives. The network is this machine's, to reach the stand-in Discord.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

from tests.hosting.image import Image

_ENTER = """
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc -o nosuid,nodev,noexec proc "$1/proc"
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs "$1/tmp"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for name in null zero full random urandom; do
    touch "$1/dev/$name"
    mount --bind "/dev/$name" "$1/dev/$name"
done
mount --bind "$2" "$1/data"
root=$1 uid=$3 gid=$4 where=$5; shift 5
exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups --inh-caps=-all --bounding-set=-all \
    --no-new-privs sh -c 'cd "$1" && shift && exec "$@"' sh "$where" "$@"
"""


class Sandbox:
    """A bot that runs in the image, with `data` as its volume; its log grows in `lines`."""

    def __init__(self, image: Image, data: Path, settings: dict[str, str]) -> None:
        config = image.config
        self._user, _, self._group = config["User"].partition(":")
        self._environment = dict(each.split("=", 1) for each in config["Env"]) | settings
        self._where = config["WorkingDir"]
        self.lines: list[str] = []
        os.chown(data, int(self._user), int(self._group))
        data.chmod(0o700)
        command = [*config["Entrypoint"], *config["Cmd"]]
        place = map(str, (image.root, data, self._user, self._group, self._where))
        alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        self._process = subprocess.Popen(
            [*alone, "sh", "-ec", _ENTER, "sh", *place, *command],
            env=self._environment | {"PATH": f"/usr/sbin:/sbin:{self._environment['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout:
            self.lines.extend(self._process.stdout)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The bot's process, as this machine counts it; within, it is the first one."""
        mine = self._process.pid
        return int(Path(f"/proc/{mine}/task/{mine}/children").read_text("ascii").split()[0])

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the bot, as its user, as HEALTHCHECK and `docker exec` do."""
        ids = [f"--setuid={self._user}", f"--setgid={self._group}"]
        inside = [f"--target={self.pid}", "--mount", "--pid", "--root", "--wd"]
        return subprocess.run(
            ["nsenter", *inside, *ids, *command],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def stop(self, seconds: float) -> int:
        """SIGTERM, as `docker stop`; the exit code, or TimeoutExpired."""
        os.kill(self.pid, signal.SIGTERM)
        code = self._process.wait(seconds)
        self._reader.join(10)
        return code

    def close(self) -> None:
        if self.running:
            self._process.kill()
        self._process.wait(10)
