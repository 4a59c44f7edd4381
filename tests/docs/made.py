"""The parts of the documentation that are made from the code, between marks that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
from pydantic import AliasChoices

from bot.cli import cli
from bot.settings import Settings
from bot.state.all_tables import metadata
from tests.support.project import PROJECT

_PART = re.compile(r"(<!-- made from ([^>]*) by `make docs` -->\n).*?(<!-- end -->)", re.DOTALL)
_WIDTH = 100


def made_pages() -> dict[str, str]:
    """Each page of docs/ that has such parts, by its path, as it should be."""
    pages = {}
    for path in sorted((PROJECT / "docs").rglob("*.md")):
        text = path.read_text("utf-8")
        if _PART.search(text):
            made = _PART.sub(lambda found: f"{found[1]}{_made(found[2])}\n{found[3]}", text)
            pages[path.relative_to(PROJECT).as_posix()] = made
    return pages


def write_pages() -> list[str]:
    """Write those that are stale; returns which."""
    stale = [page for page, made in made_pages().items() if (PROJECT / page).read_text("utf-8") != made]
    for page in stale:
        (PROJECT / page).write_text(made_pages()[page], "utf-8")
    return stale


def shell_commands(group: click.Group = cli, path: str = "paperboy") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield f"{path} {name}", command


def setting_names() -> dict[str, list[str]]:
    """Each setting's names in the environment, the one that the documentation uses first."""
    names = {}
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        choices = map(str, alias.choices) if isinstance(alias, AliasChoices) else [f"PAPERBOY_{name.upper()}"]
        names[name] = list(choices)
    return names


def _made(what: str) -> str:
    if what == "the settings":
        return _settings()
    if what == "the state's tables":
        return _tables()
    assert what.startswith("`paperboy "), f"nothing is made from {what}"
    return _help(what.strip("`"))


def _help(path: str) -> str:
    command = dict(shell_commands())[path]
    group = click.Context(cli, info_name="paperboy", terminal_width=_WIDTH, **cli.context_settings)
    context = click.Context(command, group, info_name=path.removeprefix("paperboy "))
    return f"```text\n{command.get_help(context)}\n```"


def _settings() -> str:
    rows = ["| setting | when not set | what it is |", "| --- | --- | --- |"]
    for name, (first, *others) in setting_names().items():
        field = Settings.model_fields[name]
        extra = field.json_schema_extra
        assert isinstance(extra, dict), f"the setting {name} does not say what holds when it is not set"
        also = "".join(f" `{other}` is the same." for other in others)
        rows.append(f"| `{first}` | {extra['when_not_set']} | {field.description}{also} |")
    return "\n".join(rows)


def _tables() -> str:
    rows = ["| table | what it holds | about a person | how long |", "| --- | --- | --- | --- |"]
    for _, table in sorted(metadata.tables.items()):
        told = table.info
        marked = ", ".join(f"`{each.name}`" for each in table.columns if each.info.get("person"))
        person = f"{told['person']} ({marked})" if marked else told["person"]
        rows.append(f"| `{table.name}` | {told['holds']} | {person} | {told['kept']} |")
    return "\n".join(rows)
