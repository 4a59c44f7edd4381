"""The one recogniser: papers and addresses in what people type and paste."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.paper.ids import Address, ArxivId, Doi, OwnId, parse_arxiv_id, reference_of, references_in
from bot.paper.punctuation import plain
from tests.support.project import SHARED

CASES = SHARED / "cases" / "links.tsv"
BALROG = ArxivId("2411.13543")


@pytest.mark.skipif(not CASES.exists(), reason="the collected links (../shared/cases/links.tsv) are not here")
def test_collected_links() -> None:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        typed, arxiv_id = line.split("\t")[:2]
        reference = reference_of(typed)
        if arxiv_id == "-":
            assert isinstance(reference, Doi | Address), typed
        else:
            assert reference == ArxivId(arxiv_id), typed


@pytest.mark.parametrize(
    "typed",
    [
        # signs of the sentence around it
        "https://arxiv.org/abs/2411.13543.",
        "https://arxiv.org/abs/2411.13543, which is new",
        "(see https://arxiv.org/abs/2411.13543v2)",
        "“https://arxiv.org/abs/2411.13543”",
        "https://arxiv.org/abs/2411.13543…",
        "2411.13543?!",
        "the paper is 2411.13543.It's good",
        # a chat's formatting
        "<https://arxiv.org/abs/2411.13543>",
        "[this one](https://arxiv.org/abs/2411.13543)",
        "[https://arxiv.org/abs/2411.13543](https://arxiv.org/abs/2411.13543)",
        "***2411.13543***",
        "__*https://arxiv.org/pdf/2411.13543*__",
        "~~2411.13543~~",
        "||https://arxiv.org/abs/2411.13543||",
        "`2411.13543v1`",
        "> https://arxiv.org/abs/2411.13543",
        "- 2411.13543",
        "https\\://arxiv.org/abs/2411.13543",
        "2411\\.13543",
        # invisible signs, wide signs, other scripts beside it
        "\u200b2411.13543\u200b",
        "arxiv.org/abs/2411.\u00ad13543",
        "２４１１．１３５４３",
        "arXiv：2411.13543",
        "看看2411.13543吧",
        "论文https://arxiv.org/abs/2411.13543很好。",
        "статья2411.13543,",
        "この論文（https://arxiv.org/abs/2411.13543）は",
        "\u202e2411.13543\u202c",
        # arXiv's own stamps and names
        "arXiv:2411.13543v2 [cs.AI] 20 Nov 2024",
        "arXiv:2411.13543v2  [cs.AI]  20 Nov 2024 BALROG: Benchmarking",
        "arXiv preprint arXiv:2411.13543 (2024)",
        "CoRR abs/2411.13543",
        "arxiv id: 2411.13543",
        "ARXIV 2411.13543",
        "arXiv\u00a0:\u00a02411.13543",
        "eprint = {2411.13543}",
        "2411.13543v2.pdf",
        "arxiv-2411.13543.pdf",
        "BALROG_2411.13543v1.pdf",
        # arXiv's addresses
        "arxiv.org/abs/2411.13543",
        "www.arxiv.org/pdf/2411.13543",
        "HTTPS://ARXIV.ORG/ABS/2411.13543V2",
        "http:/arxiv.org/abs/2411.13543",
        "https://arxiv.org:443/abs/2411.13543/",
        "https://arxiv.org/abs/arXiv:2411.13543",
        "https://arxiv.org/pdf/2411.13543v2.pdf#page=3",
        "https://arxiv.org/abs/2411.13543?utm_source=share&fbclid=x",
        "https://arxiv.org/html/2411.13543v2/#S3.F1",
        "https://export.arxiv.org/abs/2411.13543",
        "https://arxiv.org/bibtex/2411.13543",
        "https://arxiv.org/e-print/2411.13543",
        "https://browse.arxiv.org/pdf/2411.13543v1",
        "https://static.arxiv.org/pdf/2411.13543.pdf",
        "http://xxx.lanl.gov/abs/2411.13543",
        "http://export.arxiv.org/api/query?id_list=2411.13543",
        # others who name arXiv's papers
        "https://doi.org/10.48550/arXiv.2411.13543",
        "http://dx.doi.org/10.48550/ARXIV.2411.13543",
        "doi:10.48550/arXiv.2411.13543v1",
        "10.48550/arxiv.2411.13543",
        "https://huggingface.co/papers/2411.13543#community",
        "https://hf.co/papers/2411.13543",
        "https://huggingface.co/api/papers/2411.13543",
        "https://www.alphaxiv.org/abs/2411.13543v2",
        "https://alphaxiv.org/overview/2411.13543",
        "https://www.alphaxiv.org/zh/overview/2411.13543v1",
        "https://scirate.com/arxiv/2411.13543",
        "https://www.semanticscholar.org/arxiv/2411.13543",
        "https://api.semanticscholar.org/graph/v1/paper/arXiv:2411.13543",
        "https://ui.adsabs.harvard.edu/abs/2024arXiv241113543P/abstract",
        "https://ui.adsabs.harvard.edu/abs/arXiv:2411.13543",
        "https://dblp.org/rec/journals/corr/abs-2411-13543.html",
        "https://inspirehep.net/arxiv/2411.13543",
        "https://papers.cool/arxiv/2411.13543",
        "https://www.catalyzex.com/paper/arxiv:2411.13543",
        "https://www.connectedpapers.com/api/redirect/arxiv/2411.13543",
        "https://paperswithcode.com/api/v1/papers/?arxiv_id=2411.13543",
        "https://scholar.google.com/scholar_lookup?arxiv_id=2411.13543",
        "https://ar5iv.labs.arxiv.org/html/2411.13543",
        "https://www.arxiv-vanity.com/papers/2411.13543/",
        "https://arxiv-sanity-lite.com/?rank=pid&pid=2411.13543",
        "https://www.emergentmind.com/papers/2411.13543",
        "https://tldr.takara.ai/p/2411.13543",
        "https://gist.science/paper/2411.13543",
        "https://powerdrill.ai/discover/summary-2411.13543-cm3x",
        "https://arxiv.wiki/abs/2411.13543/",
        # addresses that carry it
        "https://www.google.com/url?q=https%3A%2F%2Farxiv.org%2Fabs%2F2411.13543&sa=D",
        "https://l.facebook.com/l.php?u=https%253A%252F%252Farxiv.org%252Fabs%252F2411.13543",
        "https://web.archive.org/web/2025/https://arxiv.org/abs/2411.13543",
        "https://web.archive.org/web/2025/arxiv.org/abs/2411.13543",
        "https://r.jina.ai/https://arxiv.org/pdf/2411.13543",
        "https%3A%2F%2Farxiv.org%2Fabs%2F2411.13543",
        "https://arxiv.org/abs%2F2411.13543",
        "chrome-extension://abcdefgh/https://arxiv.org/pdf/2411.13543",
    ],
)
def test_one_paper_however_it_is_written(typed: str) -> None:
    assert reference_of(typed) == BALROG


@pytest.mark.parametrize(
    ("typed", "arxiv_id"),
    [
        ("https://arxiv.org/abs/cond-mat.str-el/0309136", "cond-mat/0309136"),
        ("https://arxiv.org/abs/cond-mat%2F0309136v2", "cond-mat/0309136"),
        ("arXiv:math.GT/0309136v1 [math.GT] 8 Sep 2003", "math/0309136"),
        ("HEP-TH/9901001", "hep-th/9901001"),
        ("hep‐th/9901001", "hep-th/9901001"),
        ("(quant-ph/9812032)", "quant-ph/9812032"),
        ("https://arxiv.org/pdf/cs/9301111.pdf", "cs/9301111"),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", "hep-th/9901001"),
        ("https://dblp.org/rec/journals/corr/abs-cs-9301111", "cs/9301111"),
        ("0704.0001", "0704.0001"),
        ("arXiv:1203.1234 [astro-ph.CO]", "1203.1234"),
        ("https://ui.adsabs.harvard.edu/abs/2012arXiv1203.1234S", "1203.1234"),
    ],
)
def test_older_ids(typed: str, arxiv_id: str) -> None:
    assert reference_of(typed) == ArxivId(arxiv_id)


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("10.1145/3543873.3587583", "10.1145/3543873.3587583"),
        ("doi: 10.1145/3543873.3587583.", "10.1145/3543873.3587583"),
        ("DOI 10.1145/3543873.3587583", "10.1145/3543873.3587583"),
        ("https://doi.org/10.1145/3543873.3587583", "10.1145/3543873.3587583"),
        ("https://doi.org/10.1145%2F3543873.3587583", "10.1145/3543873.3587583"),
        ("doi.org/10.1145/3543873.3587583", "10.1145/3543873.3587583"),
        ("http://dx.doi.org/10.1145/3543873.3587583?nosfx=y", "10.1145/3543873.3587583"),
        ("[doi](https://doi.org/10.1145/3543873.3587583)", "10.1145/3543873.3587583"),
        ("参见10.1145/3543873.3587583。", "10.1145/3543873.3587583"),
        ("https://dl.acm.org/doi/pdf/10.1145/3543873.3587583", "10.1145/3543873.3587583"),
        ("https://dl.acm.org/doi/abs/10.1145/3543873.3587583#sec-1", "10.1145/3543873.3587583"),
        ("(10.1016/S0140-6736(05)12345-6)", "10.1016/s0140-6736(05)12345-6"),
        (
            "https://link.springer.com/content/pdf/10.1007/978-3-030-58452-8_13.pdf",
            "10.1007/978-3-030-58452-8_13",
        ),
        ("https://www.pnas.org/doi/full/10.1073/pnas.1611835114", "10.1073/pnas.1611835114"),
        ("https://www.frontiersin.org/articles/10.3389/fnins.2020.00001/full", "10.3389/fnins.2020.00001"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v1.full.pdf", "10.1101/2020.01.01.123456"),
        ("https://www.nature.com/articles/s41586-021-03819-2.pdf", "10.1038/s41586-021-03819-2"),
        ("https://aclanthology.org/2023.acl-long.1/", "10.18653/v1/2023.acl-long.1"),
        ("https://aclanthology.org/P19-1001.pdf", "10.18653/v1/p19-1001"),
    ],
)
def test_a_doi(typed: str, doi: str) -> None:
    assert reference_of(typed) == Doi(doi)


@pytest.mark.parametrize(
    "typed",
    [
        "https://openreview.net/forum?id=fp6t3F669F",
        "https://example.org/paper.pdf",
        "https://example.org/abs/2411.13543",
        "https://arxiv.org.example.org/abs/2411.13543",
        "https://notarxiv.org/abs/2411.13543",
        "https://arxiv.org/list/cs.CL/recent",
        "https://arxiv.org/abs/2411.1354",
        "https://arxiv.org/abs/2413.13543",
        "https://huggingface.co/datasets/someone/2411.13543",
        "https://huggingface.co/models?other=arxiv:2411.13543",
        "https://huggingface.co/papers?date=2024-11-20",
        "https://paperswithcode.com/paper/balrog-benchmarking-agentic-llm-and-vlm",
        "https://www.semanticscholar.org/paper/BALROG/0123456789abcdef0123456789abcdef01234567",
        "www.example.org/a",
        "www.example.org",
        "ftp://example.org/2411.13543",
        "file://example.org/2411.13543.pdf",
        "http://localhost:8000/x",
        "example.org/paper.pdf",
        "look at <https://youtu.be/dQw4w9WgXcQ>!",
        "https://user@example.org/arxiv.org",
    ],
)
def test_an_address_that_tells_no_paper(typed: str) -> None:
    assert isinstance(reference_of(typed), Address)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "multi-agent debate",
        "20.11.2024",
        "2024.11.20",
        "2024-11-20",
        "10.2024/11.2024",
        "11/2024",
        "$2411.13543",
        "€ 1304.1234",
        "1304.1234 €",
        "2411.13543 USD",
        "1205.3421 ms",
        "1104.5432%",
        "+49 0711.1234",
        "tel. 0711.1234",
        "call 0711.1234",
        "version 2305.12345",
        "torch==2305.12345",
        "image@2305.12345",
        "10.0.19041.1234",
        "2411.13543.1",
        "v2411.13543",
        "1.2411.13543",
        "-2411.13543",
        "/srv/papers/2411.13543.pdf",
        "C:\\papers\\2411.13543.pdf",
        "2411.13543/main.tex",
        "images/0309136",
        "src/cs/9301111",
        "cs/9301111/main.tex",
        "node.js/react",
        "and/or",
        "192.168.0.1",
        "24111.35430",
        "2411.135432",
        "2413.13543",
        "cs/9313111",
        "cs/0712345",
        "٢٤١١.١٣٥٤٣",
        "10.1/2",
        "pb-12",
    ],
)
def test_words_and_numbers_of_other_kinds(typed: str) -> None:
    assert list(references_in(typed)) == []


def test_own_ids() -> None:
    assert reference_of("pb-0123456789abcdef,") == OwnId("pb-0123456789abcdef")


def test_running_text_names_each_paper_once_and_in_order() -> None:
    text = "See (https://arxiv.org/abs/2305.19118v4), 2411.13543; arXiv:cs/9301111v1. Again 2305.19118!"
    assert [reference.id for reference in references_in(text) if isinstance(reference, ArxivId)] == [
        "2305.19118",
        "2411.13543",
        "cs/9301111",
    ]
    assert reference_of(text) is None, "several papers are not one"


def test_links_without_a_space_between() -> None:
    typed = "https://arxiv.org/abs/2411.13543https://arxiv.org/abs/2307.13854,https://doi.org/10.1145/1.2"
    assert list(references_in(typed)) == [
        BALROG,
        ArxivId("2307.13854"),
        Doi("10.1145/1.2"),
    ]
    assert list(references_in("10.1145/1.2,10.1145/3.4")) == [Doi("10.1145/1.2"), Doi("10.1145/3.4")]


def test_a_paper_counts_more_than_the_pages_beside_it() -> None:
    assert reference_of("https://example.org/blog about https://arxiv.org/abs/2411.13543") == BALROG


FRAGMENTS = [
    "https://",
    "http:/",
    "arxiv.org/abs/",
    "arXiv:",
    "2411.13543",
    "v2",
    "cs/9301111",
    "10.1145/",
    "doi:",
    "%2F",
    "%",
    "/",
    "\\",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "**",
    "_",
    "$",
    "@",
    "#",
    "?id=",
    "abs-",
    "huggingface.co/papers/",
    "doi.org/",
    "pb-0123456789abcdef",
    "论文",
    "\u200b",
    "\u202e",
    "２",
    "٢",
    "ſ",
    "K",
]
WHOLE = [
    "a",
    "a.",
    "a-",
    "-a",
    "1",
    "1.",
    "10.",
    "https://a",
    "https://a.b/",
    "arxiv",
    "%25",
    "((",
    "@a.b/",
    "/abs",
    ".pdf",
    "é",
    "a.com/",
    "_-",
    "2411.13543,",
    "arxiv:id_",
    "+1_",
    "https://doi.org/10.1145/",
    "http://arxiv.org/abs/",
]
PIECES = st.one_of(
    st.sampled_from([*FRAGMENTS, " ", "\n"]),
    st.text(max_size=8),
    st.from_regex(r"[0-9]{3,5}\.[0-9]{3,6}", fullmatch=True),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("%2411.13543")
def test_whatever_is_fed_no_other_paper_is_named(text: str) -> None:
    decoded = re.sub(r"[^0-9a-z]", "", unquote(unquote(plain(text))).lower())
    for reference in references_in(text):
        match reference:
            case ArxivId(id=named) | OwnId(id=named):
                assert re.sub(r"[^0-9a-z]", "", named.rpartition("/")[2]) in decoded
            case Doi(doi=named):
                assert re.sub(r"[^0-9a-z]", "", named) in decoded
            case Address(url=named):
                assert named in plain(text)
    whole = parse_arxiv_id(text)
    assert whole is None or reference_of(text) == ArxivId(whole)


@pytest.mark.parametrize("piece", [*FRAGMENTS, *WHOLE])
def test_hundreds_of_kilobytes_of_one_thing_take_no_longer_than_reading_them(piece: str) -> None:
    """What takes the square of it here would take hours."""
    assert sum(1 for _ in references_in(piece * (400_000 // len(piece)))) < 100_000
