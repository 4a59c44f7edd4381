"""How a paper is cited: BibTeX, APA, plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.paper.dois import doi_address
from bot.paper.latex import is_balanced, plain
from bot.paper.model import Paper
from bot.paper.names import is_family_first, person_of
from bot.paper.text import words

if TYPE_CHECKING:
    from pylatexenc.latexencode import UnicodeToLatexEncoder

_APA_AUTHORS = 20
"""APA 7 names up to 20 authors, then the first 19 and the last."""
_MATH = re.compile(r"(?<!\\)\$([^$]+)\$")
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')")
_PROCEEDINGS = re.compile(
    r"\b(?:proceedings|proc|conference|workshop|symposium|advances in)\b", re.IGNORECASE
)
_ANNOTATED = re.compile(r"@|\{\\[{}]\}")
_INNER_CAPITAL = re.compile(r"\w*(?:\w[A-Z]|[A-Z]\d|\d[A-Z])\w*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""BibTeX's own abbreviations."""
_SKIPPED = frozenset({"a", "an", "the", "on", "of", "in", "for", "to", "and", "with", "from", "how", "is"})


class Style(StrEnum):
    BIBTEX = "bibtex"
    APA = "apa"
    PLAIN = "plain"


def cite(paper: Paper, style: Style) -> str:
    """The citation of `paper` in `style`; a field that is unknown is left out."""
    match style:
        case Style.BIBTEX:
            return bibtex(paper)
        case Style.APA:
            return _apa(paper)
        case Style.PLAIN:
            return _plain(paper)


def bibtex(paper: Paper, *, whole: bool = False, more: Mapping[str, str] | None = None) -> str:
    """A BibTeX entry that BibTeX and biber read; accents are LaTeX, math stays math.

    The `whole` one holds what no bibliography prints: day, abstract, keywords. `more` fields are LaTeX.
    """
    kind, venue = _kind(paper)
    fields = {
        "title": _latex_title(paper.title),
        "author": " and ".join(_latex_author(name) for name in paper.authors),
        venue: _latex_text(paper.venue or ""),
        "year": str(paper.year or ""),
        "eprint": paper.arxiv_id or "",
        "archivePrefix": "arXiv" if paper.arxiv_id else "",
        "primaryClass": paper.categories[0] if paper.arxiv_id and paper.categories else "",
        "doi": _without_braces(paper.doi or ""),
        "url": _without_braces(_arxiv_url(paper) or paper.url or ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if whole and paper.published:
        lines.append(f"  month = {_MONTHS[paper.published.month - 1]},\n  day = {{{paper.published.day}}},")
    if whole and paper.keywords:
        lines.append(f"  keywords = {{{', '.join(map(_latex_title, paper.keywords))}}},")
    if whole and paper.abstract:
        lines.append(f"  abstract = {{{_latex_title(' '.join(paper.abstract.split()))}}},")
    lines += [f"  {name} = {{{value}}}," for name, value in (more or {}).items() if value]
    return "\n".join((f"@{kind}{{{citation_key(paper)},", *lines, "}"))


def annotation(note: str) -> str:
    """What somebody noted, as LaTeX that says it letter by letter; its lines and spaces stay as they are."""
    return "\n".join(_ANNOTATED.sub(_spelt, _latex_name(line)) for line in note.split("\n"))


def _spelt(sign: re.Match[str]) -> str:
    """At the start of a line an `@` would begin an entry, and BibTeX counts braces after backslashes, too."""
    return {"@": "{@}", "{\\{}": "{\\textbraceleft}", "{\\}}": "{\\textbraceright}"}[sign[0]]


def citation_key(paper: Paper) -> str:
    """First author, year, first telling word of the title, and the id, which makes it unique."""
    family = words(_family(paper.authors[0])) if paper.authors else []
    telling = next((word for word in words(paper.title) if word not in _SKIPPED and len(word) > 1), "")
    stem = f"{''.join(family)}{paper.year or ''}{telling}".encode("ascii", "ignore").decode()
    return f"{stem}-{re.sub(r'[^A-Za-z0-9.]+', '-', paper.id)}".strip("-")


def _apa(paper: Paper) -> str:
    names = [_initials(name) for name in paper.authors]
    if len(names) > _APA_AUTHORS:
        people = f"{', '.join(names[:19])}, … {names[-1]}"
    elif len(names) > 1:
        people = f"{', '.join(names[:-1])}, & {names[-1]}"
    else:
        people = "".join(names)
    title = _readable(paper.title).rstrip(".")
    year = f"({paper.year or 'n.d.'})."
    venue = f"{_readable(paper.venue).rstrip('.')}." if paper.venue else ""
    origin = f"arXiv:{paper.arxiv_id}." if paper.arxiv_id else ""
    opening = f"{people} {year} {title}." if people else f"{title}. {year}"
    return " ".join(part for part in (opening, venue, origin, address(paper)) if part)


def _plain(paper: Paper) -> str:
    names = ", ".join(paper.authors[:6]) + (" et al." if len(paper.authors) > 6 else "")
    origin = f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else ""
    venue = _readable(paper.venue) if paper.venue else ""
    parts = (names, f"“{_readable(paper.title)}”", venue, origin, str(paper.year or ""))
    line = ", ".join(part for part in parts if part)
    return " ".join(part for part in (f"{line}.", address(paper)) if part)


def address(paper: Paper) -> str:
    """Where the paper is: on arXiv, else where its DOI leads, else where a file says; else empty."""
    return _arxiv_url(paper) or (doi_address(paper.doi) if paper.doi else paper.url or "")


def _arxiv_url(paper: Paper) -> str:
    return f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else ""


def _kind(paper: Paper) -> tuple[str, str]:
    """The kind of entry, and its field for the venue."""
    if not paper.venue:
        return "misc", "howpublished"
    return ("inproceedings", "booktitle") if is_proceedings(paper.venue) else ("article", "journal")


def is_proceedings(venue: str) -> bool:
    """Whether a venue is a meeting's, by its name; a journal's otherwise."""
    return _PROCEEDINGS.search(venue) is not None


def _without_braces(text: str) -> str:
    return text.replace("{", "%7B").replace("}", "%7D")


def _family(name: str) -> str:
    person = person_of(name)
    return person.family if person else name


def _initials(name: str) -> str:
    """`Jean-Paul van Dam Jr.` as `van Dam, J.-P., Jr.`; a group's name stays as it is."""
    person = person_of(name)
    if person is None:
        return name
    return ", ".join(part for part in (person.family, _initials_of(person.given), person.suffix) if part)


def _initials_of(given: str) -> str:
    """Scripts without capitals have no initials."""
    shortened = (
        "-".join(
            f"{part[0].upper()}." if part[0].upper() != part[0].lower() else part
            for part in re.split(r"[.-]+", word)
            if part
        )
        for word in re.split(r"\s+|(?<=\.)(?=\w)", given)
    )
    return " ".join(word for word in shortened if word)


def _latex_author(name: str) -> str:
    """BibTeX splits names at commas and `and`; a group's name is kept whole by braces.

    Of a family that begins in lower case it finds the particles itself; for others, for a suffix,
    and where the family is read first, the parts are told apart by commas.
    """
    readable = _readable(name)
    person = person_of(readable)
    if person is None:
        return f"{{{_latex_name(readable)}}}"
    is_plain = " " not in person.family or person.family[0].islower()
    if is_plain and not person.suffix and person.given and not is_family_first(person.given, person.family):
        return f"{_latex_name(person.given)} {_latex_name(person.family)}"
    return ", ".join(_latex_name(part) for part in (person.family, person.suffix, person.given) if part)


def _latex_name(name: str) -> str:
    return _LIGATURE.sub("{}", _encoded(name))


def _latex_title(title: str) -> str:
    """Math as it stands, everything else through Unicode, so that no stray command reaches LaTeX."""
    pieces: list[str] = []
    done = 0
    for math in _MATH.finditer(title):
        if is_balanced(math[1]):
            pieces += [_latex_text(title[done : math.start()]), f"{{${_latex_math(math[1])}$}}"]
            done = math.end()
    pieces.append(_latex_text(title[done:]))
    return "".join(pieces)


def _latex_math(math: str) -> str:
    encoded = ((c, _latex_sign(c)) for c in math)
    return "".join(
        latex if latex.startswith("{\\ensuremath") and not c.isascii() else c for c, latex in encoded
    )


def _latex_text(text: str) -> str:
    parts: list[str] = []
    done = 0
    readable = _readable(text, strip=False)
    for word in _INNER_CAPITAL.finditer(readable):
        parts += [_encoded(readable[done : word.start()]), f"{{{_encoded(word[0])}}}"]
        done = word.end()
    parts.append(_encoded(readable[done:]))
    # Two hyphens or quotes of a title are two, not LaTeX's for a dash or another quote.
    return _LIGATURE.sub("{}", "".join(parts))


def _encoded(text: str) -> str:
    return "".join(map(_latex_sign, text))


@lru_cache(2**14)
def _latex_sign(character: str) -> str:
    """LaTeX for one character; itself where pylatexenc has no exact word for it."""
    if character.isalnum() and character.isascii():
        return character
    latex: str = _encoder().unicode_to_latex(character)
    return latex if plain(latex) == character else character


def _readable(text: str, *, strip: bool = True) -> str:
    """LaTeX commands and accents as Unicode, on one line; text without any is left as it is.

    Braces without a command are mostly meant as such ("K_{3,3}-free"); without their partners they go.
    """
    if "\\" in text:
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        text = f"{lead}{plain(text)}{trail}"
    if not is_balanced(text):
        text = text.replace("{", "").replace("}", "")
    return text.strip() if strip else text


@lru_cache(1)
def _encoder() -> UnicodeToLatexEncoder:
    # For whoever asks for BibTeX of a paper with more than ASCII.
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    return UnicodeToLatexEncoder(
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
