"""The documentation names every command, option and setting, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from discord import app_commands

from bot.state.all_tables import metadata
from commands import COMMANDS
from tests.docs.made import made_pages, setting_names, shell_commands
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


@pytest.mark.parametrize("title", [title for title, _ in shell_commands()])
def test_each_shell_command_has_a_section_with_its_own_help(title):
    assert f"<!-- made from `{title}` by `make docs` -->" in section("docs/operating.md", title)


@pytest.mark.parametrize(("page", "made"), list(made_pages().items()), ids=lambda item: str(item)[:40])
def test_what_is_made_from_the_code_is_not_stale(page, made):
    assert read(page) == made, f"{page} is stale: run `make docs`"


def test_the_settings_and_what_is_stored_are_made_from_the_code():
    assert {"docs/operating.md", "docs/privacy.md", "docs/settings.md"} <= made_pages().keys()


def test_of_each_column_that_names_a_person_the_table_says_so():
    about = {
        table.name for table in metadata.tables.values() if {"created_by", "owner_id"} & set(table.c.keys())
    }
    assert all("id of who" in metadata.tables[name].info["person"] for name in about)


def test_the_example_of_a_settings_file_names_real_settings():
    named = re.findall(r"^#? ?([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert "DISCORD_TOKEN" in named
    assert set(named) <= {name for names in setting_names().values() for name in names}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_that_are_named_exist(page):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", page.read_text("utf-8"))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_the_code_that_are_named_exist(page):
    text = page.read_text("utf-8")
    named = set(re.findall(r"`((?:bot|commands|tests|bench|docs|\.ci)/[\w./]*)`", text))
    assert [name for name in sorted(named) if not (PROJECT / name).exists()] == []


def test_every_page_is_reached_from_the_readme():
    readme, decisions = read("README.md"), read("docs/decisions/README.md")
    assert [page.name for page in (PROJECT / "docs").glob("*.md") if f"docs/{page.name}" not in readme] == []
    pages = (PROJECT / "docs" / "decisions").glob("*.md")
    assert [page.name for page in pages if page.name != "README.md" and page.name not in decisions] == []
