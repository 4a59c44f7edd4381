"""Sources that answer as a test has them answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.paper_server import PaperServer, paper_server_in_thread


@pytest.fixture
def server() -> Iterator[PaperServer]:
    with paper_server_in_thread() as running:
        yield running
