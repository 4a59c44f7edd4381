"""arXiv ids in the fields of sources; in what people type and paste, see test_references.py."""

from __future__ import annotations

import pytest

from bot.paper.ids import is_arxiv_id, own_id, parse_arxiv_id, repair_arxiv_id, year_of


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("2411.13543", "2411.13543"),
        ("0704.0001", "0704.0001"),
        ("1412.9999v12", "1412.9999"),
        (" arXiv:2511.23476v3 ", "2511.23476"),
        ("cs/9301111", "cs/9301111"),
        ("cmp-lg/9409007v1", "cmp-lg/9409007"),
        ("math.GT/0309136", "math/0309136"),
        ("http://arxiv.org/abs/2305.19118v4", "2305.19118"),
        ("https://www.arxiv.org/pdf/2305.19118v4.pdf", "2305.19118"),
        ("https://arxiv.org/html/2305.19118v1#S2", "2305.19118"),
        ("export.arxiv.org/abs/quant-ph/9812032", "quant-ph/9812032"),
        ("<https://huggingface.co/papers/2305.19118?ref=x>", "2305.19118"),
        ("https://hf.co/papers/2305.19118", "2305.19118"),
        ("https://doi.org/10.48550/arXiv.2305.19118", "2305.19118"),
        ("https://ar5iv.labs.arxiv.org/html/2305.19118", "2305.19118"),
        ("https://www.alphaxiv.org/abs/2305.19118", "2305.19118"),
    ],
)
def test_each_form_of_an_id(text: str, arxiv_id: str) -> None:
    assert parse_arxiv_id(text) == arxiv_id
    assert is_arxiv_id(arxiv_id)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2413.13543",
        "2411.1354",
        "1412.99999",
        "0703.0001",
        "9912.99999",
        "cs/9313111",
        "2411.13543 and more",
        "https://example.org/abs/2411.13543",
        "https://arxiv.org.example.org/abs/2411.13543",
        "٢٤١١.١٣٥٤٣",
    ],
)
def test_what_is_no_id(text: str) -> None:
    assert parse_arxiv_id(text) is None


@pytest.mark.parametrize(
    ("number", "arxiv_id"),
    [
        ("912.5527", "0912.5527"),
        ("1001.021", "1001.0210"),
        ("704.0001", "0704.0001"),
        ("1809.0495399999998", "1809.04954"),
        ("2411.1354", "2411.13540"),
        ("2413.13543", None),
        ("0.5", None),
        ("12345", None),
    ],
)
def test_an_id_that_was_a_number_gets_its_zeros_back(number: str, arxiv_id: str | None) -> None:
    assert repair_arxiv_id(number) == arxiv_id


@pytest.mark.parametrize(
    ("paper_id", "year"),
    [("2411.13543", 2024), ("0704.0001", 2007), ("cs/9301111", 1993), ("math/0309136", 2003), ("pb-1", None)],
)
def test_an_id_tells_the_year(paper_id: str, year: int | None) -> None:
    assert year_of(paper_id) == year


def test_an_own_id_is_stable_and_no_arxiv_id() -> None:
    assert own_id("balrog") == own_id("balrog") != own_id("malt")
    assert not is_arxiv_id(own_id("balrog"))
