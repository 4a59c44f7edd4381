"""The storms that there are."""

from __future__ import annotations

import importlib
import pkgutil

from tests.storm import storms
from tests.storm.ground import STORMS, Storm


def all_storms() -> list[Storm]:
    for module in pkgutil.iter_modules(storms.__path__):
        importlib.import_module(f"{storms.__name__}.{module.name}")
    return sorted(STORMS.values(), key=lambda storm: storm.name)
