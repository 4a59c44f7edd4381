"""What operators alone see: health with reasons, and metrics."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness
from bot.web.exposition import Exposition
from bot.web.health_routes import add_health_routes, said

_PAGES = "Paperboy, for its operator: /healthz, /readyz, /metrics\n"


def operator_app(readiness: Readiness, pulse: Pulse, exposition: Exposition) -> web.Application:
    """Serve it where the public doesn't come."""
    app = web.Application()
    add_health_routes(app, readiness, pulse, with_reasons=True)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=await exposition.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def pages(_: web.Request) -> web.Response:
        return said(_PAGES, 200)

    app.router.add_get("/metrics", metrics)
    app.router.add_get("/", pages)
    return app
