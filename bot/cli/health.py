"""`paperboy health`: whether the bot that runs here is well, for whatever restarts or reports it."""

from __future__ import annotations

import json

import click

from bot.measuring.sign_of_life import STALE, place_of_sign, read_sign
from bot.settings import load_settings


@click.command(short_help="Say whether the bot here is well.")
@click.option("--alive", is_flag=True, help="Only whether it runs and its event loop lives.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: alive, ready, reasons.")
@click.pass_context
def health(context: click.Context, alive: bool, as_json: bool) -> None:
    """Say whether the bot that runs here is well; ends with 1 where it isn't.

    Looks at the sign of life that `paperboy run` leaves in the data folder every ten seconds, and so needs
    the same settings, and no port. For a container's HEALTHCHECK; systemd's watchdog is told by itself.
    """
    settings = load_settings()
    place = place_of_sign(settings.data, settings.shard_ids)
    sign = read_sign(place)
    lives = sign is not None and sign.age <= STALE
    if sign is None:
        reasons = {"process": f"Paperboy isn't running: there is no {place}. Start it with `paperboy run`."}
    elif not lives:
        hangs = f"Paperboy has given no sign of life for {sign.age:,.0f} s: it was killed, or hangs."
        reasons = {"process": f"{hangs} Its log tells more."}
    else:
        reasons = {} if alive else dict(sign.reasons)
    if as_json:
        click.echo(json.dumps({"alive": lives, "ready": lives and not reasons, "reasons": reasons}))
    else:
        for reason in reasons.values() or ["Paperboy is alive." if alive else "Paperboy is well."]:
            click.echo(reason, err=bool(reasons))
    if reasons:
        context.exit(1)
