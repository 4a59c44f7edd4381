"""The papers that members added, and who may, on both databases."""

from __future__ import annotations

from sqlalchemy import insert

from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.state.added import AddedPapers, AddRule, AddRules, Who
from bot.state.store import Store
from bot.state.synced import Synced, SyncedCommands
from bot.state.tables import add_rules, added
from tests.state.examples import keep_as_before
from tests.support.time import SettableClock

BALROG = Paper(id="2411.13543", title="BALROG", authors=("Davide Paglieri",), featured=("2024-11-25",))
UNNAMED = Paper(id="pb-0123456789abcdef", title="A title")


async def test_what_was_added_comes_back_whole_and_in_its_order(store: Store, clock: SettableClock) -> None:
    papers = AddedPapers(store, clock)
    await papers.keep(UNNAMED, Origin.HUGGING_FACE)
    clock.move(minutes=1)
    await papers.keep(BALROG, Origin.ARXIV)
    assert await papers.all() == [
        Harvest(Origin.HUGGING_FACE, (UNNAMED,)),
        Harvest(Origin.ARXIV, (BALROG,)),
    ]


async def test_a_paper_added_again_is_kept_once_as_it_is_now(store: Store, clock: SettableClock) -> None:
    papers = AddedPapers(store, clock)
    await papers.keep(BALROG, Origin.HUGGING_FACE)
    better = BALROG.model_copy(update={"abstract": "Games."})
    await papers.keep(better, Origin.ARXIV)
    assert await papers.all() == [Harvest(Origin.ARXIV, (better,))]


async def test_what_an_older_version_kept_is_found_by_its_id_and_does_not_come_back(
    store: Store, clock: SettableClock
) -> None:
    papers = AddedPapers(store, clock)
    await keep_as_before(store, clock, BALROG, UNNAMED)
    assert await papers.all() == []
    assert await papers.from_before(BALROG.id) == BALROG
    assert await papers.from_before("another") is None
    assert await papers.arxiv_ids_from_before(10) == [BALROG.id]
    await papers.keep(BALROG, Origin.ARXIV)
    assert await papers.from_before(BALROG.id) is None
    assert await papers.arxiv_ids_from_before(10) == []


async def test_each_server_has_its_own_rule(store: Store) -> None:
    rules = AddRules(store)
    await rules.change(1, AddRule(Who.EVERYBODY))
    await rules.change(2, AddRule(Who.ADMINS))
    await rules.change(2, AddRule(Who.ADMINS, role_id=2**62))
    assert await rules.of_guild(1) == AddRule(Who.EVERYBODY)
    assert await rules.of_guild(2) == AddRule(Who.ADMINS, role_id=2**62)
    assert await rules.of_guild(3) == AddRule(Who.MODERATORS)


async def test_each_application_has_the_commands_that_it_was_last_given(store: Store) -> None:
    synced = SyncedCommands(store)
    assert await synced.of(1) is None
    await synced.keep(1, "old", {"paper": 10})
    await synced.keep(2, "other", {})
    await synced.keep(1, "new", {"paper": 2**62})
    assert await synced.of(1) == Synced("new", {"paper": 2**62})
    assert await synced.of(2) == Synced("other", {})


async def test_a_row_of_a_newer_version_holds_up_no_other(store: Store, clock: SettableClock) -> None:
    papers, rules = AddedPapers(store, clock), AddRules(store)
    await papers.keep(BALROG, Origin.ARXIV)
    newer = [
        {"paper_id": "2501.00001", "record": UNNAMED.model_dump_json(), "added_at": clock(), "origin": "?"},
        {"paper_id": "2501.00002", "record": '{"id": "x", "tune": 1}', "added_at": clock(), "origin": "a"},
        {"paper_id": "2501.00003", "record": '{"id": "x", "tune": 1}', "added_at": clock(), "origin": None},
    ]
    await store.write(lambda connection: connection.execute(insert(added), newer))
    await store.change(insert(add_rules).values(guild_id=1, who="owners"))
    assert await papers.all() == [Harvest(Origin.ARXIV, (BALROG,))]
    assert await papers.from_before("2501.00003") is None
    assert await rules.of_guild(1) == AddRule(Who.ADMINS), "the strictest rule that this version knows"
