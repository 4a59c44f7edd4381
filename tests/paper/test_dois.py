"""DOIs in the ways in which people write them."""

from __future__ import annotations

import pytest

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
