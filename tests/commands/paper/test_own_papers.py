"""What people write with `/paper add` is found where they wrote it, and never in another server's posts."""

from __future__ import annotations

from contextlib import closing

import discord
import pytest

from bot.catalog import file
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from tests.daily.examples import feed_in, posts
from tests.state.examples import keep_as_before
from tests.support import paper_server as faults
from tests.support.paper_server import entry
from tests.support.reading import text_of

TITLE = "Negotiation agents of the year"
OURS = "@misc{x, title={%s}, abstract={%s}, date={2099-01-01}}"


@pytest.fixture
def settings(settings, server):
    return settings.model_copy(update={"hugging_face_endpoint": server.url, "arxiv_endpoint": server.url})


@pytest.fixture
def admin(world):
    return admin_of(world, world.channel.guild)


def admin_of(world, guild):
    role = guild.create_role(
        "Admins", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
    )
    return guild.add_member(world.env.create_user("admin"), roles=[role])


async def said(world, who, command, channel=None, **options):
    return text_of((await who.slash(channel or world.channel, command, **options)).response)


def paper_id(title=TITLE):
    return own_id(title_key(title))


async def test_a_strangers_text_is_in_no_search_of_another_server_and_in_no_post(world, admin):
    stranger = world.env.create_user("stranger")
    added = text_of((await stranger.slash("paper add", reference=OURS % (TITLE, "Negotiation."))).response)
    assert "Added from your BibTeX." in added
    assert "2099" not in added, "a date to come is unknown"
    assert f"{TITLE}**" not in await said(world, world.alice, "paper find", query=TITLE)
    assert TITLE not in await said(world, world.alice, "paper recent")
    assert TITLE not in await said(world, world.alice, "paper show", paper=paper_id())
    assert await world.services.library.paper(paper_id()) is None
    daily = world.channel.guild.create_text_channel("daily")
    await feed_in(world, daily, topic="negotiation")
    await world.env.advance_time(8 * 3600 + 60)
    (post,) = posts(daily)
    assert TITLE not in text_of(world.env.backend.get_message(daily.id, post.id))
    await world.restart()
    assert f"{TITLE}**" not in await said(world, world.alice, "paper find", query=TITLE)


async def test_who_wrote_it_finds_it_by_id_and_by_title(world, admin):
    await said(world, admin, "paper add", reference=OURS % (TITLE, "The lab's words."))
    for command, options in (
        ("paper show", {"paper": paper_id()}),
        ("paper show", {"paper": TITLE.upper()}),
        ("paper find", {"query": TITLE}),
        ("paper cite", {"paper": TITLE}),
    ):
        assert TITLE in await said(world, world.alice, command, **options), command
    assert "negotiation" in (await said(world, world.alice, "paper similar", paper=TITLE)).lower()


@pytest.mark.parametrize("title", ["Zorblax", "Zorblax of pears", "Agents", "Negotiation agents"])
async def test_a_short_title_of_ones_own_is_that_paper(world, admin, title):
    await said(world, admin, "paper add", reference=OURS % (title, "The lab's words."))
    assert (await said(world, world.alice, "paper show", paper=title)).startswith(f"## {title}")


async def test_two_servers_texts_of_one_title_do_not_overwrite_each_other(world, admin):
    other = world.env.create_guild("Another group")
    there = other.create_text_channel("papers")
    other_admin = admin_of(world, other)
    await said(world, admin, "paper add", reference=OURS % (TITLE, "The lab's words."))
    await said(world, other_admin, "paper add", there, reference=OURS % (TITLE, "The others' words."))
    here_said = await said(world, world.alice, "paper show", paper=paper_id())
    there_said = await said(world, other_admin, "paper show", there, paper=paper_id())
    assert "The lab's words." in here_said
    assert "The others' words." in there_said


async def test_of_an_entry_whose_id_a_source_knows_nothing_of_the_persons_text_is_kept(world, admin, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness", summary="By arXiv.")
    written = "@misc{x, title={Buy now}, abstract={Spam.}, keywords={spam}, eprint={2608.19880}}"
    shown = await said(world, admin, "paper add", reference=written)
    assert "## EnvHarness" in shown
    assert "Spam" not in shown
    kept = await world.services.library.paper("2608.19880")
    assert (kept.title, kept.abstract, kept.keywords) == ("EnvHarness", "By arXiv.", ())
    harvests = await world.services.added.all()
    assert all("pam" not in each.model_dump_json() for harvest in harvests for each in harvest.papers)


async def test_an_entry_written_while_no_source_answers_gives_way_when_one_does(world, admin, server):
    server.always = faults.status(403)
    written = "@misc{x, title={Our words}, eprint={2608.19880}}"
    assert "Added from your BibTeX." in await said(world, admin, "paper add", reference=written)
    assert "Our words" in await said(world, world.alice, "paper show", paper="2608.19880")
    server.always = None
    await world.env.advance_time(60)  # arXiv is asked once in three seconds
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    assert "## EnvHarness" in await said(world, admin, "paper add", reference="2608.19880")
    assert "## EnvHarness" in await said(world, world.alice, "paper show", paper="2608.19880")


async def test_what_an_older_version_kept_is_found_by_its_id_and_never_picked(world, admin):
    spam = Paper(id=paper_id(), title=TITLE, abstract="Negotiation.", published="2099-01-01")
    await keep_as_before(world.services.store, world.services.clock, spam)
    await world.restart()
    assert TITLE in await said(world, world.alice, "paper show", paper=paper_id())
    assert f"{TITLE}**" not in await said(world, world.alice, "paper find", query=TITLE)
    assert TITLE not in await said(world, world.alice, "paper recent")


async def test_an_older_versions_paper_is_asked_for_again_and_then_comes_from_the_source(
    world, server
) -> None:
    old = Paper(id="2608.19880", title="As somebody wrote it")
    await keep_as_before(world.services.store, world.services.clock, old)
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    await world.services.fetch_added_before()
    assert (await world.services.library.paper("2608.19880")).title == "EnvHarness"
    assert await world.services.added.arxiv_ids_from_before(10) == []


# Hiding


BALROG = "2411.13543"


async def test_an_admin_hides_a_paper_in_that_server_alone(world, admin):
    hidden = (await admin.slash(world.channel, "settings hide", paper=BALROG)).response
    assert text_of(hidden).startswith("Hidden in this server: **BALROG")
    title = "BALROG: Benchmarking"
    assert "have hidden that paper" in await said(world, world.alice, "paper show", paper=BALROG)
    for command, options in (
        ("paper find", {"query": "BALROG benchmarking agentic games"}),
        ("paper recent", {}),
        ("paper day", {}),
        ("paper trending", {"period": "month"}),
        ("paper similar", {"paper": "2307.13854"}),
    ):
        assert title not in await said(world, world.alice, command, **options), command
    carol = world.env.create_user("carol")
    assert title in text_of((await carol.slash("paper show", paper=BALROG)).response)


async def test_no_daily_paper_brings_what_is_hidden(world, admin):
    first = await feed_in(world, world.channel)
    await world.env.advance_time(8 * 3600 + 60)
    (post,) = posts(world.channel)
    other = world.channel.guild.create_text_channel("more-papers")
    had = await world.services.library.read(
        lambda connection: connection.execute("SELECT id FROM papers").fetchall()
    )
    shown = next(row["id"] for row in had if row["id"] in str(post.components))
    await admin.slash(world.channel, "settings hide", paper=shown)
    await feed_in(world, other, at=first.plan.at)
    await world.env.advance_time(24 * 3600)
    (again,) = posts(other)
    assert shown not in str(again.components)


async def test_no_preview_and_no_outlook_brings_what_is_hidden(world, admin):
    await feed_in(world, world.channel, topic="web agents")

    async def foretold():
        preview = await admin.slash(world.channel, "daily preview")
        return [text_of(preview.response), *(text_of(each) for each in preview.followups)]

    post, outlook = await foretold()
    assert "## Paper of the day" in post
    assert "**2 from the archive**.\n-# 2 papers on this topic" in outlook
    everything = await world.services.library.recent(100)
    (told,) = [paper for paper in everything if paper.title in post]
    await admin.slash(world.channel, "settings hide", paper=told.id)
    post, outlook = await foretold()
    assert told.title not in post
    assert "**1 from the archive**.\n-# 1 paper on this topic" in outlook


async def test_of_two_papers_that_are_meant_the_hidden_one_is_left_out(world, admin):
    await admin.slash(world.channel, "settings hide", paper=BALROG)
    shown = await said(world, world.alice, "paper show", paper=f"{BALROG} or 2307.13854")
    assert shown.startswith("## WebArena")
    assert "have hidden that paper" in await said(world, world.alice, "paper show", paper=f"see {BALROG}")


async def test_hiding_is_undone_at_once_or_from_the_list(world, admin):
    hidden = (await admin.slash(world.channel, "settings hide", paper=BALROG)).response
    shown = await admin.click(hidden, label="Undo")
    assert "Shown again in this server" in text_of(shown.response)
    assert "BALROG" in await said(world, world.alice, "paper show", paper=BALROG)
    for _ in range(2):
        hidden = (await admin.slash(world.channel, "settings hide", paper=BALROG)).response
    assert text_of(hidden).startswith("Already hidden in this server: **BALROG")
    by_title = (await admin.slash(world.channel, "settings hide", paper="BALROG")).response
    assert text_of(by_title).startswith("Already hidden in this server: **BALROG")
    await admin.click(by_title, label="Show again")
    await admin.slash(world.channel, "settings hide", paper=BALROG)
    listed = (await admin.slash(world.channel, "settings hidden")).response
    assert "1 paper" in text_of(listed)
    emptied = await admin.click(listed, label="Show again")
    assert "No paper is hidden" in text_of(emptied.response)
    assert "BALROG" in await said(world, world.alice, "paper show", paper=BALROG)


# The catalog of before


def test_a_catalog_of_before_loses_what_people_wrote_and_dates_to_come(tmp_path):
    path = tmp_path / "catalog.db"
    with closing(file.open_for_writing(path)) as database:
        connection = database
        connection.execute("DROP TABLE removed")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_persons_text'")
        insert = (
            "INSERT INTO papers (id, title, abstract, keywords, published, year, own_id, provenance)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        rows = [
            ("pb-0", "Spam", "Spam.", "[]", "2099-01-01", 2099, "pb-0", "pp-p---------"),
            ("2411.00001", "Known", "Spam.", '["spam"]', "2024-11-01", 2024, "pb-1", "ap-a-------p-"),
            ("x1", "From a file", "", "[]", "2099-01-01", 2099, "pb-2", "f--f---------"),
        ]
        connection.executemany(insert, rows)
        connection.execute(
            "INSERT INTO papers_fts (rowid, title, authors, abstract, keywords)"
            " SELECT number, title, authors, abstract, keywords FROM papers"
        )
        connection.commit()
    with closing(file.open_for_writing(path)) as database:
        left = database.execute(
            "SELECT id, abstract, keywords, published, year, provenance FROM papers ORDER BY id"
        ).fetchall()
        found = database.execute("SELECT count(*) FROM papers_fts WHERE papers_fts MATCH 'spam'")
        assert found.fetchone() == (0,)
    assert left == [
        ("2411.00001", "", "[]", "2024-11-01", 2024, "a--a---------"),
        ("x1", "", "[]", None, None, "f--f---------"),
    ]
