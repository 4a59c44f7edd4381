"""The catalog's tables, as migrations. `docs/catalog.md` describes them for readers of the file."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID: Final = 0x50426F79
"""`PRAGMA application_id` of a catalog file: "PBoy" in ASCII."""

_SET: Final = "paperboy.catalog"
"""The name under which sqlite-utils keeps what was done to a catalog."""

FULL_TEXT: Final = ("title", "authors", "abstract", "keywords")
"""The columns that SQLite's full-text index has."""

TOKENIZE: Final = "porter unicode61 remove_diacritics 2"
"""How it makes words of them."""

PROVENANCE: Final = (
    "title",
    "abstract",
    "authors",
    "published",
    "categories",
    "upvotes",
    "code_url",
    "code_stars",
    "project_url",
    "picture_url",
    "summary",
    "keywords",
    "withdrawn",
    "doi",
    "url",
    "venue",
    "year",
    "arxiv_version",
)
"""The columns that are merged one by one, in the order of the letters of `papers.provenance`.

Catalogs hold letters in this order: what a migration adds comes last here. `year` has a letter where it was
given by itself; from the day or the id it follows without.
"""

_WATCHED = ("title", "abstract", "authors", "keywords", "categories", "published", "year")
"""The columns that an index outside the file holds."""


def m001_catalog(db: Database) -> None:
    """The first version: every table, and the full-text index."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # By which an index outside the file knows it: see `bot.search.index.live`.
    db.execute(f"PRAGMA user_version = {secrets.randbelow(2**31 - 1) + 1}")
    _papers(db)
    _days_and_sources(db)
    _full_text(db)
    _text_changes(db)
    _vectors(db)


def m002_persons_text(db: Database) -> None:
    """What people wrote is by now in the state, for where they wrote it; and no paper is from the future."""
    db.execute("CREATE TABLE removed (id TEXT PRIMARY KEY, removed_as TEXT NOT NULL)")
    for table in ("featured", "former_ids"):
        db.execute(f"DELETE FROM {table} WHERE paper IN (SELECT number FROM papers WHERE {_PERSONS})")
    db.execute(f"DELETE FROM papers WHERE {_PERSONS}")
    for place, (column, empty) in enumerate(_EMPTY.items(), 2):
        unknown = f"substr(provenance, 1, {place - 1}) || '-' || substr(provenance, {place + 1})"
        db.execute(
            f"UPDATE papers SET {column} = {empty}, provenance = {unknown}"
            f" WHERE substr(provenance, {place}, 1) = 'p'"
        )
    db.execute("UPDATE papers SET published = NULL, year = NULL WHERE published > date('now', '+1 day')")
    db.execute("DELETE FROM featured WHERE day > date('now', '+1 day')")


_PERSONS = "substr(provenance, 1, 1) = 'p'"
"""The title, which comes first, is from a person."""
_EMPTY = {
    "abstract": "''",
    "authors": "'[]'",
    "published": "NULL",
    "categories": "'[]'",
    "upvotes": "NULL",
    "code_url": "NULL",
    "code_stars": "NULL",
    "project_url": "NULL",
    "picture_url": "NULL",
    "summary": "NULL",
    "keywords": "'[]'",
    "withdrawn": "0",
}
"""The columns after the title, in the order of their letters in `provenance`."""


def _papers(db: Database) -> None:
    papers = db.table("papers").create(
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
            "provenance": str,
        },
        pk="number",
        not_null={
            "id",
            "title",
            "abstract",
            "authors",
            "categories",
            "keywords",
            "withdrawn",
            "own_id",
            "provenance",
        },
        defaults={
            "abstract": "",
            "authors": "[]",
            "categories": "[]",
            "keywords": "[]",
            "withdrawn": 0,
            "provenance": "",
        },
    )
    papers.create_index(["id"], unique=True)
    papers.create_index(["own_id"])
    papers.create_index(["published"])
    former = db.table("former_ids").create(
        {"id": str, "paper": int}, pk="id", foreign_keys=[("paper", "papers", "number")]
    )
    former.create_index(["paper"])


def _days_and_sources(db: Database) -> None:
    featured = db.table("featured").create(
        {"day": str, "paper": int},
        pk=("day", "paper"),
        foreign_keys=[("paper", "papers", "number")],
    )
    featured.create_index(["paper"])
    db.table("days").create(
        {"day": str, "papers": int, "closed": int, "visited_at": str},
        pk="day",
        not_null={"papers", "closed", "visited_at"},
    )
    db.table("sources").create(
        {"name": str, "updated_at": str, "failing_since": str, "failure": str},
        pk="name",
    )


def _full_text(db: Database) -> None:
    """A trigger on inserting would make FTS5 write a segment a paper: `bot.catalog.merging` does it."""
    db.table("papers").enable_fts([*FULL_TEXT], tokenize=TOKENIZE)
    forget = (
        "INSERT INTO papers_fts (papers_fts, rowid, title, authors, abstract, keywords)"
        " VALUES ('delete', old.number, old.title, old.authors, old.abstract, old.keywords);"
    )
    db.execute(f"CREATE TRIGGER papers_ad AFTER DELETE ON papers BEGIN {forget} END")
    db.execute(
        f"""
        CREATE TRIGGER papers_au AFTER UPDATE OF title, authors, abstract, keywords ON papers BEGIN
          {forget}
          INSERT INTO papers_fts (rowid, title, authors, abstract, keywords)
          VALUES (new.number, new.title, new.authors, new.abstract, new.keywords);
        END
        """
    )
    # A batch of an import is one segment, and segments are merged eight at a time: FTS5's own settings, 1 MiB
    # and four, write each entry about twice as often.
    for setting, value in (("hashsize", 16 * 2**20), ("automerge", 8)):
        db.execute("INSERT INTO papers_fts (papers_fts, rank) VALUES (?, ?)", (setting, value))


def _text_changes(db: Database) -> None:
    """What an index outside this file needs in order to follow it."""
    db.execute(
        "CREATE TABLE text_changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL)"
    )
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _WATCHED)
    db.execute(
        f"CREATE TRIGGER papers_text_changed AFTER UPDATE OF {', '.join(_WATCHED)} ON papers WHEN {differs}"
        " BEGIN INSERT INTO text_changes (paper) VALUES (new.number); END"
    )
    db.execute(
        "CREATE TRIGGER papers_text_gone AFTER DELETE ON papers"
        " BEGIN INSERT INTO text_changes (paper) VALUES (old.number); END"
    )


def _vectors(db: Database) -> None:
    """What `paperboy embed` makes; a paper whose text changes loses its vector and gets a new one."""
    db.table("vectors").create(
        {"paper": int, "model": str, "vector": bytes},
        pk="paper",
        not_null={"model", "vector"},
        foreign_keys=[("paper", "papers", "number")],
    )
    forget = "BEGIN DELETE FROM vectors WHERE paper = old.number; END"
    db.execute(
        "CREATE TRIGGER papers_vector_changed BEFORE UPDATE OF title, abstract ON papers"
        f" WHEN old.title IS NOT new.title OR old.abstract IS NOT new.abstract {forget}"
    )
    db.execute(f"CREATE TRIGGER papers_vector_gone BEFORE DELETE ON papers {forget}")


def m003_published_elsewhere(db: Database) -> None:
    """Where a paper is beside arXiv. The letters of `provenance` that these columns add mean unknown."""
    for column in ("doi", "url", "venue"):
        db.table("papers").add_column(column, str)
    db.execute("CREATE INDEX idx_papers_doi ON papers (doi) WHERE doi IS NOT NULL")
    db.execute("CREATE INDEX idx_papers_url ON papers (url) WHERE url IS NOT NULL")


def m004_versions(db: Database) -> None:
    """The latest version that arXiv was seen to have; its letter means unknown until one is."""
    db.table("papers").add_column("arxiv_version", int)


def m005_news_of_papers(db: Database) -> None:
    """When sources were asked again about papers, and of which papers a version or code came meanwhile."""
    db.execute(
        "CREATE TABLE revisited (source TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers (number),"
        " at TEXT NOT NULL, PRIMARY KEY (source, paper)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX idx_revisited_at ON revisited (source, at)")
    db.execute(
        "CREATE TRIGGER papers_revisited_gone BEFORE DELETE ON papers"
        " BEGIN DELETE FROM revisited WHERE paper = old.number; END"
    )
    # One row a paper, with its last change: a table that no clean-up needs to shorten.
    db.execute(
        "CREATE TABLE standing_changes"
        " (sequence INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL UNIQUE)"
    )
    noted = "BEGIN INSERT OR REPLACE INTO standing_changes (paper) VALUES"
    differs = (
        "old.id IS NOT new.id OR old.code_url IS NOT new.code_url"
        " OR old.arxiv_version IS NOT new.arxiv_version OR (old.upvotes IS NULL) IS NOT (new.upvotes IS NULL)"
    )
    db.execute(
        "CREATE TRIGGER papers_standing_changed"
        " AFTER UPDATE OF id, code_url, arxiv_version, upvotes ON papers"
        f" WHEN {differs} {noted} (new.number); END"
    )
    db.execute(f"CREATE TRIGGER papers_first_revisited AFTER INSERT ON revisited {noted} (new.paper); END")
    db.execute(
        "CREATE TRIGGER papers_standing_gone AFTER DELETE ON papers"
        " BEGIN DELETE FROM standing_changes WHERE paper = old.number; END"
    )


def m006_citations(db: Database) -> None:
    """How often papers are cited, beside what is merged; and until when sources are left alone."""
    db.execute(
        "CREATE TABLE citations (paper INTEGER PRIMARY KEY REFERENCES papers (number), source TEXT NOT NULL,"
        " count INTEGER NOT NULL, influential INTEGER NOT NULL, day TEXT NOT NULL)"
    )
    db.execute(
        "CREATE TRIGGER papers_citations_gone BEFORE DELETE ON papers"
        " BEGIN DELETE FROM citations WHERE paper = old.number; END"
    )
    db.execute("CREATE TABLE resting (source TEXT PRIMARY KEY, until TEXT NOT NULL)")


def m007_arrivals(db: Database) -> None:
    """When new papers, and new days that featured them, came into the catalog: for the dates in feeds."""
    db.execute(
        "CREATE TABLE arrivals (paper INTEGER NOT NULL REFERENCES papers (number), day TEXT NOT NULL,"
        " at TEXT NOT NULL, PRIMARY KEY (paper, day)) WITHOUT ROWID"
    )
    now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
    # Not of what a rebuild or an old file brings: it is as old as it was.
    for table, arrived, day, days in (
        ("papers", "new.number, ''", "published", 14),
        ("featured", "new.paper, new.day", "day", 2),
    ):
        db.execute(
            f"CREATE TRIGGER {table}_arrived AFTER INSERT ON {table}"
            f" WHEN new.{day} BETWEEN date('now', '-{days} day') AND date('now', '+1 day')"
            f" BEGIN INSERT OR IGNORE INTO arrivals (paper, day, at) VALUES ({arrived}, {now}); END"
        )
    db.execute(
        "CREATE TRIGGER papers_arrivals_gone BEFORE DELETE ON papers"
        " BEGIN DELETE FROM arrivals WHERE paper = old.number; END"
    )


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    m001_catalog,
    m002_persons_text,
    m003_published_elsewhere,
    m004_versions,
    m005_news_of_papers,
    m006_citations,
    m007_arrivals,
)
"""In their order; a catalog remembers each by its name."""


def applied(connection: sqlite3.Connection) -> set[str]:
    """The names of the migrations that made this catalog, also of those that only a newer Paperboy knows."""
    (kept,) = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
    ).fetchone()
    if not kept:
        return set()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (_SET,))
    return {name for (name,) in rows}


def known() -> set[str]:
    """The names of this version's migrations."""
    return {migration.__name__ for migration in MIGRATIONS}


def migrate(connection: sqlite3.Connection) -> None:
    """Apply those that are missing, each in a transaction."""
    # Six megabytes with what it brings along: for a catalog that is new or old.
    from sqlite_utils import Database, Migrations

    migrations = Migrations(_SET)
    for migration in MIGRATIONS:
        migrations()(migration)
    migrations.apply(Database(connection))
