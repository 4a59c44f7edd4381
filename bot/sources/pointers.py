"""Which paper a record is: its own arXiv id, DOI and address, from the fields that name them.

Never from running text: a note may speak of other papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.paper.addresses import doi_in
from bot.paper.dois import parse_doi
from bot.paper.ids import arxiv_ids_in, parse_arxiv_id
from bot.paper.model import is_http_url

_ARXIV_DOI = "10.48550/arxiv."
_ON_ARXIV = re.compile(r"\s*(?:arxiv|corr)\b", re.IGNORECASE)
_LABEL = re.compile(r"\s*\[[^\]]*\]\s*$|\s*\([a-z-]+(?:\.[A-Za-z-]+)?\)\s*$")
_PREFIX = re.compile(r"^\s*(?:arxiv\s*(?:e-?prints?)?\s*[:/]\s*|abs/)", re.IGNORECASE)
_ARCHIVE = re.compile(r"[a-z-]+")
_OLD_NUMBER = re.compile(r"\d{7}(?:v\d+)?")
_WRAPPED = re.compile(r"^\\(?:url|href|path)\s*\{([^{}]*)\}.*$", re.DOTALL)
_BETWEEN = re.compile(r"[\s;|]+|,(?=\s*https?:)")


@dataclass
class Pointers:
    """The fields of a record that may name it, as they were given."""

    eprints: Sequence[str] = ()
    """Said to be arXiv ids."""
    archives: Sequence[str] = ()
    """Of an eprint: `hep-th`, or the primary class `math.GT`."""
    dois: Sequence[str] = ()
    addresses: Sequence[str] = ()
    volumes: Sequence[str] = ()
    """Volume, number, note: they count where they are an id and nothing else, and say that it is arXiv's."""
    journals: Sequence[str] = ()

    def arxiv_id(self) -> str | None:
        """The arXiv id among them; None where there is none or they differ."""
        return next(self._arxiv_ids(), None)

    def doi(self) -> str | None:
        """arXiv's own are none: they say what the arXiv id says."""
        found = map(doi_in, (*self.dois, *map(_without_latex, self.addresses)))
        return next((doi for doi in found if doi and not doi.startswith(_ARXIV_DOI)), None)

    def url(self) -> str | None:
        """Any other address."""
        for address in map(_bare_address, chain(self.addresses, filter(_is_address, self.journals))):
            if is_http_url(address) and parse_doi(address) is None and parse_arxiv_id(address) is None:
                return address
        return None

    def _arxiv_ids(self) -> Iterator[str]:
        """The surest first."""
        candidates = chain(
            (_of_eprint(eprint, self.archives) for eprint in self.eprints),
            map(_of_doi, self.dois),
            map(_of_address, chain(self.addresses, filter(_is_address, self.journals))),
            map(_of_journal, self.journals),
            (_of_volume(text, is_arxivs=self._is_arxivs) for text in self.volumes),
        )
        return filter(None, candidates)

    @property
    def _is_arxivs(self) -> bool:
        return any(map(is_preprint_server, self.journals))


def is_preprint_server(venue: str) -> bool:
    """Whether a venue says no more than that the paper is on arXiv."""
    return bool(_ON_ARXIV.match(venue))


def is_venue(text: str) -> bool:
    """Whether it is more than arXiv's name, and no address of a web page that was entered as an article."""
    return bool(text) and not is_preprint_server(text) and not _is_address(text)


def _is_address(text: str) -> bool:
    return "://" in text[:8] and " " not in text.strip()


def _of_eprint(given: str, archives: Iterable[str]) -> str | None:
    text = _PREFIX.sub("", _LABEL.sub("", given)).strip()
    if _OLD_NUMBER.fullmatch(text):
        names = filter(None, (_ARCHIVE.match(archive.strip()) for archive in archives))
        found = (parse_arxiv_id(f"{name[0]}/{text}") for name in names)
        return next(filter(None, found), None)
    return parse_arxiv_id(text)


def _of_doi(given: str) -> str | None:
    doi = doi_in(given) or ""
    return parse_arxiv_id(f"https://doi.org/{doi}") if doi.startswith(_ARXIV_DOI) else None


def _of_address(given: str) -> str | None:
    address = _bare_address(given)
    return parse_arxiv_id(address) if "/" in address and "." in address else None


def _of_journal(journal: str) -> str | None:
    return next(arxiv_ids_in(journal[:200]), None) if is_preprint_server(journal) else None


def _of_volume(given: str, *, is_arxivs: bool) -> str | None:
    text = _PREFIX.sub("", given, count=1)
    return parse_arxiv_id(_LABEL.sub("", text)) if is_arxivs or text != given else None


def _bare_address(text: str) -> str:
    """The first of several addresses in one field, without LaTeX around it."""
    return _BETWEEN.split(_without_latex(text), 1)[0].rstrip(".,")


def _without_latex(text: str) -> str:
    wrapped = _WRAPPED.match(text.strip())
    return (wrapped[1] if wrapped else text).strip().strip("<>")
