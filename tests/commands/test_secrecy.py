"""Nobody sees another's notes, names of lists, or what they follow: a whole run of use is searched."""

from __future__ import annotations

import pytest

from bot.readers.owner import Kind, Owner
from bot.views.layout import Notice
from tests.support.reading import buttons_of, fields, parts_of, text_of, walk
from tests.support.secrecy import MARK, leaks, notes_in, seen_by_others

BALROG, A_MEM, WEBARENA = "2411.13543", "2502.12110", "2307.13854"
THESIS, NOTE = f"{MARK} thesis", f"{MARK}: not convinced of *table 3*"
ALONE = {"Only you can read it": NOTE}


async def test_a_whole_run_of_use_tells_others_nothing(world):
    alice, bob, channel = world.alice, world.bob, world.channel

    async def run(command: str, person=alice, **options):
        await world.env.advance_time(5)  # nobody is quicker, for long
        return await person.slash(channel, command, **options)

    card = (await run("paper show", paper="BALROG")).response
    saved = (await alice.click(card, label="Save")).response
    form = await alice.click(saved, label="Add a note")
    await alice.submit_modal(form, fields(form, **ALONE))
    form = await alice.select(saved, ["new"], custom_id=menu(saved, "moveto"))
    await alice.submit_modal(form, fields(form, **{"Name of the list": THESIS}))
    await alice.select(saved, ["reading"], custom_id=menu(saved, "status"))
    for paper in (A_MEM, WEBARENA):
        await run("list add", paper=paper, name=THESIS)
    form = await run("list note", paper=A_MEM)
    await alice.submit_modal(form, fields(form, **ALONE))
    file = ("notes.csv", f"arxiv_id,note\n{WEBARENA},{NOTE}\n".encode())
    assert "1 note came along." in text_of((await run("list import", file=file, name=THESIS)).response)
    for form in ("bibtex", "ris", "csl-json", "csv", "jsonl", "markdown"):
        answer = (await run("list export", format=form, name=THESIS)).response
        assert answer.attachments, text_of(answer)
    page = (await run("list show", query="agents")).response
    await alice.click(page, custom_id=next(each["custom_id"] for each in every(page, "Open")))
    await alice.click(page, label="Back")
    await run("list new", name="Ours", place="server")
    for command, options in (
        ("list remove", {"paper": "zzz"}),
        ("list new", {"name": THESIS}),
        ("list delete", {"name": THESIS}),
        ("list move", {"paper": A_MEM, "to": "Saved"}),
        ("privacy show", {}),
        ("help", {}),
        ("paper for-me", {}),
        ("list show", {}),
        ("list show", {"status": "reading"}),
    ):
        await run(command, **options)
    line = (await run("list add", paper=WEBARENA)).response
    await alice.select(line, [await server_list(world)], custom_id=menu(line, "moveto"))
    for follow, options in (
        ("topic", {"topic": f"{MARK} agents"}),
        ("author", {"name": f"{MARK} Doe"}),
        ("saved", {"list": THESIS}),
    ):
        draft = (await run(f"follow {follow}", **options)).response
        if "Follow" in buttons_of(draft):
            await alice.click(draft, label="Follow")
    await run("follow show")
    await run("inbox show")
    # What others see meanwhile, of the same papers.
    for command, options in (
        ("paper show", {"paper": BALROG}),
        ("paper find", {"query": "agents"}),
        ("paper top", {}),
        ("paper cite", {"paper": BALROG}),
    ):
        await run(command, person=bob, **options)
    await alice.click(card, label="Save")
    await run("list share", name="Saved")
    await run("list share", name="Ours", place="server")
    shared = [text for _, text in seen_by_others(world.env)]
    assert any("shared by" in text for text in shared)
    assert any("WebArena" in text and "@" in text for text in shared), (
        "the file of a shared list is looked into, too"
    )
    assert NOTE in await notes_in(world.services.store)
    people = await world.services.people.about(alice.id)
    assert people, "what is private was kept"


@pytest.mark.parametrize("text", [f"Saved to **{THESIS}**", NOTE.replace("*", "\\*")])
async def test_what_would_tell_is_found(world, text):
    """In a new answer, a turned one, a message and a file."""
    channel = world.env.bot.get_channel(world.channel.id)
    message = await channel.send(view=Notice("fine"))
    assert leaks(world.env, []) == []
    await message.edit(view=Notice(text))
    assert leaks(world.env, [])
    world.env.http_requests.clear()


async def test_a_note_without_the_mark_is_found_by_the_state(world):
    lists, alice = world.services.lists, world.alice
    owner = Owner(Kind.PERSON, alice.id)
    paper = await world.services.library.paper(BALROG)
    on = (await lists.save(owner, [paper], by=alice.id)).on
    (line,) = await lists.lines(on, alice.id)
    await lists.note(line, "nobody's business")
    await world.env.bot.get_channel(world.channel.id).send(view=Notice("It is nobody's business."))
    assert leaks(world.env, await notes_in(world.services.store))
    world.env.http_requests.clear()


def menu(message, begins: str) -> str:
    menus = (part for part in walk(parts_of(message)) if part["type"] == 3)
    return str(next(part["custom_id"] for part in menus if part["custom_id"].startswith(f"p1:{begins}")))


def every(message, label: str):
    return (part for part in walk(parts_of(message)) if part.get("label") == label)


async def server_list(world) -> str:
    (on,) = await world.services.lists.of(Owner(Kind.SERVER, world.channel.guild.id))
    return str(on.id)
