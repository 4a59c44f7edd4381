"""A thousand people type a command within a second, while daily papers are due."""

from __future__ import annotations

from tests.storm.ground import Ground, storm

_COMMANDS = (
    {"name": "paper find", "options": {"query": "multi-agent debate"}},
    {"name": "paper find", "options": {"query": "zzqx"}},
    {"name": "paper show", "options": {"paper": "2411.13543"}},
    {"name": "paper recent"},
)


@storm("crowd", channels=20, short=True)
def crowd(ground: Ground) -> None:
    """Everybody is acknowledged in three seconds and answered; the posts come, and the connection holds."""
    ground.begin()
    ground.wait_for(ground.stand_in.commands, 30, "the commands")
    people = 60 if ground.short else 1_000
    commands = [_COMMANDS[number % len(_COMMANDS)] for number in range(people)]
    before = ground.stand_in.gateway()
    asked_in = ground.stand_in.add_channel(guild=ground.town.guilds[0], type=0, name="lounge")
    answers = ground.stand_in.rush(channel=asked_in, commands=commands, over=1.0, wait=60)
    unheard = sum(each["acknowledged_ms"] is None for each in answers)
    unanswered = sum(each["finished_ms"] is None for each in answers)
    ground.expect(not unheard, f"{unheard} commands were not acknowledged")
    ground.expect(not unanswered, f"{unanswered} commands were not answered")
    after = ground.stand_in.gateway()
    lost = [each for each in ("identify", "resume") if after[each] != before[each]]
    ground.expect(not lost, "the connection was lost")
    ground.over()
