"""Run the stand-in: it prints its address once it listens, and ends with SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from aiohttp import web

from tests.discord_stand_in.app import StandIn
from tests.discord_stand_in.control import Control
from tests.support.arrivals import listen


async def serve(port: int) -> None:
    listening = listen(port)
    port = listening.getsockname()[1]
    stand_in = StandIn(port)
    app = stand_in.app()
    Control(stand_in).add_to(app)
    runner = web.AppRunner(app, access_log=None, handle_signals=True)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    print(f"http://127.0.0.1:{port}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    with contextlib.suppress(KeyboardInterrupt, web.GracefulExit):
        asyncio.run(serve(parser.parse_args().port))


main()
