"""`/healthz` and `/readyz`: whether the loop lives, and whether the process can do its work."""

from __future__ import annotations

from aiohttp import web

from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness

_UNCACHED = {"Cache-Control": "no-store"}


def add_health_routes(
    app: web.Application,
    readiness: Readiness,
    pulse: Pulse | None = None,
    *,
    with_reasons: bool,
    prefix: str = "",
) -> None:
    """Both answer 200 or 503 at once, as text; `/readyz` says why not to operators alone (`with_reasons`).

    Without a `pulse` the loop lives as long as it answers.
    """

    async def healthz(_: web.Request) -> web.Response:
        if pulse is None or pulse.lives:
            return said("yes\n", 200)
        return said(
            f"no: the event loop had no turn for {pulse.silent:.0f} s\n" if with_reasons else "no\n", 503
        )

    async def readyz(_: web.Request) -> web.Response:
        reasons = readiness.reasons
        lines = [f"{name}: {reason}" for name, reason in reasons.items()] if with_reasons else []
        return said("\n".join(["no" if reasons else "yes", *lines, ""]), 503 if reasons else 200)

    # The proxy in front may take the public address's own path off, or leave it.
    for before in dict.fromkeys(("", prefix)):
        app.router.add_get(f"{before}/healthz", healthz)
        app.router.add_get(f"{before}/readyz", readyz)


def said(text: str, status: int) -> web.Response:
    """Plain text that nobody keeps."""
    return web.Response(text=text, status=status, headers=_UNCACHED)
