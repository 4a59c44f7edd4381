"""What other programs call the fields of a paper: header names and keys, in any case and spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    # Fields of Paper, the usual name first.
    "title": (
        "title",
        "papertitle",
        "documenttitle",
        "articletitle",
        "itemtitle",
        "displayname",
        "titleprimary",
        "primarytitle",
    ),
    "abstract": ("abstract", "abstractnote", "abstracttext", "paperabstract"),
    "authors": (
        "authors",
        "author",
        "authornames",
        "authorlist",
        "authorfullnames",
        "creators",
        "authorships",
        "authorsprimary",
        "primaryauthors",
    ),
    "published": (
        "published",
        "publishedat",
        "publisheddate",
        "publicationdate",
        "publishedon",
        "datepublished",
        "publishedprint",
        "date",
        "pubdate",
        "issued",
        "submitted",
        "submitteddate",
        "submissiondate",
    ),
    "year": ("year", "publicationyear", "yearpublished", "pubyear", "publishedyear"),
    "categories": ("categories", "arxivcategories", "subjects"),
    "upvotes": ("upvotes", "hfupvotes"),
    "featured": ("featured", "hfdailydate"),
    "code_url": ("codeurl", "github", "githubrepo", "code", "githuburl", "repo", "repourl", "coderepository"),
    "arxiv_version": ("arxivversion",),
    "code_stars": ("codestars", "githubstars"),
    "project_url": ("projecturl", "projectpage", "project"),
    "picture_url": ("pictureurl", "thumbnail"),
    "summary": ("summary",),
    "keywords": ("keywords", "aikeywords", "keyword", "authorkeywords", "manualtags"),
    "withdrawn": ("withdrawn",),
    "doi": ("doi", "doiurl", "doilink", "itemdoi"),
    "venue": (
        "venue",
        "journal",
        "journaltitle",
        "containertitle",
        "booktitle",
        "conference",
        "publicationtitle",
        "sourcetitle",
        "proceedings",
        "journalname",
        "journalref",
        "publicationvenue",
        "publication",
        "publicationname",
        "publishedin",
        "journalconference",
        "conferencename",
        "conf",
        "journalbook",
        "periodicalfull",
    ),
    # What the reader makes these fields from.
    "arxiv_id": ("arxivid", "arxiv", "eprint", "arxivnumber"),
    "id": ("id",),
    "other_ids": ("paperid", "identifier", "arxivpaperid"),
    "addresses": (
        "url",
        "link",
        "entryid",
        "pdfurl",
        "absurl",
        "arxivurl",
        "paperurl",
        "pdf",
        "pdflink",
        "paperlink",
        "landingpageurl",
        "articleurl",
        "articlelink",
        "href",
        "links",
        "arxivpageurl",
        "doiorurl",
    ),
    "external_ids": ("externalids", "ids"),
    "pubmed_id": ("pmid",),
    "ai_summary": ("aisummary",),
    "primary": ("primarycategory", "arxivprimarycategory", "category", "primaryclass"),
    "tags": ("tags", "terms"),
    "volume": ("volume",),
    "number": ("number", "issue", "reportno"),
    "publisher": ("publisher", "archive"),
    "comment": ("comments", "comment", "arxivcomment"),
    "subtitle": ("subtitle",),
    # What its reader noted.
    "note": ("note", "mynote", "annotation", "annote"),
    "notes": ("notes", "mynotes"),
    "status": ("status", "readingstatus", "readstatus"),
    "added": ("added", "addedat", "dateadded", "savedat", "timeadded", "saveddate"),
    "custom": ("custom",),
}
_PLACES = {
    spelling: (name, rank)
    for name, spellings in _SPELLINGS.items()
    for rank, spelling in enumerate(spellings)
}
_MARKS = re.compile(r"[\s_.:,/()-]+")
_NOTHING: tuple[Any, ...] = (None, "", [], (), {})
_known_keys: dict[str, tuple[str, int] | None] = {}
_MOST_KEYS = 10_000


def named(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record's values under our names, the best-named where several say the same; empty ones left out.

    `addresses` holds the values of all of its spellings. `abstract` is there, if only empty, where the
    record has a field for it.
    """
    known: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    addresses: list[tuple[int, Any]] = []
    for key, value in record.items():
        place = _place(key)
        if place is None:
            continue
        name, rank = place
        if value in _NOTHING:
            if name == "abstract":
                known.setdefault("abstract", "")
        elif name == "addresses":
            addresses.append((rank, value))
        elif rank < ranks.get(name, 1000):
            known[name], ranks[name] = value, rank
    if addresses:
        known["addresses"] = [value for _, value in sorted(addresses, key=lambda found: found[0])]
    return known


def names_a_title(keys: Iterable[str]) -> bool:
    """Whether one of these names stands for the title."""
    return "title" in meanings(keys)


def names_a_paper(keys: Iterable[str]) -> bool:
    """Whether one of these names stands for a title, an id or an address."""
    return not meanings(keys).isdisjoint(("title", "arxiv_id", "doi", "addresses", "other_ids"))


def meanings(keys: Iterable[str]) -> set[str]:
    """Our names for these."""
    return {place[0] for key in keys if (place := _place(key)) is not None}


def _place(key: str) -> tuple[str, int] | None:
    try:
        return _known_keys[key]
    except KeyError:
        pass
    place = _PLACES.get(_MARKS.sub("", key[:100]).lower())
    if len(_known_keys) < _MOST_KEYS:
        _known_keys[key] = place
    return place
