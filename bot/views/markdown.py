"""Text from outside, made safe for Discord's markdown, and papers' facts as short lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from bot.paper.cleaning import visible
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.search.results import Passage

_ACTIVE = re.compile(r"([\\*_~`|<>\[\]]|://|^(?:#{1,3}|-#|[-+]|\d+\.)(?=\s))", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bet al)(?<!\bvs)(?<!\bcf)(?<!\b[A-Z])[.!?](?=\s|$)")
_NAMED_AUTHORS = 3
_NAME_LIMIT = 60
_NAMED_CATEGORIES = 3
_CATEGORIES_LIMIT = 80
_LABEL_LIMIT = 100
_BLANKS = " \u115f\u1160\u2800\u3164\uffa0"
"""Characters that print as nothing."""


def escape(text: str) -> str:
    """`text` as Discord shows it letter by letter: no formatting, link, mention, heading or list.

    Nothing in it turns the direction of what stands behind it.
    """
    return _ACTIVE.sub(_escape_match, visible(text))


def _escape_match(match: re.Match[str]) -> str:
    found = match[0]
    if found == "://":
        return "\\://"
    if found[0].isdigit():
        return found[:-1] + "\\."
    return "".join(f"\\{character}" for character in found)


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends near, with an ellipsis where cut."""
    if limit < 1:
        return ""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 0.6 else cut).rstrip(" ,;:.-") + "…"


def clip_escaped(text: str, limit: int) -> str:
    """`text` escaped, at most `limit` characters of which none is half an escape."""
    limit = size = max(limit, 0)
    escaped = escape(clip(text, size))
    while len(escaped) > limit:
        # Escaping makes at most two characters of one, so that half of what is too much is never too much.
        size -= max(1, (len(escaped) - limit) // 2)
        escaped = escape(clip(text, size))
    return escaped


def fitting_lines(lines: Iterable[str], room: int) -> list[str]:
    """The first of them, as many as fit into so many characters with their line breaks."""
    fitting: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        fitting.append(line)
    return fitting


def first_sentences(text: str, limit: int, most: int | None = None) -> str:
    """Whole sentences from the start of `text` within `limit` characters, at most so many, or cut short."""
    plain = " ".join(text.split())
    ends = [match.end() for match in _SENTENCE_END.finditer(plain)][:most]
    wanted = plain[: ends[-1]] if most is not None and len(ends) == most else plain
    if len(wanted) <= limit:
        return wanted
    within = [end for end in ends if limit // 4 <= end <= limit]
    return plain[: within[-1]] if within else clip(plain, limit)


def titled(title: str, limit: int) -> str:
    """A paper's title escaped, without the LaTeX that says how words look, at most `limit` characters."""
    return clip_escaped(plain_title(title), limit)


def title_label(title: str) -> str:
    """A paper's title on a menu's option, a form or a choice: plain, 1 to 100 characters."""
    return clip(plain_title(title), _LABEL_LIMIT)


def linked(paper: Paper, limit: int) -> str:
    """Its title, which leads to arXiv where it is there."""
    title = titled(paper.title, limit)
    return link(title, f"https://arxiv.org/abs/{paper.arxiv_id}") if paper.arxiv_id else title


def plain_title(title: str) -> str:
    """A paper's title as plain text, without the LaTeX that says how words look; never empty."""
    plain = " ".join(visible(readable(title)).split())
    return (
        plain
        if any(character.isprintable() and character not in _BLANKS for character in plain)
        else "Untitled"
    )


def link(label: str, url: str) -> str:
    """A masked link; `label` is escaped, `url` comes from a validated id or address."""
    return f"[{label}]({url.replace(')', '%29').replace('(', '%28').replace(' ', '%20')})"


def marked(passage: Passage) -> str:
    """A passage with its matching words in bold."""
    pieces: list[str] = []
    done = 0
    for start, end in passage.marks:
        pieces += [escape(passage.text[done:start]), f"**{escape(passage.text[start:end])}**"]
        done = end
    pieces.append(escape(passage.text[done:]))
    return "".join(pieces)


def day(value: date) -> str:
    """`20 Nov 2024`"""
    return f"{value.day} {value:%b %Y}"


def instant(value: datetime) -> str:
    """In the reader's own time and language: Discord writes it."""
    seconds = int(value.timestamp())
    return f"<t:{seconds}:F> (<t:{seconds}:R>)"


def counted(count: int, noun: str) -> str:
    """`1 paper`, `1,234 papers`"""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def authors_line(paper: Paper, named: int = _NAMED_AUTHORS) -> str:
    """The first authors and how many more; empty where none is known."""
    names = ", ".join(clip_escaped(name, _NAME_LIMIT) for name in paper.authors[:named])
    more = len(paper.authors) - named
    return f"{names} and {more:,} more" if more > 0 else names


def upvotes(paper: Paper) -> str:
    """`▲ 12`, or nothing where the upvotes are unknown."""
    return "" if paper.upvotes is None else f"▲\N{NO-BREAK SPACE}{paper.upvotes:,}"


def cited(paper: Paper) -> str:
    """`cited 41 times, 3 influential (Semantic Scholar, 12 Nov 2026)`; nothing where that is unknown."""
    found = paper.citations
    if found is None:
        return ""
    times = {0: "not cited yet", 1: "cited once"}.get(found.count, f"cited {found.count:,} times")
    influential = f", {found.influential:,} influential" if found.influential else ""
    return f"{times}{influential} ({found.source}, {day(found.day)})"


def categories_line(paper: Paper, named: int | None = None) -> str:
    """The first `named` categories, or all: a file or a member may give any number of any length."""
    return clip_escaped(", ".join(paper.categories[:named]), _CATEGORIES_LIMIT)


def facts_line(paper: Paper) -> str:
    """First authors · year · first categories · upvotes, each only where it is known."""
    facts = (
        authors_line(paper),
        str(paper.year or ""),
        categories_line(paper, _NAMED_CATEGORIES),
        upvotes(paper),
    )
    return joined(*facts)


def joined(*facts: str) -> str:
    """The facts that there are, with dots between."""
    return " · ".join(fact for fact in facts if fact)
