"""Which links of a list lead to one paper, and which title is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.paper.ids import Address, ArxivId, Doi, OwnId, Reference, reference_of, references_in
from bot.sources.list_titles import (
    begins_entry,
    is_label,
    says_paper,
    tells_no_title,
    title_among,
    title_line,
    title_on,
)
from bot.sources.markdown_units import Kind, Span, Unit
from bot.sources.paper_pages import is_paper_file, is_paper_page

_MOST_PAPERS = 50
"""Of a unit."""
_FEWEST_WORDS = 3
_BEFORE_BARE = (*":：-–—,.(>", "]]")
"""Signs between a title and an address that stands without words."""
_DIGIT = re.compile(r"\d")
"""Without one nothing is an id."""
_YEAR_LAST = re.compile(
    r"(?:[,.(\[]\s{0,3}|[A-Z][\w)]{0,20}[\s'’]{1,3}|[Tt]hesis )(?:19|20)\d\d[a-z]?\W{0,9}$"
)
"""Of a citation: `…, 1998.`, `ICCV 2011`."""
_MOST_UNSURE = 10_000


@dataclass(slots=True)
class LinkedPaper:
    """A title, empty where none was found, and what its links name: nothing where they are no paper's."""

    title: str = ""
    references: list[Reference] = field(default_factory=list)
    line: int = 0
    """Of the file, of the unit that it stands in."""
    done: bool = False
    """Whether its box is ticked."""

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
        self._goes_on = False
        """Whether something stood between that and what comes."""
        self._has_links = False
        """Whether links that lead to no paper did."""
        self._unsure: list[LinkedPaper] | None = []
        """What looks like a paper without a link, until another entry is one; None from then on."""

    def papers(self, unit: Unit) -> Iterator[LinkedPaper]:
        """What its links lead to; one without references where they are no paper's."""
        found = _Unit(unit)
        found.read()
        if found.papers:
            yield from self._told(found.is_entry)
            self._add_title(found.papers, unit, is_running_text=found.is_running_text)
            for paper in found.papers[:_MOST_PAPERS]:
                paper.line, paper.done = unit.line, unit.done
                yield paper
        elif found.tells_no_title:
            self._goes_on = True
            self._has_links = self._has_links or any(span.address for span in unit.spans)
        else:
            self._goes_on = self._waiting is not None and _goes_on(self._waiting, unit)
            if not self._goes_on:
                yield from self.rest()
                self._waiting = unit
            yield from self._without_paper(found, LinkedPaper(line=unit.line))

    def rest(self) -> Iterator[LinkedPaper]:
        """What waits for links to a paper, where it has some, but none to a paper."""
        above, self._waiting = self._waiting, None
        if above is not None and self._has_links and above.kind is Kind.PROSE and begins_entry(above.lines):
            yield LinkedPaper(line=above.line)
        self._has_links = False

    def _add_title(self, papers: Sequence[LinkedPaper], unit: Unit, *, is_running_text: bool) -> None:
        """The one that waits to the only paper that has none."""
        above, self._waiting = self._waiting, None
        # Of a chapter whose text has a link its heading is no title.
        is_of_chapter = self._goes_on and is_running_text and above and above.kind is Kind.HEADING
        if above is not None and not is_of_chapter and len(papers) == 1 and not papers[0].title:
            papers[0].title = _title_above(above, unit)
        self._goes_on = self._has_links = False

    def _without_paper(self, found: _Unit, without: LinkedPaper) -> Iterator[LinkedPaper]:
        if found.leads_elsewhere or (found.looks_like_paper and self._unsure is None):
            yield without
        elif found.looks_like_paper and self._unsure is not None:
            self._unsure.append(without)
            del self._unsure[_MOST_UNSURE:]

    def _told(self, is_entry: bool) -> Iterator[LinkedPaper]:
        """What looked like papers, once an entry is one."""
        if is_entry and self._unsure is not None:
            unsure, self._unsure = self._unsure, None
            yield from unsure


def _goes_on(above: Unit, unit: Unit) -> bool:
    """Whether `unit`, which has no paper, stands between a title and its links: authors, a summary."""
    if unit.kind is Kind.PROSE:
        if above.kind is Kind.PROSE:
            return not title_among(unit.lines, is_prose=True)
        return not begins_entry(unit.lines)
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
        self.is_entry = False
        """Whether it is an entry of a list, with its paper's title."""
        self.leads_elsewhere = False
        """Whether it is an entry with a title and a link, but none to a paper."""
        self.looks_like_paper = False
        """Whether it is an entry that ends in a year, or leads to a file beside the list."""
        self.tells_no_title = False
        """Whether it is no more than a fact about a paper, or a link with what it leads to: `Code: https://…`."""
        self.is_running_text = unit.kind is Kind.PROSE and any(
            any(span.is_bare for span in line) and not tells_no_title(line) for line in unit.lines
        )
        """Whether it is prose with an address in it."""
        self._between: list[list[Span]] = [[]]
        """What stands since the last link to a paper."""
        self._named: set[Reference] = set()
        self._is_line_of_links = False

    def read(self) -> None:
        """Fill in `papers`."""
        for place, line in enumerate(self._unit.lines):
            if place:
                self._between.append([])
            self._is_line_of_links = self._unit.kind is Kind.PROSE and tells_no_title(line)
            for words, spans in _runs(line):
                link = _link(words, spans[0])
                if link is None:
                    self._between[-1] += spans
                else:
                    self._take(link)
        self._after()
        self._by_name()
        if self.papers:
            self.is_entry = self._unit.kind in (Kind.ITEM, Kind.ROW) and bool(self.papers[0].title)
        elif self._unit.kind in (Kind.ITEM, Kind.ROW):
            self._read_without_paper()

    def _read_without_paper(self) -> None:
        lines = self._unit.lines
        self.tells_no_title = all(map(tells_no_title, filter(None, lines)))
        title = title_among(lines)
        if self.tells_no_title or not title:
            return
        addresses = [span.address for span in self._unit.spans if span.address]
        self.leads_elsewhere = any(address.startswith("http") for address in addresses)
        text = "".join(span.text for span in self._unit.spans)
        ends_in_year = not addresses and len(title.split()) >= _FEWEST_WORDS and _YEAR_LAST.search(text)
        self.looks_like_paper = bool(ends_in_year) or any(map(is_paper_file, addresses))

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
        title = title_among(self._between, is_prose=is_prose)
        if not title and self._is_line_of_links:
            title = title_line(self._between[:-1])
        return title

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
