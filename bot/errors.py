"""The exception tree. Every error carries the one sentence that its reader should see.

PaperboyError
├── UserError            a member or an admin can put it right; shown in Discord as it is
│   ├── UnknownPaper     no such paper in the catalog
│   ├── HiddenHere       this server's admins hide the paper
│   ├── StaleButton      a button of a message that this version cannot serve
│   ├── NotAllowed       the person lacks the permission
│   └── SearchTooSlow    the search was stopped at its time limit
└── OperatorError        whoever runs the bot can put it right; shown in the shell and the log
    ├── CatalogError
    │   ├── CatalogCorrupt
    │   ├── CatalogTooNew
    │   ├── CatalogBusy
    │   └── CatalogClosed   it was closed while somebody read it: Paperboy is stopping
    ├── SourceError      a page, file or answer that cannot be read
    │   └── SourceBusy      a server that wants to be left alone for a while
    ├── StateGone        the state's file was deleted or replaced under the running bot
    └── SettingsError
"""

from __future__ import annotations


class PaperboyError(Exception):
    """Base of every error that Paperboy raises on purpose; `str(error)` is a sentence for people."""


class UserError(PaperboyError):
    """Something the person in front of Discord can put right."""


class UnknownPaper(UserError):
    """`hint` is a sentence on what to do."""

    def __init__(
        self, reference: str, hint: str = "Try `/paper find` with a few words of its title."
    ) -> None:
        self.reference = reference
        super().__init__(f"I don't have that paper. {hint}")


class HiddenHere(UserError):
    def __init__(self) -> None:
        super().__init__("This server's admins have hidden that paper.")


class StaleButton(UserError):
    """`command` is the one whose answer has the button, as it is typed without its slash."""

    def __init__(self, command: str = "") -> None:
        again = f"`/{command}`" if command else "the command"
        super().__init__(f"That button is too old for me to use. Run {again} again to get a fresh one.")


class NotAllowed(UserError):
    """The sentence says which permission is missing."""


class SearchTooSlow(UserError):
    def __init__(self) -> None:
        super().__init__("That search took too long and was stopped. Try again with fewer or rarer words.")


class OperatorError(PaperboyError):
    """Something whoever runs the bot can put right."""


class CatalogError(OperatorError):
    """The catalog file cannot be used as it is; it has been left untouched."""


class CatalogCorrupt(CatalogError):
    def __init__(self, path: object) -> None:
        super().__init__(
            f"The catalog {path} is not a readable SQLite database. It was left untouched: "
            "move it away and run `paperboy import` to build a new one."
        )


class CatalogTooNew(CatalogError):
    def __init__(self, path: object) -> None:
        super().__init__(
            f"The catalog {path} was written by a newer Paperboy. It was left untouched: "
            "upgrade Paperboy, or point PAPERBOY_CATALOG at another file."
        )


class CatalogBusy(CatalogError):
    def __init__(self, path: object) -> None:
        super().__init__(
            f"The catalog {path} is locked by another program. Close that program and try again."
        )


class CatalogClosed(CatalogError):
    def __init__(self) -> None:
        super().__init__("The catalog has just been closed: Paperboy is stopping.")


class SourceError(OperatorError):
    """A page, a file or an answer that cannot be read; the sentence says where and what was expected.

    `said` is that sentence as whoever handed a file to the bot may read it: without where the file lies, and
    without `in_shell`, which names options of the shell.
    """

    def __init__(self, said: str, *, where: str = "", in_shell: str = "") -> None:
        self.said = said
        self.in_shell = in_shell
        super().__init__(f"{where}{said}{' ' if in_shell else ''}{in_shell}")


class SourceBusy(SourceError):
    """`wait` is for how long the server asks to be left alone, in seconds; 0 where it doesn't say."""

    def __init__(self, said: str, wait: float) -> None:
        self.wait = wait
        super().__init__(said)


class StateGone(OperatorError):
    def __init__(self, path: object) -> None:
        super().__init__(
            f"The state file {path} was deleted or replaced while Paperboy was running, so Paperboy stopped: "
            "put the file back, or start again with a new one."
        )


class SettingsError(OperatorError):
    """A setting is missing or wrong; the sentence names it."""
