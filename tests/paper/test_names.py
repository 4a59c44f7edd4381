"""The parts of authors' names, as citations need them."""

from __future__ import annotations

import pytest

from bot.paper.citing import Style, bibtex, cite
from bot.paper.model import Paper
from bot.paper.names import Person, person_of


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Tim Rocktäschel", Person("Tim", "Rocktäschel")),
        ("J. R. R. Tolkien", Person("J. R. R.", "Tolkien")),
        ("Madonna", Person("", "Madonna")),
        ("Laurens van der Maaten", Person("Laurens", "van der Maaten")),
        ("Benjamin Van Durme", Person("Benjamin", "Van Durme")),
        ("Juan Carlos de la Rosa", Person("Juan Carlos", "de la Rosa")),
        ("Nando de Freitas", Person("Nando", "de Freitas")),
        ("Alexandre d’Aspremont", Person("Alexandre", "d’Aspremont")),
        ("Martin Luther King Jr.", Person("Martin Luther", "King", "Jr.")),
        ("Robert Downey, Jr.", Person("Robert", "Downey", "Jr.")),
        ("Sammy Davis III", Person("Sammy", "Davis", "III")),
        ("King, Martin Luther, Jr.", Person("Martin Luther", "King", "Jr.")),
        ("van der Berg, Jan", Person("Jan", "van der Berg")),
        # what looks like a particle, a title or a degree, and is a name
        ("Hung Van Nguyen", Person("Hung Van", "Nguyen")),
        ("Xiao Di Wang", Person("Xiao Di", "Wang")),
        ("Wei Bin Yu", Person("Wei Bin", "Yu")),
        ("Do Van", Person("Do", "Van")),
        ("Md. Rahman", Person("Md.", "Rahman")),
        ("Kevin Ma", Person("Kevin", "Ma")),
        ("Qingyao Ai", Person("Qingyao", "Ai")),
        ("李 明", Person("明", "李")),
    ],
)
def test_a_person(name: str, person: Person) -> None:
    assert person_of(name) == person


@pytest.mark.parametrize(
    "name",
    [
        "Gemini Team",
        "DeepSeek-AI",
        "01. AI",
        "The LIGO Collaboration",
        "ATLAS Collaboration",
        "Google DeepMind",
        "Allen Institute for AI",
        "Band and Sons",
        "A, B, C, D",
        "Doe, Ada, Lovelace",
        "All the people who gave us their time and their names",
        "",
        ",",
        "🤖",
    ],
)
def test_a_group_or_nothing_has_no_parts(name: str) -> None:
    assert person_of(name) is None


PAPER = Paper(
    id="2411.13543",
    title="A paper",
    authors=("Laurens van der Maaten", "Benjamin Van Durme", "Jean-Paul King Jr.", "Gemini Team", "李 明"),
)


def test_names_in_apa() -> None:
    assert cite(PAPER, Style.APA).startswith(
        "van der Maaten, L., Van Durme, B., King, J.-P., Jr., Gemini Team, & 李, 明 (2024)."
    )


def test_names_in_bibtex() -> None:
    authors = next(line for line in bibtex(PAPER).splitlines() if line.strip().startswith("author"))
    assert authors.partition("= {")[2].rstrip("},").split(" and ") == [
        "Laurens van der Maaten",
        "Van Durme, Benjamin",
        "King, Jr., Jean-Paul",
        "{Gemini Team}",
        "李, 明",
    ]
