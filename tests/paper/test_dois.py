"""DOIs in the ways in which people write them."""

from __future__ import annotations

import pytest

from bot.paper.addresses import doi_in
from bot.paper.dois import doi_address, parse_doi


@pytest.mark.parametrize(
    "text",
    [
        "10.1234/Pond.3",
        "doi:10.1234/pond.3",
        "DOI: 10.1234/pond.3.",
        "https://doi.org/10.1234/pond.3",
        "http://dx.doi.org/10.1234%2Fpond.3?nosfx=y#top",
        "<https://www.doi.org/10.1234/pond.3>",
        " 10.1234/pond.3) ",
    ],
)
def test_a_doi(text: str) -> None:
    assert parse_doi(text) == "10.1234/pond.3"


@pytest.mark.parametrize(
    "doi", ["10.1002/(sici)1097-4571(199)50:1<1::aid-asi1>3.0.co;2-a", "10.1000.10/x(1)"]
)
def test_signs_that_belong_to_it_stay(doi: str) -> None:
    assert parse_doi(doi) == doi
    assert parse_doi(doi_address(doi)) == doi


@pytest.mark.parametrize(
    "text",
    ["", "10.1234", "10.1234/", "11.1234/x", "10.12/x", "see 10.1/x", "10.1234/a b", "10.1234/" + "x" * 300],
)
def test_what_is_none(text: str) -> None:
    assert parse_doi(text) is None


def test_backslashes_that_latex_put_before_a_sign_go() -> None:
    assert parse_doi(r"10.1007/978-3-319-02432-5\_7") == "10.1007/978-3-319-02432-5_7"


@pytest.mark.parametrize(
    "field",
    [
        "10.1234/Pond.3",
        "{10.1234/pond.3}",
        '<a href="https://doi.org/10.1234/pond.3">10.1234/…</a>',
        "http://doi.acm.org/10.1234/pond.3",
        "https://link.springer.com/chapter/10.1234/pond.3",
        "http://dx.doi.org.ezproxy.example.edu/10.1234/pond.3",
        "https://publisher.example.org/doi/pdf/10.1234/pond.3?casa_token=x:y",
        "https://publisher.example.org/store/10.1234/pond.3/asset/pond3.pdf?v=1",
        "https://www.google.com/url?q=https%3A%2F%2Fdoi.org%2F10.1234%2Fpond.3&sa=D",
        "10.1234/pond.3;http://dx.doi.org/10.1234/pond.3",
    ],
)
def test_a_field_holds_a_doi_by_itself_or_in_any_sites_address(field: str) -> None:
    assert doi_in(field) == "10.1234/pond.3"


def test_a_number_that_oxford_puts_behind_goes() -> None:
    address = "https://academic.oup.com/bioinformatics/article/doi/10.1093/bioinformatics/btz682/5566506"
    assert doi_in(address) == "10.1093/bioinformatics/btz682"


@pytest.mark.parametrize(
    "field",
    [
        "",
        "10.1234/a b",
        "see https://example.org/10.1234/pond.3",
        "https://example.org/pond",
        "https://aclanthology.org/2020.lrec-1.1",
        "https://link.springer.com/book/10.1007/978-3-031-19836-6",
        "https://dl.acm.org/doi/proceedings/10.1145/3292500",
        "https://link.springer.com/chapter/10.1007/978-3-031-19836-6 _31",
    ],
)
def test_a_field_without_a_doi_of_its_own_has_none(field: str) -> None:
    assert doi_in(field) is None
