"""Bringing the state's schema to this version, with Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import SettingsError

_MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """The migrations that this version knows, the first one first."""
    return sorted(path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))


def upgrade(connection: Connection, to: str | None = None) -> None:
    """Inside the caller's transaction; `to` the newest migration, or to an earlier one for a new database.

    SettingsError for a newer Paperboy's state and for another program's file, which both stay as they are.
    """
    known = revisions()
    revision = revision_of(connection)
    if revision == known[-1]:
        return
    if revision is not None and revision not in known:
        raise SettingsError(
            "The state was written by a newer Paperboy. It was left untouched: upgrade Paperboy, or point "
            "DATABASE_URL at another database."
        )
    others = inspect(connection).get_table_names() if revision is None else []
    if others and connection.dialect.name == "sqlite":
        raise SettingsError(
            "The file that DATABASE_URL names is another program's: it holds "
            f"{', '.join(sorted(others)[:3])}. It was left untouched: name a file of Paperboy's own."
        )
    # Only here: it is a tenth of the time and memory that a start takes.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to or "head")


def revision_of(connection: Connection) -> str | None:
    """The migration that the database is at; none for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
