"""How an address proves that this bot answers there: it signs whatever nonce it is asked for.

The key is of PAPERBOY_SECRET, or without it lies in the data folder, so that `paperboy doctor` and the
running bot have the same.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.settings import Settings

PATH: Final = "/.well-known/paperboy/"
_NONCE: Final = re.compile("[0-9a-f]{32}")
_FILE: Final = "address.key"
_KEY: Final = web.AppKey("proof_key", bytes)


def proof_key(settings: Settings) -> bytes:
    """The key; made where there is none. OSError where the data folder can't be written to."""
    if settings.secret is not None:
        secret = settings.secret.get_secret_value().encode()
        return hashlib.sha256(b"paperboy address\0" + secret).digest()
    path = settings.data / _FILE
    return _kept(path) or _made(path)


def _kept(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return b""


def _made(path: Path) -> bytes:
    """Whole or not at all; that of another process where it was quicker."""
    new = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32), "ascii")
        if not _kept(path):
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return _kept(path)


def proof_of(key: bytes, nonce: str) -> str:
    """What the address answers to this nonce."""
    return hmac.new(key, nonce.encode(), "sha256").hexdigest()


def add_nonce_route(app: web.Application, settings: Settings) -> None:
    """Have `app` answer `/.well-known/paperboy/NONCE`, a nonce of 32 hexadecimal digits."""
    app[_KEY] = proof_key(settings)
    # The proxy in front may take the public address's own path off, or leave it.
    for prefix in dict.fromkeys(("", urlsplit(settings.public_url or "").path.rstrip("/"))):
        app.router.add_get(f"{prefix}{PATH}{{nonce}}", _answer)


async def _answer(request: web.Request) -> web.Response:
    nonce = request.match_info["nonce"]
    if not _NONCE.fullmatch(nonce):
        raise web.HTTPNotFound
    return web.Response(
        text=proof_of(request.app[_KEY], nonce),
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
