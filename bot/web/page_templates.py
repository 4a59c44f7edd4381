"""The pages' HTML, and their one stylesheet."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.views.page_links import PageLinks
from bot.web.wording import as_html

_FOLDER = Path(__file__).parent / "templates"

LONGEST_QUERY = 200
"""Characters that a search or a topic may have."""


class PageTemplates:
    """`robots` is whether search engines may list the pages."""

    def __init__(self, links: PageLinks, *, robots: bool) -> None:
        self.style = (_FOLDER / "style.css").read_bytes()
        self.style_path = f"/style-{hashlib.sha256(self.style).hexdigest()[:12]}.css"
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["said"] = as_html
        self._environment.globals.update(
            at=links.inside,
            stylesheet=self.style_path,
            robots=robots,
            longest_query=LONGEST_QUERY,
            place="",
        )

    def page(self, name: str, **values: Any) -> str:
        """The HTML of a page. Safe in several threads."""
        return self._environment.get_template(f"{name}.html").render(values)
