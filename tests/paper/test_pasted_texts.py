"""Ids and links in texts from chats, mails and PDFs: broken over lines, rewritten, several in a row."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.paper.ids import ArxivId, Doi, Reference, reference_of, references_in

BALROG = ArxivId("2411.13543")
MEMORY = ArxivId("2502.12110")
DEBATE = Doi("10.1145/3543873.3587583")
OLD = ArxivId("hep-th/9901001")
TARGET = "http://arxiv.org/abs/2411.13543"

ORDINARY = [
    *(
        "reading group",
        "tonight",
        "tomorrow's",
        "we",
        "meet",
        "at noon",
        "about",
        "this paper",
        "which",
        "liked",
    ),
    *(
        "-",
        "—",
        "the new one",
        "agents,",
        "games.",
        "and:",
        "memory;",
        "isn't it?",
        "look!",
        "it's great",
        "is",
    ),
    *("Ms. Smith", "MS Marco", "S. Lee", "KG-RAG", "(again)", "2", "3rd", "42 days", "7.5 points", "100% of"),
    *(
        "$5",
        "£20",
        "v2",
        "2024",
        "16:00 CET",
        "my phone lists",
        "the team's weekly call",
        "released versions",
    ),
]
LINES = st.lists(st.sampled_from(ORDINARY), max_size=6).map(" ".join)
ENDS = st.sampled_from(("\n", "\r\n", "\n\n", "\u2028"))
IDS = st.sampled_from(
    ("2411.13543", "0711.1234", "2411.13543v2", "1304.1234", "hep-th/9901001", "arXiv:2502.12110")
)


@settings(max_examples=400, deadline=None)
@given(LINES, ENDS, IDS, ENDS, LINES)
def test_an_id_on_a_line_of_its_own_is_found_whatever_stands_above_and_below(
    above: str, end: str, paper: str, other_end: str, below: str
) -> None:
    for sign in ("", " -", " +", "/", " $", " call", " Tel.:", " version", " price", " ==", " +49 7"):
        text = f"{above}{sign}{end}{paper}{other_end}ms {below}"
        assert reference_of(text) == reference_of(paper), text


@settings(max_examples=400, deadline=None)
@given(LINES, ENDS, IDS, st.booleans(), LINES)
def test_an_id_that_begins_or_ends_a_line_of_ordinary_words_is_found(
    above: str, end: str, paper: str, is_first: bool, beside: str
) -> None:
    line = f"{paper} {beside}" if is_first else f"{beside} {paper}"
    assert reference_of(f"{above}{end}{line}{end}{above}") == reference_of(paper), line


@pytest.mark.parametrize(
    "typed",
    [
        "https://arxiv.org/abs/\n2411.13543",
        "https://arxiv.org/\nabs/2411.13543",
        "arXiv:2411.\n13543v2",
        "arXiv:2411. \r\n13543",
        "> see arXiv:2411.\n> 13543v2 [cs.AI]",
        "https://arxiv.org/abs/2411.\n13543",
        "tomorrow's call: 2411.13543",
        "In our call 2411.13543",
        "small models for mobile: 2411.13543",
        "new version: 2411.13543",
        "the camera-ready release: 2411.13543",
        "ICLR version 2411.13543v3",
        "+1 2411.13543",
        "I'd read ...2411.13543",
        "2411.13543 $L_p$ norms",
        "costs 5$ 2411.13543",
        "2411.13543 s'il te plaît",
    ],
)
def test_one_paper_however_it_is_pasted(typed: str) -> None:
    assert reference_of(typed) == BALROG


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("arXiv:hep-th/\n9901001", OLD),
        ("see the last version hep-th/9901001", OLD),
        ("doi:10.1145/\n3543873.3587583", DEBATE),
        ("https://doi.org/\n10.1145/3543873.3587583", DEBATE),
        ("https://doi.org/10.1145/\n3543873.3587583", DEBATE),
    ],
)
def test_other_ids(typed: str, named: Reference) -> None:
    assert reference_of(typed) == named


@pytest.mark.parametrize(
    "typed",
    [
        "Version: 2305.12345",
        "torch version 2305.12345",
        "Questions? Call: 0711.1234",
        "please call 0711.1234",
        "Office phone: 0711.1234",
        "+44 20 0711.1234",
        "US$ 1304.1234",
        "total price: 1304.1234",
        "it took 1205.34212 seconds.",
        "1205.34212 s.",
        "1304.1234 GB",
        "over -2411.13543",
        "I paid 2411.\n13543 of them came",
    ],
)
def test_numbers_of_other_kinds(typed: str) -> None:
    assert list(references_in(typed)) == []


@pytest.mark.parametrize(
    "between",
    ["/", "-", "+", "|", "_", ",", ";", "&", "\\", " / ", "; tomorrow's call ", "\n", "/arXiv:", "-arXiv:"],
)
def test_two_papers_with_any_sign_between(between: str) -> None:
    assert list(references_in(f"2411.13543{between}2502.12110v2")) == [BALROG, MEMORY]


def test_a_price_behind_a_paper_is_still_none() -> None:
    assert list(references_in("2411.13543 2502.12110 USD")) == [BALROG]
    assert list(references_in("2411.13543/2502.12110/main.tex")) == [BALROG]


def test_a_doi_ends_where_the_next_id_begins() -> None:
    assert list(references_in("10.1145/3543873.3587583;2411.13543")) == [DEBATE, BALROG]
    assert list(references_in("10.1145/3543873.3587583,arXiv:2411.13543")) == [DEBATE, BALROG]


def _base64(address: str) -> str:
    return base64.urlsafe_b64encode(address.encode()).decode()


@pytest.mark.parametrize(
    ("address", "named"),
    [
        # Proofpoint's three versions
        ("https://urldefense.proofpoint.com/v1/url?u=http%3A//arxiv.org/abs/2411.13543&k=abc", BALROG),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__arxiv.org_abs_2411.13543&d=Dw-a_b&c=x",
            BALROG,
        ),
        ("https://urldefense.proofpoint.com/v2/url?d=D&u=http-3A__arxiv.org_abs_hep-2Dth_9901001", OLD),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__doi.org_10.1145_3543873.3587583&d=D", DEBATE),
        ("https://urldefense.com/v3/__https://arxiv.org/abs/2411.13543__;!!abc!def$", BALROG),
        # other mail filters, and search pages
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Farxiv.org%2Fabs%2F2411.13543",
            BALROG,
        ),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2farxiv.org%2fabs%2f2411.13543&c=E", BALROG),
        ("https://secure-web.cisco.com/1a2b/https%3A%2F%2Farxiv.org%2Fabs%2F2411.13543", BALROG),
        (f"https://eu.protection.sophos.com/?d=arxiv.org&u={_base64(TARGET)}&i=x", BALROG),
        (f"https://eu.protection.sophos.com/?u={_base64(TARGET + '?')}", BALROG),
        (f"https://www.bing.com/ck/a?!&&p=1&u=a1{_base64(TARGET).rstrip('=')}&ntb=1", BALROG),
    ],
)
def test_links_that_mail_filters_rewrote(address: str, named: Reference) -> None:
    assert reference_of(f"look at {address}!") == named


@pytest.mark.parametrize("carried", ["aHR0cHM6Ly9", "aHR0cHM6Ly9h", "aHR0cHM6Ly_-", "aHR0cDovL-__"])
def test_a_link_that_carries_nothing_readable_stays_itself(carried: str) -> None:
    address = f"https://example.org/?u={carried}"
    assert [reference for reference in references_in(address) if isinstance(reference, ArxivId | Doi)] == []
