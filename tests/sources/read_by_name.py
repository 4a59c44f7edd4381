"""Records, tables and JSON as files have them, read."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from bot.paper.harvest import Skipped, record_of
from bot.paper.model import Paper
from bot.sources.csv_table import read_csv
from bot.sources.json_records import read_json
from bot.sources.records import paper_from_record


def record(**fields: Any) -> Paper:
    paper = paper_from_record({"title": "A Census of Reeds"} | fields, "here")
    assert isinstance(paper, Paper), paper
    return paper


def table(text: str) -> list[Paper | Skipped]:
    return list(map(record_of, read_csv(text.splitlines(keepends=True))))


def whole(text: str | bytes, day: date | None = None) -> list[Paper | Skipped]:
    read = read_json(BytesIO(text.encode() if isinstance(text, str) else text), day)
    return list(map(record_of, read))


def ids(records: list[Paper | Skipped]) -> list[str]:
    return [record.id if isinstance(record, Paper) else record.reason for record in records]
