"""JSON lines: one paper an object, by its own names or those of other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import from_json

from bot.paper.harvest import Read, Skipped
from bot.sources.records import read_record

_decode_leniently = json.JSONDecoder(strict=False).decode


def read_json_lines(lines: Iterable[bytes]) -> Iterator[Read]:
    """The papers; unknown fields are passed over, and so are lines that are none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = read_object(line, f"line {number}")
            yield record if isinstance(record, Skipped) else read_record(record, f"line {number}")


def read_object(line: bytes, where: str) -> dict[str, Any] | Skipped:
    """The JSON object on this line, or why there is none; `where` says where it stands."""
    record = read_value(line, where)
    return record if isinstance(record, dict | Skipped) else Skipped("not a JSON object", where)


def read_value(text: bytes, where: str) -> Any:
    """What the JSON `text` holds, or Skipped where it is none."""
    try:
        return from_json(text, cache_strings="keys")
    except ValueError:
        return _read_leniently(text, where)


def _read_leniently(text: bytes, where: str) -> Any:
    """What is no JSON to the letter: raw control characters, halves of surrogate pairs."""
    try:
        return _decode_leniently(text.decode())
    except UnicodeDecodeError:
        return Skipped("not UTF-8", where)
    except (ValueError, RecursionError):
        return Skipped("not JSON, or cut short", where)
