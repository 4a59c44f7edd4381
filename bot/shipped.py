"""The files that come with Paperboy, and where its own files are kept when no setting says so."""

from __future__ import annotations

from pathlib import Path

import platformdirs

CODE = Path(__file__).resolve().parents[1]
"""The folder that holds the package `bot`: a checkout, or where pip installs."""
IS_CHECKOUT = (CODE / "pyproject.toml").is_file()
# A wheel has no folder beside `bot`: the files lie within it.
_SHIPPED = CODE / "data" if IS_CHECKOUT else Path(__file__).with_name("data")

SEED_PAGE = _SHIPPED / "seed_page.txt"
SEED_FACTS = _SHIPPED / "seed_facts.jsonl"
SEED_YEAR = 2025
BACKGROUND = _SHIPPED / "background.txt.xz"
PLACES = _SHIPPED / "places.txt.xz"


def data_folder() -> Path:
    """For the catalog and the state: `data/` of a checkout, else the person's own data folder.

    Never beside the installed code: an upgrade would delete it.
    """
    return CODE / "data" if IS_CHECKOUT else platformdirs.user_data_path("paperboy", appauthor=False)
