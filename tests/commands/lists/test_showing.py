"""What stands on a list: shown, searched, shared, renamed, deleted."""

from __future__ import annotations

import discord

from bot.paper.model import Paper
from bot.readers.lists import Status
from bot.readers.owner import Kind, Owner
from tests.support.reading import fields, opens, parts_of, text_of, walk

BALROG, A_MEM, WEBARENA = "2411.13543", "2502.12110", "2307.13854"


async def with_papers(world, person, *ids: str, name: str | None = None) -> None:
    for each in ids or (BALROG, A_MEM, WEBARENA):
        options = {"name": name} if name else {}
        await person.slash(world.channel, "list add", paper=each, **options)


async def shown(world, person, **options):
    return (await person.slash(world.channel, "list show", **options)).response


async def test_who_saved_nothing_is_told_how(world):
    assert "You haven't saved a paper yet. Press **Save**" in text_of(await shown(world, world.alice))


async def test_the_only_list_is_shown_at_once_and_leads_to_its_papers(world):
    await with_papers(world, world.alice)
    page = await shown(world, world.alice)
    assert page.ephemeral
    text = text_of(page)
    assert "**Saved** · 3 papers" in text
    assert all(title in text for title in ("WebArena", "A-MEM", "BALROG"))
    await world.alice.click(page, custom_id=opens(page)[0])
    assert text_of(page).startswith("## WebArena")
    await world.alice.click(page, label="Back")
    assert text_of(page) == text


async def test_several_lists_are_named(world):
    await with_papers(world, world.alice, BALROG)
    await world.alice.slash(world.channel, "list new", name="Other")
    page = await shown(world, world.alice)
    assert "- **Saved** · 1 paper" in text_of(page)
    await world.alice.click(page, label="Other")
    assert text_of(page).startswith("Nothing is on **Other** yet. Add papers with `/list add` and")


async def test_a_list_is_searched_in_the_search_language(world):
    await with_papers(world, world.alice)
    page = await shown(world, world.alice, query="memory agents")
    assert "A-MEM" in text_of(page)
    assert "**1. A-MEM" in text_of(page).replace("\\", ""), "best first"
    page = await shown(world, world.alice, query="after:2025")
    assert "A-MEM" in text_of(page)
    assert "BALROG" not in text_of(page)
    page = await shown(world, world.alice, query='title:"debate"')
    assert "No paper on this list matches." in text_of(page)


async def test_a_list_is_narrowed_to_a_status(world):
    await with_papers(world, world.alice)
    owner = Owner(Kind.PERSON, world.alice.id)
    (on,) = await world.services.lists.of(owner)
    line = await world.services.lists.line(on, BALROG, world.alice.id)
    await world.services.lists.read_to(line, Status.READ, world.alice.id)
    page = await shown(world, world.alice, status="read")
    assert "BALROG" in text_of(page)
    assert "A-MEM" not in text_of(page)


async def test_a_paper_that_the_catalog_lacks_stays_a_line(world):
    owner = Owner(Kind.PERSON, world.alice.id)
    paper = Paper(id="p-lost", title="A Paper That Nobody Has Any More")
    await world.services.lists.save(owner, [paper], by=world.alice.id)
    await with_papers(world, world.alice, BALROG)
    page = await shown(world, world.alice)
    assert "A Paper That Nobody Has Any More" in text_of(page)
    assert "not in my catalog" in text_of(page)
    assert "A Paper That Nobody" in text_of(await shown(world, world.alice, query="nobody paper"))


async def test_a_shared_copy_is_public_and_has_no_note(world):
    await with_papers(world, world.alice)
    form = await world.alice.slash(world.channel, "list note", paper="BALROG")
    await world.alice.submit_modal(form, fields(form, **{"Only you can read it": "hush, my secret thought"}))
    copy = (await world.alice.slash(world.channel, "list share", name="Saved")).response
    assert not copy.ephemeral
    assert f"**Saved** · 3 papers, shared by <@{world.alice.id}>" in text_of(copy)
    assert "secret" not in text_of(copy)
    (file,) = copy.attachments
    bibtex = (await file.read()).decode()
    assert bibtex.count("\n}") == 3
    assert "secret" not in bibtex


async def test_whoever_sees_a_shared_copy_saves_from_it_what_everybody_can_find(world):
    await with_papers(world, world.alice)
    owner = Owner(Kind.PERSON, world.alice.id)
    own = Paper(id="2501.99999", title="Only on my list")
    await world.services.lists.save(owner, [own], by=world.alice.id, records=[own.id])
    copy = (await world.alice.slash(world.channel, "list share", name="Saved")).response
    menu = next(part for part in walk(parts_of(copy)) if part["type"] == 3)
    offered = [option["value"] for option in menu["options"]]
    assert len(offered) == 3
    assert own.id not in offered
    saved = (await world.bob.select(copy, offered[:2], custom_id=menu["custom_id"])).response
    assert saved.ephemeral
    assert text_of(saved).startswith("Saved 2 papers to **Saved**.")


async def test_lists_are_renamed_and_deleted_with_a_question(world):
    await with_papers(world, world.alice)
    renamed = (await world.alice.slash(world.channel, "list rename", name="saved", to="Thesis")).response
    assert text_of(renamed) == "Renamed **Saved** to **Thesis**."
    asked = (await world.alice.slash(world.channel, "list delete", name="Thesis")).response
    assert text_of(asked) == "Delete **Thesis** with its 3 papers? You can't undo this."
    await world.alice.click(asked, label="Cancel")
    assert text_of(asked) == "Kept **Thesis**."
    form = await world.alice.slash(world.channel, "list note", paper=BALROG)
    await world.alice.submit_modal(form, fields(form, **{"Only you can read it": "x"}))
    asked = (await world.alice.slash(world.channel, "list delete", name="Thesis")).response
    assert text_of(asked) == "Delete **Thesis** with its 3 papers and 1 note? You can't undo this."
    await world.alice.click(asked, label="Delete it")
    assert text_of(asked) == "Deleted **Thesis**."
    assert await world.services.lists.of(Owner(Kind.PERSON, world.alice.id)) == []


async def test_a_paper_is_moved_and_removed_by_a_word_of_its_title(world):
    await with_papers(world, world.alice)
    await world.alice.slash(world.channel, "list new", name="Games")
    moved = await world.alice.slash(world.channel, "list move", paper="balrog", to="games", name="Saved")
    assert "Moved to **Games**." in text_of(moved.response)
    again = await world.alice.slash(world.channel, "list move", paper="balrog", to="games", name="Games")
    assert "It's on **Games** already." in text_of(again.response)
    gone = await world.alice.slash(world.channel, "list remove", paper="web", name="Saved")
    assert "Removed **WebArena" in text_of(gone.response)
    several = await world.alice.slash(world.channel, "list remove", paper="zzz", name="Saved")
    assert "“zzz” isn't on **Saved**." in text_of(several.response)


async def test_a_servers_list_is_deleted_by_who_made_it_or_manages_the_server(world):
    await world.alice.slash(world.channel, "list new", name="Group", place="server")
    refused = await world.bob.slash(world.channel, "list delete", name="Group", place="server")
    assert "To delete **Group** (this server's list) you need **Manage Server**" in text_of(refused.response)
    role = world.channel.guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    admin = world.channel.guild.add_member(world.env.create_user("ada"), roles=[role])
    for person in (admin, world.alice):
        asked = (await person.slash(world.channel, "list delete", name="Group", place="server")).response
        assert "You can't undo this." in text_of(asked)
    await world.alice.click(asked, label="Delete it")
    assert text_of(asked).startswith("Deleted **Group**")


async def test_to_a_list_of_another_place_add_is_named_which_works(world):
    await with_papers(world, world.alice)
    await world.alice.slash(world.channel, "list new", name="Group", place="server")
    refused = await world.alice.slash(world.channel, "list move", paper="balrog", to="group")
    assert (
        "“Group” is this server's list, and papers move among lists of one place. Put it there, too, with "
        "`/list add`, `name: Group` and `place: This server's lists`."
    ) in text_of(refused.response)
    await world.alice.slash(world.channel, "list add", paper=BALROG, name="Group", place="server")
    refused = await world.alice.slash(
        world.channel, "list move", paper="balrog", to="saved", name="Group", place="server"
    )
    assert "“Saved” is your own list" in text_of(refused.response)


async def test_names_and_papers_complete_while_typing(world):
    await with_papers(world, world.alice)
    await world.alice.slash(world.channel, "list new", name="Games")
    offered = await world.alice.autocomplete(world.channel, "list show", "name", "ga")
    assert [each["value"] for each in offered] == ["Games"]
    offered = await world.alice.autocomplete(world.channel, "list remove", "paper", "bal", name="Saved")
    assert [each["value"] for each in offered] == [BALROG]


async def test_privacy_knows_lists(world):
    await with_papers(world, world.alice)
    page = (await world.alice.slash(world.channel, "privacy show")).response
    assert "- 3 papers that you saved" in text_of(page)
    asked = (await world.alice.slash(world.channel, "privacy delete")).response
    await world.alice.click(asked, label="Delete it all")
    assert await world.services.lists.of(Owner(Kind.PERSON, world.alice.id)) == []
    assert await world.services.people.about(world.alice.id) == {}


async def test_hostile_titles_and_notes_fit_into_a_message(world):
    """Two long ids of one title, markdown, and a note of a thousand lines' breaks."""
    owner = Owner(Kind.PERSON, world.alice.id)
    papers = [Paper(id=f"{letter * 60}", title="*[" * 300) for letter in "abcde"]
    await world.services.lists.save(owner, papers, by=world.alice.id)
    (on,) = await world.services.lists.of(owner)
    for line in await world.services.lists.lines(on, world.alice.id):
        await world.services.lists.note(line, "x" + "_\n" * 490 + "y")
    page = await shown(world, world.alice)
    assert page.ephemeral
    assert "5 papers" in text_of(page)
    exported = await world.alice.slash(world.channel, "list export", format="markdown")
    assert exported.response.attachments
    shared = await world.alice.slash(world.channel, "list share", name="Saved")
    assert text_of(shared.response) == "There is no paper on **Saved** that I could show here."
