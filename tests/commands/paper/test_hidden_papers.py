"""What a server hides is on no screen there, and takes nothing else away."""

from __future__ import annotations

from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.readers.owner import Kind, Owner
from tests.daily.examples import daily_of, feed_in
from tests.support.putting import put_in
from tests.support.reading import text_of

BALROG = "2411.13543"
REVIEWED = Paper(id="pb-0123456789abcdef", title="Llamas that graze", url="https://example.org/llamas")


async def hide(world, *paper_ids):
    for paper_id in paper_ids:
        paper = await world.services.library.paper(paper_id)
        await world.services.hidden.hide(world.channel.guild.id, paper)


async def found(world, query):
    return text_of((await world.alice.slash(world.channel, "paper find", query=query)).response)


async def ids_of(world, query):
    return [hit.paper.id for hit in (await world.services.library.find(query, limit=100)).hits]


async def test_a_search_counts_what_it_shows(world):
    assert (await found(world, "agents")).startswith("**69 papers**")
    await hide(world, *(await ids_of(world, "agents"))[:9])
    said = await found(world, "agents")
    assert said.startswith("**60 papers**")
    assert "related" not in said


async def test_where_all_that_holds_a_phrase_is_hidden_its_words_are_looked_for(world):
    await hide(world, *await ids_of(world, '"negotiation games"'))
    assert "I searched without the quotation marks" in await found(world, '"negotiation games"')


async def test_a_page_that_hidden_papers_would_fill_is_filled_with_others(world):
    await hide(world, *(await ids_of(world, "agents"))[:5])
    assert "**5. " in await found(world, "agents")


async def test_the_only_paper_that_is_not_hidden_is_drawn_at_random(world):
    every = await ids_of(world, "after:1900")
    await hide(world, *(paper_id for paper_id in await ids_of(world, "agents") if paper_id != every[0]))
    drawn = text_of((await world.alice.slash(world.channel, "paper random", query="agents")).response)
    assert (await world.services.library.paper(every[0])).title in drawn


async def test_what_is_hidden_stays_hidden_when_a_source_gives_it_its_id(world):
    library = world.services.library
    llamas = Paper(id=own_id(title_key("Llamas that graze")), title="Llamas that graze", doi="10.1000/llamas")
    await put_in(library, [llamas])
    await hide(world, llamas.id)
    named = Paper(id="2608.11111", title="Llamas that graze, and how", doi="10.1000/llamas")
    await put_in(library, [named])
    assert (await library.paper(llamas.id)).id == "2608.11111", "it is the same paper"
    for command, options in (
        ("paper show", {"paper": "2608.11111"}),
        ("paper find", {"query": "llamas graze"}),
        ("paper recent", {}),
    ):
        said = text_of((await world.alice.slash(world.channel, command, **options)).response)
        assert named.title not in said, command


async def test_the_outlook_of_a_topic_names_and_counts_nothing_that_is_hidden(world):
    feed = await feed_in(world, world.channel, topic="games")
    upcoming = daily_of(world).upcoming
    before = await upcoming.outlook(feed.plan)
    hidden = before.picks[0].paper_id
    await hide(world, hidden)
    after = await upcoming.outlook(feed.plan)
    assert hidden not in [pick.paper_id for pick in after.picks]
    assert after.total == before.total - 1


async def test_a_hidden_paper_holds_up_no_other_that_a_message_names(world):
    await put_in(world.services.library, [REVIEWED])
    await hide(world, REVIEWED.id)
    message = await world.alice.send(world.channel, f"{REVIEWED.url} and {BALROG}")
    menu = await world.bob.context_menu(world.channel, "Find papers in this message", message)
    assert text_of(menu.response).startswith("## BALROG")
    shown = await world.bob.slash(world.channel, "paper show", paper=f"{REVIEWED.url} {BALROG}")
    assert text_of(shown.response).startswith("## BALROG")
    alone = await world.alice.send(world.channel, REVIEWED.url)
    menu = await world.bob.context_menu(world.channel, "Find papers in this message", alone)
    assert "hidden that paper" in text_of(menu.response)


async def test_what_was_written_here_is_counted_as_found(world):
    here = Owner(Kind.SERVER, world.channel.guild.id)
    await world.services.written.keep(here, Paper(id=own_id(title_key("Zebra quux")), title="Zebra quux"))
    assert (await found(world, "Zebra quux")).startswith("**1 paper**")
