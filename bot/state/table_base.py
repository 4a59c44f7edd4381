"""What every table of the state store is declared with: its names, and what it says of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@dataclass(frozen=True, slots=True)
class Person:
    """What `person` says of a column."""

    row: bool
    where: tuple[str, str] | None


def told(*, holds: str, person: str, kept: str) -> dict[str, str]:
    """What docs/privacy.md says of a table: what it holds, what of it is about a person, and how long."""
    return {"holds": holds, "person": person, "kept": kept}


NOBODY = 0
"""Stands where a person's id was, once that person had their data deleted. Discord gives no such id."""


def person(*, row: bool, where: tuple[str, str] | None = None) -> dict[str, Person]:
    """Marks a column that holds a person's id: all of the row goes with the person, or their id alone.

    `where` is a column and its value in rows where it is a person's, for one that may hold others' ids too.
    """
    return {"person": Person(row, where)}


def ended_as(kind: str) -> dict[str, str]:
    """Marks a column whose value names the row in the list of deletions, under this kind, when it is ended:
    a restore of a backup from before ends it again. The value is the same in every backup."""
    return {"ended_as": kind}


def part_of(whole: Column[Any]) -> dict[str, Column[Any]]:
    """Marks a column that names the row of which this one is a part: it goes where that one goes."""
    return {"part_of": whole}
