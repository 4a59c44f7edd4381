"""Presses that nobody's button makes: each is answered as a stale one, or as what it says; none is a bug."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

from bot.errors import UserError
from bot.views import custom_ids
from bot.views.button_base import Button, every_type
from commands.answering.error_replies import unwrapped
from tests.support import raw
from tests.support.reading import text_of

_TOO_LONG = "x" * 80
_MADE_UP = ("", "x" * 65, "pb-0000000000000000", "9" * 19)
_STALE = "That button is too old for me to use."


def fields_of(kind: type[Button]) -> list[str]:
    """For each field something that a button may say, at least by its form."""
    hints = get_type_hints(kind, include_extras=True)
    return [_example(hints[each.name]) for each in fields(kind)]


def _example(hint: Any) -> str:
    if hint in (custom_ids.Number, custom_ids.Page):
        return "1"
    if hint == custom_ids.Day:
        return "2026-03-20"
    if hint == custom_ids.Token:
        return "=agents"
    if hint in (custom_ids.Text, custom_ids.PaperId):
        return "2411.13543"
    values = [value for meant in get_args(hint) if hasattr(meant, "__members__") for value in meant]
    return str(values[0].value) if values else "recent:1"


async def test_what_no_paper_is_called_is_a_stale_button(world):
    message = (
        await world.alice.slash(world.channel, "paper show", paper="2411.13543", private=True)
    ).response
    for verb in ("forme", "notme", "formeagain", "refuseone", "vote", "save", "more", "cite"):
        for paper in ("", _TOO_LONG, "a b"):
            pressed = await world.press(message, f"p1:{verb}:{paper}")
            assert text_of(pressed.response).startswith(_STALE), (verb, paper)
            await world.env.advance_time(5)


async def test_no_button_fails_whatever_stands_in_it(world):
    message = (
        await world.alice.slash(world.channel, "paper show", paper="2411.13543", private=True)
    ).response
    for kind in every_type():
        right = fields_of(kind)
        for said in (right, *((each,) * len(right) for each in _MADE_UP if right)):
            raw.forge(world.env, message, world.alice.id, ":".join(("p1", kind.verb, *said)))
            await world.env.settle()
        await world.env.advance_time(60)
    assert [error for error in world.env.errors if not isinstance(unwrapped(error), UserError)] == []
