"""`make docs`."""

from __future__ import annotations

import sys

from tests.docs.made import write_pages

for page in write_pages():
    sys.stdout.write(f"{page} is made anew.\n")
