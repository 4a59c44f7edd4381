"""The catalog's tables, as migrations. `docs/catalog.md` describes them for readers of the file."""

from __future__ import annotations

import secrets
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

APPLICATION_ID: Final = 0x50426F79
"""`PRAGMA application_id` of a catalog file: "PBoy" in ASCII."""

migrations = Migrations("paperboy.catalog")


@migrations()
def m001_papers(db: Database) -> None:
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.table("papers").create(
        {
            "number": int,
            "id": str,
            "title": str,
            "abstract": str,
            "authors": str,
            "published": str,
            "year": int,
            "categories": str,
            "upvotes": int,
            "code_url": str,
            "code_stars": int,
            "project_url": str,
            "picture_url": str,
            "summary": str,
            "keywords": str,
            "withdrawn": int,
            "own_id": str,
        },
        pk="number",
        not_null={"id", "title", "abstract", "authors", "categories", "keywords", "withdrawn", "own_id"},
        defaults={"abstract": "", "authors": "[]", "categories": "[]", "keywords": "[]", "withdrawn": 0},
    )
    db.table("papers").create_index(["id"], unique=True)
    db.table("papers").create_index(["own_id"])
    db.table("papers").create_index(["published"])
    db.table("featured").create(
        {"day": str, "paper": int},
        pk=("day", "paper"),
        foreign_keys=[("paper", "papers", "number")],
    )
    db.table("featured").create_index(["paper"])


@migrations()
def m002_full_text(db: Database) -> None:
    db.table("papers").enable_fts(
        ["title", "authors", "abstract", "keywords"],
        tokenize="porter unicode61 remove_diacritics 2",
        create_triggers=True,
    )


@migrations()
def m003_sources(db: Database) -> None:
    db.execute("ALTER TABLE papers ADD COLUMN provenance TEXT NOT NULL DEFAULT ''")
    db.table("former_ids").create(
        {"id": str, "paper": int}, pk="id", foreign_keys=[("paper", "papers", "number")]
    )
    db.table("former_ids").create_index(["paper"])
    db.table("days").create(
        {"day": str, "papers": int, "closed": int, "visited_at": str},
        pk="day",
        not_null={"papers", "closed", "visited_at"},
    )
    db.table("sources").create(
        {"name": str, "updated_at": str, "failing_since": str, "failure": str},
        pk="name",
    )


@migrations()
def m004_quick_inserts(db: Database) -> None:
    """A trigger on inserting makes FTS5 write a segment for each paper: `bot.catalog.merging` does it."""
    for trigger in ("papers_ai", "papers_au"):
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute(
        """
        CREATE TRIGGER papers_au AFTER UPDATE OF title, authors, abstract, keywords ON papers BEGIN
          INSERT INTO papers_fts (papers_fts, rowid, title, authors, abstract, keywords)
          VALUES ('delete', old.number, old.title, old.authors, old.abstract, old.keywords);
          INSERT INTO papers_fts (rowid, title, authors, abstract, keywords)
          VALUES (new.number, new.title, new.authors, new.abstract, new.keywords);
        END
        """
    )


@migrations()
def m005_text_changes(db: Database) -> None:
    """What an index outside this file needs in order to follow it: see `bot.catalog.index.live`."""
    db.execute(f"PRAGMA user_version = {secrets.randbelow(2**31 - 1) + 1}")
    db.execute(
        "CREATE TABLE text_changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL)"
    )
    watched = ("title", "abstract", "authors", "keywords", "categories", "published", "year")
    db.execute(
        f"""
        CREATE TRIGGER papers_text_changed AFTER UPDATE OF {", ".join(watched)} ON papers
        WHEN {" OR ".join(f"old.{column} IS NOT new.{column}" for column in watched)} BEGIN
          INSERT INTO text_changes (paper) VALUES (new.number);
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER papers_text_gone AFTER DELETE ON papers BEGIN
          INSERT INTO text_changes (paper) VALUES (old.number);
        END
        """
    )


@migrations()
def m006_vectors(db: Database) -> None:
    """What `paperboy embed` makes; a paper whose text changes loses its vector and gets a new one."""
    db.table("vectors").create(
        {"paper": int, "model": str, "vector": bytes},
        pk="paper",
        not_null={"model", "vector"},
        foreign_keys=[("paper", "papers", "number")],
    )
    for name, event in (("changed", "UPDATE OF title, abstract"), ("gone", "DELETE")):
        differs = (
            "WHEN old.title IS NOT new.title OR old.abstract IS NOT new.abstract" if name == "changed" else ""
        )
        db.execute(
            f"CREATE TRIGGER papers_vector_{name} BEFORE {event} ON papers {differs} BEGIN"
            " DELETE FROM vectors WHERE paper = old.number; END"
        )


@migrations()
def m007_larger_segments(db: Database) -> None:
    """A batch of an import is one segment of the full-text index, and segments are merged eight at a time.

    FTS5's own settings, 1 MiB and four, write each entry about twice as often.
    """
    for setting, value in (("hashsize", 16 * 2**20), ("automerge", 8)):
        db.execute("INSERT INTO papers_fts (papers_fts, rank) VALUES (?, ?)", (setting, value))
