"""The operator's commands."""

from __future__ import annotations

import sqlite3
import sys
from importlib import import_module

import click

from bot import __version__
from bot.errors import PaperboyError

_COMMANDS = {
    "backfill": "bot.cli.update:backfill",
    "catalog": "bot.cli.catalog:catalog",
    "export": "bot.cli.export:export",
    "daily": "bot.cli.daily:daily",
    "embed": "bot.cli.embed:embed",
    "find": "bot.cli.find:find",
    "import": "bot.cli.importing:import_",
    "index": "bot.cli.index:index",
    "invite": "bot.cli.run:invite",
    "migrate": "bot.cli.migrate:migrate",
    "remove": "bot.cli.remove:remove",
    "run": "bot.cli.run:run",
    "update": "bot.cli.update:update",
}
"""Where each command is; its module is imported when it is used: `find` need not wait for discord.py."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paperboy")
def cli() -> None:
    """Paperboy: a Discord bot for people who read research papers together."""


def main() -> None:
    """Run the command line; an error that people can put right ends as a sentence and exit code 1."""
    try:
        cli(prog_name="paperboy")
    except PaperboyError as error:
        click.echo(f"paperboy: {error}", err=True)
        sys.exit(1)
    except sqlite3.Error as error:
        click.echo(
            f"paperboy: The catalog cannot be used any further ({error}). What was done is kept.", err=True
        )
        sys.exit(1)
