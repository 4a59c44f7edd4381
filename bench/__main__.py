"""`make bench`: run the benches one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

BENCHES = {
    "bot": "The bot on the catalog that comes with it",
    "crowd": "A thousand commands within a second over the wire (PEOPLE=1000 WITHIN=1)",
    "search": "Finding, at 15,000 and 200,000 papers (SIZES=1000000 for a million), beside what others do",
    "follows": "15,000 follows against 500 new papers among 200,000, and finding beside them",
    "importing": "Importing 13,219 and 200,000 papers, and finding meanwhile",
    "losses": "How soon /readyz says that gateway, database or catalog is lost (TURNS=3)",
    "web": "Readers' pages at 200 requests a second, and /paper find beside them (RATE=200 SECONDS=20)",
    "backup": "Backing up and restoring under 200 writes a second, and killed (ROWS=200000 KILLS=20)",
    "delivery": "Daily posts over the wire, against Discord's 50 requests a second",
}
"""In the order in which they run; each is `python -m bench.NAME`."""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there is {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    failed = 0
    for name in names or BENCHES:
        print(f"== {name}: {BENCHES[name]}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
        print(flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
