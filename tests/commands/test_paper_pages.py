"""Titles in Discord lead to papers' pages, where the bot has some."""

from __future__ import annotations

import pytest
from discord import ui

from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from bot.settings import Settings
from bot.views.layout import TEXT_LIMIT, Heading, Layout
from bot.views.mentions import Commands
from bot.views.page_links import PageLinks
from tests.daily.examples import daily_of, feed_in, posts
from tests.support.reading import text_of

PAGES = "https://papers.example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": PAGES})


async def test_a_cards_title_leads_to_its_page(world):
    shown = await world.alice.slash(world.channel, "paper show", paper="2411.13543")
    title = "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games"
    assert f"## [{title}]({PAGES}/paper/2411.13543)" in text_of(shown.response)
    more = await world.alice.click(shown.response, label="More")
    assert f"## [{title}]({PAGES}/paper/2411.13543)" in text_of(more.response)


async def test_what_a_server_wrote_leads_nowhere(world):
    own = Paper(id="pb-0123456789abcdef", title="Our unpublished salamanders")
    await world.services.written.keep(Owner(Kind.SERVER, world.channel.guild.id), own)
    shown = await world.alice.slash(world.channel, "paper show", paper=own.id)
    assert "## Our unpublished salamanders" in text_of(shown.response)
    assert PAGES not in text_of(shown.response)


async def test_a_daily_papers_title_leads_to_its_page(world):
    feed = await feed_in(world, world.channel)
    assert feed.next_due_at is not None
    await daily_of(world).post_now(feed, feed.created_at.date(), next_due_at=feed.next_due_at)
    (post,) = posts(world.channel)
    text = str([part.to_dict() for part in post.components])
    assert f"]({PAGES}/paper/" in text
    assert "https://arxiv.org/abs/" not in text


def test_an_address_that_does_not_fit_is_left_out():
    full = Layout(ui.TextDisplay("## Title\n" + "x" * (TEXT_LIMIT - 20)))
    full.headings = [Heading("##", "Title", "2411.13543")]
    full.naming(Commands(pages=PageLinks(PAGES)))
    assert full.text_length <= TEXT_LIMIT
    assert PAGES not in str(full.to_components())
