"""Discord answers, but not with what was asked for."""

from __future__ import annotations

import time

from tests.crash.town import PLAIN
from tests.storm.ground import Ground, storm
from tests.storm.storms.limits import EVERYTHING
from tests.storm.storms.rows import change


@storm("server-errors")
def server_errors(ground: Ground) -> None:
    """Every request is answered with 500 or 503 for a while (in full two minutes; ten are the same)."""
    seconds = ground.seconds(120, short=15)
    ground.stand_in.plan(path=EVERYTHING, failure={"kind": "503"}, for_seconds=seconds / 2)
    ground.stand_in.plan(path=EVERYTHING, failure={"kind": "500"}, for_seconds=seconds)
    ground.begin()
    ground.wait(max(0.0, seconds - 5))
    ground.over()


@storm("pages")
def pages(ground: Ground) -> None:
    """Something on the way answers with web pages: a portal, a proxy, a firewall."""
    for status in (200, 403, 404, 502):
        ground.stand_in.plan(path=EVERYTHING, failure={"kind": "html", "status": status}, times=8)
    ground.begin()


@storm("token-rejected", patience=240)
def token_rejected(ground: Ground) -> None:
    """Discord rejects the token for a while in the middle: it was reset, or so it seems."""
    failure = {"kind": "error", "status": 401, "code": 0, "message": "401: Unauthorized"}
    ground.stand_in.plan(path=EVERYTHING, failure=failure, for_seconds=90)
    ground.begin()
    ground.wait(80)
    ground.over()
    rejected = ground.stand_in.report()["statuses"].get("401", 0)
    ground.expect(0 < rejected < 60, f"{rejected} requests were invalid")


@storm("odd-errors", channels=12, sorts=(PLAIN,))
def odd_errors(ground: Ground) -> None:
    """Errors with codes that nobody has heard of: their feeds pause with Discord's words, the others come."""
    ground.subscribe()
    for number, channel in enumerate(list(ground.town.sorts)[:4]):
        status, code = 400 + number, 99_000 + number
        failure = {"kind": "error", "status": status, "code": code, "message": "Odd *error*"}
        if number != 1:  # 401 is the token's
            ground.stand_in.plan(path=f"/channels/{channel}/messages", failure=failure, times=1)
            ground.without(channel)
    ground.start()
    ground.wait_until_told(3)
    told = [each for each in ground.stand_in.requests() if "Odd" in str(each["json"])]
    ground.expect(len(told) == 1, f"{len(told)} notices")


@storm("silent-server", channels=230, sorts=(PLAIN,))
def silent_server(ground: Ground) -> None:
    """Hundreds of channels of one server answer after 25 s; another server's, due later, come at once."""
    ground.subscribe()
    quick = list(ground.town.sorts)[-20:]
    elsewhere = ground.stand_in.add_guild(name="Elsewhere")
    later = "strftime('%Y-%m-%d %H:%M:%f000', next_due_at, '+1 second')"
    moved = f"UPDATE feeds SET guild_id = {elsewhere}, next_due_at = {later}"
    change(ground, f"{moved} WHERE channel_id IN ({','.join(quick)})")
    for channel in list(ground.town.sorts)[:-20]:
        ground.stand_in.plan(path=rf"/channels/{channel}/.*", failure={"kind": "slow", "seconds": 25})
    ground.start(PAPERBOY_REQUESTS_PER_SECOND="100")
    begun = time.monotonic()
    ground.wait_for(lambda: all(ground.stand_in.messages(channel=each) for each in quick), 60, "the others")
    waited = time.monotonic() - begun
    ground.expect(waited < 20, f"the other server's posts took {waited:.0f} s")


@storm("server-away", channels=30)
def server_away(ground: Ground) -> None:
    """Discord loses sight of a server, and channels of it answer 503: others come in time."""
    seconds = ground.seconds(90, short=15)
    ground.subscribe()
    away = ground.stand_in.add_guild(name="Away")
    ground.stand_in.set_available(guild=away, available=False)
    lost = list(ground.town.sorts)[:10]
    for channel in lost:
        path = rf"/channels/{channel}/.*"
        ground.stand_in.plan(path=path, failure={"kind": "503"}, for_seconds=seconds)
    ground.stand_in.set_available(guild=ground.town.guilds[0], available=False)
    ground.start()
    ground.wait_for(lambda: ground.town.count().messages >= 20, 40, "the other channels")
    ground.wait(seconds)
    ground.stand_in.set_available(guild=ground.town.guilds[0], available=True)
    ground.over()
