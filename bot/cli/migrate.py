"""`paperboy migrate`: the state's schema, brought to this version."""

from __future__ import annotations

import asyncio

import click

from bot.settings import load_settings
from bot.state.failures import is_failure, unusable
from bot.state.store import Store


@click.command()
def migrate() -> None:
    """Bring the state's database to this version. `run` does it too; here it can be done beforehand."""
    asyncio.run(_migrate(load_settings().state_url))
    click.echo("The state is up to date.")


async def _migrate(url: str) -> None:
    store = Store(url)
    try:
        await store.migrate()
    except Exception as error:
        if not is_failure(error):
            raise
        raise unusable(error) from error
    finally:
        await store.close()
