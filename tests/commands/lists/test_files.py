"""`/list export` and `/list import`, as a person sees them."""

from __future__ import annotations

import gzip

import pytest

from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.readers.lists import Status
from bot.readers.owner import Kind, Owner
from tests.support.reading import fields, text_of

BALROG = "2411.13543"
BIB = b"""@article{one, title={A Paper Nobody Else Has}, author={Doe, Jane}, year={2020}}
@misc{two, title={BALROG}, eprint={2411.13543}, archivePrefix={arXiv}}
@misc{three, note={no title at all}}
"""


async def imported(world, person, file: str, data: bytes, **options):
    return (await person.slash(world.channel, "list import", file=(file, data), **options)).response


async def noted(world, person, paper: str, text: str, **options) -> None:
    form = await person.slash(world.channel, "list note", paper=paper, **options)
    label = "Everybody in this server can read it" if options.get("place") else "Only you can read it"
    await person.submit_modal(form, fields(form, **{label: text}))


async def reads(world, person, paper: str, status: Status) -> None:
    (on, *_) = await world.services.lists.of(Owner(Kind.PERSON, person.id))
    line = await world.services.lists.line(on, paper, person.id)
    await world.services.lists.read_to(line, status, person.id)


async def exported(world, person, form: str, **options) -> bytes:
    response = (await person.slash(world.channel, "list export", format=form, **options)).response
    assert response.ephemeral
    (file,) = response.attachments
    data: bytes = await file.read()
    return data


async def test_a_file_comes_onto_a_list_and_nowhere_else(world):
    before = await world.services.library.count()
    answer = await imported(world, world.alice, "mine.bib", BIB)
    assert answer.ephemeral
    assert text_of(answer).startswith(
        "Imported 2 papers to **Saved**. 1 of them isn't in my catalog: this list alone has it. "
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
    assert "annote = {lost {\\&} found}" in bibtex
    markdown = (await exported(world, world.alice, "markdown")).decode()
    assert "  > lost & found\n" in markdown
    assert "](https://arxiv.org/abs/2411.13543)" in markdown


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json", "csv", "jsonl", "markdown"])
async def test_what_was_exported_comes_back_the_same(world, form):
    """With notes, how far each is read, and in its order."""
    for each in (BALROG, "2502.12110", "2307.13854"):
        await world.alice.slash(world.channel, "list add", paper=each)
    await noted(world, world.alice, BALROG, "for *Monday*\n- = 2 {x}")
    for each, status in ((BALROG, Status.READING), ("2502.12110", Status.READ)):
        await reads(world, world.alice, each, status)
    first = await exported(world, world.alice, form)
    suffix = {"bibtex": "bib", "csl-json": "json", "markdown": "md"}.get(form, form)
    answer = await imported(world, world.bob, f"saved.{suffix}", first)
    assert "Imported 3 papers" in text_of(answer)
    assert "1 note came along." in text_of(answer)
    again = await exported(world, world.bob, form)
    assert again == first


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0", "I can't read that file. I don't know this kind of file."),
        ("empty.bib", b"", "I can't read that file. This file is empty."),
        ("one.jsonl", b'{"title": ""}', "I found no paper in that file. Its one entry has no title or id"),
        ("cut.json", b'{"title', "I can't read that file. This file is not JSON, or cut short."),
        ("cut.jsonl.gz", gzip.compress(b"title", mtime=0)[:9], "I can't read that file."),
        ("../../etc/passwd", b"root:x:0:0", "I can't read that file."),
    ],
)
async def test_what_holds_no_paper_is_said_in_a_sentence(world, name, data, says):
    text = text_of(await imported(world, world.alice, name, data))
    assert text.startswith(says)
    assert "/tmp" not in text
    assert "--" not in text


async def test_a_paper_that_the_catalog_lacks_is_called_one(world):
    text = text_of(await imported(world, world.alice, "a.jsonl", b'{"title": "A Paper Nobody Else Has"}'))
    assert text == "Imported 1 paper to **Saved**. It isn't in my catalog: this list alone has it."


async def test_a_large_import_is_cut_and_a_second_one_has_to_wait(world):
    lines = "".join(f'{{"title": "Paper Number {number} of Many"}}\n' for number in range(2_500))
    answer = await imported(world, world.alice, "many.jsonl", lines.encode())
    assert "Imported 2,000 papers" in text_of(answer)
    assert "split it" in text_of(answer)
    again = await imported(world, world.alice, "many.jsonl", lines.encode())
    assert text_of(again).startswith("You can import one file a minute. Try again in ")


async def test_saved_papers_outlast_the_catalog(world):
    owner = Owner(Kind.PERSON, world.alice.id)
    await world.services.lists.save(owner, [Paper(id="2501.99999", title="Gone & Lost")], by=world.alice.id)
    assert "Gone" in (await exported(world, world.alice, "ris")).decode()


# Notes, and how far each is read


async def test_a_file_brings_no_notes_onto_a_servers_list_unless_asked(world):
    await world.alice.slash(world.channel, "list new", name="Ours", place="server")
    data = b"arxiv_id,note,status\n2411.13543,mine alone,read\n2502.12110,,reading\n"
    ours = {"name": "Ours", "place": "server"}
    answer = text_of(await imported(world, world.alice, "a.csv", data, **ours))
    assert "I left out 1 note, since everybody here can read this list; `notes: True` brings them." in answer
    assert b"mine alone" not in await exported(world, world.bob, "csv", **ours)
    assert b",read," in await exported(world, world.alice, "csv", **ours), "her own status is hers"
    assert b",read," not in await exported(world, world.bob, "csv", **ours)
    answer = text_of(await imported(world, world.bob, "a.csv", data, notes=True, **ours))
    assert "1 note came along." in answer
    assert b"mine alone" in await exported(world, world.alice, "csv", **ours)


async def test_a_note_that_is_there_stays(world):
    await world.alice.slash(world.channel, "list add", paper=BALROG)
    await noted(world, world.alice, BALROG, "mine")
    answer = text_of(await imported(world, world.alice, "a.csv", b"arxiv_id,note\n2411.13543,theirs\n"))
    assert "1 paper had another note already, which I kept." in answer
    assert b",mine," in await exported(world, world.alice, "csv")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ids.txt", b"2411.13543\n2401.00001\n"),
        ("links", b"https://arxiv.org/abs/2411.13543\nhttps://arxiv.org/abs/2401.00001\n"),
        ("a.csv", b"arxiv_id\n2411.13543\n2401.00001\n"),
    ],
)
async def test_papers_known_by_an_id_alone_are_looked_up(world, name, data):
    answer = text_of(await imported(world, world.alice, name, data))
    assert answer.startswith("Imported 2 papers to **Saved**. 1 of them isn't in my catalog")
    page = text_of((await world.alice.slash(world.channel, "list show")).response)
    assert "**1. BALROG: Benchmarking" in page
    assert "**2. 2401.00001**" in page


async def test_an_id_gets_its_title_once_the_catalog_has_the_paper(world):
    await imported(world, world.alice, "a.txt", b"2401.00001\n")
    arrived = Paper(id="2401.00001", title="A Paper That Came", authors=("Ann Author",))
    await world.services.library.merge(Harvest(Origin.ARXIV, (arrived,)))
    page = text_of((await world.alice.slash(world.channel, "list show")).response)
    assert "**1. A Paper That Came**" in page
    assert "not in my catalog" not in page


@pytest.mark.parametrize("name", ["a.enw", "a.nbib", "a.xml"])
async def test_who_has_a_file_of_another_kind_is_told_how_to_get_one(world, name):
    data = {"a.enw": b"%0 Journal Article\n%T Reeds\n", "a.nbib": b"PMID- 1\nTI  - Reeds\n"}.get(
        name, b"<xml/>"
    )
    text = text_of(await imported(world, world.alice, name, data))
    assert text.startswith("I can't read that file. I don't know this kind of file.")
    assert text.endswith("Zotero, EndNote and PubMed's pages can save others as RIS or BibTeX.")
    assert "arXiv's metadata dump" not in text, "what only an operator has"


# Papers that only look alike


EDITORIALS = b"""
@misc{a, title={Editorial}, author={Doe, Jane}, year={2020}, doi={10.1000/aaa}, annote={jane}}
@misc{b, title={Editorial}, author={Roe, Rick}, year={2021}, doi={10.1000/bbb}, annote={rick}}
"""


async def lines_and_papers(world, person):
    (on, *_) = await world.services.lists.of(Owner(Kind.PERSON, person.id))
    lines = await world.services.lists.lines(on, person.id)
    return lines, await world.services.lists.records(lines)


async def test_papers_that_share_a_title_stay_two_each_with_its_note(world):
    for says in ("Imported 2 papers to **Saved**.", "Nothing new in that file. 2 papers had been saved"):
        answer = text_of(await imported(world, world.alice, "a.bib", EDITORIALS))
        assert answer.startswith(says)
        assert "another note" not in answer
        lines, papers = await lines_and_papers(world, world.alice)
        noted = {papers[line.paper_id].doi: line.note for line in lines}
        assert noted == {"10.1000/aaa": "jane", "10.1000/bbb": "rick"}
        await world.env.advance_time(120)


async def test_entries_of_one_paper_are_put_together_with_both_notes(world):
    data = EDITORIALS + EDITORIALS.replace(b"{jane}", b"{again}").replace(b"10.1000/bbb", b"10.1000/ccc")
    answer = text_of(await imported(world, world.alice, "a.bib", data))
    assert answer.startswith("Imported 3 papers to **Saved**.")
    assert "1 entry is about a paper that the file has already: I put them together." in answer
    lines, papers = await lines_and_papers(world, world.alice)
    notes = {papers[line.paper_id].doi: line.note for line in lines}
    assert notes == {"10.1000/aaa": "jane\nagain", "10.1000/bbb": "rick", "10.1000/ccc": "rick"}


LIKE = "@misc{{{key}, title={{Reeds of the Lakes}}, author={{Doe, Jane}}, annote={{{key}}}{more}}}\n"
THREE = [LIKE.format(key="none", more="")] + [
    LIKE.format(key=each, more=f", doi={{10.1000/{each}}}") for each in ("journal", "conference")
]


@pytest.mark.parametrize("files", [["".join(THREE)], ["".join(reversed(THREE))], THREE])
async def test_an_entry_that_may_be_either_of_two_papers_makes_them_no_single_one(world, files):
    for file in files:
        answer = text_of(await imported(world, world.alice, "a.bib", file.encode()))
        assert "another note" not in answer
        await world.env.advance_time(120)
    lines, papers = await lines_and_papers(world, world.alice)
    assert {papers[line.paper_id].doi for line in lines} == {"10.1000/journal", "10.1000/conference"}
    assert sorted("\n".join(line.note for line in lines).split()) == ["conference", "journal", "none"]


async def test_a_paper_called_by_its_id_gets_what_a_later_file_says(world):
    await imported(world, world.alice, "a.txt", b"1409.1556\n")
    await world.env.advance_time(120)
    data = b"@misc{v, title={Very Deep Networks}, author={Doe, Jane}, eprint={1409.1556}, doi={10.1000/v}}"
    answer = text_of(await imported(world, world.alice, "a.bib", data))
    assert answer.startswith("Nothing new in that file.")
    page = text_of((await world.alice.slash(world.channel, "list show")).response)
    assert "**1. Very Deep Networks**" in page
    assert b"10.1000/v" in await exported(world, world.alice, "bibtex")


async def test_files_that_number_their_papers_mean_different_ones(world):
    await world.alice.slash(world.channel, "list new", name="Ours", place="server")
    ours = {"name": "Ours", "place": "server", "notes": True}
    one = b"id,title,author,note\n1,Reeds of the North,Jane Doe,reeds\n1,Ferns of the South,Jane Doe,ferns\n"
    two = b'[{"id": "1", "title": "Mosses of the East", "note": "mosses"}]'
    assert text_of(await imported(world, world.alice, "a.csv", one, **ours)).startswith("Imported 2 papers")
    assert text_of(await imported(world, world.bob, "b.json", two, **ours)).startswith("Imported 1 paper ")
    (on,) = await world.services.lists.of(Owner(Kind.SERVER, world.channel.guild.id))
    lines = await world.services.lists.lines(on, world.alice.id)
    assert {line.title.split()[0].lower(): line.note for line in lines} == {
        each: each for each in ("reeds", "ferns", "mosses")
    }


async def test_a_files_number_is_not_the_catalogs_paper_of_that_number(world):
    of_catalog = Paper(id="1", title="Lichens of the West", authors=("Ann Author",))
    await world.services.library.merge(Harvest(Origin.FILE, (of_catalog,)))
    await imported(world, world.alice, "a.csv", b"id,title,author\n1,Reeds of the North,Jane Doe\n")
    (mine,), _ = await lines_and_papers(world, world.alice)
    added = await world.alice.slash(world.channel, "list add", paper="Lichens of the West")
    assert "Saved to your list **Saved**." in text_of(added.response)
    (lichens, reeds), records = await lines_and_papers(world, world.alice)
    assert (lichens.paper_id, lichens.recorded) == ("1", False)
    assert (reeds.paper_id, [*records]) == (mine.paper_id, [mine.paper_id])


async def test_an_exported_paper_is_the_catalogs_as_soon_as_that_has_it(world):
    await imported(world, world.alice, "mine.bib", BIB)
    arrived = Paper(
        id="2001.01234", title="A Paper Nobody Else Has", authors=("Jane Doe", "Rick Roe"), year=2020
    )
    await world.services.library.merge(Harvest(Origin.ARXIV, (arrived,)))
    assert b"2001.01234" in await exported(world, world.alice, "bibtex")


async def test_papers_of_one_number_are_told_apart(world):
    lines = "id,title,authors,year,abstract\n"
    reeds = "P1,On the Growth of Reeds in Still Water,Ada Doe,2001,Reeds grow in water\n"
    debate = "P1,Quantum Debate of Many Agents,Wei Wang,2020,Debate of agents\n"
    both = await imported(world, world.alice, "both.csv", (lines + reeds + debate).encode())
    assert "Imported 2 papers" in text_of(both)
