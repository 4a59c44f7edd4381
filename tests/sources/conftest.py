"""The server that plays Hugging Face and arXiv, and sources that ask it without long pauses."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.web import Web
from tests.support.paper_server import PaperServer, paper_server


@pytest.fixture
async def server() -> AsyncIterator[PaperServer]:
    async with paper_server() as running:
        yield running


def quick(name: str, server: PaperServer, **limits: float) -> Web:
    """Without the politeness that a server on loopback does not need."""
    defaults = {"attempts": 3, "timeout": 5.0, "first_pause": 0.01}
    return Web(name, server.url, pace=(1000, 1), **{**defaults, **limits})  # type: ignore[arg-type]


@pytest.fixture
async def hugging_face(server: PaperServer) -> AsyncIterator[HuggingFace]:
    source = HuggingFace(quick("Hugging Face", server))
    yield source
    await source.close()


@pytest.fixture
async def arxiv(server: PaperServer) -> AsyncIterator[ArXiv]:
    source = ArXiv(quick("arXiv", server), ["cat:cs.MA"])
    yield source
    await source.close()
