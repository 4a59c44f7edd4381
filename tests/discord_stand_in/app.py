"""The server: each request is recorded, meets the limits and the weather, and then its route."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import struct
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.discord_stand_in.errors import INVALID_FORM_BODY, ApiError
from tests.discord_stand_in.gateway import Gateway
from tests.discord_stand_in.interactions import Interactions
from tests.discord_stand_in.record import Record, Request
from tests.discord_stand_in.rest import Rest
from tests.discord_stand_in.weather import Failure, RateLimits, Weather, too_many
from tests.discord_stand_in.world import TOKEN, World
from tests.support.arrivals import arrival

API = "/api/v10"


@dataclass
class Kill:
    """SIGKILL to a process at one of its deliveries: `unheard` before the request is carried out, which then
    is not; `unanswered` after it, before the answer; `answered` up to `within` seconds after the answer."""

    pid: int
    when: str
    deliveries: int
    """How many more deliveries until then."""
    within: float = 0.03

    def strike(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


class StandIn:
    def __init__(self, port: int) -> None:
        self._port = port
        self.start_over()

    def start_over(self) -> None:
        """Forget everything, as a fresh process would."""
        gateway_url = f"ws://127.0.0.1:{self._port}/gateway"
        self.world = World()
        self.interactions = Interactions(self.world)
        self.gateway = Gateway(self.world, gateway_url)
        self.rest = Rest(self.world, self.interactions, gateway_url)
        self.record = Record()
        self.weather = Weather()
        self.limits = RateLimits()
        self.kill: Kill | None = None
        self._random = random.Random(0)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", API + "/{path:.*}", self.handle)
        return app

    async def _gateway(self, http: web.Request) -> web.WebSocketResponse:
        return await self.gateway.serve(http)

    async def handle(self, http: web.Request) -> web.StreamResponse:
        body = await _body(http)
        request = Request(http.method, http.path.removeprefix(API), dict(http.query), body, arrival(http))
        answers_interaction = request.path.startswith(("/interactions/", "/webhooks/"))
        request.counts = not answers_interaction
        self.record.add(request)
        refused = self._refusal(http, request)
        if refused is not None:
            request.status = refused.status
            return refused
        kill = self._due_kill(request)
        if kill is not None and kill.when == "unheard":
            kill.strike()
            return _reset(http)
        failure = self.weather.strike(request.method, request.path)
        if failure is not None and not failure.late and failure.kind != "slow":
            return self._fail(http, request, failure)
        answer = self._answer(request)
        if kill is not None:
            await self._kill_around(kill)
        if failure is not None and failure.kind == "slow":
            await asyncio.sleep(failure.seconds)
        elif failure is not None:
            return self._fail(http, request, failure)
        request.status = answer.status
        return answer

    def _refusal(self, http: web.Request, request: Request) -> web.Response | None:
        if request.counts and http.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        if request.counts and (wait := self.limits.global_wait(request.at)):
            body, headers = too_many(round(wait, 3), everywhere=True)
            return _json(body, 429, headers)
        return None

    def _answer(self, request: Request) -> web.Response:
        headers = {}
        if self.limits.buckets and (bucket := _bucket(request)):
            headers = self.limits.take(bucket)
            if int(headers["X-RateLimit-Remaining"]) < 0:
                body, refused = too_many(float(headers["X-RateLimit-Reset-After"]))
                return _json(body, 429, headers | refused)
        if _publishes(request) and (wait := self.limits.publishing_wait(request.path.split("/")[2])):
            body, refused = too_many(wait)
            return _json(body, 429, headers | refused)
        if not self.rest.knows(request.method, request.path):
            self.record.fault(f"{request.method} {request.path}: the stand-in has no such route")
        try:
            answer = self.rest.call(request.method, request.path, request.json, request.params)
        except ApiError as error:
            return _json({"message": error.message, "code": error.code}, error.status, headers)
        except (KeyError, TypeError, ValueError) as error:
            self.record.fault(f"{request.method} {request.path}: {error!r}")
            return _json({"message": "Invalid Form Body", "code": INVALID_FORM_BODY}, 400, headers)
        return (
            _json(answer, 200, headers) if answer is not None else web.Response(status=204, headers=headers)
        )

    def _fail(self, http: web.Request, request: Request, failure: Failure) -> web.StreamResponse:
        if failure.kind == "reset":
            return _reset(http)
        if failure.kind == "cloudflare":
            request.status = 429
            headers = {"Retry-After": str(max(1, round(failure.seconds)))}
            return web.Response(
                status=429, text="error code: 1015", content_type="text/html", headers=headers
            )
        if failure.kind == "error":
            request.status = failure.status
            return _json({"message": failure.message, "code": failure.code}, failure.status)
        if failure.kind == "html":
            request.status = failure.status
            page = "<html><h1>Sign in to this network</h1></html>"
            return web.Response(status=failure.status, text=page, content_type="text/html")
        request.status = int(failure.kind)
        if failure.kind == "429":
            body, headers = too_many(failure.seconds, everywhere=failure.everywhere)
            return _json(body, 429, headers)
        return _json({"message": f"{failure.kind}: stand-in weather", "code": 0}, request.status)

    def _due_kill(self, request: Request) -> Kill | None:
        kill = self.kill
        if kill is None or not is_delivery(request):
            return None
        kill.deliveries -= 1
        if kill.deliveries > 0:
            return None
        self.kill = None
        return kill

    async def _kill_around(self, kill: Kill) -> None:
        if kill.when == "unanswered":
            kill.strike()
        else:
            asyncio.get_running_loop().call_later(self._random.uniform(0, kill.within), kill.strike)


def is_delivery(request: Request) -> bool:
    """Whether this puts something into a channel: a message, a thread, a publication."""
    return request.method == "POST" and request.path.startswith("/channels/") and "typing" not in request.path


def _bucket(request: Request) -> tuple[str, ...] | None:
    parts = request.path.split("/")
    if request.method == "POST" and parts[1] == "channels" and parts[-1] in ("messages", "threads"):
        return request.method, parts[-1], parts[2]
    return None


def _publishes(request: Request) -> bool:
    return request.method == "POST" and request.path.endswith("/crosspost")


async def _body(http: web.Request) -> Any:
    if http.content_type == "multipart/form-data":
        fields = await http.post()
        return json.loads(str(fields["payload_json"])) if "payload_json" in fields else {}
    text = await http.text()
    return json.loads(text) if text else None


def _json(payload: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py takes nothing but exactly this content type for JSON: a charset would make it text.
    sent = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(status=status, body=json.dumps(payload).encode(), headers=sent)


def _reset(http: web.Request) -> web.Response:
    """Break the connection with a reset instead of an orderly end."""
    transport = http.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)
