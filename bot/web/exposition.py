"""What is measured, in the words of Prometheus."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.catalog import papers, status
from bot.catalog.status import SourceStatus
from bot.measuring.counts import Count, Spread
from bot.measuring.figures import Figures
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness
from bot.search.index.standing import Standing
from bot.search.library import Library

log = logging.getLogger(__name__)

_LOOKING: Final = 2.0
"""Seconds that the catalog may take to tell of itself; else its last figures are served."""


@dataclass(frozen=True, slots=True)
class _CatalogNow:
    papers: int
    sources: Sequence[SourceStatus]
    index: Standing


class Exposition:
    """`shards` tell this process from others; None for one without Discord, which delivers nothing there."""

    def __init__(
        self,
        figures: Figures,
        readiness: Readiness,
        pulse: Pulse,
        library: Library,
        *,
        shards: str | None,
    ) -> None:
        self._library = library
        self._figures = _Figures(figures, readiness, pulse, shards)
        self._registry = CollectorRegistry()
        self._registry.register(self._figures)
        self._looking: asyncio.Task[_CatalogNow] | None = None

    async def text(self) -> bytes:
        """All of it, as of now."""
        await self._look_at_catalog()
        return generate_latest(self._registry)

    async def _look_at_catalog(self) -> None:
        """Never longer than some seconds: what takes longer is for the next time."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._catalog_now())
        await asyncio.wait({self._looking}, timeout=_LOOKING)
        if not self._looking.done():
            return
        looking, self._looking = self._looking, None
        if looking.cancelled() or (error := looking.exception()) is None:
            self._figures.catalog = None if looking.cancelled() else looking.result()
        else:
            # Readiness says so, too; old figures would say that all is as it was.
            log.debug("The catalog can't be measured: %s", error)
            self._figures.catalog = None

    async def _catalog_now(self) -> _CatalogNow:
        count = await self._library.read(papers.count)
        sources = await self._library.read(status.statuses)
        return _CatalogNow(count, sources, await self._library.index_standing())


class _Figures(Collector):
    def __init__(self, figures: Figures, readiness: Readiness, pulse: Pulse, shards: str | None) -> None:
        self._of = figures
        self._readiness = readiness
        self._pulse = pulse
        self._shards = shards
        self.catalog: _CatalogNow | None = None

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the names are only here."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every family of figures."""
        yield from self._process()
        if self._shards is not None:
            yield from self._deliveries()
            yield from self._discord()
        yield _spread("search_seconds", "From asking to answer.", self._of.searches)
        yield _count("source_failures", "How often a source failed.", self._of.source_failures)
        if self.catalog is not None:
            yield from _catalog(self.catalog)

    def _process(self) -> Iterator[Metric]:
        runs = {"version": __version__, "shards": self._shards or "none"}
        yield _gauge("build_info", "Which version runs.", [(runs, 1)])
        states = [({"check": name}, int(well)) for name, well in self._readiness.states.items()]
        yield _gauge("ready", "1 where what is looked at is well.", states)
        yield _spread("loop_lag_seconds", "How late the event loop wakes a task.", self._of.loop_lag)
        yield _gauge("loop_lag_last_seconds", "The same, of the last time.", [({}, self._pulse.lag)])

    def _deliveries(self) -> Iterator[Metric]:
        what = "Daily posts, follows and mails that ended or wait, and why not sent."
        yield _count("deliveries", what, self._of.deliveries)
        yield _spread("lateness_seconds", "From due to delivered.", self._of.lateness)

    def _discord(self) -> Iterator[Metric]:
        yield _count("rest_requests", "REST requests that were answered.", self._of.requests)
        yield _count("rest_rate_limits", "429s, by what they hold for.", self._of.rate_limits)
        yield _spread("rest_wait_seconds", "Waiting for a turn within the budget.", self._of.rest_waits)
        what = "401, 403 and 429 within ten minutes: Discord blocks the address at 10,000."
        yield _gauge("invalid_requests_10m", what, [({}, len(self._of.invalid_requests))])


def _catalog(now: _CatalogNow) -> Iterator[Metric]:
    yield _gauge("catalog_papers", "Papers in the catalog.", [({}, now.papers)])
    updated = [({"source": each.name}, each.updated_at) for each in now.sources]
    yield _gauge("source_updated_timestamp_seconds", "When a source was last read whole.", _times(updated))
    newest: _Instants = [({}, max((at for _, at in updated if at), default=None))]
    yield _gauge("catalog_updated_timestamp_seconds", "When any source was.", _times(newest))
    failing = [({"source": each.name}, each.failing_since) for each in now.sources]
    what = "Since when a source fails; absent while it doesn't."
    yield _gauge("source_failing_since_timestamp_seconds", what, _times(failing))
    built: _Instants = [({}, now.index.built_at)]
    yield _gauge("index_built_timestamp_seconds", "When the search index was built.", _times(built))
    what = "Papers that came or changed since the index was built; most are held in memory beside it."
    yield _gauge("index_papers_behind", what, [({}, now.index.behind)])


_Samples = Sequence[tuple[Mapping[str, str], float]]
_Instants = Sequence[tuple[Mapping[str, str], datetime | None]]


def _times(found: _Instants) -> _Samples:
    return [(labels, at.timestamp()) for labels, at in found if at is not None]


def _gauge(name: str, what: str, samples: _Samples) -> Metric:
    family = GaugeMetricFamily(f"paperboy_{name}", what)
    for labels, value in samples:
        family.add_sample(family.name, dict(labels), value)
    return family


def _count(name: str, what: str, counted: Count) -> Metric:
    family = CounterMetricFamily(f"paperboy_{name}", what, labels=counted.labels)
    for words, times in counted.all():
        family.add_metric(words, times)
    return family


def _spread(name: str, what: str, spread: Spread) -> Metric:
    family = HistogramMetricFamily(f"paperboy_{name}", what, labels=spread.labels)
    bounds = [*(f"{bound:g}" for bound in spread.bounds), "+Inf"]
    for words, within, total in spread.all():
        family.add_metric(words, list(zip(bounds, accumulate(within), strict=True)), total)
    return family
