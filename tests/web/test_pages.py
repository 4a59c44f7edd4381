"""Readers' pages: what is on them, what each mistake is answered with, and what browsers are told."""

from __future__ import annotations

import asyncio
import gzip
import html
import random
import re
import socket
from contextlib import closing
from datetime import date
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import feedparser
import pytest

from bot.catalog import file
from bot.paper.model import Citations, Paper
from bot.readers.owner import Kind, Owner

HOSTILE = [
    "<script>alert(1)</script> and <img src=x onerror=alert(1)>",
    "&lt;b&gt; \"quotes\" 'single' &amp; {{ 7 * 7 }} {% raw %}",
    "\u202eright to left\u202c **bold** `code` [link](javascript:alert(1))",
    "</title></head><body onload=alert(1)>",
]


async def test_the_first_page_has_the_newest_day_and_a_search(site):
    page = await site.get("/")
    assert page.status == 200
    assert "Daily Papers of Thursday, 20 Mar 2025" in page.said
    assert '<input id="q" name="q" type="search"' in page.text


async def test_a_search_is_answered_as_in_discord(site):
    page = await site.get("/?q=multi+agnet+debate")
    assert "Showing results for multi agent debate ." in page.said
    assert "Encouraging Divergent Thinking" in page.said
    assert 'href="/?q=multi+agnet+debate&amp;exact=1"' in page.text
    assert " ms" not in page.said, "an answer that is kept does not tell how quick it was"


async def test_exactly_what_was_typed_can_be_searched_and_corrected_again(site):
    page = await site.get("/?q=agnetzz&exact=1&sort=newest")
    assert "I searched exactly what you typed." in page.said
    assert 'href="/?q=agnetzz&amp;sort=newest">Fix typos' in page.text


@pytest.mark.parametrize("typed", ["2305.19118", "https://arxiv.org/abs/2305.19118v2", "arXiv:2305.19118"])
async def test_an_id_or_a_link_leads_to_the_papers_page(site, typed):
    page = await site.get(f"/?q={typed}")
    assert (page.status, page.headers["Location"]) == (302, "/paper/2305.19118")


async def test_a_link_that_spells_a_title_leads_to_its_page(site):
    spelt = "encouraging-divergent-thinking-in-large-language-models-through-multi-agent-debate"
    page = await site.get(f"/?q=https://paperswithcode.com/paper/{spelt}")
    assert (page.status, page.headers["Location"]) == (303, "/paper/2305.19118")


async def test_a_paper_has_its_whole_abstract_and_everything_it_leads_to(site):
    page = await site.get("/paper/2411.13543")
    assert "BALROG: Benchmarking Agentic LLM and VLM Reasoning On Games" in page.said
    assert 'href="https://arxiv.org/pdf/2411.13543"' in page.text
    assert "@misc" in page.text
    assert "Papers like it" in page.said


async def test_a_papers_page_says_how_often_it_is_cited_and_who_counted_when(site):
    unknown = await site.get("/paper/2411.13543")
    assert "cited" not in unknown.said
    day = date(2025, 3, 20)
    counted = Citations(count=41, influential=3, source="Semantic Scholar", day=day)
    library = site.services.library
    await library.keep_citations("Semantic Scholar", ["2411.13543"], {"2411.13543": counted}, site.clock())
    page = await site.get("/paper/2411.13543")
    assert "cited 41 times, 3 influential (Semantic Scholar, 20 Mar 2025)" in page.said
    assert "Semantic Scholar" not in (await site.get("/?q=BALROG+games")).said, "lists have no room for it"


@pytest.mark.parametrize("wanted", ["2411.13543v3", "arXiv:2411.13543"])
async def test_a_paper_is_on_one_page_however_it_is_named(site, wanted):
    page = await site.get(f"/paper/{wanted}")
    assert (page.status, page.headers["Location"]) == (302, "/paper/2411.13543")


async def test_a_paper_with_a_slash_in_its_id_has_a_page(site):
    await site.put(Paper(id="cs/9301111", title="An old one"))
    assert "An old one" in (await site.get("/paper/cs/9301111")).said


async def test_days_lead_to_each_other(site):
    for day in (18, 20):
        await site.put(
            Paper(id=f"2503.000{day}", title=f"Paper {day}", upvotes=1, featured=(date(2025, 3, day),))
        )
    page = await site.get("/day/2025-03-18")
    assert "Paper 18" in page.said
    assert 'href="/day/2025-03-20"' in page.text


async def test_trending_can_be_on_a_topic(site):
    every, some = [await site.get(path) for path in ("/trending", "/trending?topic=games&period=month")]
    assert "the most upvoted first" in every.said
    assert len(some.text) < len(every.text)
    both = await site.get("/trending?topic=games+OR+agents&period=month")
    assert "I looked for all words of games OR agents" in both.said


async def test_trending_offers_what_a_topic_may_be_a_slip_of(site):
    page = await site.get("/trending?topic=agnets&period=month")
    assert "Did you mean agents ?" in page.said
    assert 'href="/trending?period=month&amp;topic=agents"' in page.text


async def test_pages_turn(site):
    await site.put(*(Paper(id=f"2501.{n:05}", title=f"Frogs number {n}") for n in range(1, 46)))
    second = await site.get("/?q=frogs&page=2")
    assert "Page 2 of 3" in second.said
    assert '<ol class="papers" start="21">' in second.text
    assert 'href="/?q=frogs"' in second.text
    assert 'href="/?q=frogs&amp;page=3"' in second.text


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/day/31%20Feb", 400, "I couldn't read “31 Feb” as a date. Try /day/2025-03-20 ."),
        ("/day/2025-02-31", 400, "I couldn't read “2025-02-31” as a date. Try /day/2025-03-20 ."),
        ("/day/2026-12-24", 404, "My newest day is Thursday, 20 Mar 2025."),
        ("/day/1999-01-01", 404, "My first day is"),
        ("/paper/2301.99999", 404, "I don't have that paper. Search for a few words of its title."),
        ("/paper/" + "x" * 500, 404, "I don't have that paper. Search for a few words of its title."),
        ("/?q=", 200, "I need at least one word to search for. Type a topic, a title or an author's name."),
        ("/?q=%F0%9F%A4%96", 200, "I need at least one word to search for."),
        ("/?q=author:zzzqq", 200, "No papers by “zzzqq”. Try other words, or fewer."),
        ("/?q=zzqxv", 200, "Nothing found for “zzqxv” , and no similar titles."),
        ("/?q=2301.99999", 200, "I don't have “2301.99999”."),
        ("/?q=https://example.org/x", 200, "https://example.org/x isn't a link to a paper"),
        ("/?q=agents&page=99", 404, "There's no page 99 here: the last is page"),
        ("/?q=agents&page=99999999999999999999", 404, "There's no page 1,000,000 here"),
        ("/?q=agents&page=two", 400, "“two” isn't a page: pages count from 1."),
        ("/?q=agents&page=0", 400, "“0” isn't a page: pages count from 1."),
        (
            "/?q=agents&sort=worst",
            400,
            "I don't know the order “worst”. Try one of best , newest ,",
        ),
        ("/trending?period=year", 400, "I don't know the period “year”. Try one of day , week , month ."),
        ("/trending?topic=zzqxv", 200, "No upvoted papers about zzqxv"),
        ("/?q=" + "a" * 201, 400, "A search has at most 200 characters, and yours has 201."),
        ("/feed.atom?q=" + "a" * 201, 400, "A search has at most 200 characters, and yours has 201."),
        ("/feed.json?q=%20", 400, "A feed of a search needs at least one word: /feed.atom?q=debate ."),
        ("/channel/" + "x" * 43 + ".atom", 404, "This address opens no feed, or no longer."),
        ("/nowhere", 404, "There's no page here. Search for a topic, a title or an author above."),
    ],
)
async def test_whatever_is_asked_gets_its_sentence(site, path, status, sentence):
    page = await site.get(path)
    assert page.status == status
    assert sentence in page.said.replace("&#39;", "'")


async def test_a_page_past_the_end_leads_to_the_last(site):
    past = await site.get("/?q=agents&page=99")
    last = re.search(r'<p class="alone">.*<a href="(/\?q=agents&amp;page=\d+)">Page \d+</a></p>', past.text)
    assert last
    assert (await site.get(last[1].replace("&amp;", "&"))).status == 200


async def test_pages_are_only_read(site):
    async with site.session.post(f"{site.root}/") as answer:
        assert answer.status == 405
        assert "This page can only be read." in await answer.text()


class Elements(HTMLParser):
    """What a page is made of, beside its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def assert_harmless(page: str) -> None:
    elements = Elements(page)
    assert not elements.tags & {"script", "img", "iframe", "object", "style", "svg", "base", "b"}
    assert not [name for name in elements.attributes if name.startswith("on") or name in ("src", "style")]
    assert all(link.startswith(("/", "https://", "#")) for link in elements.links), elements.links
    assert page.count("<body") == page.count("</body>") == page.count("</title>") == 1
    assert "\u202e" not in page


@pytest.mark.parametrize("title", HOSTILE)
async def test_hostile_titles_are_text(site, title):
    hostile = Paper(
        id="2503.66666", title=title, abstract=f"frogs {title}", authors=(title,), venue=title, year=2025
    )
    await site.put(hostile)
    for path in ("/paper/2503.66666", "/?q=frogs", "/?q=frogs&sort=newest"):
        page = await site.get(path)
        assert_harmless(page.text)
        shown = html.unescape(page.said)
        assert "right to left" in shown or "alert(1)" in shown or "{{ 7 * 7 }}" in shown


async def test_what_was_typed_is_text_too(site):
    for typed in HOSTILE:
        assert_harmless((await site.get(f"/?{urlencode({'q': typed + ' zzqxv'})}")).text)
        assert_harmless((await site.get(f"/trending?{urlencode({'topic': typed})}")).text)
        assert_harmless((await site.get(f"/day/{quote(typed, safe='')}")).text)


async def test_nothing_is_loaded_from_elsewhere(site):
    await site.put(Paper(id="2503.77777", title="Pictured", picture_url="https://cdn.example.org/x.png"))
    for path in ("/paper/2503.77777", "/", "/feed.atom?q=pictured"):
        page = await site.get(path)
        assert "cdn.example.org" not in page.text
        assert "<script" not in page.text
        assert 'src="' not in page.text


async def test_browsers_are_told_to_be_strict_whatever_comes(site):
    for path in ("/", "/nowhere", "/feed.atom", "/robots.txt", "/day", "/?q=" + "a" * 300):
        headers = (await site.get(path)).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Server"] == "Paperboy"


async def test_the_stylesheet_is_kept_for_ever_by_an_address_that_changes_with_it(site):
    path = next(part for part in (await site.get("/")).text.split('"') if part.startswith("/style-"))
    style = await site.get(path)
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["Cache-Control"]
    assert "prefers-color-scheme: dark" in style.text


async def test_search_engines_stay_out_unless_they_are_let_in(open_site):
    closed, opened = await open_site(), await open_site(web_robots=True)
    assert (await closed.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"
    assert "noindex" in (await closed.get("/")).text
    assert (await opened.get("/robots.txt")).text == "User-agent: *\nDisallow: /channel/\n"
    assert "noindex" not in (await opened.get("/")).text


@pytest.mark.parametrize("asked", ["/papers{}", "{}"], ids=["left on", "taken off"])
async def test_below_a_path_every_link_stays_there(open_site, asked):
    site = await open_site(public_url="https://example.org/papers/")
    for path in ("/", "/?q=agents", "/paper/2411.13543", "/trending", "/day/2025-03-20", "/nowhere"):
        page = await site.get(asked.format(path))
        assert page.status == (404 if path == "/nowhere" else 200)
        links = [part.split('"')[0] for part in page.text.split('href="')[1:]]
        links += [part.split('"')[0] for part in page.text.split('action="')[1:]]
        assert all(link.startswith(("/papers/", "https://", "#")) for link in links), links
    assert (await site.get(asked.format("/day"))).headers["Location"] == "/papers/day/2025-03-20"
    assert "https://example.org/papers/paper/" in (await site.get(asked.format("/feed.atom"))).text


async def test_an_unchanged_page_is_not_sent_again(site):
    page = await site.get("/")
    same = await site.get("/", If_None_Match=page.headers["ETag"])
    assert (same.status, same.body) == (304, b"")
    assert same.headers["ETag"] == page.headers["ETag"]


async def test_pages_change_with_the_catalog_whoever_changes_it(site, settings):
    before = await site.get("/?q=salamanders")
    assert "Nothing found" in before.said
    await site.put(Paper(id="2503.88888", title="Salamanders that plan"))
    assert "Salamanders that plan" in (await site.get("/?q=salamanders")).said
    connection = file.open_for_writing(settings.catalog)  # another process
    connection.execute("UPDATE papers SET upvotes = 4321 WHERE id = '2503.88888'")
    connection.close()
    assert "4,321 upvotes" in (await site.get("/?q=salamanders")).said.replace("\xa0", " ")


async def test_pages_are_small_for_whoever_can_unpack_them(site):
    packed = await site.session.get(
        f"{site.root}/", auto_decompress=False, headers={"Accept-Encoding": "gzip"}
    )
    plain = await site.get("/", Accept_Encoding="identity")
    assert gzip.decompress(await packed.read()) == plain.body


async def test_of_servers_and_people_nothing_is_on_any_page(site):
    secret = Paper(id="pb-0123456789abcdef", title="Our unpublished salamanders", abstract="salamanders")
    for owner in (Owner(Kind.SERVER, 7), Owner(Kind.PERSON, 8)):
        await site.services.written.keep(owner, secret)
    for path in (
        "/?q=salamanders",
        "/?q=pb-0123456789abcdef",
        "/paper/pb-0123456789abcdef",
        "/feed.json?q=salamanders",
    ):
        assert "unpublished" not in (await site.get(path)).text


async def test_an_empty_catalog_says_so(empty_site):
    for path in ("/", "/trending"):
        page = await empty_site.get(path)
        assert page.status == 200
        assert "I have no Daily Papers yet." in page.said
    assert (await empty_site.get("/feed.atom")).atom.entries == []
    assert (await empty_site.get("/day")).headers["Location"] == "/"


async def test_a_fault_of_ours_is_one_sentence_and_a_trace_without_the_address(site, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("a fault")

    monkeypatch.setattr("bot.catalog.featured.papers_of", broken)
    page = await site.get("/day/2025-03-20")
    assert page.status == 500
    assert "Something went wrong on my side. Try again in a minute." in page.said
    (record,) = [each for each in caplog.records if each.name == "bot.web.middlewares"]
    assert record.getMessage() == "The page /day/{date} failed"
    assert record.exc_info


async def test_nothing_that_is_asked_is_a_fault(site):
    """Bytes at random, and what is halfway to an id, a filter or a path."""
    chance = random.Random(5)
    paths = ("/?q=", "/feed.atom?q=", "/feed.json?q=", "/trending?topic=", "/paper/", "/day/")
    begun = ("pb-0123456789abcdef", "author:", "title:%22", "after:2024-99", "%00", "%ED%A0%80", "..%2f", "")
    for number in range(250):
        octets = "".join(f"%{chance.randrange(256):02X}" for _ in range(chance.randrange(30)))
        asked = f"{chance.choice(paths)}{chance.choice(begun)}{octets}"
        with closing(socket.create_connection(("127.0.0.1", site.port))) as wire:
            reader = f"X-Forwarded-For: 198.51.100.{number}"
            wire.sendall(f"GET {asked} HTTP/1.1\r\nHost: x\r\n{reader}\r\nConnection: close\r\n\r\n".encode())
            answer = await asyncio.to_thread(wire.makefile("rb").read)
        assert answer.split()[1] in (b"200", b"302", b"303", b"400", b"404"), asked
        if b"Content-Type: application/atom+xml" in answer:
            assert not feedparser.parse(answer.partition(b"\r\n\r\n")[2]).bozo, asked


async def test_garbage_on_the_wire_is_refused_and_not_logged(site, caplog):
    with socket.create_connection(("127.0.0.1", site.port)) as wire:
        wire.sendall(b"GET /channel/SECRETSECRETSECRETSECRET.atom HTTP/9.9\r\nx\r\n\r\n")
        await site.get("/robots.txt")
    assert "SECRET" not in caplog.text
