"""Checks the requests that the bot makes against Discord's own description of its API.

`faults_of` names what is wrong with one request, `assert_valid_requests` fails on the first wrong
one of many. The description is strictened while it is read, because it lets misspelt keys pass;
the limits that it misses altogether are in `limits.py` and hold without the file as well.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import jsonschema.validators

from tests.support import limits
from tests.support.project import SHARED

_PREFIX = "#/components/schemas/"
_METHODS = ("get", "put", "post", "patch", "delete")

_UNDESCRIBED = {
    "ApplicationCommandCreateRequest": {"nsfw"},
    "ApplicationCommandUpdateRequest": {"nsfw"},
    "BaseCreateMessageCreateRequest": {"tts"},
    "CreateForumThreadRequest": {"type"},
    "MessageEditRequestPartial": {"tts"},
    "IncomingWebhookUpdateRequestPartial": {"tts"},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts"},
}
"""Keys which discord.py always sends and Discord takes, and which the description leaves out."""


class Request(Protocol):
    """What simcord's `env.http_requests` and the stand-in's log hold."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def json(self) -> Any: ...


def description() -> Path:
    """Where Discord's description of its API is expected."""
    default = SHARED / "discord" / "openapi.json"
    return Path(os.environ.get("PAPERBOY_DISCORD_OPENAPI") or default)


def why_unchecked() -> str | None:
    """Why requests cannot be checked against the description, or None when they can."""
    if description().is_file():
        return None
    return "Discord's openapi.json is not here: set PAPERBOY_DISCORD_OPENAPI to its path"


def assert_valid_requests(requests: Iterable[Request]) -> None:
    """Fail with every fault of every request. Without the description only the limits are checked."""
    faults = [
        f"{request.method} {request.path}: {fault}"
        for request in requests
        for fault in faults_of(request.method, request.path, request.json, request.params)
    ]
    assert not faults, "Discord would refuse:\n" + "\n".join(faults)


def faults_of(method: str, path: str, body: Any, params: Mapping[str, Any] | None = None) -> list[str]:
    """What Discord would refuse in this request, one sentence each. `path` has no `/api/v10` before it.

    `body` is the JSON of the request, of a multipart request its `payload_json`.
    """
    found = limits.faults_of(method, path, body)
    if why_unchecked() is None:
        found += _api(description()).faults_of(method, path, body, params or {})
    return list(dict.fromkeys(found))


class Api:
    """Discord's description, ready to check requests: one validator for each route, made at first use."""

    def __init__(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        self._schemas = {name: _strict(schema, schemas, name) for name, schema in schemas.items()}
        self._validator = jsonschema.validators.create(
            meta_schema={},
            validators={
                **jsonschema.validators.Draft202012Validator.VALIDATORS,
                "$ref": self._follow,
                "x-union": _union,
            },
            type_checker=jsonschema.validators.Draft202012Validator.TYPE_CHECKER,
        )
        self._routes = [
            Route(template, method, described, described_path.get("parameters", []))
            for template, described_path in document["paths"].items()
            for method, described in described_path.items()
            if method in _METHODS
        ]
        self._raw = schemas
        self._body_validators: dict[tuple[str, str], Any] = {}

    def faults_of(self, method: str, path: str, body: Any, params: Mapping[str, Any]) -> list[str]:
        matching = [route for route in self._routes if route.serves(method, path)]
        if not matching:
            return ["Discord has no such route"]
        route = max(matching, key=lambda route: route.literals)
        return [*route.parameter_faults(path, params), *self._body_faults(route, body)]

    def _body_faults(self, route: Route, body: Any) -> Iterator[str]:
        if route.body is None:
            if body:
                yield "this route takes no body"
            return
        if body is None:
            if route.body_required:
                yield "the body is missing"
            return
        key = (route.method, route.template)
        if key not in self._body_validators:
            self._body_validators[key] = self._validator(_strict(route.body, self._raw))
        for error in self._body_validators[key].iter_errors(body):
            yield f"{_place(error.absolute_path)}: {error.message[:300]}"

    def _follow(self, validator: Any, reference: str, instance: Any, _schema: Any) -> Iterator[Any]:
        yield from validator.descend(instance, self._schemas[reference.removeprefix(_PREFIX)])


class Route:
    """One method of one path template."""

    def __init__(self, template: str, method: str, described: dict[str, Any], shared: list[Any]) -> None:
        self.template, self.method = template, method.upper()
        content = described.get("requestBody", {}).get("content", {})
        self.body = content.get("application/json", content.get("multipart/form-data", {})).get("schema")
        self.body_required = described.get("requestBody", {}).get("required", False)
        parameters = [*shared, *described.get("parameters", [])]
        self._snowflakes = {
            each["name"]
            for each in parameters
            if each["in"] == "path" and each["schema"].get("$ref") == f"{_PREFIX}SnowflakeType"
        }
        self._query = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
        if template == "/channels/{channel_id}/threads":
            self._query["use_nested_fields"] = {"type": "integer", "maximum": 1}
        self._pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
        self.literals = sum(not part.startswith("{") for part in template.split("/"))

    def serves(self, method: str, path: str) -> bool:
        return method == self.method and self._pattern.fullmatch(path) is not None

    def parameter_faults(self, path: str, params: Mapping[str, Any]) -> Iterator[str]:
        matched = self._pattern.fullmatch(path)
        assert matched is not None
        for name, value in matched.groupdict().items():
            if name in self._snowflakes and not re.fullmatch("0|[1-9][0-9]*", value):
                yield f"{name} {value!r} in the path is no id"
        for name, value in params.items():
            schema = self._query.get(name)
            if schema is None:
                yield f"query parameter {name!r} is unknown"
            elif schema.get("type") == "integer":
                low, high = schema.get("minimum", 0), schema.get("maximum", 2**63)
                if not (str(value).isdecimal() and low <= int(value) <= high):
                    yield f"query parameter {name}: {value!r} is no number from {low} to {high}"


@cache
def _api(path: Path) -> Api:
    return Api(json.loads(path.read_text(encoding="utf-8")))


def _strict(schema: Any, schemas: Mapping[str, Any], name: str = "") -> Any:
    """The schema with unknown keys forbidden, ids allowed as numbers, and unions told apart by `type`."""
    if isinstance(schema, list):
        return [_strict(part, schemas) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if name == "SnowflakeType":
        return {**schema, "type": ["string", "integer"], "minimum": 0}
    strict = {key: _strict(part, schemas) for key, part in schema.items() if key not in ("oneOf", "anyOf")}
    if "properties" in schema:
        strict["properties"] = {key: _strict(part, schemas) for key, part in schema["properties"].items()}
        strict["properties"] |= {key: {} for key in _UNDESCRIBED.get(name, ())}
        strict.setdefault("additionalProperties", False)
    members = schema.get("oneOf") or schema.get("anyOf")
    if members and all("const" in member for member in members):
        strict["enum"] = [member["const"] for member in members]
    elif members:
        strict["x-union"] = [(_types_of(each, schemas), _strict(each, schemas)) for each in members]
    return strict


def _types_of(member: Mapping[str, Any], schemas: Mapping[str, Any]) -> frozenset[int]:
    """The values of `type` by which this member of a union is known; none when it has no such field."""
    target = schemas.get(member.get("$ref", "").removeprefix(_PREFIX), member)
    kind = target.get("properties", {}).get("type", {})
    return frozenset(kind.get("enum", ())) if "type" in target.get("required", ()) else frozenset()


def _union(validator: Any, members: list[Any], instance: Any, _schema: Any) -> Iterator[Any]:
    """The faults of the member that was meant: told by `type`, else the one with the fewest faults."""
    if instance is None and any(member == {"type": "null"} for _, member in members):
        return
    candidates = [(types, member) for types, member in members if member != {"type": "null"}]
    if isinstance(instance, dict) and all(types for types, _ in candidates):
        candidates = [each for each in candidates if instance.get("type") in each[0]]
        if not candidates:
            yield jsonschema.ValidationError(f"type {instance.get('type')!r} is not allowed here")
            return
    yield from min((list(validator.descend(instance, member)) for _, member in candidates), key=len)


def _place(path: Iterable[str | int]) -> str:
    return (
        "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "body"
    )
