"""What an address on the web names: a paper on arXiv, a DOI, or neither."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from bot.paper.arxiv_ids import ID, VERSION, canonical
from bot.paper.dois import DOI, parse_doi, tidy
from bot.paper.punctuation import unwrapped

_ANY_CASE = re.IGNORECASE | re.ASCII
_LONGEST = 2_048
"""Characters of an address that are read: browsers take no longer ones."""

_SIGNS = r"[!#$%&'()*+,./:;=?@_~A-Za-z0-9-]"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HTTP = r"https?(?:%3A|:)(?:%2F|/){1,2}"
_OTHER = r"[a-z][a-z0-9+-]{1,20}://"
WITH_SCHEME = rf"(?:{_HTTP}|(?<![A-Za-z0-9+-]){_OTHER}){_SIGNS}+"
_HOST = rf"(?:{_LABEL}\.){{1,5}}[a-z]{{2,18}}"
WITHOUT_SCHEME = rf"(?:{_HOST}/{_SIGNS}+|www\.{_HOST}(?![A-Za-z0-9-]))"

_STARTS = re.compile(rf"{_HTTP}|{_OTHER}|www\.", _ANY_CASE)
_NEXT = re.compile(r"(?=https?:/{1,2}[A-Za-z0-9])", _ANY_CASE)
_PROOFPOINTS = re.compile(r"(//urldefense\.proofpoint\.com/v2/url\?(?:[^#]*&)?u=)([^&#]+)", _ANY_CASE)
"""Whose second version writes `-` for `%` and `_` for `/`; its first and third do nothing of their own."""
_IN_PROOFPOINTS = str.maketrans("-_", "%/")
_BASE_64 = re.compile(r"(?<=[=/])(?:a1)?(aHR0c(?:HM6Ly|DovL)[A-Za-z0-9_-]+)={0,2}", re.ASCII)
"""`http://` or `https://` so written, as Sophos and Bing (after `a1`) have the target of a link."""
_PARTS = re.compile(
    rf"(?:{_HTTP}|{_OTHER})?(?:[^/?#@]*@)?(?P<host>[^/?#:]+)(?::[0-9]*)?(?P<rest>.*)", _ANY_CASE | re.DOTALL
)

_ENDED = r"(?![A-Za-z0-9]|\.[0-9])"
_ANY_ID = re.compile(rf"(?<![A-Za-z0-9.])(?:arxiv[.:])?(?P<id>{ID}){VERSION}{_ENDED}", _ANY_CASE)
_NAMED_ID = re.compile(
    # `/arxiv/…`, `arXiv:…`, `?arxiv_id=…`, or arXiv's own address inside another
    rf"(?<![A-Za-z0-9])arxiv(?:\.org/[a-z-]{{2,8}}/|[/:.=_-](?:id)?[/:=]?(?:arxiv[.:])?)(?P<id>{ID}){VERSION}{_ENDED}",
    _ANY_CASE,
)
_PAPERS_ID = re.compile(rf"/papers/(?P<id>{ID}){VERSION}{_ENDED}", _ANY_CASE)
_BIBCODE = re.compile(r"(?<![0-9])[12][0-9]{3}arXiv([0-9]{4})\.?([0-9]{4,5})[A-Z](?![A-Za-z0-9])")
_DBLP = re.compile(r"/corr/abs-(?:([a-z-]+)-)?([0-9]{4,7})(?:-([0-9]{4,5}))?(?![A-Za-z0-9])", _ANY_CASE)
_DOI = re.compile(rf"(?<![A-Za-z0-9.])(?P<doi>{DOI})", _ANY_CASE)
_OF_SEVERAL = re.compile(
    r"/(?:proceedings|books?|toc|journals?|series|referencework|collections?)/10\.", re.IGNORECASE
)
"""Before the DOI of what a publisher puts several papers into."""
_ANCHOR = re.compile(r"<a\s[^<>]{0,200}?href\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;|\s]{1,9}(?=https?:)", re.IGNORECASE)
_SPACE = re.compile(r"\s")
_NATURE = re.compile(r"/articles/((?:s[0-9]{5}-|nature|n)[a-z0-9-]+)", _ANY_CASE)
_ACL = re.compile(
    r"/((?:[A-Z][0-9]{2}-[0-9]{4})|(?:20[0-9]{2}\.[a-z0-9_-]+\.[0-9]+))(?:v[0-9]+)?(?:/|\.pdf|\.bib|$)",
    _ANY_CASE,
)
_TITLES = {
    "paperswithcode.com": re.compile(r"^/paper/([^/?#]+)"),
    "semanticscholar.org": re.compile(r"^/paper/([^/?#]+)/[0-9a-f]{40}"),
    "connectedpapers.com": re.compile(r"^/main/[0-9a-f]{40}/([^/?#]+)"),
    "researchgate.net": re.compile(r"^/publication/[0-9]+_([^/?#]+)"),
    "catalyzex.com": re.compile(r"^/paper/([^/?#]+)"),
    "deepai.org": re.compile(r"^/publication/([^/?#]+)"),
}
"""Sites whose addresses spell the title."""
_OF_ARXIV_DOI = re.compile(rf"10\.48550/arxiv[./](?P<id>{ID}){VERSION}", _ANY_CASE)

_OF_ARXIV = (
    "arxiv.org",
    "xxx.lanl.gov",
    "xxx.itp.ac.cn",
    "ar5iv.org",
    "alphaxiv.org",
    "scirate.com",
    "arxiv-vanity.com",
    "arxiv-sanity.com",
    "arxiv-sanity-lite.com",
    "talk2arxiv.org",
    "emergentmind.com",
    "bytez.com",
    "takara.ai",
    "gist.science",
    "powerdrill.ai",
    "arxiv.wiki",
)
"""Whose pages that hold an arXiv id are pages about that paper. Their subdomains, too."""
_OF_HUGGING_FACE = ("huggingface.co", "hf.co", "hf-mirror.com")
"""Whose models and data sets name papers, too: only their papers' own pages count."""
_COMMON_ENDINGS = re.compile(
    "com|org|net|edu|gov|int|io|ai|co|dev|app|me|info|xyz|uk|de|fr|es|it|nl|ch|at|be|se|no|fi|dk|pl|cz|ru|ua|cn"
    "|jp|kr|in|au|ca|br|mx|tw|hk|sg|il|eu|us|tv|ly|gl"
)
"""Without a scheme, what ends so is an address, and `node.js/react` is none."""


@dataclass(frozen=True, slots=True)
class ArxivId:
    """A paper on arXiv, by its id without version."""

    id: str


@dataclass(frozen=True, slots=True)
class Doi:
    """A publication by its DOI, in lower case."""

    doi: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address that tells no id. The catalog may hold a paper with exactly this address."""

    url: str


def named_by(address: str) -> Iterator[ArxivId | Doi | Address]:
    """What `address`, as it was found in a text, names: papers, or else the address itself.

    One that carries another (a redirect, an archive, two without a space between) names what that one names.
    """
    whole = unwrapped(address[:_LONGEST])
    found = False
    for piece in _NEXT.split(_decoded(whole)):
        paper = _paper_at(unwrapped((piece.split() or [""])[0]))
        if paper is not None:
            found = True
            yield paper
    if not found and is_address(whole):
        yield Address(whole)


def doi_in(field: str) -> str | None:
    """The DOI that a field is, or that an address of any site in it spells; None where there is none.

    An address of a book or of proceedings has that of all their papers, and of one that a space parts the
    end is missing: these tell none.
    """
    field = field[: 2 * _LONGEST]
    anchor = _ANCHOR.search(field)
    text = _BETWEEN.split((anchor[1] if anchor else field).strip("{} \t\r\n"), 1)[0]
    if doi := parse_doi(text):
        return doi
    address = _decoded(text[:_LONGEST]) if _STARTS.match(text) else ""
    found = _DOI.search(address)
    if found is None or _SPACE.search(address) or _OF_SEVERAL.search(address, 0, found.start("doi") + 3):
        return None
    return tidy(unwrapped(found["doi"]))


def title_in(address: str) -> str:
    """The title, cut short or with authors behind it, that the address of a page about a paper spells."""
    parts = _PARTS.match(_decoded(address))
    if parts is None:
        return ""
    host = parts["host"].lower()
    pattern = next((pattern for domain, pattern in _TITLES.items() if _is_of(host, (domain,))), None)
    found = pattern.search(parts["rest"]) if pattern else None
    return " ".join(re.split(r"[-_+ ]+", found[1])) if found else ""


def is_address(text: str) -> bool:
    """Whether `text` is the address of a page, and no two words with a slash between."""
    if _STARTS.match(text):
        return True
    parts = _PARTS.match(text)
    ending = parts["host"].lower().rpartition(".")[2] if parts else ""
    return _COMMON_ENDINGS.fullmatch(ending) is not None


def of_doi(found: str) -> ArxivId | Doi | None:
    """What a DOI as `DOI` matched it names: arXiv's own DOIs are its ids."""
    doi = tidy(found)
    if doi is None:
        return None
    arxiv = _OF_ARXIV_DOI.match(doi)
    return ArxivId(canonical(arxiv["id"])) if arxiv else Doi(doi)


def _decoded(address: str) -> str:
    """Without the encoding of what it carries; percents, of a redirect's target, have two layers."""
    address = _PROOFPOINTS.sub(lambda found: found[1] + found[2].translate(_IN_PROOFPOINTS), address)
    address = _BASE_64.sub(_from_base_64, address)
    for _ in range(2):
        address = unquote(address, errors="replace")
    return address


def _from_base_64(found: re.Match[str]) -> str:
    whole = found[1][: len(found[1]) // 4 * 4]
    rest = found[1][len(whole) :]
    filled = whole + (rest.ljust(4, "=") if len(rest) > 1 else "")
    return f"{urlsafe_b64decode(filled).decode(errors='replace')} "


def _paper_at(address: str) -> ArxivId | Doi | None:
    parts = _PARTS.match(address)
    if parts is None:
        return None
    host, rest = parts["host"].lower(), parts["rest"]
    if _is_of(host, _OF_HUGGING_FACE):
        found = _PAPERS_ID.search(rest)
    else:
        found = _NAMED_ID.search(rest) or (_ANY_ID.search(rest) if _is_of(host, _OF_ARXIV) else None)
    if found:
        return ArxivId(canonical(found["id"]))
    doi = _DOI.search(rest)
    return of_doi(doi["doi"]) if doi else _by_rule_of_site(host, rest)


def _by_rule_of_site(host: str, rest: str) -> ArxivId | Doi | None:
    """Sites that write an id in a form of their own."""
    if _is_of(host, ("adsabs.harvard.edu",)) and (code := _BIBCODE.search(rest)):
        return _arxiv(f"{code[1]}.{code[2]}")
    if _is_of(host, ("dblp.org", "dblp.uni-trier.de")) and (record := _DBLP.search(rest)):
        return _arxiv(f"{record[1]}/{record[2]}" if record[1] else f"{record[2]}.{record[3]}")
    if _is_of(host, ("nature.com",)) and (article := _NATURE.search(rest)):
        return Doi(f"10.1038/{article[1].lower()}")
    if _is_of(host, ("aclanthology.org", "aclweb.org")) and (article := _ACL.search(rest)):
        return Doi(f"10.18653/v1/{article[1].lower()}")
    return None


def _arxiv(text: str) -> ArxivId | None:
    match = re.fullmatch(ID, text, _ANY_CASE)
    return ArxivId(canonical(text)) if match else None


def _is_of(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
