"""What only one person may see shows up in nothing that others see.

Every test that has a `world` is checked at its end: each request that made or changed a message which others
can see is searched for notes on people's own lists, as the state has them by then, and for `MARK`. Tests put
that word into names of private lists, notes, topics and authors that somebody follows; nothing public has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import simcord
from sqlalchemy import select

from bot.readers.owner import Kind
from bot.state.reader_tables import lists, saved
from bot.state.store import Store

MARK = "hush"
_SHORTEST = 8
"""Characters of a note that can't be in an answer by chance."""
_EPHEMERAL = 1 << 6
_DM, _GROUP, _PRIVATE_THREAD = 1, 3, 12
_CALLBACK = re.compile(r"/interactions/(\d+)/[^/]+/callback")
_WEBHOOK = re.compile(r"/webhooks/\d+/([^/]+)(?:/messages/(\d+|@original))?")
_MESSAGES = re.compile(r"/channels/(\d+)/messages(?:/\d+)?")
_THREADS = re.compile(r"/channels/(\d+)(?:/messages/\d+)?/threads")
_CHANNEL = re.compile(r"/channels/(\d+)")
_REPLY, _UPDATE = 4, 7


def seen_by_others(env: simcord.Env) -> Iterator[tuple[str, str]]:
    """Each request whose text others see, and that text; then each file that others see."""
    backend = env.backend
    for request in env.http_requests:
        if request.method in ("POST", "PUT", "PATCH") and request.json and _is_public(backend, request):
            yield f"{request.method} {request.path}", _text(request.json)
    for channel_id, messages in backend.messages.items():
        for message in messages.values():
            if (
                message.author_id != backend.bot_user.id
                or message.is_ephemeral
                or _is_private(backend, channel_id)
            ):
                continue
            for file in message.attachments:
                data = backend.cdn.get(file["url"]) or b""
                yield f"the file {file['filename']}", data.decode("utf-8", "replace")


def leaks(env: simcord.Env, secrets: Iterable[str]) -> list[str]:
    """Where one of `secrets`, or the mark, can be seen by others."""
    sought = [MARK, *(bare for each in secrets if len(bare := _longest_line(each)) >= _SHORTEST)]
    return [
        f"{where} tells “{each}”"
        for where, text in seen_by_others(env)
        for each in sought
        if each in text.replace("\\", "")
    ]


async def notes_in(store: Store) -> list[str]:
    """Those on people's own lists."""
    own = (
        select(saved.c.note)
        .join(lists, lists.c.id == saved.c.list_id)
        .where(lists.c.owner_kind == Kind.PERSON.value, saved.c.note != "")
    )
    return await store.read(lambda connection: list(connection.scalars(own)))


def _longest_line(note: str) -> str:
    return max(note.replace("\\", "").splitlines() or [""], key=len).strip()


def _text(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False).replace('\\"', '"')


def _is_public(backend: Any, request: Any) -> bool:
    path, body = request.path, request.json
    if found := _CALLBACK.fullmatch(path):
        record = backend.interactions.get(int(found[1]))
        return record is not None and _is_public_answer(backend, record, body)
    if found := _WEBHOOK.fullmatch(path):
        record = backend.interactions.get(backend.interaction_tokens.get(found[1], 0))
        if record is None or _is_private(backend, record.channel_id):
            return False
        if request.method == "POST":
            return not (body.get("flags") or 0) & _EPHEMERAL
        message_id = record.message_id if found[2] in (None, "@original") else int(found[2])
        return not _is_ephemeral(backend, record.channel_id, message_id)
    found = _MESSAGES.fullmatch(path) or _THREADS.fullmatch(path) or _CHANNEL.fullmatch(path)
    return found is not None and not _is_private(backend, int(found[1]))


def _is_public_answer(backend: Any, record: Any, body: Any) -> bool:
    """Choices and forms are for whoever types alone."""
    if body.get("type") not in (_REPLY, _UPDATE) or _is_private(backend, record.channel_id):
        return False
    if body["type"] == _REPLY:
        return not ((body.get("data") or {}).get("flags") or 0) & _EPHEMERAL
    return not _is_ephemeral(backend, record.channel_id, record.source_message_id)


def _is_ephemeral(backend: Any, channel_id: int, message_id: int | None) -> bool:
    message = backend.messages.get(channel_id, {}).get(message_id)
    return message is not None and bool(message.is_ephemeral)


def _is_private(backend: Any, channel_id: int) -> bool:
    channel = backend.channels.get(channel_id)
    return channel is not None and int(channel.type) in (_DM, _GROUP, _PRIVATE_THREAD)
