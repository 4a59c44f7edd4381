"""BibTeX as people have it: what is wrong with a field costs that field and no more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.paper.harvest import Skipped, record_of
from bot.paper.model import Paper
from bot.sources.bibtex import read_bibtex


def read(text: str) -> list[Paper]:
    records = list(map(record_of, read_bibtex(text)))
    assert all(isinstance(record, Paper) for record in records), records
    return [record for record in records if isinstance(record, Paper)]


def one(text: str) -> Paper:
    (paper,) = read(text)
    return paper


def entry(**fields: str) -> Paper:
    given = {"title": "{A Census of Reeds}"} | fields
    return one("@misc{key,\n" + ",\n".join(f"  {name} = {value}" for name, value in given.items()) + "\n}")


@pytest.mark.parametrize(
    ("fields", "paper_id"),
    [
        ({"eprint": "{2103.00777}"}, "2103.00777"),
        ({"eprint": "{2103.00777v3}"}, "2103.00777"),
        ({"eprint": "{arXiv:2103.00777 [cs.CL]}"}, "2103.00777"),
        ({"eprint": "{abs/2103.00777}"}, "2103.00777"),
        ({"eprint": "{hep-th/9901001}"}, "hep-th/9901001"),
        ({"eprint": "{0309136}", "primaryClass": "{math.GT}"}, "math/0309136"),
        ({"eprint": "{9901001}", "archivePrefix": "{hep-th}"}, "hep-th/9901001"),
        ({"doi": "{10.48550/arXiv.2103.00777}"}, "2103.00777"),
        ({"doi": "{https://doi.org/10.48550/ARXIV.2103.00777}"}, "2103.00777"),
        ({"url": r"{\url{https://arxiv.org/abs/2103.00777v2}}"}, "2103.00777"),
        ({"ee": "{http://arxiv.org/pdf/2103.00777.pdf}"}, "2103.00777"),
        ({"howpublished": r"{\url{https://arxiv.org/abs/2103.00777}}"}, "2103.00777"),
        ({"journal": "{CoRR}", "volume": "{abs/2103.00777}"}, "2103.00777"),
        ({"journal": "{CoRR}", "volume": "{cs.CL/0303030}"}, "cs/0303030"),
        ({"journal": "{ArXiv}", "number": "{2103.00777}"}, "2103.00777"),
        ({"number": "{arXiv:2103.00777}", "publisher": "{arXiv}"}, "2103.00777"),
        ({"journal": "{arXiv preprint arXiv:2103.00777}"}, "2103.00777"),
        ({"journal": "{arXiv:2103.00777 [cs, math]}"}, "2103.00777"),
        ({"note": "{arXiv:2103.00777 [cs.CL]}"}, "2103.00777"),
    ],
)
def test_an_id_where_it_is_the_papers_own(fields: dict[str, str], paper_id: str) -> None:
    assert entry(**fields).id == paper_id


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "{Extends arXiv:2103.00777 by a lemma}"},
        {"note": "{See https://arxiv.org/abs/2103.00777}"},
        {"abstract": "{We refute 2103.00777.}"},
        {"howpublished": "{Comment on arXiv:2103.00777}"},
        {"journal": "{Journal of Answers to arXiv:2103.00777}"},
        {"keywords": "{2103.00777}"},
        {"volume": "{2103.00777}", "journal": "{Ponds}"},
        {"annote": "{arXiv:2103.00777}"},
        {"title": "{On arXiv:2103.00777}"},
    ],
)
def test_an_id_in_running_text_is_another_papers(fields: dict[str, str]) -> None:
    assert entry(**fields).id.startswith("pb-")


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("{100% of Reeds}", "100% of Reeds"),
        ('"Reeds " # "and " # {Rushes}', "Reeds and Rushes"),
        ("short # { of } # 2", "Short Title of 2"),
        ('"{Quoted "inner" marks}"', 'Quoted "inner" marks'),
        ("{Two\n  lines}", "Two lines"),
        ("{{{Deep}}}", "Deep"),
    ],
)
def test_how_a_title_may_be_written(value: str, title: str) -> None:
    text = '@string{short = "Short Title"}\n@misc{key, title = ' + value + "}"
    assert one(text).title == title


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title={Kept}, author={Doe, Ada}, title={Given Twice}}",
        "@misc{a, note={x}, title={Kept} author={Doe, Ada}}",
        "@misc{a title={Kept}, author={Doe, Ada}}",
        "@misc{title={Kept}, author={Doe, Ada}}",
        "@misc{a,, title={Kept},, author={Doe, Ada},}",
        "@misc(a, title={Kept}, author={Doe, Ada})",
        "@MISC{a, TITLE={Kept}, Author={Doe, Ada}}",
        "@misc{a, title={Kept}, stray words, author={Doe, Ada}}",
        "@misc{a, title={Kept}, {stray}, author={Doe, Ada}}",
        "@misc{a, title={Kept}, year=, author={Doe, Ada}}",
        "@misc{a, title={Kept}, month = nonsense # jan, author={Doe, Ada}}",
        "Some words before @misc{a, title={Kept}, author={Doe, Ada}} and after.",
        "@comment{@misc}\n@preamble{\"x\"}\n@misc{a, title={Kept}, author={Doe, Ada}}",
        "@misc{a, title={Kept}, author={Doe, Ada}",
        "@misc{a, title={Kept}, author={Doe, Ada}, abstract={no end",
    ],
)  # fmt: skip
def test_a_slip_costs_no_entry(text: str) -> None:
    paper = one(text)
    assert (paper.title, paper.authors) == ("Kept", ("Ada Doe",))


def test_a_broken_entry_costs_no_other() -> None:
    first, broken, last = read_bibtex(
        "@misc{a, title={One}}\n@misc{b, title={no end\n@misc{c, title={Two}}\n"
    )
    assert isinstance(first, Paper)
    assert isinstance(last, Paper)
    assert broken == Skipped("no BibTeX entry that can be read", "entry b, line 2") or isinstance(
        broken, Skipped
    )
    assert last.title == "Two"


def test_entries_on_one_line_and_keys_used_twice() -> None:
    titles = [
        paper.title for paper in read("@misc{a, title={One}} @misc{a, title={Two}}@misc{a,title={Three}}")
    ]
    assert titles == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Doe, Ada and Roe, Ben", ("Ada Doe", "Ben Roe")),
        ("Ada Doe and others", ("Ada Doe",)),
        ("{Gemini Team, Google} and OpenAI", ("Gemini Team, Google", "OpenAI")),
        ("{Barnes and Noble} and Doe, Ada", ("Barnes and Noble", "Ada Doe")),
        ("van der Berg, Jan and Doe, Jr., Ada", ("Jan van der Berg", "Ada Doe, Jr.")),
        (r"Sch{\"u}tze, Hinrich and {\L}ukasz Kuci\'nski", ("Hinrich Schütze", "Łukasz Kuciński")),
        ("{van der Berg}, Jan", ("Jan van der Berg",)),
        ("family=Doe, given=Ada, prefix=van", ("Ada van Doe",)),
        ("Ada Doe\n  and\n  Ben Roe", ("Ada Doe", "Ben Roe")),
        ("Ada Doe, Ben Roe, Cy Poe, Di Moe", ("Ada Doe", "Ben Roe", "Cy Poe", "Di Moe")),
        ("{Reeds, Rushes, and Ponds, Inc.}", ("Reeds, Rushes, and Ponds, Inc.",)),
        ("Doe E, Poe Fox G, Roe KA", ("E Doe", "G Poe Fox", "KA Roe")),
        ("Doe, C, Roe, DI, Poe, S", ("C Doe", "DI Roe", "S Poe")),
        ("A. Doe, B. C. Roe, et al.", ("A. Doe", "B. C. Roe")),
        ("Doe, Ada and others, ", ("Ada Doe",)),
        ("Doe, Ada and et al.", ("Ada Doe",)),
        ("Ada Doe 0001 and Ben Roe", ("Ada Doe", "Ben Roe")),
        ("Doe, Ada AND Roe, Ben", ("Ada Doe", "Ben Roe")),
        ("Doe, A.; Roe, B. C.; Poe, D.;", ("A. Doe", "B. C. Roe", "D. Poe")),
        ("{AT\\&T; Labs} and Doe, Ada", ("AT&T; Labs", "Ada Doe")),
        ("Andy Anderson and Sandy Band", ("Andy Anderson", "Sandy Band")),
        ("Doe, Ada and Doe, Ada and Roe, Ben", ("Ada Doe", "Ben Roe")),
    ],
)  # fmt: skip
def test_authors(author: str, names: tuple[str, ...]) -> None:
    assert entry(author="{" + author + "}").authors == names


@pytest.mark.parametrize(
    ("fields", "day", "year"),
    [
        ({"year": "2017"}, None, 2017),
        ({"year": "{c. 2017}"}, None, 2017),
        ({"year": "2017", "month": "jun", "day": "12"}, date(2017, 6, 12), 2017),
        ({"year": "2017", "month": 'jun # "~12"'}, date(2017, 6, 12), 2017),
        ({"year": "2017", "month": "{June 12--14}"}, None, 2017),
        ({"year": "2017", "month": "6", "day": "{12}"}, date(2017, 6, 12), 2017),
        ({"year": "2017", "month": "feb", "day": "31"}, None, 2017),
        ({"date": "{2017-06-12}"}, date(2017, 6, 12), 2017),
        ({"date": "{2017-06}"}, None, 2017),
        ({"date": "{2017-06-12/2017-06-14}"}, date(2017, 6, 12), 2017),
        ({"date": "{2017-06-12T10:00:00Z}"}, date(2017, 6, 12), 2017),
        ({"date": "{12 June 2017}"}, date(2017, 6, 12), 2017),
        ({"year": "{in press}"}, None, None),
        ({"year": "{99}"}, None, None),
        ({"year": "12017"}, None, None),
    ],
)
def test_typed_days(fields: dict[str, str], day: date | None, year: int | None) -> None:
    paper = entry(**fields)
    assert (paper.published, paper.year) == (day, year)


def test_where_it_was_published() -> None:
    paper = entry(
        booktitle="{Proceedings of the Pond Workshop}",
        doi="{10.1234/Pond.2017.3}",
        url=r"{https://ponds.example.org/a\_b\%20c.pdf}",
    )
    assert paper.venue == "Proceedings of the Pond Workshop"
    assert paper.doi == "10.1234/pond.2017.3"
    assert paper.url == "https://ponds.example.org/a_b%20c.pdf"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example", "//a.example", "https://a b", "mailto:ada@a.example"]
)
def test_only_web_addresses_are_kept(url: str) -> None:
    assert entry(url="{" + url + "}").url is None


def test_title_and_subtitle_and_class() -> None:
    paper = entry(
        title="{Ponds}", subtitle="{A Natural History}", eprint="{1805.01234}", eprintclass="{cs.CL}"
    )
    assert (paper.title, paper.categories) == ("Ponds: A Natural History", ("cs.CL",))


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title={Many}, author={" + " and ".join(f"D{{\\'o}}e{n}, Ada" for n in range(5_000)) + "}}",
        "@misc{a, title={Many" + "{\\'e}" * 20_000 + "}}",
        "@misc{a, title={Many" + "{" * 20_000 + "}" * 20_000 + "}}",
    ],
    ids=["authors", "accents", "braces"],
)
def test_a_hostile_entry_is_read(text: str) -> None:
    assert one(text).title.startswith("Many")


def test_abbreviations_that_double_each_other_are_not_followed_for_ever() -> None:
    doubled = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))
    records = list(read_bibtex('@string{a0 = "' + "x" * 1_000 + '"}\n' + doubled + "@misc{z, title = a59}"))
    assert sum(len(record.title) for record in records if isinstance(record, Paper)) < 2**25


def test_unfinished_values_are_given_up_at_once() -> None:
    """Each is looked through once: what follows on the line is not read again for each."""
    records: list[Any] = list(read_bibtex('@a{b,title="' * 10_000))
    assert [record.reason for record in records] == ["no BibTeX entry that can be read"]
