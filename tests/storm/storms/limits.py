"""Discord, or what is before it, asks to wait."""

from __future__ import annotations

from bot.state.feeds import ChannelKind
from tests.crash.town import PLAIN, Sort
from tests.discord_stand_in.world import ANNOUNCEMENT
from tests.storm.ground import Ground, storm

SENDING = r"/channels/\d+/(messages|threads)"
EVERYTHING = r"/(channels|guilds|users/@me/channels)\b.*"
PUBLISHED = Sort(ChannelKind.NEWS, ANNOUNCEMENT, publish=True)


@storm("global-429", short=True)
def global_429(ground: Ground) -> None:
    """The first post is answered with a global 429 longer than discord.py sleeps; then Discord is well."""
    seconds = ground.seconds(60, short=31)
    ground.stand_in.plan(path=SENDING, failure={"kind": "429", "everywhere": True, "seconds": seconds})
    ground.begin()
    ground.wait(seconds)
    ground.over()


@storm("global-429-asleep", channels=60)
def global_429_asleep(ground: Ground) -> None:
    """A global 429 that discord.py sleeps through itself, while others wait for their share of the budget."""
    ground.stand_in.plan(path=SENDING, failure={"kind": "429", "everywhere": True, "seconds": 29}, times=3)
    ground.begin(PAPERBOY_REQUESTS_PER_SECOND="2")


@storm("network-block")
def network_block(ground: Ground) -> None:
    """The network before Discord blocks the address, with a page instead of an answer."""
    seconds = ground.seconds(60, short=10)
    failure = {"kind": "cloudflare", "seconds": 20}
    ground.stand_in.plan(path=EVERYTHING, failure=failure, for_seconds=seconds)
    ground.begin()
    ground.wait(seconds)
    ground.over()


@storm("buckets-and-errors", channels=120)
def buckets_and_errors(ground: Ground) -> None:
    """Real limits, with errors and resets by chance, half of them after the request was carried out."""
    ground.stand_in.limit(per_second=50, buckets=True)
    ground.stand_in.weather(seed=7, rates={"429": 0.05, "503": 0.03, "502": 0.03, "reset": 0.03})
    ground.begin()


@storm("publish-limit", channels=14, sorts=(PUBLISHED, PLAIN), patience=240)
def publish_limit(ground: Ground) -> None:
    """Channels publish nothing for a while: the hour's ten are used up. The posts are there meanwhile."""
    ground.stand_in.limit(published=10, published_seconds=70.0, published_before=10)
    ground.begin()
    ground.wait_for(lambda: ground.town.count().messages == 14, 30, "every post")
    ground.expect(ground.town.count().steps_missing == 7, "published in spite of the limit")
    ground.wait_for(lambda: not ground.town.count().steps_missing, 150, "the publications")
