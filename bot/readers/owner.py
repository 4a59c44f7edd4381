"""Who has papers and lists: a person, or a server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SERVER = "server"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose papers or lists: a server's in which the bot is a member, or a person's."""

    kind: Kind
    id: int

    @classmethod
    def of(cls, kind: str, id: int) -> Owner:
        """As a row of the state names one."""
        return cls(Kind(kind), id)
