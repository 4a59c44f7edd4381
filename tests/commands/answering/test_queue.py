"""More people at once than can be answered: each is told first, then answered in order."""

from __future__ import annotations

import asyncio

from commands.answering.queue import Queue
from tests.support import raw
from tests.support.reading import opens


async def test_work_is_done_in_the_order_in_which_it_came():
    queue, done = Queue(at_once=1), []

    async def work(number: int) -> int:
        await asyncio.sleep(0)
        done.append(number)
        return number

    assert await asyncio.gather(*(queue.run(work(number)) for number in range(20))) == list(range(20))
    assert done == list(range(20))
    assert not queue.full


async def test_it_is_full_while_so_much_is_under_way():
    queue, go = Queue(at_once=2), asyncio.Event()

    async def work() -> None:
        await go.wait()

    under_way = [asyncio.create_task(queue.run(work())) for _ in range(2)]
    await asyncio.sleep(0)
    assert queue.full
    go.set()
    await asyncio.gather(*under_way)
    assert not queue.full


async def test_no_work_begins_while_somebody_is_told_to_wait():
    queue, begun = Queue(at_once=1), asyncio.Event()

    async def work() -> None:
        begun.set()

    async with queue.acknowledging():
        task = asyncio.create_task(queue.run(work()))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not begun.is_set()
    await task
    assert begun.is_set()


async def test_work_that_fails_or_is_given_up_makes_room():
    queue = Queue(at_once=1)

    async def fails() -> None:
        raise ValueError

    async def waits() -> None:
        await asyncio.Event().wait()

    await asyncio.gather(queue.run(fails()), return_exceptions=True)
    task = asyncio.create_task(queue.run(waits()))
    await asyncio.sleep(0)
    waiting = waits()
    given_up = asyncio.create_task(queue.run(waiting))
    await asyncio.sleep(0)
    task.cancel()
    given_up.cancel()
    await asyncio.gather(task, given_up, return_exceptions=True)
    assert not queue.full


async def test_when_many_ask_everybody_is_told_and_then_answered(world):
    """Over the whole way: the queue is full for all but the first."""
    queue = world.env.bot.tree.queue = Queue(at_once=1)
    held = asyncio.Event()

    async def hold() -> None:
        await held.wait()

    holding = asyncio.create_task(queue.run(hold()))
    await asyncio.sleep(0)
    asked = [
        raw.emit(
            world.env,
            raw.COMMAND,
            world.channel.id,
            world.channel.guild.add_member(world.env.create_user(f"reader{number}")).id,
            raw.slash_data("paper find", query="agents"),
            in_guild=world.channel.guild.id,
        )
        for number in range(6)
    ]
    for _ in range(200):
        await asyncio.sleep(0)
    assert all(each.deferred for each in asked)
    held.set()
    await holding
    await world.env.settle()
    assert all(len(opens(each.response)) == 5 for each in asked)
