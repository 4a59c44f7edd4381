"""What Prometheus reads of a bot: what happened, in words that no person chose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import system_clock
from bot.connection.answers import count_answer
from bot.measuring.figures import Figures
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness
from bot.search.library import Library
from bot.web.exposition import Exposition
from tests.conftest import World
from tests.daily.examples import feed_in

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def library(seed_catalog: Path, figures: Figures) -> Iterator[Library]:
    with closing(Library(seed_catalog, figures=figures)) as library:
        yield library


async def well() -> str | None:
    return None


async def scraped(figures: Figures, library: Library) -> Samples:
    exposition = Exposition(figures, Readiness({"state": well}), Pulse(figures), library, shards="0,1")
    text = (await exposition.text()).decode()
    return {
        (sample.name.removeprefix("paperboy_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, tuple(sorted(labels.items()))))


async def test_an_empty_process_tells_what_it_is_and_holds(figures: Figures, library: Library) -> None:
    samples = await scraped(figures, library)
    assert value(samples, "build_info", version="0.1.0", shards="0,1") == 1
    assert value(samples, "ready", check="state") == 0
    assert value(samples, "catalog_papers") == 69
    assert value(samples, "index_papers_behind") == 69
    assert value(samples, "invalid_requests_10m") == 0


async def test_searches_are_timed_by_their_kind(figures: Figures, library: Library) -> None:
    await library.find("agents")
    await library.find("negotiation")
    await library.suggest("multi")
    await library.background.find("agents")
    samples = await scraped(figures, library)
    assert value(samples, "search_seconds_count", kind="find") == 2
    assert value(samples, "search_seconds_count", kind="suggest") == 1
    assert value(samples, "search_seconds_bucket", kind="find", le="+Inf") == 2


async def test_sources_tell_their_last_success_and_since_when_they_fail(
    figures: Figures, library: Library
) -> None:
    now = system_clock()
    await library.source_succeeded("arXiv", now)
    await library.source_failed("Hugging Face", now, "It didn't respond.")
    await library.source_failed("Hugging Face", now, "It didn't respond.")
    samples = await scraped(figures, library)
    assert value(samples, "source_updated_timestamp_seconds", source="arXiv") == int(now.timestamp())
    assert value(samples, "source_failing_since_timestamp_seconds", source="arXiv") is None
    assert value(samples, "source_failing_since_timestamp_seconds", source="Hugging Face") is not None
    assert value(samples, "source_failures_total", source="Hugging Face") == 2


async def test_a_catalog_that_is_gone_for_good_has_no_figures(figures: Figures, seed_catalog: Path) -> None:
    with closing(Library(in_a_folder_of_its_own(seed_catalog))) as library:
        assert value(await scraped(figures, library), "catalog_papers") == 69
        take_away(library.path.parent)
        samples = await scraped(figures, library)
    assert value(samples, "catalog_papers") is None
    assert value(samples, "ready", check="state") == 0


def in_a_folder_of_its_own(catalog: Path) -> Path:
    folder = catalog.parent / "catalogs"
    folder.mkdir()
    return catalog.rename(folder / catalog.name)


def take_away(folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    folder.touch()


async def test_posts_are_counted_by_outcome_with_how_late_they_were(world: World) -> None:
    figures = world.services.figures
    await feed_in(world, world.channel)
    closed = world.channel.guild.create_text_channel("closed")
    await feed_in(world, closed)
    world.env.inject_error("POST", f"/channels/{closed.id}/messages", status=403, code=50013)
    await world.env.advance_time(8 * 3600 + 60)
    assert figures.deliveries.all() == [
        (("daily", "failed", "lacks-permission"), 1),
        (("daily", "sent", ""), 1),
    ]
    ((words, within, seconds),) = figures.lateness.all()
    assert words == ("daily",)
    assert sum(within) == 1
    assert seconds < 60
    assert figures.rest_waits.all() == [], "simcord has no wire"


def test_only_what_discord_counts_is_an_invalid_request(figures: Figures) -> None:
    here = {"Via": "1.1 google"}
    for status, scope in ((200, ""), (404, ""), (401, ""), (403, ""), (429, "user"), (429, "shared")):
        count_answer(figures, status, here | ({"X-RateLimit-Scope": scope} if scope else {}))
    count_answer(figures, 429, {})
    assert len(figures.invalid_requests) == 4
    assert figures.rate_limits.all() == [(("network",), 1), (("shared",), 1), (("user",), 1)]
    assert figures.requests.of("429") == 3


@given(st.dictionaries(st.sampled_from(["Via", "X-RateLimit-Scope"]), st.text()))
def test_no_word_of_an_answer_becomes_a_label(headers: dict[str, str]) -> None:
    figures = Figures()
    count_answer(figures, 429, headers)
    (((scope,), _),) = figures.rate_limits.all()
    assert scope in ("user", "global", "shared", "network", "other")
