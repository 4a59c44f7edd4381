"""What the image must do, done once: start, answer, say that it is well, write nowhere else, stop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import click

from bench.figures import own_mb, resident_mb, show
from bot.cli import cli
from tests.hosting.booted import UNIT, Booted
from tests.hosting.image import Image
from tests.hosting.sandbox import Sandbox
from tests.support.stand_in import TOKEN, StandIn, wait_until

STOP_S = 10
"""What `docker stop` waits for before it kills."""
_REST_S = 3.0
_IMPATIENT = """
cd /run/systemd/system
mkdir -p paperboy.service.d
printf '[Service]\\nWatchdogSec=3\\nWatchdogSignal=SIGKILL\\n' > paperboy.service.d/proof.conf
systemctl daemon-reload
systemctl restart paperboy
"""
_UNWANTED = ("*/site-packages/pip", "*/site-packages/uv", "*/site-packages/hatchling", "*.db", ".env")
_UNWANTED_PROGRAMS = ("gcc", "pip3", "uv", "git", "curl", "make")


def show_contents(image: Image) -> None:
    """Its size as its files take it, and where that lies, largest first."""
    libraries = next(image.root.glob("opt/paperboy/lib/python3*/site-packages"))
    show("image", f"{_mb(image.root):.0f} MB")
    show("  Debian and Python", f"{_mb(image.root) - _mb(image.root / 'opt'):.0f} MB")
    show("  Paperboy and its libraries", f"{_mb(image.root / 'opt'):.0f} MB")
    sizes = sorted(((_mb(each), each.name) for each in libraries.iterdir()), reverse=True)
    for size, name in sizes[:12]:
        show(f"    {name}", f"{size:.1f} MB")
    found = [str(each) for name in _UNWANTED for each in image.root.glob(f"opt/**/{name}")]
    found += [each for each in _UNWANTED_PROGRAMS if (image.root / "usr/bin" / each).exists()]
    held("nothing that only builds or tests", not found, ", ".join(found))


def show_life(image: Image, discord: StandIn, data: Path, what: str, **own: str) -> None:
    """One life of the bot in the image, from its start to SIGTERM."""
    print(f"\n{what}", flush=True)  # noqa: T201
    channel = _begin(discord)
    began = time.perf_counter()
    bot = Sandbox(image, data, settings(discord) | own)
    try:
        wait_until(lambda: discord.gateway()["connected"] or not bot.running, 60, "for the bot to connect")
        held("connects", bot.running, "".join(bot.lines))
        show("  start to ready", f"{time.perf_counter() - began:.2f} s")
        _show_answers(discord, channel)
        if _has_health():
            asked = _asked_until_well(bot)
            held("paperboy health says it is well", asked.returncode == 0, asked.stdout + asked.stderr)
        time.sleep(_REST_S)
        show("  memory at rest", f"{resident_mb(bot.pid):.0f} MB, its own {own_mb(bot.pid):.0f} MB")
        _show_confined(bot.pid)
        for place in ("/opt/paperboy/x", "/x", "/etc/x"):
            refused = bot.ask("touch", place)
            held(f"can't write {place}", "Read-only file system" in refused.stderr, refused.stderr)
        began = time.perf_counter()
        code = bot.stop(STOP_S)
        held(f"stops on SIGTERM in {time.perf_counter() - began:.2f} s", code == 0, f"exit code {code}")
    except subprocess.TimeoutExpired:
        held("stops on SIGTERM", False, f"still runs after {STOP_S} s")
    finally:
        bot.close()
    discord.assert_no_faults()
    show("  kept in the volume", ", ".join(sorted(each.name for each in data.iterdir())))


def show_service(discord: StandIn) -> None:
    """The unit's life: started by systemd, seen to be ready, restarted by the watchdog, stopped."""
    print("\nUnder systemd", flush=True)  # noqa: T201
    show("  exposure, of 10", exposure(UNIT))
    channel = _begin(discord)
    system = Booted(settings(discord))
    try:
        wait_until(lambda: discord.gateway()["connected"], 60, "for the bot to connect")
        _show_answers(discord, channel)
        _show_confined(system.pid)
        show("  memory at rest", f"{resident_mb(system.pid):.0f} MB")
        if _has_health():
            _show_watched(system)
        began = time.perf_counter()
        system.ask("systemctl", "stop", "paperboy")
        took = time.perf_counter() - began
        ended = system.shown("Result"), system.shown("ExecMainStatus")
        held(f"stops in {took:.2f} s", ended == ("success", "0") and took < STOP_S, f"{ended}\n{system.log}")
    finally:
        system.close()
    discord.assert_no_faults()


def _show_watched(system: Booted) -> None:
    """A bot that hangs is restarted. For the proof its watchdog waits 3 s, and not a minute."""
    wait_until(lambda: system.shown("ActiveState") == "active", 30, "for READY=1")
    held("says that it is ready", system.shown("NRestarts") == "0", system.log)
    system.ask("sh", "-c", _IMPATIENT)
    wait_until(lambda: system.shown("ActiveState") == "active", 30, "for READY=1")
    os.kill(system.pid, signal.SIGSTOP)
    wait_until(lambda: system.shown("NRestarts") == "1", 60, "for the watchdog")
    wait_until(lambda: system.shown("ActiveState") == "active", 60, "for the bot to be back")
    held("is restarted when it hangs", "watchdog" in system.log.lower(), system.log)


def held(what: str, true: bool, otherwise: str) -> None:
    show(f"  {what}", "yes" if true else "NO")
    if not true:
        raise SystemExit(otherwise)


def _begin(discord: StandIn) -> str:
    """A new Discord with one server; its channel."""
    discord.start_over()
    channel: str = discord.add_channel(guild=discord.add_guild(name="Lab"), name="papers", type=0)
    return channel


def _show_answers(discord: StandIn, channel: str) -> None:
    wait_until(discord.commands, 60, "for its commands")
    answer = discord.command(channel=channel, name="paper find", options={"query": "multi agnet debate"})
    held("answers /paper find", "Divergent Thinking" in str(answer), str(answer)[:300])


def _has_health() -> bool:
    has = "health" in cli.list_commands(click.Context(cli))
    if not has:
        show("  paperboy health", "left out: this version has no such command")
    return has


def _asked_until_well(bot: Sandbox) -> subprocess.CompletedProcess[str]:
    """As HEALTHCHECK asks again: a bot which has only just connected may not be well yet."""
    deadline = time.monotonic() + 30
    while (asked := bot.ask("paperboy", "health")).returncode != 0 and time.monotonic() < deadline:
        time.sleep(0.5)
    return asked


def _show_confined(pid: int) -> None:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    rights = {status[each].strip() for each in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    held("has no capability", rights == {"0" * 16} and status["NoNewPrivs"] == "1", str(rights))
    held("is not root", "0" not in status["Uid"].split(), status["Uid"])


def settings(discord: StandIn) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": TOKEN,
        "PAPERBOY_DISCORD_API": discord.api,
        "PAPERBOY_DISCORD_GATEWAY": discord.gateway_url,
        "PAPERBOY_UPDATES": "false",
    }


def _mb(folder: Path) -> float:
    """What the files of a folder take on disk, in MB of 10^6 bytes."""
    done = subprocess.run(["du", "-s", "-B1", "-x", folder], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0]) / 1e6


def exposure(unit: Path) -> str:
    """What `systemd-analyze security` makes of a unit: 0 is shut, 10 is open."""
    asked = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"exposure level for \S+: ([\d.]+)", asked.stdout)
    assert found, asked.stdout + asked.stderr
    return found[1]
