"""How a paper is cited: BibTeX, APA, plain text."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexencode import UnicodeToLatexEncoder

from bot.catalog.models import Paper
from bot.catalog.names import person_of
from bot.catalog.text import words

_APA_AUTHORS = 20
"""APA 7 names up to 20 authors, then the first 19 and the last."""
_MATH = re.compile(r"(?<!\\)\$([^$]+)\$")
_INNER_CAPITAL = re.compile(r"\w*(?:\w[A-Z]|[A-Z]\d|\d[A-Z])\w*")
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


def bibtex(paper: Paper) -> str:
    """A BibTeX entry that BibTeX and biber read; accents are LaTeX, math stays math."""
    fields = {
        "title": _latex_title(paper.title),
        "author": " and ".join(_latex_author(name) for name in paper.authors),
        "year": str(paper.year or ""),
        "eprint": paper.arxiv_id or "",
        "archivePrefix": "arXiv" if paper.arxiv_id else "",
        "primaryClass": paper.categories[0] if paper.arxiv_id and paper.categories else "",
        "url": _url(paper),
    }
    width = max(len(name) for name, value in fields.items() if value)
    lines = [f"  {name:<{width}} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@misc{{{citation_key(paper)},", *lines, "}"))


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
    origin = f"arXiv:{paper.arxiv_id}." if paper.arxiv_id else ""
    opening = f"{people} {year} {title}." if people else f"{title}. {year}"
    return " ".join(part for part in (opening, origin, _url(paper)) if part)


def _plain(paper: Paper) -> str:
    names = ", ".join(paper.authors[:6]) + (" et al." if len(paper.authors) > 6 else "")
    parts = (names, f"“{_readable(paper.title)}”", f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "")
    line = ", ".join(part for part in (*parts, str(paper.year or "")) if part)
    return " ".join(part for part in (f"{line}.", _url(paper)) if part)


def _url(paper: Paper) -> str:
    return f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else ""


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

    Of a family that begins in lower case it finds the particles itself; for others, and for a suffix, the
    parts are told apart by commas.
    """
    readable = _readable(name)
    person = person_of(readable)
    latex = _encoder().unicode_to_latex
    if person is None:
        return f"{{{latex(readable)}}}"
    if not person.suffix and person.given and (" " not in person.family or person.family[0].islower()):
        return f"{latex(person.given)} {latex(person.family)}"
    return ", ".join(latex(part) for part in (person.family, person.suffix, person.given) if part)


def _latex_title(title: str) -> str:
    """Math as it stands, everything else through Unicode, so that no stray command reaches LaTeX."""
    pieces: list[str] = []
    done = 0
    for math in _MATH.finditer(title):
        if _balanced(math[1]):
            pieces += [_latex_text(title[done : math.start()]), f"{{${_latex_math(math[1])}$}}"]
            done = math.end()
    pieces.append(_latex_text(title[done:]))
    return "".join(pieces)


def _latex_math(math: str) -> str:
    return "".join(c if c.isascii() else _encoder().unicode_to_latex(c) for c in math)


def _latex_text(text: str) -> str:
    parts: list[str] = []
    done = 0
    readable = _readable(text, strip=False)
    for word in _INNER_CAPITAL.finditer(readable):
        parts += [
            _encoder().unicode_to_latex(readable[done : word.start()]),
            f"{{{_encoder().unicode_to_latex(word[0])}}}",
        ]
        done = word.end()
    parts.append(_encoder().unicode_to_latex(readable[done:]))
    return "".join(parts)


def _readable(text: str, *, strip: bool = True) -> str:
    """LaTeX commands and accents as Unicode; text without a backslash or braces is left as it is."""
    if "\\" in text or "{" in text:
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        # A bare % or # is a sign in a title, not a comment.
        guarded = re.sub(r"(?<!\\)([%#&])", r"\\\1", text)
        text = f"{lead}{_decoded(guarded)}{trail}"
    text = text.replace("{", "").replace("}", "")
    return text.strip() if strip else text


def _decoded(latex: str) -> str:
    """On one line, as every title and name is; nested beyond all sense it is only stripped of its signs."""
    try:
        decoded = LatexNodes2Text(math_mode="verbatim").latex_to_text(latex)
    except RecursionError:
        decoded = latex.replace("\\", "")
    return " ".join(decoded.split())


def _balanced(text: str) -> bool:
    depth = 0
    for character in re.sub(r"\\.", "", text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


@lru_cache(1)
def _encoder() -> UnicodeToLatexEncoder:
    return UnicodeToLatexEncoder(replacement_latex_protection="braces-all", unknown_char_policy="keep")
