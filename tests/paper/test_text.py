"""Text from outside made plain, and as words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.paper.cleaning import collapse, collapse_each, paragraphs
from bot.paper.text import words

ASCII = st.text(st.characters(max_codepoint=127))
WRAPPED = st.text(st.sampled_from("ab \n\t\r\x0b\x1c\x85\xa0\u200b\u2028é&;<>"))
MARKUP = "<i></i>"
"""Makes any text one that has to be cleaned, and leaves nothing of itself behind."""


@given(WRAPPED)
def test_text_that_is_clean_already_comes_out_as_if_it_had_been_cleaned(text: str) -> None:
    assert collapse(text) == collapse(MARKUP + text)
    assert paragraphs(text) == paragraphs(MARKUP + text)


@given(st.lists(WRAPPED).map(tuple))
def test_names_are_cleaned_together_as_they_are_alone(names: tuple[str, ...]) -> None:
    assert collapse_each(names) == tuple(map(collapse, names))


@given(ASCII)
def test_plain_letters_make_the_same_words_beside_accented_ones(text: str) -> None:
    assert [*words(text), "e"] == words(f"{text} é")
