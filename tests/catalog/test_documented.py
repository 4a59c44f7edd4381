"""docs/catalog.md tells all that a reader of the file meets."""

from __future__ import annotations

import re
import sqlite3

from sqlite_utils import Database

from bot.catalog.schema import APPLICATION_ID, PROVENANCE
from bot.paper.harvest import Origin
from bot.paper.model import Paper
from tests.support.project import PROJECT

TEXT = (PROJECT / "docs" / "catalog.md").read_text(encoding="utf-8")


def test_each_table_and_column_is_documented(database: sqlite3.Connection) -> None:
    shadows = re.compile(r"papers_fts_|sqlite_|_sqlite_")
    tables = Database(database)
    for table in tables.table_names():
        if shadows.match(table):
            continue
        section = TEXT.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        assert section, table
        missing = [column for column in tables[table].columns_dict if f"`{column}`" not in section]
        assert missing == [], table


def test_the_letters_of_provenance_are_documented() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `provenance`"))
    named = re.findall(r"`([a-z_]+)`", row)
    assert [name for name in named if name in PROVENANCE] == list(PROVENANCE)
    assert all(f"`{origin.value}`" in row for origin in Origin)
    assert str(APPLICATION_ID) in TEXT


def test_each_field_of_a_paper_is_a_column_with_a_letter(database: sqlite3.Connection) -> None:
    fields = set(Paper.model_fields) - {"featured", "citations"}
    assert fields <= set(Database(database)["papers"].columns_dict)
    assert set(PROVENANCE) == fields - {"id"}
