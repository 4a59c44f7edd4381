"""What a person likes, on both databases."""

from __future__ import annotations

from bot.paper.model import Paper
from bot.readers.follows import Kind as FollowKind
from bot.readers.likings import How, Liking
from bot.readers.owner import Kind, Owner
from bot.state.followings import Followings
from bot.state.liked_papers import LikedPapers
from bot.state.reading_lists import ReadingLists
from bot.state.server_votes import Votes
from bot.state.store import Store
from tests.support.time import SettableClock

ANN, BOB = 1, 2
PAPERS = [Paper(id=f"2501.{number:05}", title=f"Paper {number}") for number in range(1, 5)]


async def test_each_paper_is_there_once_the_latest_first_and_of_nobody_else(
    store: Store, clock: SettableClock
) -> None:
    lists, votes, followings = ReadingLists(store, clock), Votes(store, clock), Followings(store, clock)
    saved, liked, followed, of_bob = PAPERS
    await lists.save(Owner(Kind.PERSON, ANN), [saved], by=ANN)
    clock.move(seconds=1)
    await votes.toggle(7, liked, ANN, earlier=())
    await votes.toggle(8, liked, ANN, earlier=())
    await votes.toggle(7, of_bob, BOB, earlier=())
    await lists.save(Owner(Kind.SERVER, ANN), [of_bob], by=ANN)
    clock.move(seconds=1)
    await followings.add(ANN, FollowKind.PAPER, followed.id, followed.title)
    await followings.add(ANN, FollowKind.TOPIC, "agents", "agents")
    clock.move(seconds=1)
    await votes.toggle(7, saved, ANN, earlier=())
    assert await LikedPapers(store).of(ANN) == [
        Liking(saved.id, How.SAVED),
        Liking(followed.id, How.FOLLOWED),
        Liking(liked.id, How.LIKED),
    ]
