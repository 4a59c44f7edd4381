"""`paperboy doctor`: whether all that a bot needs is well."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter

import click

from bot.clock import system_clock
from bot.doctor.examination import examine
from bot.doctor.finding import SIGNS, Finding, Mark
from bot.settings import load_settings


@click.command(short_help="Check all that a bot needs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(as_json: bool) -> None:
    """Check all that a bot needs, and say what to do where something is wrong.

    Token, intents, sessions, commands, each daily paper's permissions, clock, time zones, disk, database,
    backups, catalog, index, sources, mail, the public address, and versions. Ends with 1 where something
    needs doing.
    """
    found = asyncio.run(examine(load_settings(), system_clock))
    width = max(len(each.name) for each in found)
    for each in found:
        click.echo(_json(each) if as_json else f"{SIGNS[each.mark]} {each.name:<{width}} {each.says}")
    wrong = Counter(each.mark for each in found)[Mark.WRONG]
    if wrong and not as_json:
        click.echo(
            f"{wrong} of {len(found)} need{'s' if wrong == 1 else ''} doing ({SIGNS[Mark.WRONG]}).", err=True
        )
    sys.exit(1 if wrong else 0)


def _json(found: Finding) -> str:
    return json.dumps({"check": found.name, "mark": found.mark, "says": found.says}, ensure_ascii=False)
