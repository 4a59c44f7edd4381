"""Discord's limits that its own description of the API leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

ACTION_ROW, BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, CONTAINER = 1, 2, 9, 10, 11, 12, 13, 17
_TEXT_INPUT = 4
_SELECTS = {3, 5, 6, 7, 8}
_V1 = {ACTION_ROW, BUTTON, *_SELECTS}
_LINK, _PREMIUM = 5, 6

_EPHEMERAL = 1 << 6
_COMPONENTS_V2 = 1 << 15
_MESSAGE_FLAGS = (1 << 2) | (1 << 12) | (1 << 13) | _COMPONENTS_V2

_COMMANDS = re.compile(r"/applications/\d+/(guilds/\d+/)?commands(/\d+)?")
_MESSAGES = re.compile(r"/channels/\d+/messages(/\d+)?")
_THREADS = re.compile(r"/channels/\d+/threads")
_CALLBACK = re.compile(r"/interactions/\d+/[^/]+/callback")
_WEBHOOK = re.compile(r"/webhooks/\d+/[^/]+(/messages/(\d+|@original))?")

_MESSAGE_REPLY, _MESSAGE_UPDATE, _CHOICES, _MODAL = 4, 7, 8, 9
_SUBCOMMAND, _SUBCOMMAND_GROUP, _STRING = 1, 2, 3


def faults_of(method: str, path: str, body: Any) -> list[str]:
    """What Discord would refuse in this request although its description allows it."""
    if method not in ("POST", "PUT", "PATCH") or not isinstance(body, dict | list):
        return []
    created = method == "POST"
    if _COMMANDS.fullmatch(path):
        return list(_commands(body if isinstance(body, list) else [body]))
    if not isinstance(body, dict):
        return []
    if _MESSAGES.fullmatch(path):
        return list(_message(body, created=created, flags_allowed=_MESSAGE_FLAGS))
    if _THREADS.fullmatch(path) and isinstance(body.get("message"), dict):
        return list(_message(body["message"], created=True, flags_allowed=_MESSAGE_FLAGS))
    if _WEBHOOK.fullmatch(path):
        return list(_message(body, created=created, flags_allowed=_MESSAGE_FLAGS | _EPHEMERAL))
    if _CALLBACK.fullmatch(path):
        return list(_callback(body))
    return []


def _callback(body: dict[str, Any]) -> Iterator[str]:
    data = body.get("data") or {}
    match body.get("type"):
        case 4 | 7 as kind:
            allowed = _MESSAGE_FLAGS | _EPHEMERAL
            yield from _message(data, created=kind == _MESSAGE_REPLY, flags_allowed=allowed)
        case 8:
            yield from _choices(data.get("choices") or [])
        case 9:
            yield from _components(data.get("components") or [])
            if len(data.get("components") or []) > 5:
                yield "a modal has at most 5 components"


def _message(body: dict[str, Any], *, created: bool, flags_allowed: int) -> Iterator[str]:
    components, flags = body.get("components") or [], body.get("flags") or 0
    legacy = [key for key in ("content", "embeds", "poll", "sticker_ids") if body.get(key)]
    v2 = bool(flags & _COMPONENTS_V2)
    if flags & ~flags_allowed:
        yield f"flags: {flags} has bits that cannot be set here"
    if created and not (components or legacy or body.get("attachments")):
        yield "the message is empty"
    if len(body.get("content") or "") > 2000:
        yield "content is longer than 2,000 characters"
    if body.get("content") and not body["content"].strip():
        yield "content is blank"
    if v2 and legacy:
        yield f"a V2 message cannot have {', '.join(legacy)}"
    yield from _components(components)
    kinds = {part.get("type") for part in _flat(components)}
    if not v2 and kinds - _V1:
        yield "V2 components need the flag IS_COMPONENTS_V2 (32768)"
    if not v2 and len(components) > 5:
        yield "more than 5 action rows"
    if v2 and len(list(_flat(components))) > 40:
        yield f"{len(list(_flat(components)))} components in all: at most 40"
    yield from _attachments(body, v2=v2)


def _attachments(body: dict[str, Any], *, v2: bool) -> Iterator[str]:
    sent = {each.get("filename") for each in body.get("attachments") or [] if isinstance(each, dict)}
    shown = {url.removeprefix("attachment://") for url in _media(body.get("components") or [])}
    for name in sorted(name for name in shown if "://" not in name and name not in sent):
        yield f"attachment://{name} is shown but not attached"
    for name in sorted(name for name in sent - shown if name and v2):
        yield f"attachment {name} is shown by no component of a V2 message"


def _components(components: Sequence[Any]) -> Iterator[str]:
    parts = list(_flat(components))
    for name, key in (("custom_id", "custom_id"), ("component id", "id")):
        counted = Counter(part[key] for part in parts if part.get(key))
        yield from (f"{name} {value!r} occurs {n} times" for value, n in counted.items() if n > 1)
    text = sum(len(part.get("content") or "") for part in parts if part.get("type") == TEXT)
    if text > 4000:
        yield f"{text} characters of text in all: at most 4,000"
    for part in parts:
        yield from _component(part)
    for url in _media(components):
        if urlsplit(url).scheme not in ("http", "https", "attachment"):
            yield f"media {url!r}: the scheme must be http, https or attachment"


def _component(part: dict[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    if kind == TEXT and not (part.get("content") or "").strip():
        yield "a text component is blank"
    if kind == BUTTON:
        yield from _button(part)
    if kind == ACTION_ROW:
        inside = [each.get("type") for each in part.get("components") or []]
        if any(each in _SELECTS for each in inside) and len(inside) > 1:
            yield "a select needs an action row of its own"
        if len(inside) > 5:
            yield f"{len(inside)} buttons in a row: at most 5"
    if kind in _SELECTS:
        yield from _select(part)
    if len(part.get("value") or "") > (part.get("max_length") or 4000) and kind == _TEXT_INPUT:
        yield "a text input's value is longer than its max_length"
    if len(part.get("custom_id") or "") > 100:
        yield f"custom_id is longer than 100 characters: {part['custom_id']!r}"


def _select(part: dict[str, Any]) -> Iterator[str]:
    options = part.get("options") or []
    values = Counter(option.get("value") for option in options)
    yield from (f"select value {value!r} occurs {n} times" for value, n in values.items() if n > 1)
    if (part.get("min_values") or 0) > (part.get("max_values") or 1):
        yield "a select's min_values is above its max_values"
    if any(not (option.get("label") or "").strip() for option in options):
        yield "an option's label is blank"


def _button(part: dict[str, Any]) -> Iterator[str]:
    style, label, url = part.get("style"), part.get("label"), part.get("url")
    if style == _LINK:
        if not url or part.get("custom_id"):
            yield "a link button needs a url and no custom_id"
        elif urlsplit(url).scheme not in ("http", "https", "discord") or not urlsplit(url).netloc:
            yield f"a link button's url must be http, https or discord: {url!r}"
    elif style != _PREMIUM and (url or not part.get("custom_id")):
        yield "a button needs a custom_id and no url"
    if style != _PREMIUM and not (label or "").strip() and not part.get("emoji"):
        yield "a button needs a label or an emoji"
    if len(label or "") > 80:
        yield f"a button's label is longer than 80 characters: {label!r}"


def _choices(choices: Sequence[Any]) -> Iterator[str]:
    if len(choices) > 25:
        yield f"{len(choices)} choices: at most 25"
    for choice in choices:
        name, value = choice.get("name"), choice.get("value")
        if not isinstance(name, str) or not name.strip() or len(name) > 100:
            yield f"a choice's name must have 1 to 100 characters: {name!r}"
        if isinstance(value, str) and not 1 <= len(value) <= 100:
            yield f"a choice's value must have 1 to 100 characters: {value!r}"


def _commands(commands: Sequence[dict[str, Any]]) -> Iterator[str]:
    named = Counter((each.get("type") or 1, each.get("name")) for each in commands)
    yield from (f"command {name!r} occurs {n} times" for (_, name), n in named.items() if n > 1)
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum((each.get("type") or 1) == kind for each in commands) > most:
            yield f"more than {most} commands of type {kind}"
    for command in commands:
        name = command.get("name") or ""
        if (command.get("type") or 1) == 1:
            yield from _slash(command)
        elif command.get("description") or command.get("options"):
            yield f"context menu {name!r} can have no description and no options"
        if (size := _characters(command)) > 8000:
            yield f"command {name!r} has {size} characters: at most 8,000"


def _slash(command: dict[str, Any]) -> Iterator[str]:
    name, options = command.get("name"), command.get("options") or []
    if name is not None and (not _is_command_name(name) or name != name.lower()):
        yield f"{name!r} must be 1 to 32 lower-case letters, digits, - or _"
    if "description" in command and not (command["description"] or "").strip():
        yield f"{name!r} needs a description"
    for option, n in Counter(each.get("name") for each in options).items():
        if n > 1:
            yield f"option {option!r} of {name!r} occurs {n} times"
    required = [bool(each.get("required")) for each in options]
    if required != sorted(required, reverse=True):
        yield f"required options of {name!r} must come first"
    groups = [each.get("type") in (_SUBCOMMAND, _SUBCOMMAND_GROUP) for each in options]
    if any(groups) and not all(groups):
        yield f"{name!r} mixes subcommands with options"
    for option in options:
        yield from _slash(option)
        if option.get("autocomplete") and option.get("choices"):
            yield f"option {option.get('name')!r} has both autocomplete and choices"
        yield from _choices(option.get("choices") or [])


def _is_command_name(name: str) -> bool:
    return 1 <= len(name) <= 32 and all(
        letter in "-_'" or unicodedata.category(letter)[0] in "LN" for letter in name
    )


def _characters(part: dict[str, Any]) -> int:
    """A command's size as Discord counts it; of translated texts the longest counts."""
    size = 0
    for key in ("name", "description"):
        texts = [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]
        size += max(map(len, texts))
    size += len(part["value"]) if isinstance(part.get("value"), str) else 0
    return size + sum(
        map(_characters, [*(part.get("options") or []), *(part.get("choices") or [])]),
    )


def _flat(components: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Every component at every depth."""
    for part in components:
        if isinstance(part, dict):
            yield part
            yield from _flat(part.get("components") or [])
            yield from _flat([part[key] for key in ("accessory", "component") if part.get(key)])


def _media(components: Sequence[Any]) -> Iterator[str]:
    for part in _flat(components):
        holders = {THUMBNAIL: ["media"], FILE: ["file"]}.get(part.get("type", 0), [])
        medias = [part.get(key) for key in holders]
        if part.get("type") == GALLERY:
            medias = [item.get("media") for item in part.get("items") or []]
        yield from (media["url"] for media in medias if media and media.get("url"))
