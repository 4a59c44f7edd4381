"""A mail as people read it: its subject, and the same in text and in HTML."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.daily.when.offsets import shown as shown_zone
from bot.daily.when.typed_times import DAYS
from bot.mail.mail_message import Mail, MailEntry
from bot.paper.citing import address
from bot.paper.cleaning import collapse, visible
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.readers.follows import Kind, News
from bot.readers.likings import why_picked
from bot.readers.mailing import Content, MailKind, MailPlan

if TYPE_CHECKING:
    import css_inline
    import jinja2

_NAMED_AUTHORS = 3
_TITLE_IN_SUBJECT = 70
_SHOWN = 80
_LEAD = 280
"""Characters of an abstract that are shown at once; what is cut is cut after a sentence, or else a word."""
_LONGEST_ABSTRACT = 4_000
_WIDTH = 72
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])")


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paper as both parts show it."""

    title: str
    url: str
    facts: str
    because: str
    lead: str
    rest: str
    """Of the abstract, folded where the mail program can."""


def written(mail: Mail, public_url: str) -> Written:
    """Its parts. `public_url` is the address of the pages, without a slash at its end."""
    blocks = [_block(entry, mail.plan, public_url) for entry in mail.entries]
    values = {
        "head": _head(mail),
        "blocks": blocks,
        "more": mail.more,
        "note": mail.note,
        "what": what(mail.plan),
        "when": when(mail.plan),
        "link": mail.link,
    }
    name = "confirm" if mail.kind is MailKind.CONFIRM else "papers"
    html = _templates().get_template(f"{name}.html").render(values)
    text = _templates().get_template(f"{name}.txt").render(values)
    return Written(_subject(mail, blocks), text, _inliner().inline(html))


def what(plan: MailPlan) -> str:
    """What the mails bring: `trending papers`, `new papers on agents`."""
    name = _clip(collapse(visible(plan.shown)), _SHOWN)
    match plan.content:
        case Content.TOPIC:
            return f"new papers on {name}"
        case Content.LIST:
            return f"new papers like those on your list {name}"
        case Content.FOLLOWS:
            return "new papers from what you follow"
        case Content.PICKED:
            return "papers picked for you"
        case _:
            return "trending papers"


def when(plan: MailPlan) -> str:
    """`every Monday at 09:00, Europe/Berlin`"""
    days = f"every {DAYS[plan.times.weekday]}" if plan.is_weekly else "every day"
    return f"{days} at {plan.times.at:%H:%M}, {shown_zone(plan.times.zone)}"


def _head(mail: Mail) -> str:
    named = what(mail.plan)
    if mail.kind is MailKind.CONFIRM:
        return "Do you want papers by e-mail?"
    if not mail.entries:
        return f"Nothing new this week: {named}"
    if mail.plan.content is Content.TRENDING:
        return "This week's trending papers" if mail.plan.is_weekly else "Today's trending papers"
    return named[0].upper() + named[1:]


def _subject(mail: Mail, blocks: list[Block]) -> str:
    if mail.kind is MailKind.CONFIRM:
        return "Confirm your address for Paperboy"
    if not blocks:
        return _head(mail)
    others = len(blocks) - 1 + mail.more
    first = _clip(blocks[0].title, _TITLE_IN_SUBJECT)
    return f"{_head(mail)}: {first}{f' and {others} more' if others else ''}"


def _block(entry: MailEntry, plan: MailPlan, public_url: str) -> Block:
    paper = entry.paper
    lead, rest = _folded(readable(paper.abstract))
    return Block(
        title=collapse(readable(paper.title)),
        url=address(paper) or f"{public_url}/paper/{quote(paper.id)}",
        facts=_facts(paper),
        because=_why(entry, plan),
        lead=lead,
        rest=rest,
    )


def _facts(paper: Paper) -> str:
    authors = ", ".join(paper.authors[:_NAMED_AUTHORS])
    if len(paper.authors) > _NAMED_AUTHORS:
        authors += " et al."
    published = paper.published
    day = f"{published.day} {published:%B %Y}" if published else str(paper.year or "")
    votes = "" if paper.upvotes is None else f"{paper.upvotes:,} upvote{'' if paper.upvotes == 1 else 's'}"
    withdrawn = "withdrawn" if paper.withdrawn else ""
    return " · ".join(fact for fact in (authors, day, votes, withdrawn) if fact)


def _why(entry: MailEntry, plan: MailPlan) -> str:
    if entry.picked is not None:
        return why_picked(entry.picked.because, lambda paper: _clip(collapse(readable(paper.title)), _SHOWN))
    return _because(entry) if plan.content is Content.FOLLOWS else ""


def _because(entry: MailEntry) -> str:
    if entry.news is News.CODE:
        return "Its code is there now"
    if entry.news is News.VERSION:
        return f"Version {entry.version} is on arXiv"
    follow = entry.follow
    if follow is None:
        return "You followed it then"
    name = _clip(collapse(visible(follow.shown)), _SHOWN)
    match follow.kind:
        case Kind.PAPER:
            return f"Like “{name}”"
        case Kind.LIST:
            return f"Like your list {name}"
        case Kind.FOR_ME:
            return "Picked for you"
        case Kind.AUTHOR:
            return f"You follow papers by {name}"
        case _:
            return f"You follow {name}"


def _folded(abstract: str) -> tuple[str, str]:
    """What is shown at once, and what is folded away."""
    flat = _clip(" ".join(abstract.split()), _LONGEST_ABSTRACT)
    if len(flat) <= _LEAD:
        return flat, ""
    ends = [found.start() for found in _SENTENCE_END.finditer(flat, 0, _LEAD)]
    end = ends[-1] if ends else flat.rfind(" ", 0, _LEAD)
    end = end if end > 0 else _LEAD
    return flat[:end], flat[end:].strip()


def _clip(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _wrapped(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"{indent}{line}" for line in lines)


@cache
def _templates() -> jinja2.Environment:
    # For processes that send mail alone: three megabytes.
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.mail", "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {"wrapped": _wrapped}
    made.filters.update(filters)
    return made


@cache
def _inliner() -> css_inline.CSSInliner:
    import css_inline

    # What depends on the screen and its colours can't be inlined, and stays in the head.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
