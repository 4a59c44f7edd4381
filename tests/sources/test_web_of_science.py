"""Web of Science's own records."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sources.files import PaperFile
from bot.sources.formats import Format

CITED = "".join(f"   Name {n}, 2006, J PONDS, V1, P{n}, DOI 10.1000/cited.{n}\n" for n in range(60))
RECORDS = f"""\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Doe, A
   van Roe, BC
AF Doe, Ada
   van Roe, Ben Cy
CA Pond Team
TI A Census of Reeds: Counting
   What Grows
SO JOURNAL OF PONDS
DE reeds; ponds
AB We count
   reeds.
CR Name, 2006, J PONDS, V1, P0, DOI 10.1000/cited
{CITED}PD JUL 26
PY 2019
VL 3
DI 10.1234/POND.7
UT WOS:000000000000001
ER

PT J
AU [Anonymous]
CA Pond Team
TI Wind
EA MAR 2021
ER

PT J
AU Doe, A
ER

EF
"""


@pytest.mark.parametrize("name", ["savedrecs.txt", "savedrecs.ciw"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_its_records_are_the_papers_and_not_what_they_cite(tmp_path, name, line_end):
    path = tmp_path / name
    path.write_bytes(RECORDS.replace("\n", line_end).encode("utf-8-sig"))
    file = PaperFile(path, by_id=True)
    assert file.format is Format.WEB_OF_SCIENCE
    (harvest,) = file.harvests()
    first, second = harvest.papers
    assert first.title == "A Census of Reeds: Counting What Grows"
    assert first.authors == ("Ada Doe", "Ben Cy van Roe", "Pond Team")
    assert (first.venue, first.published, first.doi) == (
        "JOURNAL OF PONDS",
        date(2019, 7, 26),
        "10.1234/pond.7",
    )
    assert (first.keywords, first.abstract) == (("reeds", "ponds"), "We count reeds.")
    assert (second.title, second.authors, second.year) == ("Wind", ("Pond Team",), 2021)
    assert [(each.reason, each.where) for each in harvest.skipped] == [("no title", "line 90")]
