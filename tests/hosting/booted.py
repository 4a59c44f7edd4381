"""The unit under a systemd of its own, the first process of its namespaces, with the image's bot."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.hosting.image import NAME, buildah
from tests.support.project import PROJECT

UNIT = PROJECT / "contrib" / "systemd" / "paperboy.service"
_AS_ROOT = ("--isolation=chroot", "--network=host", "--user=0")
_INSTALL = "apt-get update -qq && apt-get install -qq --yes --no-install-recommends systemd"

_BOOT = """
mount --make-rprivate /
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t sysfs -o ro sysfs "$1/sys"
mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$1/run"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
mount --rbind /dev "$1/dev"
cd "$1"
pivot_root . mnt
export container=paperboy
exec sh -c 'umount -l /mnt; exec /lib/systemd/systemd --system --unit=paperboy.service'
"""
"""pivot_root and not chroot: no user namespace can be made within a chroot, and the unit asks for one."""


class Booted:
    """A system that runs the unit and what that needs, until `close`."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._container = buildah("from", "--pull=never", NAME)
        buildah("run", *_AS_ROOT, self._container, "sh", "-c", _INSTALL)
        root = Path(buildah("mount", self._container))
        shutil.copy(UNIT, root / "etc/systemd/system")
        told = "".join(f"{name}={value}\n" for name, value in settings.items())
        (root / "etc/paperboy.env").write_text(told, "utf-8")
        (root / "etc/paperboy.env").chmod(0o600)
        namespaces = ["--mount", "--pid", "--cgroup", "--uts", "--ipc"]
        self._process = subprocess.Popen(
            ["unshare", *namespaces, "--fork", "--kill-child", "sh", "-ec", _BOOT, "sh", str(root)],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, *command: str) -> str:
        """What a command prints there, errors included."""
        return subprocess.run(
            [
                "nsenter",
                f"--target={self._first()}",
                "--mount",
                "--pid",
                "--cgroup",
                "--ipc",
                "--wd=/",
                *command,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        ).stdout

    def shown(self, what: str) -> str:
        """A property of the unit, as `systemctl show` has it."""
        return self.ask("systemctl", "show", "--value", f"--property={what}", "paperboy").strip()

    @property
    def log(self) -> str:
        return self.ask("journalctl", "--no-pager", "--unit=paperboy", "--boot")

    @property
    def pid(self) -> int:
        """The bot's process as this machine counts it; LookupError while there is none."""
        inside, here = self.shown("MainPID"), self._namespace()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                counted = re.search(
                    r"^NSpid:\t.*\b(\d+)$", (process / "status").read_text("ascii"), re.MULTILINE
                )
                if counted and counted[1] == inside and (process / "ns/pid").stat().st_ino == here:
                    return int(process.name)
        raise LookupError(f"there is no process {inside}")

    def close(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)
        buildah("rm", self._container)

    def _first(self) -> int:
        mine = self._process.pid
        return int(Path(f"/proc/{mine}/task/{mine}/children").read_text("ascii").split()[0])

    def _namespace(self) -> int:
        return Path(f"/proc/{self._first()}/ns/pid").stat().st_ino
