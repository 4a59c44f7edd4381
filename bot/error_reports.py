"""Errors reported to Sentry, where an operator wants that: what failed, where in the code, and no more.

A report is put together anew from what is allowed in it, rather than rid of what is not: types of errors,
the code's own words and lines, and the ids of the log. What people wrote or are may be in the text of any
error and in any variable, so neither is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot import __version__
from bot.errors import SettingsError
from bot.log_ids import current_ids
from bot.redaction import Redaction

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_OURS: Final = ("bot.", "commands.")
_KEPT: Final = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment", "sdk")
_OF_FRAME: Final = ("filename", "function", "module", "lineno", "in_app")
_LINES: Final = ("pre_context", "context_line", "post_context")
"""Of files alone: what was put together while running may hold what people wrote."""
_CODES: Final = ("status", "code", "errno", "sqlite_errorname", "sqlstate")
"""Attributes of errors that tell what kind they are, where they are numbers or short words."""
_LONGEST_CODE: Final = 30


def report_errors(dsn: str, secrets: Iterable[str] = ()) -> None:
    """From now on what is logged as an error is reported there. SettingsError where that can't be."""
    try:
        import sentry_sdk
        from sentry_sdk.integrations.atexit import AtexitIntegration
        from sentry_sdk.integrations.dedupe import DedupeIntegration
        from sentry_sdk.integrations.excepthook import ExcepthookIntegration
        from sentry_sdk.integrations.logging import LoggingIntegration
        from sentry_sdk.utils import BadDsn
    except ImportError:
        raise SettingsError(
            "PAPERBOY_SENTRY_DSN is set and sentry-sdk isn't installed: run `pip install sentry-sdk`, "
            "or leave the setting out."
        ) from None
    scrubbed = Scrubbed(secrets)
    try:
        sentry_sdk.init(
            dsn=dsn,
            release=f"paperboy@{__version__}",
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                AtexitIntegration(callback=lambda pending, timeout: None),
                DedupeIntegration(),
                ExcepthookIntegration(),
                LoggingIntegration(level=None),
            ],
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            server_name="",
            auto_session_tracking=False,
            before_send=scrubbed.report,
            before_send_transaction=lambda event, hint: None,
            before_breadcrumb=lambda crumb, hint: None,
        )
    except BadDsn:
        raise SettingsError(
            "PAPERBOY_SENTRY_DSN isn't the address of a Sentry project: copy it again from the project's "
            "settings."
        ) from None


class Scrubbed:
    """Reports without `secrets`, texts of people, and their ids."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._redaction = Redaction(secrets)

    def report(self, event: Event, hint: Hint) -> Event:
        """The event made anew from what is allowed in it."""
        made: dict[str, Any] = {name: event[name] for name in _KEPT if name in event}
        made["tags"] = {name: str(found) for name, found in current_ids().items()}
        if (said := self._said(event)) is not None:
            made["logentry"] = {"message": said}
        errors = event.get("exception", {}).get("values", [])
        raised = _chain(hint.get("exc_info"))
        if errors:
            made["exception"] = {"values": [self._error(each, raised) for each in errors]}
        return self._redaction.all_texts(made)  # type: ignore[no-any-return]

    def _said(self, event: Event) -> str | None:
        """What our code says of any such event, never what it says of this one."""
        entry = event.get("logentry") or {}
        if "message" not in entry:
            return None
        said = str(entry["message"])
        if str(event.get("logger", "")).startswith(_OURS):
            return said
        # Other libraries put more than a template there; asyncio a whole error after its first line.
        return said.partition("\n")[0].partition(":")[0]

    def _error(self, found: Mapping[str, Any], raised: Mapping[str, BaseException]) -> dict[str, Any]:
        made = {name: found.get(name) for name in ("type", "module")}
        made["value"] = _codes(raised.get(str(found.get("type"))))
        frames = (found.get("stacktrace") or {}).get("frames", [])
        made["stacktrace"] = {"frames": [_frame(each) for each in frames]}
        return made


def _frame(found: Mapping[str, Any]) -> dict[str, Any]:
    of_file = not str(found.get("filename", "<")).startswith("<")
    return {name: found[name] for name in _OF_FRAME + _LINES * of_file if name in found}


def _chain(exc_info: Any) -> dict[str, BaseException]:
    """Each error of the chain, by the name of its type."""
    error = exc_info[1] if exc_info else None
    chain: dict[str, BaseException] = {}
    while isinstance(error, BaseException) and type(error).__name__ not in chain:
        chain[type(error).__name__] = error
        error = error.__cause__ or error.__context__
    return chain


def _codes(error: BaseException | None) -> str:
    """As in `status 403, code 50013`; empty where the error has none."""
    found = {name: getattr(error, name, None) for name in _CODES}
    return ", ".join(f"{name} {each}" for name, each in found.items() if _is_code(each))


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return value.replace("_", "").isalnum() and value.isascii() and len(value) <= _LONGEST_CODE
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9
