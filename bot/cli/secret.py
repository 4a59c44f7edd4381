"""`paperboy secret`."""

from __future__ import annotations

import secrets

import click

_BYTES = 32


@click.command()
def secret() -> None:
    """Print a new key for PAPERBOY_SECRET. It is kept nowhere."""
    click.echo(secrets.token_urlsafe(_BYTES))
