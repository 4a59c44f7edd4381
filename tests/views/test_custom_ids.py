"""What a button remembers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaleButton
from bot.views.custom_ids import LAST_PAGE, LONGEST, PATTERN, compose, length_of, number, page_number, parse


@given(st.lists(st.text(max_size=12), max_size=4))
def test_what_was_composed_is_parsed(fields):
    custom_id = compose("verb", *fields)
    assert PATTERN.fullmatch(custom_id)
    assert parse(custom_id) == ("verb", tuple(fields))
    assert len(custom_id) == len("p1:verb") + sum(1 + length_of(field) for field in fields)


def test_what_is_too_long_must_be_parked():
    with pytest.raises(ValueError, match="park"):
        compose("find", "x" * LONGEST)


@pytest.mark.parametrize("custom_id", ["p0:open:1", "p2:open:1", "p10:open"])
def test_another_version_is_stale(custom_id):
    with pytest.raises(StaleButton):
        parse(custom_id)


def test_numbers_come_back_as_they_were():
    assert number(str(2**63 - 1)) == 2**63 - 1
    assert page_number("7") == 7


def test_there_is_a_first_and_a_last_page():
    assert page_number("0") == 1
    assert page_number("9" * 18) == LAST_PAGE


@pytest.mark.parametrize("field", ["", "-1", "1.5", "x", "٣", "1" * 5_000, str(2**63)])
def test_what_is_no_number_is_an_old_button(field):
    with pytest.raises(StaleButton):
        number(field)
    with pytest.raises(StaleButton):
        page_number(field)
