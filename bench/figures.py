"""How benches take and print their figures."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles


def p50_p99(milliseconds: Sequence[float]) -> tuple[float, float]:
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


def show_times(what: str, milliseconds: Sequence[float], aim: str = "") -> None:
    p50, p99 = p50_p99(milliseconds)
    show(what, f"p50 {p50:8.2f} ms   p99 {p99:8.2f} ms   of {len(milliseconds):,}", aim)


def show(what: str, figure: str, aim: str = "") -> None:
    print(f"{what:<34} {figure}{f'   (aim: {aim})' if aim else ''}", flush=True)


def resident_mb(pid: int | None = None) -> float:
    """The memory of a process that is in RAM, in MB, as `ps` counts it."""
    kilobytes = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid or os.getpid())], capture_output=True, text=True, check=True
    ).stdout
    return int(kilobytes) / 1024


def mapped_mb() -> float:
    """Of this process's memory, what is files mapped into it, in MB; 0 where the system does not tell.

    The system can take these pages back at any time, since it can read them again.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssFile:")) / 1024


def own_mb(pid: int) -> float:
    """The memory that no other process shares, in MB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def processor_seconds(pid: int) -> float:
    """The processor time that a process's threads have taken so far; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
