"""`/list export` and `/list import`, as a person sees them."""

from __future__ import annotations

import gzip

import pytest

from bot.paper.model import Paper
from bot.readers.owner import Kind, Owner
from tests.support.reading import fields, text_of

BALROG = "2411.13543"
BIB = b"""@article{one, title={A Paper Nobody Else Has}, author={Doe, Jane}, year={2020}}
@misc{two, title={BALROG}, eprint={2411.13543}, archivePrefix={arXiv}}
@misc{three, note={no title at all}}
"""


async def imported(world, person, name: str, data: bytes, **options):
    return (await person.slash(world.channel, "list import", file=(name, data), **options)).response


async def exported(world, person, form: str) -> bytes:
    response = (await person.slash(world.channel, "list export", format=form)).response
    assert response.ephemeral
    (file,) = response.attachments
    data: bytes = await file.read()
    return data


async def test_a_file_comes_onto_a_list_and_nowhere_else(world):
    before = await world.services.library.count()
    answer = await imported(world, world.alice, "mine.bib", BIB)
    assert answer.ephemeral
    assert text_of(answer).startswith(
        "Imported 2 papers to **Saved**. 1 of them is not in my catalog, and for this list alone. "
        "I left out 1 entry without a paper."
    )
    assert await world.services.library.count() == before
    page = (await world.alice.slash(world.channel, "list show")).response
    assert "A Paper Nobody Else Has" in text_of(page)
    assert "BALROG: Benchmarking" in text_of(page), "as the catalog has it"
    found = (await world.bob.slash(world.channel, "paper find", query="A Paper Nobody Else Has")).response
    assert "A Paper Nobody Else Has**" not in text_of(found)


async def test_a_list_is_exported_with_what_the_catalog_lacks(world):
    await imported(world, world.alice, "mine.bib", BIB)
    form = await world.alice.slash(world.channel, "list note", paper="nobody else")
    await world.alice.submit_modal(form, fields(form, **{"Only you can read it": "lost & found"}))
    bibtex = (await exported(world, world.alice, "bibtex")).decode()
    assert "{A Paper Nobody Else Has}" in bibtex
    assert "Jane" in bibtex
    assert "lost" not in bibtex
    markdown = (await exported(world, world.alice, "markdown")).decode()
    assert "  > lost & found\n" in markdown
    assert "](https://arxiv.org/abs/2411.13543)" in markdown


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json", "csv", "jsonl"])
async def test_what_was_exported_comes_back_the_same(world, form):
    for each in (BALROG, "2502.12110", "2307.13854"):
        await world.alice.slash(world.channel, "list add", paper=each)
    first = await exported(world, world.alice, form)
    suffix = {"bibtex": "bib", "csl-json": "json"}.get(form, form)
    answer = await imported(world, world.bob, f"saved.{suffix}", first)
    assert "Imported 3 papers" in text_of(answer)
    again = await exported(world, world.bob, form)
    assert sorted(again) == sorted(first)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0", "I can't read that file: I don't know this kind of file."),
        ("empty.bib", b"", "I found no paper in that file."),
        ("cut.jsonl.gz", gzip.compress(b"title", mtime=0)[:9], "I can't read that file:"),
        ("../../etc/passwd", b"root:x:0:0", "I can't read that file:"),
    ],
)
async def test_what_holds_no_paper_is_said_in_a_sentence(world, name, data, says):
    text = text_of(await imported(world, world.alice, name, data))
    assert text.startswith(says)
    assert "/tmp" not in text
    assert "--" not in text


async def test_a_large_import_is_cut_and_a_second_one_has_to_wait(world):
    lines = "".join(f'{{"title": "Paper Number {number} of Many"}}\n' for number in range(2_500))
    answer = await imported(world, world.alice, "many.jsonl", lines.encode())
    assert "Imported 2,000 papers" in text_of(answer)
    assert "split it" in text_of(answer)
    world.breaks = True  # a cooldown is told by its own sentence
    assert "going a bit fast" in text_of(await imported(world, world.alice, "many.jsonl", lines.encode()))


async def test_saved_papers_outlast_the_catalog(world):
    owner = Owner(Kind.PERSON, world.alice.id)
    await world.services.lists.save(owner, [Paper(id="2501.99999", title="Gone & Lost")], by=world.alice.id)
    assert "Gone" in (await exported(world, world.alice, "ris")).decode()
