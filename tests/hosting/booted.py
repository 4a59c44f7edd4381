"""The unit under a systemd of its own, the first process of its namespaces, with the image's bot."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.hosting.image import NAME, buildah
from tests.support.project import PROJECT
from tests.support.stand_in import wait_until

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

_JOIN = 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"'


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
        self._cgroup = _own_cgroup()
        joined = ["sh", "-ec", _JOIN, "sh", str(self._cgroup)]
        namespaces = ["--mount", "--pid", "--cgroup", "--uts", "--ipc", "--fork", "--kill-child"]
        self._process = subprocess.Popen(
            [*joined, "unshare", *namespaces, "sh", "-ec", _BOOT, "sh", str(root)],
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
        wait_until(lambda: _removed(self._cgroup), 20, "for its processes to end")

    def _first(self) -> int:
        mine = self._process.pid
        return int(Path(f"/proc/{mine}/task/{mine}/children").read_text("ascii").split()[0])

    def _namespace(self) -> int:
        return Path(f"/proc/{self._first()}/ns/pid").stat().st_ino


def _own_cgroup() -> Path:
    """A control group below this process's own, which systemd then takes for the root of all."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    places = [Path(place) for _, place, kind, *_ in mounts if kind == "cgroup2"]
    if not places:
        raise SystemExit("systemd can't be booted here: there is no cgroup2 file system.")
    groups = Path("/proc/self/cgroup").read_text("ascii").splitlines()
    mine = next(line.removeprefix("0::/") for line in groups if line.startswith("0::"))
    group = places[0] / mine / f"paperboy-{os.getpid()}"
    group.mkdir()
    return group


def _removed(group: Path) -> bool:
    """Whether the group and those below are gone: none goes while a process is in it."""
    with suppress(OSError):
        for each in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
            each.rmdir()
        group.rmdir()
    return not group.exists()
