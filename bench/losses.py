"""How soon `/readyz` says that something is lost, and that it is back: each loss by itself, several times.

A real bot on a stand-in Discord, a real PostgreSQL behind a proxy, and a real catalog.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import show
from bot.sources.seed import build_seed
from tests.crash.bot_process import BotProcess
from tests.crash.test_watch import free_port, get, reasons
from tests.support.postgres import Postgres, why_missing
from tests.support.proxy import proxied
from tests.support.stand_in import StandIn, wait_until

TURNS = int(os.environ.get("TURNS", "3"))
_LONGEST = 120.0


@dataclass(frozen=True)
class Loss:
    what: str
    check: str
    begin: Callable[[], object]
    end: Callable[[], object] = list


def main() -> None:
    if (missing := why_missing()) is not None:
        print(f"{missing}: left out.")
        return
    discord, server = StandIn(), Postgres()
    try:
        server.start()
        with (
            tempfile.TemporaryDirectory() as folder,
            proxied(server.new_database()) as (proxy, url),
            running(Path(folder), discord, url) as (port, catalog),
        ):
            away = catalog.parent.with_name("away")

            def hide() -> None:
                catalog.parent.rename(away)
                catalog.parent.touch()

            def bring_back() -> None:
                catalog.parent.unlink()
                away.rename(catalog.parent)

            for loss in (
                Loss(
                    "gateway: acknowledges nothing",
                    "gateway",
                    lambda: discord.gateway(acknowledges=False),
                    lambda: discord.gateway(acknowledges=True),
                ),
                Loss("database: goes silent", "state", proxy.hush_all, proxy.speak),
                Loss("database: stopped", "state", server.stop, server.start),
                Loss("catalog: deleted, made anew", "catalog", catalog.unlink),
                Loss("catalog: its folder is gone", "catalog", hide, bring_back),
            ):
                measure(port, loss)
    finally:
        server.remove()
        discord.close()


@contextmanager
def running(folder: Path, discord: StandIn, url: str):
    """A bot that is ready: its port for operators, and its catalog."""
    port, place = free_port(), folder / "catalogs"
    place.mkdir()
    build_seed(place / "catalog.db")
    discord.add_guild(name="Lab")
    bot = BotProcess(
        folder,
        discord,
        catalog=place / "catalog.db",
        database_url=url,
        PAPERBOY_WEB_OPERATOR=f"127.0.0.1:{port}",
    )
    bot.start()
    try:
        wait_until(lambda: get(port, "/readyz")[0] == 200, _LONGEST, "for the bot to be ready")
        yield port, place / "catalog.db"
    finally:
        bot.kill()


def measure(port: int, loss: Loss) -> None:
    lost, back, why = [], [], ""
    for turn in range(TURNS):
        time.sleep(turn * 1.7)  # at another moment between two looks
        began = time.perf_counter()
        loss.begin()
        wait_until(lambda: loss.check in reasons(port), _LONGEST, loss.what)
        lost.append(time.perf_counter() - began)
        why = reasons(port).get(loss.check, why)
        began = time.perf_counter()
        loss.end()
        wait_until(lambda: get(port, "/readyz")[0] == 200, _LONGEST, f"{loss.what}, back")
        back.append(time.perf_counter() - began)
    show(loss.what, f"503 after {max(lost):4.1f} s, back after {max(back):4.1f} s", "within 15 s")
    print(f"  {why}")


if __name__ == "__main__":
    main()
