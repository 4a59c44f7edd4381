"""Reading a message as a person does: its text, its buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol


class Shown(Protocol):
    @property
    def components(self) -> Any: ...


Message = Shown | None
"""None is an answer that has not come: reading it fails the test."""


def parts_of(message: Message) -> Any:
    assert message is not None, "there is no answer"
    return message.components


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component of a message, in the order in which it is shown."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if accessory := component.get("accessory"):
            yield accessory


_MENTION = re.compile(r"</([a-z -]+):\d+>(?: `([^`\n]*)`)?")


def text_of(message: Message) -> str:
    """All the text of a Components V2 message, with clickable commands as they are written: `` `/help` ``."""
    return _MENTION.sub(lambda found: f"`/{' '.join(filter(None, found.groups()))}`", sent_text_of(message))


def sent_text_of(message: Message) -> str:
    """All the text of a Components V2 message as Discord gets it."""
    return "\n".join(part["content"] for part in walk(parts_of(message)) if part["type"] == 10)


def buttons_of(message: Message) -> dict[str, dict[str, Any]]:
    """The message's buttons by label; of several with one label the first."""
    found: dict[str, dict[str, Any]] = {}
    for part in walk(parts_of(message)):
        if part["type"] == 2:
            found.setdefault(part["label"], part)
    return found


def opens(message: Message) -> list[str]:
    """The custom_ids of the Open buttons, from top to bottom."""
    return [p["custom_id"] for p in walk(parts_of(message)) if p["type"] == 2 and p["label"] == "Open"]


def links_of(message: Message) -> dict[str, str]:
    """The message's link buttons: label to address."""
    return {p["label"]: p["url"] for p in walk(parts_of(message)) if p["type"] == 2 and "url" in p}


def fields(form: Any, **values: Any) -> dict[str, Any]:
    """What a person submits who writes these values into a form's fields, by label, and leaves the others."""
    written: dict[str, Any] = {}
    for label in form.modal["components"]:
        field = label.get("component") or {}
        if label.get("label") in values:
            written[field["custom_id"]] = values[label["label"]]
        elif field.get("value"):
            written[field["custom_id"]] = field["value"]
    return written
