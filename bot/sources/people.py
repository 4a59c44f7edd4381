"""Authors as files write them: a list, a cell of a table, or objects with parts of names."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from bot.paper.names import whole_name

_AND = re.compile(r",?\s+(?:and|&)\s+", re.IGNORECASE)
_SEMICOLON = re.compile(r"\s*[;|]\s*")
_EAST_ASIAN = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_IDEOGRAPHIC = re.compile(rf"\s*、\s*|(?<={_EAST_ASIAN})\s*[，；]\s*(?={_EAST_ASIAN})")
_WIDE = str.maketrans({"，": ", ", "；": "; "})
_HEADING = re.compile(r"^\s*authors?:\s*", re.IGNORECASE)
DBLP_NUMBER = re.compile(r"\s+0\d{3}$")
"""Behind the names of people who share one."""
_AFTERWARDS = re.compile(DBLP_NUMBER.pattern + r"|\s+-\s.*$|\s*\(\d+\)$|\s*(?:…|\.\.\.)$|,?\s+et\.?\s*al\.?$")
"""What programs write after a name: dblp's numbers, an id in brackets, Google Scholar's venue,
the sign of a list cut short."""
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.? ?d|m\.? ?d|inc|ltd|llc|gmbh)\.?", re.IGNORECASE)
_MOSTLY_INITIALS = re.compile(r"(?i:(?:ph|m)\.? ?d\.?)|[JS]R")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_GIVEN = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_]\.?)*")
_FAMILY = re.compile(r"(?:[a-z'’]+ ){0,3}[^\W\d_][\w'’-]*")
_PYTHON_TEXT = re.compile(r"""(?:(['"]\w+['"])\s*:\s*)?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
_PUBMEDS = re.compile(r"[^.;|]{1,100000}\s[A-Z]{1,4}\.")
"""A list that ends with a full stop: its names have initials without any."""
_OF_GROUPS = frozenset({"AI", "ML", "LLM", "NLP", "CV", "LAB", "USA", "UK", "EU", "UN"})
"""What looks like initials at the end of a group's name."""
_OTHERS = frozenset({"others", "et al", "et al.", "and others"})
_MOST_NESTED = 6
_MOST_COMMAS = 2
"""Of one name."""
_LONGEST_INITIALS = 6


def people(value: object) -> tuple[str, ...] | None:
    """Names in the order of reading (`given_first`); None where `value` is no list of people."""
    if isinstance(value, str):
        value = apart(value)
        if _PUBMEDS.fullmatch(value.strip()) and (turned := _turned(value.strip()[:-1])):
            return turned
        return tuple(initials_first(list(_people_of_text(value))))
    if isinstance(value, Mapping):
        # dblp has them as `{"author": [{"text": …}]}`.
        inner = value.get("author")
        value = inner if isinstance(inner, list) else [value]
    if not isinstance(value, list | tuple):
        return None
    return tuple(initials_first(_of_list([_name(person) for person in _who_wrote(value)])))


def apart(text: str) -> str:
    """With semicolons where the signs of Chinese and Japanese stand between names."""
    return _IDEOGRAPHIC.sub("; ", text).translate(_WIDE)


def is_pair(family: str, given: str) -> bool:
    """Whether what looks like one name is two with their initials behind: `Doe J. A., Roe R.`

    Of two, the initials are written in one way: `De La O, Ana L.` is one.
    """
    turned = _initials_of(family.split()), _initials_of(given.split())
    return all(turned) and family.endswith(".") == given.endswith(".")


def is_list(text: str) -> bool:
    """Whether commas divide whole names, as in no style of BibTeX's or RIS's: `Ada Doe, Ben Roe, Cy Poe`."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) <= _MOST_COMMAS:
        return False
    whole = [part for part in parts if part and not part.lower().startswith("et al")]
    return all(" " in part and not part.islower() for part in whole) or (
        len(parts) > _MOST_COMMAS + 1 and all(len(part) <= _LONGEST_INITIALS for part in whole[1::2])
    )


def _who_wrote(persons: Iterable[Any]) -> list[Any]:
    """Without editors and translators, where somebody is said to be the author: Zotero lists all of them."""
    listed = list(persons)
    kinds = [person.get("creatorType") if isinstance(person, Mapping) else None for person in listed]
    if "author" not in kinds:
        return listed
    return [person for person, kind in zip(listed, kinds, strict=True) if kind in (None, "author")]


def _turned(text: str) -> tuple[str, ...]:
    """`Doe AB, O'Connor RE` as `AB Doe`, `RE O'Connor`; empty where a name is written in another way."""
    turned = tuple(_initials_of(name.split()) for name in _bare(text.split(",")))
    return turned if all(turned) else ()


def given_first(name: str) -> str:
    """`Doe, Ada` as `Ada Doe`, `肖, 发民` as `肖 发民`; a name with a suffix or without a comma stays."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and all(parts) and not is_suffix(parts[1], of=parts[0]):
        return whole_name(parts[1], parts[0])
    if len(parts) == 3 and all(parts):
        # BibTeX has the suffix in the middle, RIS at the end.
        for given, suffix in ((parts[2], parts[1]), (parts[1], parts[2])):
            if _SUFFIX.fullmatch(suffix):
                return f"{given} {parts[0]}, {suffix}"
    return name.strip()


def texts(value: object) -> list[str] | None:
    """The texts of a list as JSON or Python writes it, in a cell; None where it is no such list."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "(", "{")):
        return None
    inside = _parsed(value.strip())
    if isinstance(inside, dict):
        inside = [inside]
    if not isinstance(inside, list):
        return None
    return [name for name in map(_name, inside) if name]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if text[-1] not in "])}":
        return None
    keyed = [(key, _text(quoted)) for key, quoted in _PYTHON_TEXT.findall(text)]
    if any(key for key, _ in keyed):
        return [value for key, value in keyed if key.strip("'\"") in ("name", "full_name", "term")]
    return [value for _, value in keyed] or None


def _text(quoted: str) -> str:
    if "\\" not in quoted:
        return quoted[1:-1]
    try:
        return str(literal_eval(quoted)) if not re.search(r"\\[^nrt'\"\\xuU0-7]", quoted) else quoted[1:-1]
    except (ValueError, SyntaxError):
        return quoted[1:-1]


def _name(person: Any, depth: int = 0) -> str:
    if isinstance(person, str):
        return person.strip()
    if isinstance(person, list | tuple) and person and depth < _MOST_NESTED:
        # arXiv's own: family name, given names, suffix.
        family, given, suffix = ([part.strip() for part in person if isinstance(part, str)] + [""] * 3)[:3]
        return " ".join(filter(None, (whole_name(given, family), suffix)))
    if not isinstance(person, Mapping) or depth >= _MOST_NESTED or person.get("hidden"):
        return ""
    known = {str(key).lower().replace("_", "").replace("-", ""): value for key, value in person.items()}
    for key in ("literal", "name", "displayname", "term"):
        if isinstance(known.get(key), str) and known[key].strip():
            return str(known[key]).strip()
    for key in ("fullname", "text"):
        if isinstance(known.get(key), str) and known[key].strip():
            return given_first(known[key])
    if "author" in known:
        return _name(known["author"], depth + 1)
    given, middle, particle, family = (
        next((known[key].strip() for key in keys if isinstance(known.get(key), str)), "")
        for keys in (
            ("given", "givenname", "first", "firstname", "forename"),
            ("middle", "middlename"),
            ("nondroppingparticle", "droppingparticle"),
            ("family", "familyname", "last", "lastname", "surname"),
        )
    )
    whole = whole_name(" ".join(filter(None, (given, middle))), " ".join(filter(None, (particle, family))))
    after = known.get("suffix")
    if whole and isinstance(after, str) and after.strip():
        return f"{whole}{',' if known.get('commasuffix') else ''} {after.strip()}"
    return whole


def _people_of_text(text: str) -> Iterator[str]:
    listed = texts(text)
    if listed is not None:
        yield from _of_list(listed)
        return
    for name in _bare(_names_of_text(unescape(text))):
        yield given_first(name)


def _names_of_text(text: str) -> Iterator[str]:
    if _SEMICOLON.search(text):
        # They say that commas belong to names, and line breaks to the width of a column.
        for part in _SEMICOLON.split(" ".join(text.split())):
            yield from _AND.split(part)
        return
    if not _AND.search(text):
        for line in text.splitlines():
            yield from _divided(line)
        return
    parts = _AND.split(" ".join(text.split()))
    commas = [part.count(",") - _has_suffix_inside(part) for part in parts]
    if max(commas) <= 1 and sum(commas) > 1:  # BibTeX's way
        yield from parts
    else:
        for part in parts:
            yield from _divided(part)


def _has_suffix_inside(name: str) -> bool:
    """`Doe, Jr., Ada`"""
    parts = [part.strip() for part in name.split(",")]
    return len(parts) == 3 and _SUFFIX.fullmatch(parts[1]) is not None


def _divided(text: str) -> list[str]:
    """One or several names with commas between them: `Doe, Ada` is one, `Doe, A., Roe, B.` are two."""
    parts = list(_bare(text.split(",")))
    if len(parts) == 2 and _is_turned(*parts):
        return [", ".join(parts)]
    merged: list[str] = []
    for part in parts:
        if merged and is_suffix(part, of=merged[-1]):
            merged[-1] += f", {part}"
        else:
            merged.append(part)
    pairs = list(zip(merged[::2], merged[1::2], strict=False))
    if pairs and len(merged) % 2 == 0 and all(_is_abbreviated(*pair) for pair in pairs):
        return [f"{family}, {given}" for family, given in pairs]
    return merged


def _of_list(names: list[str]) -> list[str]:
    """Those of a list, in which each is a name by itself."""
    names = list(_bare(map(unescape, names)))
    if len(names) == 1:
        names = [apart(names[0])]
    if len(names) == 1 and (";" in names[0] or names[0].count(",") > 1):
        return [given_first(name) for name in _bare(_names_of_text(names[0]))]
    all_turned = len(names) > 1 and all(name.count(",") == 1 for name in names)
    return [
        given_first(name)
        if all_turned or (name.count(",") == 1 and _is_turned(*name.split(", ", 1)))
        else name
        for name in names
    ]


def _bare(names: Iterable[str]) -> Iterator[str]:
    """Without what is no name, or no part of one."""
    for name in names:
        name = _AFTERWARDS.sub("", _HEADING.sub("", name).strip(", ")).strip()
        if name and name.lower() not in _OTHERS:
            yield name


def initials_first(names: list[str]) -> list[str]:
    """`Doe AB` as `AB Doe`, where all of a list are written so: what PubMed and Scopus write."""
    if len(names) == 1 and "." not in names[0]:
        return names  # "Xiaomi LLM" may be anybody
    turned = [_initials_of(name.split()) for name in names]
    return turned if all(turned) else names


def _initials_of(parts: list[str]) -> str:
    """A name that ends in its initials, the other way round; empty where it doesn't."""
    family = list(parts)
    while family and _is_initials(family[-1]) and family[-1] not in _OF_GROUPS:
        family.pop()
    if not family or len(family) == len(parts) or not _has_word(family[0]):
        return ""
    return " ".join((*parts[len(family) :], *family))


def _is_turned(family: str, given: str = "") -> bool:
    """Whether these are the parts of one name, rather than two names."""
    if is_suffix(given, of=family):
        return False
    return bool(_FAMILY.fullmatch(family) and _GIVEN.fullmatch(given)) or (
        _is_initials(given) and _has_word(family)
    )


def _is_abbreviated(family: str, given: str) -> bool:
    if _FAMILY.fullmatch(family):
        return _INITIALS.fullmatch(given) is not None
    return _is_initials(given) and _has_word(family)


def _is_initials(text: str) -> bool:
    """`A.`, `A.-B.`, `AB`, but no `Li` and no `III`."""
    letters = sum(map(str.isalpha, text))
    return (
        text == text.upper()
        and 0 < letters <= 4
        and not (letters > 1 and _SUFFIX.fullmatch(text))
        and (_INITIALS.fullmatch(text) is not None)
    )


def _has_word(text: str) -> bool:
    """Whether it is more than initials."""
    first, _, _ = text.partition(" ")
    return len(first) > 1 and first != first.upper() and "." not in first


def is_suffix(text: str, *, of: str) -> bool:
    """Whether it is `Jr.`; what may be initials, as in `Doe, MD`, is one after a whole name only."""
    return _SUFFIX.fullmatch(text) is not None and (" " in of or _MOSTLY_INITIALS.fullmatch(text) is None)
