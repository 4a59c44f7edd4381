"""Which links of a list lead to one paper, and which title is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.paper.ids import Address, ArxivId, Doi, OwnId, Reference, reference_of, references_in
from bot.sources.list_titles import is_label, says_paper, title_among, title_on
from bot.sources.markdown_units import Kind, Span, Unit
from bot.sources.paper_pages import is_paper_page

_MOST_PAPERS = 50
"""Of a unit."""
_FEWEST_WORDS = 3
_BEFORE_BARE = (*":-–—,.(>", "]]")
"""Signs between a title and an address that stands without words."""
_DIGIT = re.compile(r"\d")
"""Without one nothing is an id."""


@dataclass(slots=True)
class LinkedPaper:
    """A title, empty where none was found, and what its links name: nothing where they are no paper's."""

    title: str = ""
    references: list[Reference] = field(default_factory=list)

    def takes(self, other: Reference) -> bool:
        """Whether `other` may be of this paper, too: it has one arXiv id and one DOI."""
        if isinstance(other, Address):
            return True
        return not any(type(each) is type(other) and each != other for each in self.references)


@dataclass(slots=True)
class _Link:
    words: str
    address: str
    is_bare: bool
    reference: Reference


class Reading:
    """Units in order: a title may stand in one and its links in the next."""

    def __init__(self) -> None:
        self._waiting: Unit | None = None
        """What had no link to a paper, and may hold the title for those that come."""

    def papers(self, unit: Unit) -> Iterator[LinkedPaper]:
        """What its links lead to; one without references where they are no paper's."""
        found = _Unit(unit)
        found.read()
        papers = found.papers
        if papers:
            above, self._waiting = self._waiting, None
            if len(papers) == 1 and not papers[0].title and above is not None:
                papers[0].title = _title_above(above, unit)
            yield from papers[:_MOST_PAPERS]
            return
        if not (self._waiting and _goes_on(self._waiting, unit)):
            self._waiting = unit
        if found.leads_elsewhere:
            yield LinkedPaper()


def _goes_on(above: Unit, unit: Unit) -> bool:
    """Whether `unit`, which has no paper, stands between a title and its links: authors, a summary."""
    if unit.kind is Kind.PROSE:
        return above.kind is not Kind.PROSE or not title_among(unit.lines, is_prose=True)
    return unit.kind is Kind.ITEM and above.kind is Kind.ITEM and unit.depth > above.depth


def _title_above(above: Unit, unit: Unit) -> str:
    """The title in `above` for the links in `unit`; empty where it is of another entry."""
    is_below = unit.kind is Kind.ITEM and (above.kind is not Kind.ITEM or unit.depth > above.depth)
    if not (is_below or unit.kind is Kind.PROSE) or above.kind is Kind.ROW:
        return ""
    title = title_among(above.lines, is_prose=above.kind is Kind.PROSE)
    return "" if above.kind is Kind.HEADING and len(title.split()) < _FEWEST_WORDS else title


class _Unit:
    """One unit's papers."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.papers: list[LinkedPaper] = []
        self.leads_elsewhere = False
        """Whether it is an entry with a title and a link, but none to a paper."""
        self._between: list[list[Span]] = [[]]
        """What stands since the last link to a paper."""
        self._named: set[Reference] = set()

    def read(self) -> None:
        """Fill in `papers`."""
        has_link = False
        for place, line in enumerate(self._unit.lines):
            if place:
                self._between.append([])
            for words, spans in _runs(line):
                has_link = has_link or spans[0].address.startswith("http")
                link = _link(words, spans[0])
                if link is None:
                    self._between[-1] += spans
                else:
                    self._take(link)
        self._after()
        self._by_name()
        if not self.papers and has_link and self._unit.kind in (Kind.ITEM, Kind.ROW):
            self.leads_elsewhere = bool(title_among(self._unit.lines))

    def _take(self, link: _Link) -> None:
        title = "" if link.is_bare else title_on(link.words)
        if not title:
            title = self._title_between(link)
        last = self.papers[-1] if self.papers else None
        is_more = not title and last is not None and last.takes(link.reference) and self._is_beside(link)
        if last is not None and is_more:
            if link.reference not in last.references:
                last.references.append(link.reference)
        elif title or link.reference not in self._named:
            self.papers.append(LinkedPaper(title, [link.reference]))
        self._named.add(link.reference)
        self._between = [[]]

    def _title_between(self, link: _Link) -> str:
        is_prose = self._unit.kind is Kind.PROSE
        if link.is_bare:
            # `Read https://… next` is no title.
            before = "".join(span.text for span in self._between[-1]).rstrip()
            is_prose = is_prose or not before.endswith(_BEFORE_BARE)
        return title_among(self._between, is_prose=is_prose)

    def _is_beside(self, link: _Link) -> bool:
        """Whether it is one more link of the paper before: nothing is said between, or it says `PDF`."""
        if says_paper(link.words) and self._unit.kind is not Kind.PROSE:
            return True
        return not any(map(str.isalpha, "".join(span.text for line in self._between for span in line)))

    def _after(self) -> None:
        """Where the only paper's links come first, the title is what follows."""
        if len(self.papers) != 1 or self.papers[0].title or self._unit.kind is Kind.PROSE:
            return
        if self._unit.kind is Kind.ITEM:
            text = "".join(span.text for span in self._between[0]).lstrip(" :-–—]|)")
            if len(text.split()) < _FEWEST_WORDS or not text[0].isalnum() or text[0].islower():
                return
        self.papers[0].title = title_among(self._between)

    def _by_name(self) -> None:
        """What is named by an id in its words."""
        words = " ".join(span.text for span in self._unit.spans if not span.is_bare)
        if not _DIGIT.search(words):
            return
        for reference in references_in(words):
            if isinstance(reference, Address | OwnId) or reference in self._named:
                continue
            self._named.add(reference)
            only = self.papers[0] if len(self.papers) == 1 else None
            if only is not None and all(isinstance(each, Address) for each in only.references):
                only.references.append(reference)
            else:
                self.papers.append(LinkedPaper("", [reference]))


def _runs(line: Sequence[Span]) -> Iterator[tuple[str, list[Span]]]:
    """The words of each link, and of what stands between two."""
    run: list[Span] = []
    for span in line:
        if run and run[-1].address != span.address:
            yield "".join(each.text for each in run), run
            run = []
        run.append(span)
    if run:
        yield "".join(each.text for each in run), run


def _link(words: str, span: Span) -> _Link | None:
    """A link to a paper; None for any other and for mere words."""
    if not span.address.startswith(("http://", "https://")):
        return None
    reference = reference_of(span.address)
    if isinstance(reference, ArxivId | Doi):
        return _Link(words, span.address, span.is_bare, reference)
    if reference is None or isinstance(reference, OwnId):
        return None
    is_label_of_another = not span.is_bare and is_label(words) and not says_paper(words)
    if says_paper(words) or (is_paper_page(span.address) and not is_label_of_another):
        return _Link(words, span.address, span.is_bare, reference)
    return None
