"""The documentation names every command, option and setting, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from discord import app_commands
from pydantic import AliasChoices

from bot.cli import cli
from bot.settings import Settings
from bot.state.tables import metadata
from commands import COMMANDS
from tests.support.project import PROJECT

PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def read(page: str) -> str:
    return (PROJECT / page).read_text("utf-8")


def section(page: str, title: str) -> str:
    """The text under the heading `title`, up to the next heading; empty where there is none."""
    text = read(page)
    headings = list(HEADING.finditer(text))
    for place, heading in enumerate(headings):
        if heading[2].strip().strip("`") == title:
            end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
            return text[heading.end() : end]
    return ""


def slash_commands() -> Iterator[app_commands.Command[Any, Any, Any] | app_commands.ContextMenu]:
    for command in COMMANDS:
        if isinstance(command, app_commands.Group):
            yield from (item for item in command.walk_commands() if isinstance(item, app_commands.Command))
        else:
            yield command


def slash_title(command: app_commands.Command[Any, Any, Any] | app_commands.ContextMenu) -> str:
    return command.name if isinstance(command, app_commands.ContextMenu) else f"/{command.qualified_name}"


@pytest.mark.parametrize("command", list(slash_commands()), ids=slash_title)
def test_each_discord_command_and_its_options_are_documented(command):
    text = section("docs/commands.md", slash_title(command))
    assert text, f"docs/commands.md has no section '{slash_title(command)}'"
    for option in getattr(command, "parameters", []):
        assert f"`{option.display_name}`" in text, f"{slash_title(command)}: `{option.display_name}`"


def shell_commands(group: click.Group, path: str = "paperboy") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from shell_commands(command, f"{path} {name}")
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("title", "command"), list(shell_commands(cli)), ids=lambda item: str(item))
def test_each_shell_command_and_its_options_are_documented(title, command):
    text = section("docs/operating.md", title)
    assert text, f"docs/operating.md has no section '{title}'"
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        names = parameter.opts if isinstance(parameter, click.Option) else [parameter.human_readable_name]
        assert any(re.search(rf"`[^`\n]*{re.escape(name)}(?!\w)", text) for name in names), names


def setting_names() -> list[str]:
    """The name that the documentation uses for each setting: the first that is accepted."""
    names = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names.append(str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"PAPERBOY_{name.upper()}")
    return names


def test_each_setting_is_documented_and_each_documented_setting_exists():
    rows = re.findall(r"^\| `([A-Z_]+)`", read("docs/settings.md"), re.MULTILINE)
    assert sorted(rows) == sorted(setting_names())


def test_each_table_that_is_kept_is_explained_and_no_other():
    rows = re.findall(r"^\| `([a-z_]+)`", read("docs/privacy.md"), re.MULTILINE)
    assert sorted(rows) == sorted(metadata.tables)


def test_the_example_of_a_settings_file_names_real_settings():
    named = re.findall(r"^#? ?([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert "DISCORD_TOKEN" in named
    assert set(named) <= set(setting_names())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_that_are_named_exist(page):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", page.read_text("utf-8"))) <= targets


def test_every_page_is_reached_from_the_readme():
    readme, decisions = read("README.md"), read("docs/decisions/README.md")
    assert [page.name for page in (PROJECT / "docs").glob("*.md") if f"docs/{page.name}" not in readme] == []
    pages = (PROJECT / "docs" / "decisions").glob("*.md")
    assert [page.name for page in pages if page.name != "README.md" and page.name not in decisions] == []
