"""`/paper add` and `/settings add`, as members and admins see them."""

from __future__ import annotations

import discord
import pytest

from bot.services import Services
from bot.sources.seed import build_seed
from tests.support import paper_server as faults
from tests.support.paper_server import entry, wrapped
from tests.support.reading import buttons_of, links_of, text_of

BIBTEX = '@article{schuetze, title={A {B}ook of Bargains}, author={Sch{\\"u}tze, Hinrich and Doe, Jane}}'


@pytest.fixture
def settings(settings, server):
    return settings.model_copy(update={"hugging_face_endpoint": server.url, "arxiv_endpoint": server.url})


@pytest.fixture
def moderator(world):
    guild = world.channel.guild
    role = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    return guild.add_member(world.env.create_user("mod"), roles=[role])


async def add(world, who, reference, **options):
    return (await who.slash(world.channel, "paper add", reference=reference, **options)).response


async def test_a_paper_is_fetched_added_and_shown(world, moderator, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness", summary="By arXiv.")
    server.papers["2608.19880"] = wrapped("2608.19880", "2026-08-21", upvotes=163)["paper"]
    response = await add(world, moderator, "https://arxiv.org/abs/2608.19880v2")
    text = text_of(response)
    assert "Added." in text
    assert "## EnvHarness" in text
    assert "By arXiv." in text, "arXiv's abstract is the better one"
    assert "▲\N{NO-BREAK SPACE}163" in text
    assert links_of(response)["PDF"].endswith("2608.19880")


async def test_a_paper_that_is_there_is_shown(world, moderator, server):
    response = await add(world, moderator, "2411.13543")
    assert "Already in the catalog." in text_of(response)
    assert "BALROG" in text_of(response)
    assert server.requests == []


async def test_one_source_is_enough(world, moderator, server):
    server.papers["2608.19880"] = wrapped("2608.19880", "2026-08-21", title="EnvHarness")["paper"]
    assert "Added." in text_of(await add(world, moderator, "2608.19880"))


async def test_bibtex_without_an_id_is_added_as_it_is(world, moderator, server):
    text = text_of(await add(world, moderator, BIBTEX))
    assert "Added from your BibTeX." in text
    assert "## A Book of Bargains" in text
    assert "Hinrich Schütze, Jane Doe" in text
    assert "Already in the catalog." in text_of(await add(world, moderator, BIBTEX))


async def test_bibtex_with_an_id_is_completed(world, moderator, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    bibtex = "@misc{x, title={Env Harness}, eprint={2608.19880}, archivePrefix={arXiv}}"
    assert "## EnvHarness" in text_of(await add(world, moderator, bibtex))


async def test_bibtex_of_a_paper_that_is_there_shows_it(world, moderator):
    bibtex = "@misc{x, title={BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games}}"
    assert "2411.13543" in links_of(await add(world, moderator, bibtex))["PDF"]


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("an ordinary title", "That doesn't look like a paper."),
        ("9912.99999", "That doesn't look like a paper."),
        ("https://example.org/paper.pdf", "That doesn't look like a paper."),
        (
            "@misc{x, author={Nobody}}",
            "It needs one whole entry with a title",
        ),
        ("@misc{x, title={no end", "I couldn't read a paper from that BibTeX."),
        ("@misc{a, title={One}} @misc{b, title={Two}}", "several entries"),
        ("2608.00000", "Neither arXiv nor Hugging Face has a paper with the id 2608.00000."),
    ],
)
async def test_what_can_not_be_added_is_said(world, moderator, reference, sentence):
    assert sentence in text_of(await add(world, moderator, reference))


async def test_sources_that_refuse_are_said(world, moderator, server):
    server.always = faults.status(403)
    assert "arXiv or Hugging Face didn't respond." in text_of(await add(world, moderator, "2608.19880"))


async def test_a_member_without_manage_messages_may_not(world, server):
    text = text_of(await add(world, world.alice, "2608.19880"))
    assert text == (
        "Moderators (Manage Messages) can add papers here. An admin can change that with **/settings add**."
    )
    assert server.requests == []


async def test_an_admin_lets_everybody_add(world, admin, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    changed = (await admin.slash(world.channel, "settings add", who="everybody")).response
    assert text_of(changed) == "Everyone here can add papers now."
    assert "Added." in text_of(await add(world, world.alice, "2608.19880"))


async def test_an_admin_lets_a_role_add(world, admin, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    guild = world.channel.guild
    role = guild.create_role("Librarian")
    librarian = guild.add_member(world.env.create_user("lib"), roles=[role])
    await admin.slash(world.channel, "settings add", who="admins", role=role)
    assert text_of(await add(world, world.alice, "2608.19880")).startswith(
        f"Admins (Manage Server) and members with <@&{role.id}> can add papers here."
    )
    assert "Added." in text_of(await add(world, librarian, "2608.19880"))


async def test_a_paper_that_is_there_is_shown_to_whoever_adds_it(world, server):
    response = await add(world, world.alice, "https://arxiv.org/abs/2411.13543.")
    assert "Already in the catalog." in text_of(response)
    assert not response.ephemeral


async def test_a_missing_paper_offers_add_it_to_whoever_may(world, moderator, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    for command, option in (("show", "paper"), ("find", "query"), ("similar", "paper")):
        asked = await moderator.slash(
            world.channel, f"paper {command}", **{option: "arxiv.org/abs/2608.19880"}
        )
        assert text_of(asked.response) == "I don't have `2608.19880`."
        assert asked.response.ephemeral
    added = (await moderator.click(asked.response, label="Add it")).response
    assert "Added." in text_of(added)
    assert not added.ephemeral, "it was asked for publicly"


async def test_whoever_may_add_a_doi_is_told_how(world, moderator):
    asked = await moderator.slash(world.channel, "paper show", paper="doi:10.1145/1234567")
    assert text_of(asked.response) == (
        "I don't have `10.1145/1234567`. Add it with its arXiv id or a BibTeX entry: `/paper add`."
    )


async def test_a_missing_paper_says_to_others_who_may_add_it(world, server):
    response = (await world.alice.slash(world.channel, "paper show", paper="2608.19880")).response
    assert text_of(response) == (
        "I don't have `2608.19880`. Moderators (Manage Messages) can add papers with `/paper add`."
    )
    assert not buttons_of(response)
    assert server.requests == []


async def test_who_may_is_asked_again_when_add_it_is_pressed(world, moderator, admin, server):
    asked = await moderator.slash(world.channel, "paper show", paper="2608.19880")
    await admin.slash(world.channel, "settings add", who="admins")
    pressed = await moderator.click(asked.response, label="Add it")
    assert text_of(pressed.response).startswith("Admins (Manage Server) can add papers here.")
    assert server.requests == []


async def test_a_message_with_missing_papers_offers_to_add_each(world, moderator, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    message = await world.alice.send(world.channel, "2608.19880 or 2608.19881?")
    found = (await moderator.context_menu(world.channel, "Find papers in this message", message)).response
    assert list(buttons_of(found)) == ["Add 2608.19880", "Add 2608.19881"]
    added = (await moderator.click(found, label="Add 2608.19880")).response
    assert "## EnvHarness" in text_of(added)
    assert added.ephemeral


async def test_in_direct_messages_everybody_may_five_times(world):
    world.breaks = True  # a cooldown is told by its own sentence
    carol = world.env.create_user("carol")
    written = [f"@misc{{x, title={{A book, volume {number}}}}}" for number in range(6)]
    answers = [text_of((await carol.slash("paper add", reference=bibtex)).response) for bibtex in written]
    assert all("Added from your BibTeX." in text for text in answers[:5])
    assert "Added" not in answers[5]
    known = (await carol.slash("paper add", reference="2411.13543")).response
    assert "Already in the catalog." in text_of(known), "showing takes no part in it"


async def test_what_was_added_outlives_the_catalog(world, moderator, settings, server):
    server.entries["2608.19880"] = entry("2608.19880", title="EnvHarness")
    await add(world, moderator, "2608.19880")
    catalog = settings.catalog.with_name("another.db")
    build_seed(catalog)
    services = Services.open(settings.model_copy(update={"catalog": catalog}), world.services.clock)
    await services.restore_added()
    assert (await services.library.paper("2608.19880")).title == "EnvHarness"
    await services.close()


async def test_an_address_in_somebodys_bibtex_is_no_button(world, moderator):
    text = "@misc{a, title={A Pond of One's Own}, doi={10.1234/pond}, url={https://evil.example/x}}"
    response = await add(world, moderator, text)
    assert links_of(response) == {"DOI": "https://doi.org/10.1234/pond"}


async def test_another_paper_of_a_short_title_is_another_paper(world, moderator):
    first = await add(world, moderator, "@misc{a, title={Editorial}, author={Doe, Ada}, year=2001}")
    second = await add(world, moderator, "@misc{a, title={Editorial}, author={Roe, Ben}, year=2002}")
    again = await add(world, moderator, "@misc{a, title={Editorial}, author={Doe, A.}}")
    assert "Ada Doe" in text_of(first)
    assert "Ben Roe" in text_of(second)
    assert "Ada Doe" in text_of(again)
