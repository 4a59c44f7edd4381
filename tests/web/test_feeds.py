"""Feeds: read without complaint, the same as long as nothing changes, a channel's for who has its secret."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import insert, select

from bot.paper.harvest import Origin
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.state.feed_token_table import feed_tokens
from bot.state.tables import delivered
from tests.support.worst_titles import worst_titles

GUILD, CHANNEL = 10, 20


async def test_the_daily_list_as_atom(site):
    got = await site.get("/feed.atom")
    assert got.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    read = got.atom
    assert read.version == "atom10"
    assert read.feed.title == "Daily Papers"
    film = next(entry for entry in read.entries if entry.title.startswith("FilmAgent"))
    assert film.link.endswith("/paper/2501.12909")
    # The first day that featured it: it was once more on 20 March.
    assert film.updated == film.published == "2025-01-23T00:00:00+00:00"
    assert "Zhenran Xu" in [author.name for author in film.authors]
    assert "cs.CL" in [tag.term for tag in film.tags]
    assert "Virtual film production" in film.content[0].value


async def test_the_daily_list_as_json_feed_is_the_same(site):
    got = await site.get("/feed.json")
    assert got.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = got.json
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith("/feed.json")
    as_atom = (await site.get("/feed.atom")).atom.entries
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in as_atom]
    film = next(item for item in feed["items"] if item["title"].startswith("FilmAgent"))
    assert film["external_url"] == "https://arxiv.org/abs/2501.12909"
    assert {"name": "Zhenran Xu"} in film["authors"]
    assert "cs.CL" in film["tags"]
    assert "Virtual film production" in film["content_html"]
    assert datetime.fromisoformat(film["date_published"]).tzinfo is not None


async def test_whoever_asks_for_the_same_has_one_answer_and_one_feed(site):
    same = ["cat:cs.CL+Debate", "CAT:cs.cl++debate", "categories:Cs.Cl+DEBATE"]
    pages = [await site.get(f"/?q={each}") for each in same]
    assert len({page.headers["ETag"] for page in pages}) == 1
    feeds = [(await site.get(f"/feed.atom?q={each}")).atom.feed for each in same]
    assert {feed.id for feed in feeds} == {"http://localhost/feed.atom?q=cat%3Acs.cl+debate"}
    other = (await site.get("/feed.atom?q=cat:cs.CL+debates")).atom.feed
    assert other.id != feeds[0].id


async def test_a_search_brings_the_newest_papers_that_hold_it(site):
    await site.put(
        Paper(id="2503.00001", title="Salamanders that plan", published=date(2025, 3, 1)),
        Paper(id="2503.00002", title="More salamanders", published=date(2025, 3, 2)),
        Paper(id="2503.00003", title="Newts that plan", published=date(2025, 3, 3)),
    )
    feed = (await site.get("/feed.atom?q=salamanders")).atom
    assert [entry.title for entry in feed.entries] == ["More salamanders", "Salamanders that plan"]
    assert feed.feed.title == "Papers: salamanders"
    assert feed.feed.link.endswith("/?q=salamanders&sort=newest")
    nothing = (await site.get("/feed.atom?q=zebrafinch")).atom
    assert nothing.entries == []


async def test_searches_that_ask_for_the_same_are_one_feed(site):
    first, second = (
        await site.get("/feed.atom?q=agents%20games"),
        await site.get("/feed.atom?q=++agents+++games+"),
    )
    assert first.body == second.body


async def test_an_unchanged_feed_is_not_sent_again_and_a_changed_one_is(site):
    got = await site.get("/feed.atom")
    tag, since = got.headers["ETag"], got.headers["Last-Modified"]
    site.clock.move(hours=3)
    for sent in ({"If_None_Match": tag}, {"If_Modified_Since": since}, {"If_None_Match": f'"x", {tag}'}):
        again = await site.get("/feed.atom", **sent)
        assert (again.status, again.body) == (304, b"")
    # What counts upwards, or another source's success, is no news to a reader.
    film = await site.services.library.paper("2501.12909")
    await site.put(film.model_copy(update={"upvotes": 9_999}))
    await site.services.library.source_succeeded("Hugging Face", site.clock())
    assert (await site.get("/feed.atom", If_Modified_Since=since)).status == 304
    await site.put(Paper(id="2503.00009", title="New", featured=(date(2025, 3, 20),)))
    site.clock.move(hours=-3)  # within the very second of the first answer
    for sent in ({"If_None_Match": tag}, {"If_Modified_Since": since}, {"If_None_Match": '"x"'}):
        assert (await site.get("/feed.atom", **sent)).status == 200


async def test_feedparser_reads_the_worst_titles_without_complaint(empty_site):
    titles = worst_titles(2_000)
    # Of so many the feed has those of the newest days.
    days = [date(2025, 1, 1) + timedelta(days=number // 57) for number in range(len(titles))]
    papers = [
        Paper(
            id=f"2503.{number:05}",
            title=title,
            abstract=f"salamanders {title}",
            authors=(title[:80],),
            categories=("cs.CL", title[:20]),
            venue=title[:200],
            featured=(day,),
            published=day,
        )
        for number, (title, day) in enumerate(zip(titles, days, strict=True), 1)
    ]
    seen = set()
    for start in range(0, len(papers), 400):
        some = papers[start : start + 400]
        await empty_site.put(
            *(paper.model_copy(update={"featured": (date(2025, 1, 1 + start // 400 * 7),)}) for paper in some)
        )
        feed = (await empty_site.get("/feed.atom")).atom
        as_json = (await empty_site.get("/feed.json")).json
        assert len(feed.entries) == len(as_json["items"])
        assert all(entry.title and entry.id and entry.updated for entry in feed.entries)
        seen |= {entry.id for entry in feed.entries}
    assert len(seen) == len(titles)


async def test_a_month_of_updates_changes_no_id_and_repeats_no_entry(empty_site):
    """As a feed reader sees it that looks each day: an entry is new by its id, or changed by its date."""
    site, chance = empty_site, random.Random(4)
    known: dict[str, dict[str, str]] = {"/feed.atom": {}, "/feed.atom?q=salamanders": {}}
    gone: dict[str, set[str]] = {path: set() for path in known}
    everything: list[Paper] = []
    start = date(2025, 2, 1)
    for passed in range(30):
        day = start + timedelta(days=passed)
        new = [
            Paper(
                id=f"25{day:%m}.{passed * 10 + number:05}",
                title=f"Salamanders {passed} {number}",
                featured=(day,),
                published=day - timedelta(days=2),
                upvotes=number,
            )
            for number in range(8)
        ]
        written = Paper(
            id=f"local{passed}", title=f"Salamanders of a file {passed}", published=day, authors=("Ada",)
        )
        await site.put(written, origin=Origin.FILE)
        everything += new
        # Upvotes grow, titles are corrected, some are featured once more; what a file gave gets arXiv's id.
        again = [
            paper.model_copy(
                update={
                    "upvotes": (paper.upvotes or 0) + passed,
                    "title": f"{paper.title} (revised)",
                    "featured": (*paper.featured, day) if chance.random() < 0.3 else paper.featured,
                }
            )
            for paper in chance.sample(everything, min(20, len(everything)))
        ]
        await site.put(*new, *again)
        if passed > 3:
            named = Paper(
                id=f"2501.{passed:05}",
                title=f"Salamanders of a file {passed - 3}",
                published=day - timedelta(days=3),
                authors=("Ada",),
            )
            await site.put(named, origin=Origin.ARXIV)
        site.clock.move(days=1)
        for path, before in known.items():
            read = (await site.get(path)).atom.entries
            entries = {entry.id: entry.updated for entry in read}
            assert len(entries) == len(read)
            assert {each: before[each] for each in entries if each in before}.items() <= entries.items()
            assert not gone[path] & entries.keys(), "what had left the feed came back"
            gone[path] |= before.keys() - entries.keys()
            before.update(entries)
    assert len(known["/feed.atom"]) == 30 * 8


# Channels


async def posted(site, *papers: tuple[str, date], channel: int = CHANNEL, guild: int = GUILD) -> None:
    rows = [
        {
            "channel_id": channel,
            "guild_id": guild,
            "paper_id": paper,
            "title": "A title",
            "local_date": day,
            "delivery_id": number,
            "message_id": 1_000 + number,
            "message_channel_id": channel,
            "delivered_at": datetime(day.year, day.month, day.day, 9, 0, 0, 123, tzinfo=UTC),
        }
        for number, (paper, day) in enumerate(papers)
    ]
    await site.services.store.write(lambda connection: connection.execute(insert(delivered), rows))


async def test_what_is_new_is_dated_when_it_came_so_that_who_asks_for_newer_misses_none(empty_site):
    before = datetime.now(UTC).replace(microsecond=0)
    today, month_ago = before.date(), before.date() - timedelta(days=30)
    new = Paper(
        id="2611.00001", title="New Reeds", published=today - timedelta(days=3), featured=(month_ago, today)
    )
    listed = Paper(id="2611.00002", title="Reeds Listed Today", published=month_ago, featured=(today,))
    old = Paper(id="2610.00003", title="Old Reeds", published=month_ago, featured=(month_ago,))
    await empty_site.put(new, listed, old)
    daily, found = (
        (await empty_site.get("/feed.atom")).atom,
        (await empty_site.get("/feed.atom?q=reeds")).atom,
    )
    dates = {entry.title: datetime.fromisoformat(entry.updated) for entry in daily.entries}
    assert before <= dates["Reeds Listed Today"] <= datetime.now(UTC)
    assert dates["Old Reeds"] == dates["New Reeds"] == datetime.combine(month_ago, time(), UTC), "as then"
    dates = {entry.title: datetime.fromisoformat(entry.updated) for entry in found.entries}
    assert before <= dates["New Reeds"] <= datetime.now(UTC)
    assert dates["Old Reeds"] == dates["Reeds Listed Today"] == datetime.combine(month_ago, time(), UTC)
    await empty_site.put(*(each.model_copy(update={"upvotes": 9}) for each in (new, listed, old)))
    again = (await empty_site.get("/feed.atom?q=reeds")).atom
    assert [each.updated for each in again.entries] == [each.updated for each in found.entries]


async def test_a_paper_that_gets_its_arxiv_id_later_keeps_the_date_at_which_it_came(empty_site):
    today = datetime.now(UTC).date()
    paper = Paper(id=own_id(title_key("Reeds of the Week")), title="Reeds of the Week", authors=("Ada Doe",))
    await empty_site.put(paper.model_copy(update={"published": today, "featured": (today,)}))
    (before,) = (await empty_site.get("/feed.atom")).atom.entries
    same = paper.model_copy(update={"id": "2611.00001", "published": today})
    await empty_site.put(same)
    (after,) = (await empty_site.get("/feed.atom")).atom.entries
    assert (after.id, after.updated) == (before.id, before.updated)
    assert after.link.endswith("/paper/2611.00001")


async def test_a_channels_feed_has_what_the_channel_had_the_latest_first(site):
    await posted(site, ("2411.13543", date(2025, 3, 18)), ("2305.19118", date(2025, 3, 19)))
    await posted(site, ("2501.12909", date(2025, 3, 19)), channel=21)
    token = await site.services.feed_tokens.renew(GUILD, CHANNEL)
    got = await site.get(f"/channel/{token}.atom")
    assert [entry.link.rpartition("/")[2] for entry in got.atom.entries] == ["2305.19118", "2411.13543"]
    assert got.atom.entries[0].updated == "2025-03-19T09:00:00+00:00", "not before it was there"
    assert token not in got.text
    as_json = await site.get(f"/channel/{token}.json")
    assert [item["id"] for item in as_json.json["items"]] == [entry.id for entry in got.atom.entries]
    assert as_json.json["items"][0]["date_published"] == "2025-03-19T09:00:00+00:00"
    assert token not in as_json.text


async def test_a_channels_feed_is_kept_by_its_reader_alone(site):
    token = await site.services.feed_tokens.renew(GUILD, CHANNEL)
    got = await site.get(f"/channel/{token}.atom")
    assert got.headers["Cache-Control"] == "private, no-cache"
    assert got.headers["Referrer-Policy"] == "no-referrer"
    same = await site.get(f"/channel/{token}.atom", If_None_Match=got.headers["ETag"])
    assert same.status == 304
    assert same.headers["Cache-Control"] == "private, no-cache"


async def test_what_is_no_paper_of_the_catalog_or_is_hidden_is_not_in_a_channels_feed(site):
    await posted(site, ("pb-0123456789abcdef", date(2025, 3, 18)), ("2305.19118", date(2025, 3, 19)))
    token = await site.services.feed_tokens.renew(GUILD, CHANNEL)
    assert len((await site.get(f"/channel/{token}.atom")).atom.entries) == 1
    await site.services.hidden.hide(GUILD, Paper(id="2305.19118", title="Encouraging"))
    assert (await site.get(f"/channel/{token}.atom")).atom.entries == []


async def test_a_new_secret_ends_the_former_and_neither_is_kept_anywhere(site):
    former = await site.services.feed_tokens.renew(GUILD, CHANNEL)
    token = await site.services.feed_tokens.renew(GUILD, CHANNEL)
    assert (await site.get(f"/channel/{former}.atom")).status == 404
    assert (await site.get(f"/channel/{token}.atom")).status == 200
    rows = await site.services.store.read(lambda connection: connection.execute(select(feed_tokens)).all())
    assert len(rows) == 1
    assert not {former, token} & {str(value) for value in rows[0]}


@pytest.mark.parametrize("broken", ["passing", "a fault"])
async def test_a_secret_is_in_no_line_of_the_log_whatever_happens(site, caplog, monkeypatch, broken):
    caplog.set_level(1)
    token = await site.services.feed_tokens.renew(GUILD, CHANNEL)
    await site.get(f"/channel/{token}.atom")

    async def fails(*_, **__):
        raise OSError("gone") if broken == "passing" else RuntimeError("a fault")

    monkeypatch.setattr(site.services.store, "read", fails)
    got = await site.get(f"/channel/{token}.atom")
    assert got.status == (503 if broken == "passing" else 500)
    assert token not in caplog.text
    assert token not in got.text
