"""The tests' own PostgreSQL."""

from __future__ import annotations

import asyncpg
import pytest

from bot.state.store import Store
from tests.support.postgres import Postgres, why_missing


async def test_each_test_gets_an_empty_database_that_takes_the_schema(postgres: Postgres) -> None:
    urls = postgres.new_database(), postgres.new_database()
    for url in urls:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.close()
        store = Store(url)
        await store.migrate()
        await store.close()


@pytest.mark.skipif(why_missing() is not None, reason=str(why_missing()))
async def test_a_stopped_server_keeps_its_data_for_the_next_start() -> None:
    server = Postgres()
    try:
        server.start()
        url = server.new_database()
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE kept (n int); CHECKPOINT")
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            await asyncpg.connect(url)
        server.start()
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM kept") == 0
        await connection.close()
    finally:
        server.remove()
