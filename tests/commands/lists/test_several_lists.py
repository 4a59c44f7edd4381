"""Several lists: which one is meant, what all of them have, and where a server's begin."""

from __future__ import annotations

import discord
import pytest

from bot.readers.owner import Kind, Owner
from tests.support.reading import buttons_of, fields, opens, parts_of, text_of, walk

BALROG, A_MEM, WEBARENA = "2411.13543", "2502.12110", "2307.13854"
HERE = "`place: This server's lists`"


async def said(world, person, command: str, **options) -> str:
    return text_of((await person.slash(world.channel, f"list {command}", **options)).response)


async def shown(world, person, **options):
    return (await person.slash(world.channel, "list show", **options)).response


async def two_lists(world, person) -> None:
    """BALROG on A, A-MEM on B, WebArena on both; B is the one last saved to."""
    for name, papers in (("A", (BALROG, WEBARENA)), ("B", (WEBARENA, A_MEM))):
        await person.slash(world.channel, "list new", name=name)
        for paper in papers:
            await person.slash(world.channel, "list add", paper=paper, name=name)


# Whose list


async def test_who_makes_a_servers_list_is_told_the_options_that_lead_there(world):
    made = await said(world, world.alice, "new", name="ours", place="server")
    assert made.endswith(f"Add papers with `/list add`, `name: ours` and {HERE}.")
    empty = await said(world, world.alice, "show", place="server")
    assert empty.endswith(f"Add papers with `/list add`, `name: ours` and {HERE}.")
    own = await said(world, world.alice, "new", name="mine")
    assert own == "Made **mine**. Add papers with `/list add`, or press **Save** on any paper."


async def test_where_there_is_no_list_the_right_one_is_offered(world):
    answer = await said(world, world.alice, "show", place="server")
    assert answer == f"This server has no list yet. Make one with `/list new` and {HERE}."
    answer = await said(world, world.alice, "remove", paper="x")
    assert answer.startswith("You have no list yet. Press **Save** on any paper, or make a list with")


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("rename", {"to": "x"}),
        ("delete", {}),
        ("note", {"paper": "x"}),
        ("export", {"format": "csv"}),
        ("share", {}),
        ("add", {"paper": BALROG}),
    ],
)
async def test_a_name_that_only_the_other_place_has(world, command, options):
    await world.alice.slash(world.channel, "list new", name="ours", place="server")
    await world.alice.slash(world.channel, "list new", name="mine")
    answer = await said(world, world.alice, command, name="ours", **options)
    assert answer == "“ours” is this server's list: add `place: This server's lists`."
    answer = await said(world, world.alice, command, name="mine", place="server", **options)
    assert answer == "“mine” is your own list: leave `place` out."


async def test_a_list_is_shown_by_its_name_wherever_it_is(world):
    await world.alice.slash(world.channel, "list new", name="Ours", place="server")
    assert (await said(world, world.alice, "show", name="ours")).startswith(
        "Nothing is on **Ours** (this server's list)"
    )
    await world.alice.slash(world.channel, "list new", name="ours")
    assert (await said(world, world.alice, "show", name="ours")).startswith("Nothing is on **ours** yet")
    assert "this server's list" in await said(world, world.alice, "show", name="ours", place="server")


async def test_a_slip_in_the_name_of_a_list_is_named(world):
    await world.alice.slash(world.channel, "list new", name="Reading")
    await world.alice.slash(world.channel, "list new", name="Robots", place="server")
    for command, options in (("show", {}), ("delete", {}), ("add", {"paper": BALROG})):
        answer = await said(world, world.alice, command, name="readnig", **options)
        assert answer.startswith("You have no list called “readnig”. Did you mean **Reading**?")
    answer = await said(world, world.alice, "show", name="robot", place="server")
    assert answer.startswith("This server has no list called “robot”. Did you mean **Robots**?")
    answer = await said(world, world.alice, "show", name="zebra")
    assert answer.startswith("You have no list called “zebra”. See the lists with")
    follow = (await world.alice.slash(world.channel, "follow saved", list="readnig")).response
    assert "Did you mean **Reading**?" in text_of(follow)


async def test_the_name_of_another_list_leads_there(world):
    await two_lists(world, world.alice)
    for command, options in (("new", {"name": " a "}), ("rename", {"name": "B", "to": "A"})):
        answer = (await world.alice.slash(world.channel, f"list {command}", **options)).response
        assert text_of(answer) == "There is **A** already. Choose another name."
        await world.alice.click(answer, label="Show list")
        assert "**A** · 2 papers" in text_of(answer)
    assert await said(world, world.alice, "rename", name="a", to="A") == "It's called **A** already."
    assert await said(world, world.alice, "rename", name="a", to="a") == "Renamed **A** to **a**."


# Which of them has the paper


async def test_a_paper_is_found_on_whichever_list_has_it(world):
    await two_lists(world, world.alice)
    assert "from **A**." in await said(world, world.alice, "remove", paper="balrog")
    assert "Moved to **A**." in await said(world, world.alice, "move", paper=A_MEM, to="A")


async def test_a_paper_on_several_lists_is_asked_about(world):
    await two_lists(world, world.alice)
    answer = await said(world, world.alice, "remove", paper="webarena")
    assert answer.startswith("“WebArena")
    assert answer.endswith("” is on **A**, **B**: choose one of them in `name`.")
    assert "from **A**." in await said(world, world.alice, "remove", paper="webarena", name="A")


async def test_where_no_list_has_it_the_lists_are_named(world):
    await two_lists(world, world.alice)
    answer = await said(world, world.alice, "remove", paper="zzz")
    assert answer == "“zzz” isn't on any of your lists. Type a few words of its title and choose it."
    answer = await said(world, world.alice, "note", paper=BALROG, name="B")
    assert answer.startswith(f"“{BALROG}” isn't on **B**. Type a few words")
    assert answer.endswith("or choose another list in `name`.")
    answer = await said(world, world.alice, "remove", paper="a")
    assert answer.startswith("3 papers on your lists match “a”.")


async def test_papers_of_all_lists_complete_while_typing(world):
    await two_lists(world, world.alice)
    offered = await world.alice.autocomplete(world.channel, "list remove", "paper", "")
    assert sorted(each["value"] for each in offered) == sorted((BALROG, A_MEM, WEBARENA))


# What all of them have


async def test_all_lists_are_searched_where_none_is_named(world):
    await two_lists(world, world.alice)
    await world.alice.slash(world.channel, "list new", name="ours", place="server")
    await world.bob.slash(world.channel, "list add", paper=BALROG, name="ours", place="server")
    page = await shown(world, world.alice, query="balrog")
    assert page.ephemeral
    assert "**All lists** (3) · 1 matches “balrog”" in text_of(page)
    assert "on **A**, **ours** (this server's list)" in text_of(page)
    assert "on **A**" in text_of(await shown(world, world.alice, query="balrog", place="mine"))
    assert "**This server's lists**" not in text_of(page)
    nothing = text_of(await shown(world, world.alice, query="year:1999"))
    assert nothing.endswith("No paper on these lists matches. See them with `/list show`.")


async def test_a_status_is_looked_for_on_all_lists(world):
    await two_lists(world, world.alice)
    page = await shown(world, world.alice, status="to read")
    text = text_of(page)
    assert text.count("WebArena: A Realistic") == 1, "on two lists, shown once"
    assert "on **A**, **B**" in text
    menu = next(part for part in walk(parts_of(page)) if part["type"] == 3)
    chosen = next(each for each in menu["options"] if each["label"].startswith("BALROG"))
    line = (await world.alice.select(page, [chosen["value"]], custom_id=menu["custom_id"])).response
    assert "On **A**." in text_of(line)
    await world.alice.click(page, custom_id=opens(page)[0])
    await world.alice.click(page, label="Back")
    assert text_of(page) == text


async def test_a_newcomer_who_looks_for_a_status_is_told_how_to_save(world):
    assert "You haven't saved a paper yet." in await said(world, world.alice, "show", status="reading")


async def test_a_search_without_a_match_leads_to_the_whole_list(world):
    await world.alice.slash(world.channel, "list add", paper=BALROG)
    page = await shown(world, world.alice, query="year:1999")
    assert "No paper on this list matches." in text_of(page)
    await world.alice.click(page, label="Show list")
    assert "**1. BALROG" in text_of(page)


# A paper that is typed


async def test_a_part_of_a_title_offers_papers_that_go_onto_the_chosen_list(world):
    await two_lists(world, world.alice)
    answer = (await world.alice.slash(world.channel, "list add", paper="agents memory", name="A")).response
    assert text_of(answer).startswith("Which paper do you mean by “agents memory”?")
    assert set(buttons_of(answer)) == {"Save"}
    mem = next(part for part in walk(parts_of(answer)) if part.get("custom_id", "").endswith(A_MEM))
    saved = (await world.alice.click(answer, custom_id=mem["custom_id"])).response
    assert "Saved to your list **A**." in text_of(saved)


async def test_a_chosen_paper_makes_a_servers_first_list(world):
    add = {"paper": "agents memory", "place": "server"}
    answer = (await world.alice.slash(world.channel, "list add", **add)).response
    assert await world.services.lists.of(Owner(Kind.SERVER, world.channel.guild.id)) == []
    first = next(part for part in walk(parts_of(answer)) if part.get("label") == "Save")
    saved = (await world.alice.click(answer, custom_id=first["custom_id"])).response
    assert "Saved to **Reading list** (this server's list)." in text_of(saved)
    assert await world.services.lists.of(Owner(Kind.PERSON, world.alice.id)) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2401.00001", "I don't have `2401.00001`"),
        ("https://example.com", "example.com"),
        ("🤖", "I couldn't find a paper called “🤖”."),
        ("BALROG", "Saved to your list **Saved**."),
    ],
)
async def test_what_is_typed_is_understood_as_everywhere(world, typed, says):
    answer = await said(world, world.alice, "add", paper=typed)
    assert says in answer
    if "Saved" not in says:
        shows = (await world.alice.slash(world.channel, "paper show", paper=typed)).response
        assert answer == text_of(shows)


# Who may change a server's list


async def test_editors_are_chosen_later(world):
    guild = world.channel.guild
    role = guild.create_role("Readers")
    await world.alice.slash(world.channel, "list new", name="ours", place="server")
    refused = await said(world, world.alice, "editors", name="ours", role=role)
    assert refused.startswith("You need **Manage Server** to choose who can edit **ours**")
    boss = guild.add_member(
        world.env.create_user("boss"),
        roles=[guild.create_role("Boss", permissions=discord.Permissions(manage_guild=True))],
    )
    answer = await said(world, boss, "editors", name="ours", role=role)
    assert answer == f"**ours** (this server's list): Members with <@&{role.id}> can edit it."
    add = {"paper": BALROG, "name": "ours", "place": "server"}
    assert "Only members with" in await said(world, world.alice, "add", **add)
    assert "Only members with" in await said(world, world.alice, "editors", name="ours", role=role)
    reader = guild.add_member(world.env.create_user("reader"), roles=[role])
    answer = await said(world, reader, "editors", name="ours")
    assert "To open it to everybody, choose @everyone in `role`." in answer, "looking changes nothing"
    answer = await said(world, reader, "editors", name="ours", role=guild.default_role)
    assert answer == "**ours** (this server's list): Everybody here can edit it."
    assert "Saved to **ours**" in await said(world, world.alice, "add", **add)


async def test_in_direct_messages_no_list_has_editors(world):
    answer = text_of((await world.alice.user.slash("list editors", name="x")).response)
    assert answer == "Only a server's lists have editors. Run this in a server that I'm a member of."


async def test_a_paper_on_many_lists_with_long_names_fits_into_a_message(world):
    owner = Owner(Kind.PERSON, world.alice.id)
    papers = [hit.paper for hit in (await world.services.library.find("agents", limit=6)).hits]
    for number in range(20):
        on = await world.services.lists.make(owner, f"{number:02}" + "_*" * 29)
        await world.services.lists.save(owner, papers, by=world.alice.id, to=on)
    page = await shown(world, world.alice, status="to read")
    assert text_of(page).count(" and 17 more") == 5
    await world.alice.click(page, label="Next")
    assert "**6. " in text_of(page)


async def test_a_form_for_a_note_names_its_list(world):
    await two_lists(world, world.alice)
    for text, says in (("", "No note on"), ("x", "Noted on"), ("", "Note removed on")):
        form = await world.alice.slash(world.channel, "list note", paper="balrog")
        noted = await world.alice.submit_modal(form, fields(form, **{"Only you can read it": text}))
        assert f"{says} **A**." in text_of(noted.response)
