"""LaTeX as it stands in titles, names and abstracts, made plain text. Any text will do, in linear time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPECIAL = frozenset("\\{}$~`'-")
_TOKEN = re.compile(r"\\([A-Za-z@]+)\*?\s*|\\(.?)|([{}$~]|---?|``|'')|([^\\{}$~`'-]+|.)", re.DOTALL)
_MATH_END = re.compile(r"\$|\\.", re.DOTALL)
_INNER_END = re.compile(r"\\\)|(?=\\\()")
_IN_MATH = re.compile(r"\{\\ensuremath\{\\([A-Za-z]+)\}\}")
_BRACE = re.compile(r"[{}]")
_VERBATIM = re.compile(r"([^\w\s*])(.{0,500}?)\1")

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
_TABBING_ACCENTS = frozenset("'`=")
"""Behind an `a`, where those signs alone mean something else."""
_UNDOTTED = {"ı": "i", "ȷ": "j"}
_SPACING = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0308": "¨"}
_SIGNS = {" ": " ", ",": " ", ";": " ", ":": " ", "\\": " ", "\n": " ", "\t": " "}
_SILENT_SIGNS = frozenset("-/!@()[]|<>+")
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}

_ARGUMENT_DROPPED = frozenset(
    [
        "href",
        "color",
        "textcolor",
        "colorbox",
        "cite",
        "citep",
        "citet",
        "label",
        "ref",
        "eqref",
        "hspace",
        "vspace",
        "begin",
        "end",
        "fontsize",
        "selectlanguage",
        "foreignlanguage",
        "pagestyle",
        "input",
        "include",
        "bibliographystyle",
        "index",
        "phantom",
        "hphantom",
        "vphantom",
        "noopsort",
    ]
)
"""Commands whose first argument is no text."""
_SILENT = frozenset(
    [
        "em",
        "bf",
        "it",
        "rm",
        "sc",
        "sf",
        "sl",
        "tt",
        "bfseries",
        "itshape",
        "rmfamily",
        "scshape",
        "sffamily",
        "slshape",
        "ttfamily",
        "mdseries",
        "upshape",
        "normalfont",
        "normalsize",
        "tiny",
        "scriptsize",
        "footnotesize",
        "small",
        "large",
        "Large",
        "LARGE",
        "huge",
        "Huge",
        "protect",
        "relax",
        "noindent",
        "par",
        "xspace",
        "boldmath",
        "unboldmath",
        "nobreak",
        "allowbreak",
        "centering",
        "ignorespaces",
        "unskip",
        "leavevmode",
        "displaystyle",
        "textstyle",
        "newblock",
        "newline",
        "linebreak",
        "nolinebreak",
        "cprime",
    ]
)
_SPACES = frozenset(
    ("footnote", "thanks", "space", "quad", "qquad", "thinspace", "enspace", "par", "newline", "nobreakspace")
)
_WORDS = {
    "textgreater": ">",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textless": "<",
    "textbar": "|",
    "textquotedbl": '"',
    "copyright": "©",
    "pounds": "£",
    "S": "§",
    "P": "¶",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "BibTeX": "BibTeX",
    "textasciicircum": "^",
    "textasciitilde": "~",
}


def plain(latex: str) -> str:
    """What `latex` says on one line: accents and symbols as Unicode, math as it stands, no braces outside it.

    A command keeps its words, and an unknown one without any its name.
    """
    return " ".join(spaced(latex).split())


def spaced(latex: str) -> str:
    """`plain`, with all white space as it stands: LaTeX would make one space of any."""
    return latex if _SPECIAL.isdisjoint(latex) else _Reading(latex).text()


class _Reading:
    def __init__(self, latex: str) -> None:
        self._latex = latex
        self._out: list[str] = []
        self._accents: list[tuple[str, int]] = []
        """Combining characters that wait for their letter, each with the depth of braces where it came."""
        self._depth = 0
        self._any_unclosed = False

    def text(self) -> str:
        place = 0
        while token := _TOKEN.match(self._latex, place):
            place = token.end()
            word, sign, special, run = token.groups()
            if word is not None:
                place = self._command(word, place)
            elif sign is not None:
                place = self._sign(sign, place)
            elif special == "$":
                place = self._math(place)
            elif special is not None:
                self._special(special)
            else:
                self._emit(run)
            if place == len(self._latex):
                break
        return "".join(self._out)

    def _special(self, special: str) -> None:
        if special == "{":
            self._depth += 1
        elif special == "}":
            while self._accents and self._accents[-1][1] >= self._depth:
                # An accent without a letter, as in \~{}, is a sign of its own.
                self._out.append(_SPACING.get(self._accents.pop()[0], ""))
            self._depth = max(0, self._depth - 1)
            if self._accents and self._accents[-1][1] == self._depth:
                self._out.append(_SPACING.get(self._accents.pop()[0], ""))
        else:
            self._emit(_LIGATURES[special])

    def _sign(self, sign: str, place: int) -> int:
        if sign in _ACCENTS:
            self._accents.append((_ACCENTS[sign], self._depth))
        elif sign == "(":
            end = _INNER_END.search(self._latex, place)
            if end and end[0]:
                self._emit(f"${self._latex[place : end.start()]}$")
                return end.end()
        elif sign not in _SILENT_SIGNS:
            self._emit(_SIGNS.get(sign, sign))
        return place

    def _command(self, name: str, place: int) -> int:
        if name == "a" and self._latex[place : place + 1] in _TABBING_ACCENTS:
            self._accents.append((_ACCENTS[self._latex[place]], self._depth))
            return place + 1
        if name in _ACCENTS:
            self._accents.append((_ACCENTS[name], self._depth))
        elif name == "verb":
            verbatim = _VERBATIM.match(self._latex, place)
            self._emit(verbatim[2] if verbatim else "")
            return verbatim.end() if verbatim else place
        elif name in ("url", "path", "nolinkurl", "ensuremath"):
            return self._raw_argument(name, place)
        elif name in _ARGUMENT_DROPPED:
            if name.endswith("phantom") and self._latex.startswith("\\", place):
                return place + 2  # Better BibTeX balances a title's own braces so
            return self._end_of_group(place) or place
        elif name in _SPACES:  # whatever follows is read as any text
            self._emit(" ")
        elif name not in _SILENT:
            self._symbol(name, place)
        return place

    def _symbol(self, name: str, place: int) -> None:
        known = _WORDS.get(name) or _symbols().get(name)
        if known is not None:
            self._emit(known)
        elif self._latex[place : place + 1] not in ("{", "[") or self._latex.startswith("{}", place):
            spaced = self._latex[place - 1 : place].isspace()
            self._emit(f"{name} " if spaced else name)

    def _raw_argument(self, name: str, place: int) -> int:
        end = self._end_of_group(place)
        if end is None:
            return place
        inside = self._latex[place + 1 : end - 1]
        if name == "ensuremath":
            command = inside.strip().removeprefix("\\")
            inside = _symbols().get(command) or (inside if inside in "<>|" else f"${inside}$")
        self._emit(inside)
        return end

    def _math(self, place: int) -> int:
        """Up to the closing dollar sign as it stands; a single one is a sign like any other."""
        if self._latex.startswith("$", place):
            display = self._latex.find("$$", place + 1)
            if display > 0:
                self._emit(self._latex[place - 1 : display + 2])
                return display + 2
        end = self._closing_dollar(place)
        if end is None or not is_balanced(self._latex[place:end]):
            self._emit("$")
            return place
        self._emit(_IN_MATH.sub(_sign_in_math, self._latex[place - 1 : end + 1]))
        return end + 1

    def _closing_dollar(self, place: int) -> int | None:
        while found := _MATH_END.search(self._latex, place):
            if found[0] == "$":
                return found.start()
            place = found.end()
        return None

    def _end_of_group(self, place: int) -> int | None:
        """The place after the group that begins here; None where none does, or it never ends."""
        if not self._latex.startswith("{", place) or self._any_unclosed:
            return None
        end = end_of_group(self._latex, place)
        self._any_unclosed = end is None
        return end

    def _emit(self, text: str) -> None:
        if self._accents and (text := text.lstrip()):
            letter = _UNDOTTED.get(text[0], text[0])
            marks = [mark for mark, _ in reversed(self._accents[-8:])]
            self._accents.clear()
            if letter.isalpha():
                text = unicodedata.normalize("NFC", letter + "".join(marks)) + text[1:]
            else:
                text = "".join(_SPACING.get(mark, "") for mark in marks) + text
        self._out.append(text)


def end_of_group(text: str, place: int, limit: int | None = None) -> int | None:
    """The place after the closing brace of the group whose opening brace is at `place`."""
    depth = 0
    for brace in _BRACE.finditer(text, place, len(text) if limit is None else limit):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return None


def is_balanced(text: str) -> bool:
    """Whether every brace of `text` has its partner; one after a backslash is a sign."""
    depth = 0
    for brace in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth < 0:
            return False
    return depth == 0


def _sign_in_math(found: re.Match[str]) -> str:
    return _symbols().get(found[1], found[0])


@lru_cache(1)
def _symbols() -> dict[str, str]:
    """Commands that are one sign, from pylatexenc's table."""
    # For the few texts with a command that none of the tables above has.
    from pylatexenc.latex2text import get_default_latex_context_db

    return {
        spec.macroname: spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs()
        if isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl and spec.discard
    }
