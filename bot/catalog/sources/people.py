"""Authors as files write them: a list, a cell of a table, or objects with parts of names."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Iterator, Mapping
from typing import Any

_AND = re.compile(r"\s*[;|\n]\s*|,?\s+(?:and|&)\s+")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.? ?d|m\.? ?d|inc|ltd|llc|gmbh)\.?", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_GIVEN = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_]\.?)*")
_FAMILY = re.compile(r"(?:[a-z'’]+ ){0,3}[^\W\d_][\w'’-]*")
_PYTHON_TEXT = re.compile(r"""(?:(['"]\w+['"])\s*:\s*)?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
_OTHERS = frozenset({"others", "et al", "et al.", "and others"})
_MOST_NESTED = 6


def people(value: object) -> tuple[str, ...] | None:
    """Names in the order of reading, given name first; None where `value` is no list of people."""
    if isinstance(value, str):
        return tuple(_people_of_text(value))
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list | tuple):
        return None
    names = (_name(person) for person in value)
    return tuple(name for name in names if name and name.lower() not in _OTHERS)


def given_first(name: str) -> str:
    """`Doe, Ada` as `Ada Doe`; a name with a suffix or without a comma stays."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and all(parts) and not _SUFFIX.fullmatch(parts[1]):
        return f"{parts[1]} {parts[0]}"
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
        return " ".join(filter(None, (given, family, suffix)))
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
    parts = (
        next((known[key].strip() for key in keys if isinstance(known.get(key), str)), "")
        for keys in (
            ("given", "givenname", "first", "firstname", "forename"),
            ("middle", "middlename"),
            ("nondroppingparticle", "droppingparticle"),
            ("family", "familyname", "last", "lastname", "surname"),
        )
    )
    whole = " ".join(filter(None, parts))
    after = known.get("suffix")
    if whole and isinstance(after, str) and after.strip():
        return f"{whole}{',' if known.get('commasuffix') else ''} {after.strip()}"
    return whole


def _people_of_text(text: str) -> Iterator[str]:
    listed = texts(text)
    if listed is not None:
        yield from (name for name in listed if name.lower() not in _OTHERS)
        return
    for part in _AND.split(text):
        # Semicolons say that commas belong to names.
        divided = [part] if ";" in text else _divided(part)
        for name in divided:
            name = given_first(name)
            if name and name.lower() not in _OTHERS:
                yield name


def _divided(text: str) -> list[str]:
    """One or several names with commas between them: `Doe, Ada` is one, `Doe, A., Roe, B.` are two."""
    parts = [part for part in (part.strip() for part in text.split(",")) if part]
    if len(parts) == 2 and _FAMILY.fullmatch(parts[0]) and _GIVEN.fullmatch(parts[1]):
        return [text]
    merged: list[str] = []
    for part in parts:
        if merged and _SUFFIX.fullmatch(part):
            merged[-1] += f", {part}"
        else:
            merged.append(part)
    pairs = list(zip(merged[::2], merged[1::2], strict=False))
    is_paired = len(merged) % 2 == 0 and all(_FAMILY.fullmatch(family) for family, _ in pairs)
    if pairs and is_paired and all(_INITIALS.fullmatch(given) for _, given in pairs):
        return [f"{family}, {given}" for family, given in pairs]
    return merged
