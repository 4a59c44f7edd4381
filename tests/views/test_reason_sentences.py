"""Reasons are stored as codes and read as sentences."""

from __future__ import annotations

import pytest

from bot.reasons import Code, Reason, reason, reason_from_text
from bot.views.feed_notices import PausedNotice, Stopped
from bot.views.markdown import escape
from bot.views.reason_sentences import sentence

EXAMPLES = [
    reason(Code.LACKS_PERMISSION, permissions="view_channel,send_messages"),
    reason(Code.PERHAPS_ARRIVED, reason(Code.CHANNEL_HIDDEN)),
    reason(Code.REFUSED, text="*Invalid* \n Form [Body](http://x)", status=400),
    reason(Code.UNKNOWN_ZONE, zone="Mars/Olympus_Mons"),
    reason(Code.TIMED_OUT, until=1_767_225_600),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.code)
def test_a_reason_is_stored_and_read_back(example: Reason) -> None:
    assert reason_from_text(example.to_text()) == example


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence_even_without_what_it_is_about(code: Code) -> None:
    said = sentence(Reason(code))
    assert f"({escape(code)})" not in said
    assert said or code is Code.SAID
    assert "None" not in said


def test_a_sentence_names_what_it_is_about_and_escapes_what_others_wrote() -> None:
    said = [sentence(each) for each in EXAMPLES]
    assert "**View Channel**, **Send Messages**" in said[0]
    assert said[1].endswith("give me **View Channel** there.")
    assert said[2] == "Discord refused it: \\*Invalid\\* Form \\[Body\\](http\\://x)"
    assert "“Mars/Olympus\\_Mons”" in said[3]
    assert "<t:1767225600:f>" in said[4]


def test_a_code_of_a_newer_version_is_named() -> None:
    assert "(too\\_blue)" in sentence(Reason("too_blue"))


@pytest.mark.parametrize(
    "text",
    [
        "An old sentence.",
        "[1]",
        "{}",
        '{"code": null, "because": 3}',
        "[",
        '{"code": "timed-out", "until": "tomorrow"}',
        '{"code": "lacks-permission", "permissions": 7}',
        '{"code": "perhaps-arrived", "because": {"code": "timed-out", "until": true}}',
        '{"code": "refused", "text": 5}',
    ],
)
def test_nothing_stored_makes_a_row_unreadable(text: str) -> None:
    assert isinstance(sentence(reason_from_text(text)), str)


def test_a_notice_names_channel_time_and_topic_but_no_number() -> None:
    stopped = Stopped(20, "every day at 09:00, Europe/Berlin", "web *agents*", reason(Code.CHANNEL_HIDDEN))
    for notice in (PausedNotice([stopped]), PausedNotice([stopped] * 12)):
        text = str(notice.to_components())
        assert "<#20> (every day at 09:00, Europe/Berlin, on “web \\\\*agents\\\\*”)" in text
        assert "feed" not in text
