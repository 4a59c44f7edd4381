"""A start reads only the code that it needs: each library beside costs time and memory at rest."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from bot.sources.seed import build_seed
from bot.state.store import Store
from tests.support.project import PROJECT
from tests.support.stand_in import TOKEN, StandIn, wait_until

LATER = {
    "alembic": "migrates the state",
    "asyncpg": "speaks to PostgreSQL",
    "charset_normalizer": "guesses a file's encoding",
    "dateparser": "reads a typed date",
    "nameparser": "reads authors' names",
    "onnxruntime": "runs a sentence model",
    "aiohttp.web_runner": "serves pages and health",
    "bot.web": "serves pages and health",
    "prometheus_client": "writes metrics",
    "pylatexenc": "reads and writes what is rare in LaTeX",
    "pythonjsonlogger": "writes the log as JSON",
    "rich": "draws a bar in the shell",
    "rispy": "reads and writes RIS",
    "sentry_sdk": "reports errors",
    "sqlalchemy.dialects.postgresql": "writes PostgreSQL's SQL",
    "sqlalchemy.ext.asyncio": "speaks to PostgreSQL",
    "sqlalchemy.orm": "maps objects, which we have none of",
    "sqlite_utils": "makes and migrates a catalog",
    "tokenizers": "runs a sentence model",
}
"""Of the libraries that Paperboy has, what each does that a start with a state and a catalog does not."""

RUN = """
import atexit, sys
from pathlib import Path
out = Path(sys.argv.pop())
atexit.register(lambda: out.write_text("\\n".join(sys.modules)))
from bot.cli import main
main()
"""


def test_a_start_imports_nothing_that_it_does_not_need(stand_in: StandIn, tmp_path: Path) -> None:
    state, catalog, seen = (f"sqlite:///{tmp_path / 'state.db'}", tmp_path / "catalog.db", tmp_path / "seen")
    build_seed(catalog)
    asyncio.run(migrated(state))
    environment = {
        **os.environ,
        "DISCORD_TOKEN": TOKEN,
        "DATABASE_URL": state,
        "PAPERBOY_DATA": str(tmp_path),
        "PAPERBOY_CATALOG": str(catalog),
        "PAPERBOY_DISCORD_API": stand_in.api,
        "PAPERBOY_DISCORD_GATEWAY": stand_in.gateway_url,
        "PAPERBOY_UPDATES": "false",
        "PYTHONPATH": str(PROJECT),
    }
    with subprocess.Popen([sys.executable, "-c", RUN, "run", str(seen)], cwd=PROJECT, env=environment) as bot:
        try:
            wait_until(lambda: stand_in.gateway()["connected"], 40, "for the bot to connect")
        finally:
            bot.terminate()
    imported = set(seen.read_text().split())
    assert "discord" in imported
    assert {name: does for name, does in LATER.items() if name in imported} == {}


async def migrated(state: str) -> None:
    store = Store(state)
    await store.migrate()
    await store.close()
