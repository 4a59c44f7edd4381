"""Hugging Face's Daily Papers, over the wire."""

from __future__ import annotations

import json
from datetime import date

import pytest
from pydantic import SecretStr

from bot.errors import SourceError
from bot.paper.harvest import Origin
from bot.sources.hugging_face import HuggingFace
from tests.support import paper_server as faults
from tests.support.paper_server import PaperServer, wrapped

DAY = date(2026, 8, 21)


async def test_a_day_with_everything_that_is_known(server: PaperServer, hugging_face: HuggingFace) -> None:
    item = wrapped(
        "2608.19880",
        "2026-08-21",
        title="EnvHarness: Awakening\n  Static Worlds",
        summary="Agents learn\nby interacting.\n\nA second paragraph.",
        authors=[
            {"name": "Chengsong Huang", "hidden": False},
            {"name": "Dept. of Physics", "hidden": True},
            {"name": "Jun Yan"},
        ],
        upvotes=163,
        githubRepo="https://github.com/google-research/envharness",
        githubStars=8,
        projectPage="https://envharness.com/",
        ai_summary="It reshapes\nstatic environments.",
        ai_keywords=["LLM agents", "EnvRigger"],
        mediaUrls=["https://cdn.example.org/a.mp4", "https://cdn.example.org/b.png"],
    )
    server.days["2026-08-21"] = [{**item, "thumbnail": "https://cdn.example.org/thumb.png"}]
    harvest = await hugging_face.day(DAY)
    assert (harvest.origin, harvest.day, harvest.skipped) == (Origin.HUGGING_FACE, DAY, ())
    assert harvest.papers[0].model_dump() == {
        "id": "2608.19880",
        "title": "EnvHarness: Awakening Static Worlds",
        "abstract": "Agents learn by interacting.\n\nA second paragraph.",
        "authors": ("Chengsong Huang", "Jun Yan"),
        "published": DAY,
        "categories": (),
        "upvotes": 163,
        "featured": (DAY,),
        "code_url": "https://github.com/google-research/envharness",
        "code_stars": 8,
        "project_url": "https://envharness.com/",
        "picture_url": "https://cdn.example.org/b.png",
        "summary": "It reshapes static environments.",
        "keywords": ("LLM agents", "EnvRigger"),
        "withdrawn": False,
        "year": 2026,
        "doi": None,
        "url": None,
        "venue": None,
        "arxiv_version": None,
    }


async def test_an_answer_of_2024_takes_the_day_that_was_asked_for(
    server: PaperServer, hugging_face: HuggingFace
) -> None:
    paper = {"id": "2405.15738", "title": "ConvLLaVA", "summary": "x", "upvotes": 32, "authors": []}
    server.days["2024-05-27"] = [
        {
            "paper": paper,
            "publishedAt": "2024-05-26T03:50:58.348Z",
            "mediaUrl": "https://cdn.example.org/t.png",
        }
    ]
    (found,) = (await hugging_face.day(date(2024, 5, 27))).papers
    assert found.featured == (date(2024, 5, 27),)
    assert found.picture_url == "https://cdn.example.org/t.png"
    assert found.published is None


async def test_a_long_day_is_read_page_by_page(server: PaperServer, hugging_face: HuggingFace) -> None:
    server.days["2026-08-21"] = [wrapped(f"2608.{number:05}", "2026-08-21") for number in range(230)]
    assert len((await hugging_face.day(DAY)).papers) == 230
    assert [query["p"] for query in server.asked("/api/daily_papers")] == ["0", "1", "2"]


async def test_a_mirror_that_knows_no_pages_is_asked_twice_at_most(
    server: PaperServer, hugging_face: HuggingFace
) -> None:
    items = [wrapped(f"2608.{number:05}", "2026-08-21") for number in range(100)]
    server.always = faults.body(json.dumps(items))
    assert len((await hugging_face.day(DAY)).papers) == 100
    assert len(server.requests) == 2


async def test_a_week_and_a_month(server: PaperServer, hugging_face: HuggingFace) -> None:
    server.days["2026-W34"] = [wrapped("2608.00001", "2026-08-19"), wrapped("2608.00002", "2026-08-20")]
    server.days["2026-08"] = server.days["2026-W34"]
    week = await hugging_face.week(2026, 34)
    assert [paper.featured for paper in week.papers] == [(date(2026, 8, 19),), (date(2026, 8, 20),)]
    assert week.day is None
    assert len((await hugging_face.month(2026, 8)).papers) == 2


async def test_one_paper(server: PaperServer, hugging_face: HuggingFace) -> None:
    server.papers["2608.19880"] = wrapped("2608.19880", "2026-08-21", upvotes=7)["paper"]
    assert (await hugging_face.paper("2608.19880")).papers[0].upvotes == 7
    assert (await hugging_face.paper("2608.00000")).papers == ()


async def test_one_paper_keeps_nobody_waiting(server: PaperServer, hugging_face: HuggingFace) -> None:
    server.always = faults.status(503)
    with pytest.raises(SourceError, match=r"answered 503 \(tried 2 times\)"):
        await hugging_face.paper("2608.19880")


async def test_search(server: PaperServer, hugging_face: HuggingFace) -> None:
    server.days["2026-08-21"] = [wrapped("2608.19880", "2026-08-21")]
    assert [paper.id for paper in (await hugging_face.search("worlds " * 100)).papers] == ["2608.19880"]
    assert len(server.asked("/api/papers/search")[0]["q"]) == 250


async def test_days_go_by_without_the_weekend(server: PaperServer, hugging_face: HuggingFace) -> None:
    harvests = [harvest async for harvest in hugging_face.since(date(2026, 8, 21), date(2026, 8, 25))]
    assert [harvest.day for harvest in harvests] == [date(2026, 8, day) for day in (21, 24, 25)]


async def test_the_token_is_sent_and_not_shown(server: PaperServer) -> None:
    source = HuggingFace.at(server.url, SecretStr("hf_secret"))
    server.always = faults.status(403)
    with pytest.raises(SourceError) as error:
        await source.day(DAY)
    await source.close()
    assert server.requests[0].headers["Authorization"] == "Bearer hf_secret"
    assert "hf_secret" not in str(error.value)


async def test_bad_records_are_skipped_one_by_one(server: PaperServer, hugging_face: HuggingFace) -> None:
    good = wrapped("2608.19880", "2026-08-21")
    server.days["2026-08-21"] = [
        "a text",
        {"paper": None},
        {"paper": {"id": "no id", "title": "x"}},
        {"paper": {"id": "2608.00001", "title": " "}},
        good,
    ]
    harvest = await hugging_face.day(DAY)
    assert [paper.id for paper in harvest.papers] == ["2608.19880"]
    assert [(skipped.reason, skipped.where) for skipped in harvest.skipped] == [
        ("not a paper in the shape of Daily Papers", "item 1"),
        ("not a paper in the shape of Daily Papers", "item 2"),
        ("no arXiv id", "no id"),
        ("no title", "2608.00001"),
    ]


async def test_a_wrong_field_is_left_out_of_a_good_record(
    server: PaperServer, hugging_face: HuggingFace
) -> None:
    wrong = {
        "githubRepo": "not an address",
        "upvotes": -1,
        "publishedAt": "soon",
        "authors": "Ada",
        "ai_keywords": 5,
    }
    server.days["2026-08-21"] = [wrapped("2608.19880", "2026-08-21", **wrong)]
    (paper,) = (await hugging_face.day(DAY)).papers
    assert (paper.code_url, paper.upvotes, paper.published, paper.authors, paper.keywords) == (
        None, None, None, (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("1", "holds a number where a list of papers was expected"),
        ('{"status": "no_data"}', "holds an object where a list of papers was expected"),
        ("null", "holds nothing where a list of papers was expected"),
        ("[\"{'paper': {'id': '2412.07730'}}\"]", "holds no usable paper"),
        ('[{"paper": {"id": "2608.19880", "ti', "is not JSON, or was cut short"),
        ("", "is not JSON, or was cut short"),
        (b"\xff\xfe[", "is not JSON, or was cut short"),
    ],
)
async def test_a_bad_answer_is_refused_whole(
    server: PaperServer, hugging_face: HuggingFace, answer: str | bytes, reason: str
) -> None:
    server.always = faults.body(answer)
    with pytest.raises(SourceError, match=reason):
        await hugging_face.day(DAY)
