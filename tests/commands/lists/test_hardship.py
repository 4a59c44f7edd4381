"""Lists amid hostile files, hidden papers, deletions and two people at once."""

from __future__ import annotations

import gzip
import json
import lzma
import tracemalloc
from typing import Any

import discord
import pytest

from bot.paper.harvest import Harvest, Origin
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.readers.owner import Kind, Owner
from tests.support.reading import fields, parts_of, text_of, walk

BALROG, A_MEM = "2411.13543", "2502.12110"


async def listed(world: Any, person: Any, command: str, **options: Any) -> Any:
    return (await person.slash(world.channel, f"list {command}", **options)).response


async def imported(world: Any, person: Any, file: str, data: bytes, **options: Any) -> str:
    return text_of(await listed(world, person, "import", file=(file, data), **options))


def me(person: Any) -> Owner:
    return Owner(Kind.PERSON, person.id)


async def hide(world: Any, paper_id: str) -> None:
    paper = await world.services.library.paper(paper_id)
    await world.services.hidden.hide(world.channel.guild.id, paper)


def values(message: Any, begins: str) -> list[dict[str, Any]]:
    menus = [part for part in walk(parts_of(message)) if part["type"] == 3]
    found: list[dict[str, Any]] = next(m for m in menus if m["custom_id"].startswith(f"p1:{begins}"))[
        "options"
    ]
    return found


# Files


def bomb_of_abstracts() -> bytes:
    line = json.dumps({"title": "T {n}", "abstract": "word " * 400_000})
    return gzip.compress("".join(line.replace("{n}", str(n)) + "\n" for n in range(60)).encode(), mtime=0)


def bomb_with_a_large_dictionary() -> bytes:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 256 * 2**20}]
    return lzma.compress(b'{"title": "A Paper"}\n', filters=filters)


async def test_a_packed_file_takes_no_more_memory_than_its_limit(world):
    bomb = bomb_of_abstracts()
    tracemalloc.start()
    text = await imported(world, world.alice, "bomb.jsonl.gz", bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "more than 64 MB unpacked: split it." in text
    assert peak < 200 * 2**20
    owner = me(world.alice)
    for on in await world.services.lists.of(owner):
        records = await world.services.lists.records(await world.services.lists.lines(on, owner.id))
        assert all(len(paper.abstract) <= 20_000 for paper in records.values())


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv.xz", lzma.compress(b"title\n" + b"a" * 200_000_000), "more than 64 MB unpacked: split it."),
        ("a.jsonl.xz", bomb_with_a_large_dictionary(), "too much memory to unpack"),
        ("a.jsonl.xz", b"", "I can't read that file"),
    ],
    ids=["one line", "dictionary", "nothing"],
)
async def test_what_cannot_be_unpacked_is_said_in_a_sentence(world, name, data, says):
    text = await imported(world, world.alice, name, data)
    assert says in text
    assert "--" not in text
    assert "catalog" not in text


async def test_what_was_read_before_the_damage_is_kept(world):
    lines = "".join(f'{{"title": "Paper Number {n} of Many", "year": 2001}}\n' for n in range(1_500))
    packed = gzip.compress(lines.encode(), mtime=0)[:-9]
    text = await imported(world, world.alice, "cut.jsonl.gz", packed)
    assert text.startswith("Imported 1,")
    assert "I couldn't read the rest." in text


async def test_several_streams_and_what_follows_them_are_one_file(world):
    one, two = (lzma.compress(f'{{"title": "Stream {n} of Two"}}\n'.encode()) for n in (1, 2))
    text = await imported(world, world.alice, "two.jsonl.xz", one + b"\0" * 8 + two + b"not packed")
    assert text.startswith("Imported 2 papers")


async def test_a_second_import_counts_what_is_new(world):
    data = b'{"title": "A Paper Nobody Else Has"}\n{"title": "BALROG", "id": "2411.13543"}\n'
    first = await imported(world, world.alice, "a.jsonl", data)
    assert first.startswith("Imported 2 papers to **Saved**. 1 of them isn't in my catalog")
    papers = [Paper(id="pb-0123456789abcdef", title="Another")]
    lists, owner = world.services.lists, me(world.bob)
    await lists.save(owner, papers, by=world.bob.id)
    known = await world.services.library.paper(BALROG)
    await lists.save(owner, [known], by=world.bob.id)
    again = await imported(world, world.bob, "a.jsonl", data)
    assert again.startswith("Imported 1 paper to **Saved**. 1 other had been saved before. 1 of them isn't")


async def test_nothing_new_is_said(world):
    await world.services.lists.save(
        me(world.bob), [Paper(id="reeds-and-water", title="A B")], by=world.bob.id
    )
    text = await imported(world, world.bob, "a.jsonl", b'{"title": "A B", "id": "reeds-and-water"}\n')
    assert text.startswith("Nothing new in that file. 1 paper had been saved before.")


# Hidden papers


async def test_a_hidden_paper_comes_onto_no_list_of_the_server_and_into_no_public_answer(world):
    await world.alice.slash(world.channel, "list new", name="Next", place="server")
    answer = (await world.alice.slash(world.channel, "list add", paper=BALROG)).response
    await world.alice.slash(world.channel, "list add", paper=BALROG, name="Next", place="server")
    await world.alice.slash(world.channel, "list add", paper=A_MEM, name="Next", place="server")
    options = {each["label"]: each["value"] for each in values(answer, "moveto")}
    await hide(world, BALROG)
    menu = next(
        part["custom_id"]
        for part in walk(parts_of(answer))
        if part["type"] == 3 and part["custom_id"].startswith("p1:moveto")
    )
    refused = await world.alice.select(answer, [options["Server: Next"]], custom_id=menu)
    assert text_of(refused.response) == "This server's admins have hidden that paper."
    shown = text_of(await listed(world, world.bob, "show", name="Next", place="server"))
    assert "1 paper" in shown
    assert "BALROG" not in shown
    bib = b"@misc{two, title={BALROG: Benchmarking}, eprint={2411.13543}, archivePrefix={arXiv}}"
    text = await imported(world, world.alice, "a.bib", bib, name="Next", place="server")
    assert "hidden all papers of that file" in text
    copy = await listed(world, world.alice, "share", name="Saved")
    assert text_of(copy) == "There is no paper on **Saved** that I could show here."
    mine = text_of(await listed(world, world.alice, "show", name="Saved"))
    assert "BALROG" in mine, "who saved it keeps the line"


async def test_what_one_server_wrote_changes_no_list_elsewhere(world):
    owner, title = me(world.bob), "Reply to the Comment"
    own = own_id(title_key(title))
    mine = Paper(id=own, title=title, authors=("Bob B.",), year=1999, doi="10.1000/mine")
    await world.services.lists.save(owner, [mine], by=world.bob.id, records=[own])
    written = Paper(id=own, title=title, authors=("Somebody Else",), year=2020)
    await world.services.written.keep(Owner(Kind.SERVER, world.channel.guild.id), written)
    await world.alice.slash(world.channel, "list add", paper=title)
    await listed(world, world.alice, "show")
    await listed(world, world.bob, "show")
    (on,) = await world.services.lists.of(owner)
    lines = await world.services.lists.lines(on, world.bob.id)
    assert await world.services.lists.records(lines) == {own: mine}


async def test_a_paper_of_a_list_alone_leads_to_the_catalog_once_that_has_it(world):
    owner, title = me(world.alice), "A Paper That Comes Later"
    own = own_id(title_key(title))
    paper = Paper(id=own, title=title, authors=("Ann Author",), year=2024)
    await world.services.lists.save(owner, [paper], by=world.alice.id, records=[own])
    assert "not in my catalog" in text_of(await listed(world, world.alice, "show"))
    arrived = Paper(id="2409.01234", title=title, authors=("Ann Author",), year=2024)
    await world.services.library.merge(Harvest(Origin.ARXIV, (arrived,)))
    page = await listed(world, world.alice, "show")
    assert "not in my catalog" not in text_of(page)
    (on,) = await world.services.lists.of(owner)
    (line,) = await world.services.lists.lines(on, world.alice.id)
    assert (line.paper_id, line.recorded) == ("2409.01234", False)


# Two at once


async def test_of_two_notes_written_at_once_none_is_lost(world):
    await world.alice.slash(world.channel, "list new", name="Next", place="server")
    await world.alice.slash(world.channel, "list add", paper=BALROG, name="Next", place="server")
    forms = [
        await person.slash(world.channel, "list note", paper="balrog", name="Next", place="server")
        for person in (world.alice, world.bob)
    ]
    label = "Everybody in this server can read it"
    first = await world.alice.submit_modal(forms[0], fields(forms[0], **{label: "from Alice"}))
    assert "Noted on **Next** (this server's list)." in text_of(first.response)
    second = await world.bob.submit_modal(forms[1], fields(forms[1], **{label: "from *Bob*"}))
    text = text_of(second.response)
    assert second.response.ephemeral
    assert "It says now:\n> from Alice" in text
    assert "What you wrote:\n> from \\*Bob\\*" in text


async def test_a_list_deleted_meanwhile_takes_nothing(world):
    await world.alice.slash(world.channel, "list new", name="A")
    await world.alice.slash(world.channel, "list new", name="B")
    answer = await listed(world, world.alice, "add", paper=BALROG, name="A")
    options = {each["label"]: each["value"] for each in values(answer, "moveto")}
    asked = await listed(world, world.alice, "delete", name="B")
    await world.alice.click(asked, label="Delete it")
    menu = next(
        part["custom_id"]
        for part in walk(parts_of(answer))
        if part["type"] == 3 and part["custom_id"].startswith("p1:moveto")
    )
    gone = await world.alice.select(answer, [options["B"]], custom_id=menu)
    assert text_of(gone.response).startswith("That list is gone.")
    assert "BALROG" in text_of(await listed(world, world.alice, "show"))


# What is shown


async def test_the_servers_list_is_shown_where_it_is_the_only_one(world):
    await world.alice.slash(world.channel, "list add", paper=BALROG, place="server")
    shown = await listed(world, world.bob, "show")
    assert "**Reading list** (this server's list) · 1 paper" in text_of(shown)


async def test_a_title_that_prints_as_nothing_has_a_name_all_the_same(world):
    paper = Paper(id="pb-0123456789abcdef", title="\\emph{ }")
    await world.services.lists.save(me(world.alice), [paper], by=world.alice.id)
    page = await listed(world, world.alice, "show")
    assert [each["label"] for each in values(page, "lines")] == ["Untitled"]


async def test_the_menu_of_lists_has_the_current_one_and_the_servers(world):
    for number in range(30):
        await world.services.lists.make(me(world.alice), f"List {number}")
    await world.alice.slash(world.channel, "list new", name="Ours", place="server")
    answer = await listed(world, world.alice, "add", paper=BALROG, name="List 29")
    options = values(answer, "moveto")
    assert (options[0]["label"], options[0]["default"]) == ("List 29", True)
    assert options[-2]["label"] == "Server: Ours"
    assert options[-1]["label"] == "New list…"
    assert len(options) == 25
    theirs = await listed(world, world.alice, "add", paper=A_MEM, name="Ours", place="server")
    own = next(each for each in values(theirs, "moveto") if each["label"].startswith("List"))
    assert own["description"] == "Adds it to your own list, too"


async def test_a_paper_added_to_a_named_list_is_shown_there(world):
    await world.alice.slash(world.channel, "list new", name="A")
    await world.alice.slash(world.channel, "list new", name="B")
    await world.alice.slash(world.channel, "list add", paper=BALROG, name="B")
    added = await listed(world, world.alice, "add", paper=BALROG, name="A")
    assert "Saved to your list **A**." in text_of(added)
    again = await listed(world, world.alice, "add", paper=BALROG, name="A")
    assert "Already on your list **A**." in text_of(again)


async def test_a_page_past_the_end_of_a_search_is_the_last_one(world):
    papers = (await world.services.library.find("agents", limit=8)).hits
    owner = me(world.alice)
    on = (await world.services.lists.save(owner, [hit.paper for hit in papers], by=world.alice.id)).on
    page = await listed(world, world.alice, "show", query="agents")
    turn = next(
        part["custom_id"]
        for part in walk(parts_of(page))
        if part["type"] == 2 and part.get("custom_id", "").startswith("p1:list") and not part.get("disabled")
    )
    for line in (await world.services.lists.lines(on, owner.id))[3:]:
        await world.services.lists.remove(line)
    await world.alice.click(page, custom_id=turn)
    assert "No paper on this list matches" not in text_of(page)
    assert "**1. " in text_of(page)


async def test_one_chosen_paper_that_has_left_the_catalog_costs_that_one_only(world):
    response = (await world.alice.slash(world.channel, "paper find", query="agents")).response
    options = [each["value"] for each in values(response, "savesome")]
    await world.services.library.take_out({options[0]: options[0]})
    menu = next(part["custom_id"] for part in walk(parts_of(response)) if part["type"] == 3)
    answer = (await world.bob.select(response, options[:3], custom_id=menu)).response
    assert text_of(answer).startswith("Saved 2 papers to **Saved**.")


async def test_sharing_in_a_thread_needs_the_right_to_write_there(world):
    await world.alice.slash(world.channel, "list add", paper=BALROG)
    for allowed in (True, False):
        rules = discord.PermissionOverwrite(send_messages=not allowed, send_messages_in_threads=allowed)
        guild = world.channel.guild
        channel = guild.create_text_channel(f"allowed-{allowed}", overwrites={guild.default_role: rules})
        await world.env.settle()
        kind = discord.ChannelType.public_thread
        await world.env.bot.get_channel(channel.id).create_thread(name="Reading", type=kind)
        (thread,) = channel.threads
        text = text_of((await world.alice.slash(thread, "list share", name="Saved")).response)
        says = "shared by <@" if allowed else "You need **Send Messages in Threads** in this channel"
        assert says in text
