"""What our code uses of libraries though they keep it private: an upgrade may change it without a word."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

OURS = ("bot", "commands", "tests", "bench")
UNDOCUMENTED = ("discord.gateway", "discord.http", "discord.shard", "discord.state")
"""discord.py's modules that its documentation leaves out: every name of theirs is private."""
_ITSELF = ("self", "cls", "super()")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("_")


def sources(folder: Path, rooms: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """The Python files in `rooms` of `folder`, with their text."""
    for room in rooms:
        for path in sorted((folder / room).rglob("*.py")):
            yield path.relative_to(folder), path.read_text("utf-8")


def private_uses(source: str) -> set[str]:
    """Private names in the way the code writes them, such as `client._connection`.

    What belongs to an undocumented module goes by its whole name, and what is called of `client.http` as
    `http.send_message`. What is set on a library's module or class counts as private. What a class uses of
    itself doesn't show here: see `private_to_bases`.
    """
    tree = ast.parse(source)
    imported = dict(_imported(tree))
    uses = {_use(node, imported) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in imported.values() if _is_private_path(name)} | uses - {""}


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each name that stands for something of a library, and what."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found = [(name.asname or name.name, name.name) for name in names]
            case ast.ImportFrom(module=str(module), names=names):
                found = [(name.asname or name.name, f"{module}.{name.name}") for name in names]
            case _:
                found = []
        yield from (pair for pair in found if not _is_ours(pair[1]))


def _use(node: ast.Attribute, imported: Mapping[str, str]) -> str:
    """The private name that `node` uses; empty where it uses none."""
    owner = ast.unparse(node.value)
    if is_private(node.attr):
        return "" if owner in _ITSELF else f"{owner}.{node.attr}"
    root, dot, rest = owner.partition(".")
    if (root in imported or root == "discord") and owner.replace(".", "").isidentifier():
        name = f"{imported.get(root, root)}{dot}{rest}.{node.attr}"
        return name if isinstance(node.ctx, ast.Store) or _is_private_path(name) else ""
    return f"http.{node.attr}" if owner.endswith(".http") else ""


def _is_private_path(name: str) -> bool:
    return any(map(is_private, name.split("."))) or name.startswith(
        tuple(f"{module}." for module in UNDOCUMENTED)
    )


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def private_to_bases(modules: Iterable[str]) -> set[str]:
    """`Class._name` where a class of `modules` uses or defines what is private to a library's it extends."""
    classes = {made: node for name in modules for made, node in _classes(import_module(name))}
    defined = {made: _defined(node) for made, node in classes.items()}
    found = set()
    for made, node in classes.items():
        libraries = [base for base in made.__mro__ if not _is_ours(base.__module__) and base is not object]
        ours = set[str]().union(*(defined.get(base, set()) for base in made.__mro__))
        theirs = set[str]().union(*map(dir, libraries))
        used = {part.attr for part in _of_itself(node)}
        found |= {f"{made.__name__}.{name}" for name in defined[made] & theirs}
        found |= {f"{made.__name__}.{name}" for name in used - ours if libraries}
    return found


def _classes(module: ModuleType) -> Iterator[tuple[type, ast.ClassDef]]:
    for node in ast.parse(Path(str(module.__file__)).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield vars(module)[node.name], node


def _of_itself(node: ast.ClassDef) -> Iterator[ast.Attribute]:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and is_private(part.attr) and ast.unparse(part.value) in _ITSELF:
            yield part


def _defined(node: ast.ClassDef) -> set[str]:
    """The private names that the class gives a value, a type or a body."""
    names = {part.attr for part in _of_itself(node) if isinstance(part.ctx, ast.Store)}
    for part in node.body:
        match part:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return set(filter(is_private, names))
