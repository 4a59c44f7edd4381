"""Votes move papers within their topic, and never into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import builds, dictionaries, floats, integers, lists, sampled_from

from bot.daily.choosing.featured_lists import Candidate
from bot.daily.choosing.pick import Choice
from bot.daily.choosing.taste import TILT, tilted
from bot.search.index.aboutness import About, Degree, Where


def choice(number: int, score: float, degree: Degree = Degree.CENTRAL) -> Choice:
    candidate = Candidate(number, f"2601.{number:05}", (), f"Paper {number}", "[]", None, None, 0, None)
    return Choice(candidate, About(degree, Where.TITLE, 1.0), score)


def numbers(choices: list[Choice]) -> list[int]:
    return [each.candidate.number for each in choices]


CHOICES = lists(
    builds(choice, integers(1, 99), floats(0, 1), sampled_from([Degree.CENTRAL, Degree.TOUCHED])),
    unique_by=lambda each: each.candidate.number,
)


def test_what_a_channel_may_like_comes_first_among_equals():
    assert numbers(tilted([choice(1, 0.5), choice(2, 0.5)], {2: 0.1})) == [2, 1]


def test_a_better_paper_stays_first_when_it_is_better_by_more_than_votes_can_give():
    far = choice(1, 0.5 * (1 + TILT) + 0.01)
    assert numbers(tilted([far, choice(2, 0.5)], {2: 1.0})) == [1, 2]
    near = choice(1, 0.5 * (1 + TILT) - 0.01)
    assert numbers(tilted([near, choice(2, 0.5)], {2: 1.0})) == [2, 1]


def test_a_paper_that_only_touches_the_topic_stays_behind():
    assert numbers(tilted([choice(1, 0.1), choice(2, 0.9, Degree.TOUCHED)], {2: 1.0})) == [1, 2]


@given(CHOICES, dictionaries(integers(1, 120), floats(0, 1)))
def test_the_papers_are_the_same_whatever_was_liked_and_in_whatever_order_they_come(choices, liking):
    made = tilted(choices, liking)
    assert sorted(numbers(made)) == sorted(numbers(choices))
    assert made == tilted(choices[::-1], liking)
    assert [each.about.degree for each in made] == sorted((each.about.degree for each in made), reverse=True)


@given(CHOICES)
def test_without_votes_the_order_is_as_it_was(choices):
    ordered = sorted(choices, key=lambda each: (-each.about.degree, -each.score, each.candidate.id))
    assert tilted(choices, {}) == ordered
