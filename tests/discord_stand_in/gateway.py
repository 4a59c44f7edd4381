"""The gateway over a websocket: sessions that survive a dropped connection and resume."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_stand_in import payloads
from tests.discord_stand_in.world import TOKEN, World

Json = dict[str, Any]

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 9, 10, 11
AUTHENTICATION_FAILED, RATE_LIMITED, INVALID_SHARD = 4004, 4008, 4010
_GUILDS, _GUILD_MESSAGES, _DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
_MOST_EVENTS = 120
"""That a connection may send in 60 seconds."""


_KEPT_SESSIONS = 4
"""Lost sessions that may still resume; a bot that is killed again and again leaves many."""


class Connection:
    """One websocket, compressed as the client asked."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self._compressor = zlib.compressobj() if compressed else None
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, payload: Json) -> None:
        self._outbox.put_nowait(json.dumps(payload))

    def send_text(self, text: str) -> None:
        self._outbox.put_nowait(text)

    async def _write(self) -> None:
        while True:
            text = await self._outbox.get()
            try:
                if self._compressor is None:
                    await self.socket.send_str(text)
                else:
                    packed = self._compressor.compress(text.encode())
                    await self.socket.send_bytes(packed + self._compressor.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                return

    async def close(self, code: int) -> None:
        await self.socket.close(code=code)

    def forget(self) -> None:
        self._writer.cancel()


@dataclass
class Session:
    id: str
    shard: int
    shards: int
    intents: int
    connection: Connection | None
    sequence: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=20_000))

    def dispatch(self, event: str, data: Json) -> None:
        self.sequence += 1
        payload = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.sent.append(payload)
        if self.connection is not None:
            self.connection.send(payload)

    def wants(self, guild_id: int | None, event: str) -> bool:
        mine = self.shard == 0 if guild_id is None else (guild_id >> 22) % self.shards == self.shard
        if event == "MESSAGE_CREATE":
            return mine and bool(self.intents & (_DIRECT_MESSAGES if guild_id is None else _GUILD_MESSAGES))
        return mine and (event == "INTERACTION_CREATE" or bool(self.intents & _GUILDS))


class Gateway:
    def __init__(self, world: World, url: str) -> None:
        self._world, self._url = world, url
        self.sessions: dict[str, Session] = {}
        self.heartbeat_interval = 41_250
        self.guild_delay = 0.0
        """Seconds between READY and the servers that follow it one by one."""
        self.invalid_identifies = 0
        """So many sessions are called invalid as soon as they begin."""
        self.acknowledges = True
        """Whether heartbeats get an answer."""
        self.close_identifies = 0
        """The close code for every session that begins; 0 for none."""
        self.interactions_in_turn = False
        """Whether of several sessions that an interaction is for each gets the next one; all get all else."""
        self.counts = {"identify": 0, "resume": 0, "resumed": 0, "dropped": 0, "heartbeat": 0}
        self._turn = 0
        world.emit = self._emit

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.connection is not None]

    def _emit(self, guild_id: int | None, event: str, data: Json) -> None:
        wanting = [session for session in self.sessions.values() if session.wants(guild_id, event)]
        if event == "INTERACTION_CREATE" and self.interactions_in_turn:
            wanting = [each for each in wanting if each.connection is not None]
            self._turn += 1
            wanting = [wanting[self._turn % len(wanting)]]
        for session in wanting:
            session.dispatch(event, data)

    async def drop(self, how: str) -> int:
        """Break every connection: `close`, `abort`, `reconnect` (asked to), `invalidate` (no resuming), or
        with a close code, as `4004`."""
        broken = self.connected
        for session in broken:
            connection = session.connection
            assert connection is not None
            self.counts["dropped"] += 1
            if how == "reconnect":
                connection.send({"op": RECONNECT, "d": None})
            elif how == "invalidate":
                del self.sessions[session.id]
                connection.send({"op": INVALID_SESSION, "d": False})
            elif how == "abort":
                session.connection = None
                _abort(connection.socket)
            else:
                session.connection = None
                await connection.close(int(how) if how.isdecimal() else 4000)
        return len(broken)

    def garble(self, text: str) -> int:
        for session in self.connected:
            assert session.connection is not None
            session.connection.send_text(text)
        return len(self.connected)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, compressed=request.query.get("compress") == "zlib-stream")
        connection.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_interval}})
        session: Session | None = None
        received = 0
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                received += 1
                if received > _MOST_EVENTS:
                    await connection.close(RATE_LIMITED)
                    break
                session = await self._receive(connection, session, json.loads(frame.data))
        finally:
            if session is not None and session.connection is connection:
                session.connection = None
            connection.forget()
        return socket

    async def _receive(
        self, connection: Connection, session: Session | None, payload: Json
    ) -> Session | None:
        if payload["op"] == IDENTIFY:
            return await self._identify(connection, payload["d"])
        if payload["op"] == RESUME:
            return self._resume(connection, payload["d"])
        if payload["op"] == HEARTBEAT:
            self.counts["heartbeat"] += 1
            if self.acknowledges:
                connection.send({"op": HEARTBEAT_ACK})
        return session

    async def _identify(self, connection: Connection, data: Json) -> Session | None:
        self.counts["identify"] += 1
        shard, shards = data.get("shard") or (0, 1)
        if data["token"] != TOKEN:
            await connection.close(AUTHENTICATION_FAILED)
            return None
        if self.close_identifies:
            await connection.close(self.close_identifies)
            return None
        if self.invalid_identifies > 0:
            self.invalid_identifies -= 1
            connection.send({"op": INVALID_SESSION, "d": False})
            return None
        if not 0 <= shard < shards:
            await connection.close(INVALID_SHARD)
            return None
        self._forget_sessions()
        session = Session(secrets.token_hex(8), shard, shards, data["intents"], connection)
        self.sessions[session.id] = session
        guilds = [
            guild
            for guild in self._world.guilds.values()
            if guild.present and (guild.id >> 22) % shards == shard
        ]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": self._world.bot,
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self._url,
                "shard": [shard, shards],
                "application": {"id": str(self._world.application_id), "flags": 0},
            },
        )
        if self.guild_delay:
            await asyncio.sleep(self.guild_delay)
        for guild in guilds:
            if guild.available:
                session.dispatch("GUILD_CREATE", payloads.guild(self._world, guild) | {"unavailable": False})
        return session

    def _forget_sessions(self) -> None:
        lost = [session.id for session in self.sessions.values() if session.connection is None]
        for session_id in lost[:-_KEPT_SESSIONS]:
            del self.sessions[session_id]

    def _resume(self, connection: Connection, data: Json) -> Session | None:
        self.counts["resume"] += 1
        session = self.sessions.get(data["session_id"])
        if data["token"] != TOKEN or session is None:
            connection.send({"op": INVALID_SESSION, "d": False})
            return None
        missed = [payload for payload in session.sent if payload["s"] > data["seq"]]
        session.connection = connection
        for payload in missed:
            connection.send(payload)
        session.dispatch("RESUMED", {})
        self.counts["resumed"] += 1
        return session


def _abort(socket: web.WebSocketResponse) -> None:
    transport = socket._req.transport if socket._req is not None else None
    if transport is not None:
        transport.abort()
