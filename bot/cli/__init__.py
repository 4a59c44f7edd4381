"""The operator's commands."""

from __future__ import annotations

import difflib
import sqlite3
import sys
from importlib import import_module

import click

from bot import __version__
from bot.errors import PaperboyError
from bot.process import loading, prepare_process

_COMMANDS = {
    "backfill": "bot.cli.update:backfill",
    "backup": "bot.cli.backup:backup",
    "catalog": "bot.cli.catalog:catalog",
    "export": "bot.cli.export:export",
    "daily": "bot.cli.daily:daily",
    "doctor": "bot.cli.doctor:doctor",
    "embed": "bot.cli.embed:embed",
    "find": "bot.cli.find:find",
    "health": "bot.cli.health:health",
    "import": "bot.cli.importing:import_",
    "index": "bot.cli.index:index",
    "invite": "bot.cli.run:invite",
    "migrate": "bot.cli.migrate:migrate",
    "remove": "bot.cli.remove:remove",
    "restore": "bot.cli.restore:restore",
    "run": "bot.cli.run:run",
    "secret": "bot.cli.secret:secret",
    "update": "bot.cli.update:update",
    "web": "bot.cli.web:web",
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, 1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"I don't know the command `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paperboy")
def cli() -> None:
    """Paperboy: a Discord bot for people who read research papers together."""


def main() -> None:
    """Run the command line; an error ends as one line, with exit code 1, or 2 for what was typed wrong."""
    prepare_process()
    try:
        if (named := "".join(sys.argv[1:2])) in _COMMANDS:
            with loading():
                import_module(_COMMANDS[named].partition(":")[0])
        sys.exit(cli.main(prog_name="paperboy", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        # Asked for nothing: its message is the whole help.
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.UsageError as error:
        _end(_usage(error), error.exit_code)
    except click.ClickException as error:
        _end(_whole(error.format_message()), error.exit_code)
    except click.Abort:
        _end("Stopped.", 1)
    except PaperboyError as error:
        _end(str(error), 1)
    except sqlite3.Error as error:
        _end(f"The catalog can't be used any further ({error}). What was done is kept.", 1)
    except OSError as error:
        if error.filename is None:
            raise
        _end(f"I can't use {error.filename}: {error.strerror}.", 1)


def _usage(error: click.UsageError) -> str:
    """What was typed wrong, and where it says how it is done."""
    command = error.ctx.command_path if error.ctx else "paperboy"
    said = _whole(error.format_message())
    if isinstance(error, click.NoSuchOption) and error.ctx and _takes_words(error.ctx.command):
        said += f" Put `--` before words that start with `-`: `{command} -- agents -games`."
    return f"{said} See `{command} --help`."


def _takes_words(command: click.Command) -> bool:
    return any(each.name in ("words", "query", "topic") for each in command.params)


def _whole(said: str) -> str:
    """One line that ends as a sentence: click's own don't always."""
    line = " ".join(said.split())
    return line if line.endswith((".", "?")) else f"{line}."


def _end(sentence: str, code: int) -> None:
    click.echo(f"paperboy: {sentence}", err=True)
    sys.exit(code)
