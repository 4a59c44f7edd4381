"""The image, built by buildah from the Containerfile without a registry.

The base image is made here by debootstrap, from the same packages, and slimmed as Debian slims its own. All
else is the builder's own reading of the Containerfile: nothing of it can drift from what people build.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.hosting.containerfile import CONTAINERFILE, stages
from tests.support.project import PROJECT

NAME = "localhost/paperboy-proof"
_SLIMMED = ("doc", "groff", "info", "linda", "lintian", "locale", "man")
_DPKG = "".join(f"path-exclude=/usr/share/{each}/*\n" for each in _SLIMMED)
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_TRUSTED = "/usr/local/share/ca-certificates/this-machine.crt"
"""A machine behind a proxy trusts certificates of its own: so does the image that is made on it."""


def why_not() -> str | None:
    """Why no image can be built here, or None when one can."""
    missing = [each for each in ("buildah", "debootstrap", "unshare", "nsenter") if not shutil.which(each)]
    if missing:
        return f"{' and '.join(missing)} is missing: apt-get install buildah debootstrap util-linux"
    return None if os.geteuid() == 0 else "only root can make a system's root"


class Image:
    """The built image; `root` is its file system, mounted until `close`."""

    def __init__(self) -> None:
        base = stages()[0].base
        _have_base(base)
        options = ["--isolation=chroot", "--network=host", "--pull=never", "--format=docker", "--layers"]
        lent = [f"--volume={_CERTIFICATES}:{_TRUSTED}:ro"] if _CERTIFICATES.exists() else []
        buildah("bud", *options, *lent, f"--tag={NAME}", f"--file={CONTAINERFILE}", str(PROJECT))
        self._container = buildah("from", "--pull=never", NAME)
        self.root = Path(buildah("mount", self._container))

    @property
    def config(self) -> dict[str, Any]:
        """User, Env, Entrypoint, Cmd, Healthcheck and so on, as Docker's format has them."""
        config: dict[str, Any] = json.loads(buildah("inspect", "--type=image", NAME))["Docker"]["config"]
        return config

    def close(self) -> None:
        buildah("rm", self._container)


def buildah(*words: str) -> str:
    done = subprocess.run(["buildah", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"buildah {words[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout.strip()


def _have_base(base: str) -> None:
    """Make `base`, such as debian:trixie-slim, unless it is there."""
    name = f"localhost/{base}"
    if subprocess.run(["buildah", "inspect", name], capture_output=True, check=False).returncode == 0:
        return
    system, _, tag = base.partition(":")
    assert system == "debian", f"{base} is not Debian, so debootstrap can't make it"
    with tempfile.TemporaryDirectory(prefix="paperboy-base-") as root:
        _debootstrap(tag.removesuffix("-slim"), Path(root))
        container = buildah("from", "scratch")
        buildah("add", container, root, "/")
    buildah("config", "--cmd=bash", container)
    buildah("commit", "--rm", container, name)


def _debootstrap(suite: str, root: Path) -> None:
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", suite, root], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"debootstrap failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    for each in _SLIMMED:
        shutil.rmtree(root / "usr/share" / each, ignore_errors=True)
    for each in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(root / each)
        (root / each / "partial").mkdir(parents=True)
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(_DPKG, "utf-8")
    root.chmod(0o755)
