"""Cells of CSV that no spreadsheet takes for formulas, and the same text again when they are read.

Excel, LibreOffice and Google Sheets evaluate what begins with one of `_SIGNS`, at the start of a cell and of
whatever their list separator makes one: a semicolon in much of Europe, where the whole line is split anew.
See OWASP, CSV Injection. An apostrophe before the sign makes it text.
"""

from __future__ import annotations

import re

_SIGNS = "=+@\\-＝＋－＠"
_BEFORE = r"((?:^|[;\t\r\n])(?:[^\S\t\r\n]|[\"'])*)"
_ACTIVE = re.compile(rf"{_BEFORE}(?=[{_SIGNS}])")
_GUARDED = re.compile(rf"{_BEFORE}'(?=[{_SIGNS}])")


def guarded(text: str) -> str:
    """`text` with an apostrophe before each sign that would begin a formula."""
    return _ACTIVE.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """What `guarded` was given, also where a person wrote the apostrophe."""
    return _GUARDED.sub(r"\1", text)
