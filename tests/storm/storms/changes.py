"""People change what a daily paper needs: its channel, tag, thread, permission."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.state.feeds import ChannelKind
from tests.crash.town import PLAIN, Sort
from tests.discord_stand_in.world import ANNOUNCEMENT, FORUM, SEND, TEXT
from tests.storm.ground import Ground, storm
from tests.storm.storms.rows import change, found

NEWS_SORT = Sort(ChannelKind.NEWS, ANNOUNCEMENT, publish=True)
FORUM_SORT = Sort(ChannelKind.FORUM, FORUM)
SORTED = (PLAIN, NEWS_SORT, FORUM_SORT)


@storm("changed-channels", channels=12, sorts=(PLAIN, NEWS_SORT, FORUM_SORT))
def changed_channels(ground: Ground) -> None:
    """A forum lost the tag, a text channel became an announcement channel and back, one is forbidden."""
    ground.subscribe()
    by_sort = {sort: [each for each, its in ground.town.sorts.items() if its is sort] for sort in SORTED}
    for forum in by_sort[FORUM_SORT][:2]:
        change(ground, f"UPDATE feeds SET tag_id = 123 WHERE channel_id = {forum}")
    ground.stand_in.change_type(channel=by_sort[PLAIN][0], type=ANNOUNCEMENT)
    ground.stand_in.change_type(channel=by_sort[NEWS_SORT][0], type=TEXT)
    forbidden = by_sort[PLAIN][1]
    ground.stand_in.deny(channel=forbidden, bits=SEND)
    ground.without(forbidden)
    became_text = by_sort[NEWS_SORT][0]
    ground.start()
    ground.wait_for(lambda: ground.stand_in.messages(channel=became_text), 30, "the channel that became text")
    ground.without(became_text)  # it can't publish any more
    ground.wait_until_told(1)
    why = found(ground, f"SELECT paused_reason FROM feeds WHERE channel_id = {forbidden}")
    ground.expect('"permissions": "send_messages"' in why, f"the missing permission is not named: {why}")


@storm("threads", channels=6, sorts=(PLAIN,))
def threads(ground: Ground) -> None:
    """Feeds whose thread was archived, and one whose thread was locked: the first go on, the last pauses."""
    ground.subscribe()
    parents = list(ground.town.sorts)
    for number, parent in enumerate(parents):
        message = ground.stand_in.say(channel=parent, text="Let's discuss.")
        thread = ground.stand_in.open_thread(channel=parent, message=message, name="Papers")
        kind = f"UPDATE feeds SET channel_id = {thread}, kind = 'thread' WHERE channel_id = {parent}"
        change(ground, kind)
        ground.town.move(parent, thread)
        if number < 4:
            ground.stand_in.archive(channel=thread)
        elif number == 4:
            ground.stand_in.lock(channel=thread)
            ground.without(thread)
    ground.start()
    ground.wait_for(lambda: "thread-archived" in ground.log, 60, "the locked thread to pause its feed")


@storm("time-out", channels=10, patience=120)
def time_out(ground: Ground) -> None:
    """A moderator puts the bot into a time-out; the posts come when it has ended, and nothing pauses."""
    seconds = ground.seconds(60, short=15)
    ground.stand_in.time_out(guild=ground.town.guilds[0], seconds=seconds)
    ground.begin()
    ends = datetime.now(UTC)
    ground.wait_for(lambda: "timed-out" in ground.log, 30, "a word on the time-out")
    ground.wait(max(0.0, seconds - (datetime.now(UTC) - ends).total_seconds()))
    ground.over()
    paused = found(ground, "SELECT count(*) FROM feeds WHERE paused_at IS NOT NULL")
    ground.expect(not paused, f"{paused} feeds are paused")


@storm("many-paused", channels=15, sorts=(PLAIN,))
def many_paused(ground: Ground) -> None:
    """Feeds of many servers pause together, with no channel to say so: few direct messages are opened."""
    ground.subscribe()
    for channel in list(ground.town.sorts):
        guild = ground.stand_in.add_guild(name=f"Lab of {channel}")
        change(ground, f"UPDATE feeds SET guild_id = {guild} WHERE channel_id = {channel}")
        ground.stand_in.deny(channel=channel, bits=SEND)
        ground.without(channel)
    ground.start()
    ground.wait_for(lambda: "direct-messages-full" in ground.log, 90, "the budget to be used up")
    ground.wait(5)
    opened = ground.stand_in.requests(path="/users/@me/channels")
    ground.expect(len(opened) == 10, f"{len(opened)} direct messages were opened")
