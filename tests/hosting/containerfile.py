"""The Containerfile as its builder reads it: instructions, one a line after continuations, by stage."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.support.project import PROJECT

CONTAINERFILE = PROJECT / "Containerfile"


class Instruction(NamedTuple):
    """`COPY` and what stands behind it."""

    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        """The words behind the name, flags left out; of the JSON form its strings."""
        if self.rest.startswith("["):
            return [str(word) for word in json.loads(self.rest)]
        return [word for word in shlex.split(self.rest) if not word.startswith("--")]

    @property
    def flags(self) -> dict[str, str]:
        """`--from=build` as `{"from": "build"}`."""
        flags = [word[2:].partition("=") for word in self.rest.split() if word.startswith("--")]
        return {name: value for name, _, value in flags}


@dataclass
class Stage:
    """One `FROM`, and the instructions up to the next."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        return [each for each in self.instructions if each.name == name]

    def last(self, name: str) -> Instruction:
        """The one that counts: a later one stands for the earlier."""
        assert self.all(name), f"the stage {self.name} has no {name}"
        return self.all(name)[-1]


def stages() -> list[Stage]:
    found: list[Stage] = []
    for instruction in _instructions():
        if instruction.name == "FROM":
            base, *named = instruction.words
            found.append(Stage(base, named[1] if named else ""))
        else:
            found[-1].instructions.append(instruction)
    return found


def _instructions() -> list[Instruction]:
    lines = CONTAINERFILE.read_text("utf-8").splitlines()
    whole = "\n".join(line for line in lines if not line.lstrip().startswith("#")).replace("\\\n", " ")
    split = (line.split(maxsplit=1) for line in whole.splitlines() if line.strip())
    return [Instruction(name, " ".join(rest.split())) for name, rest in split]
