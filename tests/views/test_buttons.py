"""What a button remembers."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from datetime import date
from typing import get_args, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import StaleButton
from bot.paper.citing import Style
from bot.paper.model import Paper
from bot.search.results import Period, Sort
from bot.views import custom_ids
from bot.views.button_base import AskForPage, Button, every_type
from bot.views.buttons import decode
from bot.views.custom_ids import LAST_PAGE, LONGEST, PATTERN, copy_of
from bot.views.feed_buttons import (
    CancelFeed,
    ConfirmFeed,
    History,
    ListFeeds,
    PauseFeed,
    RemoveFeed,
    ResumeFeed,
)
from bot.views.layout import Layout, button
from bot.views.list_buttons import (
    Among,
    KeepList,
    RefuseThis,
    Save,
    SaveTo,
    ShowList,
    ShowLists,
    TakeBack,
    TakeBackPick,
    TakeBackPicks,
    TakeBackSome,
    Which,
)
from bot.views.paging import page_of, page_row
from bot.views.paper_buttons import (
    Cite,
    Find,
    InMessage,
    OfDay,
    Open,
    Random,
    Recent,
    Similar,
    Trending,
    Where,
)
from bot.views.paper_list import PaperList
from bot.views.privacy_buttons import KeepMine
from bot.views.server_buttons import DiscussPost
from commands import BUTTONS
from tests.support.reading import walk

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
_KINDS = {
    custom_ids.Text: _TEXT,
    custom_ids.PaperId: st.text(
        st.characters(exclude_categories=["C", "Z"], exclude_characters="\u0085"), min_size=1, max_size=5
    ),
    custom_ids.Token: st.builds(str.__add__, st.sampled_from("=#"), _TEXT),
    custom_ids.Number: st.integers(0, 2**63 - 1),
    custom_ids.Page: st.integers(1, LAST_PAGE),
    custom_ids.Day: st.dates(),
}


def of_field(hint) -> st.SearchStrategy:
    """Every value of a field; of a button that leads on, one of each kind that is allowed there."""
    if hint in _KINDS:
        return _KINDS[hint]
    meant = hint if isinstance(hint, type) else get_args(hint)[0]
    if isinstance(meant, type) and issubclass(meant, Button):
        inner = [kind for kind in every_type() if issubclass(kind, meant)]
        made = st.one_of([of_type(kind) for kind in inner])
        return made if isinstance(hint, type) else st.none() | made
    return st.from_type(meant)


def of_type(kind: type[Button]) -> st.SearchStrategy[Button]:
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{name: of_field(hints[name]) for name in [each.name for each in fields(kind)]})


@given(st.one_of([of_type(kind) for kind in every_type()]))
def test_a_button_comes_back_as_it_was(made):
    custom_id = made.encode()
    assert PATTERN.fullmatch(custom_id)
    assert decode(custom_id) == made
    assert decode(copy_of(custom_id, 39)) == made
    assert len(copy_of(custom_id, 39)) <= LONGEST


VERBS = sorted(kind.verb for kind in every_type())


@given(
    st.text()
    | st.builds(
        lambda version, verb, fields: ":".join((version, verb, *fields)),
        st.sampled_from(["p1", "p1.1", "p1.", "p2", "p1.999", "p1.²"]),
        st.sampled_from([*VERBS, "jump", "", "x"]),
        st.lists(
            st.text()
            | st.integers().map(str)
            | st.sampled_from([*VERBS, "=", "here", "back", "exact", "best", "best!", "2026-02-30", "week"]),
            max_size=7,
        ),
    )
)
@example("p1:" + "page:1:" * 13)
@example("p1:" + "open:x:" * 13)
@example("p1:" + "open:x:" * 5_000)
def test_whatever_comes_is_a_button_or_a_stale_one(custom_id):
    with contextlib.suppress(StaleButton):
        assert isinstance(decode(custom_id), Button)


WRITTEN = {
    "p1:find:=debate:best:2": Find("=debate", Sort.BEST, 2),
    "p1:find:#k3y:newest!:7": Find("#k3y", Sort.NEWEST, 7, exact=True),
    "p1:jump:=a%3Ab%25:upvotes!:12": AskForPage(12, Find("=a:b%", Sort.UPVOTED, 1, exact=True)),
    "p1:jump:=debate:best:14": AskForPage(14, Find("=debate")),
    "p1:open:2411.13543": Open("2411.13543"),
    "p1:open:2411.13543:find:=debate:best!:2": Open("2411.13543", Find("=debate", Sort.BEST, 2, exact=True)),
    "p1:open:2411.13543:recent:3": Open("2411.13543", Recent(3)),
    "p1:open:2411.13543:similar:2403.00001:back": Open("2411.13543", Similar("2403.00001", Where.LIST)),
    "p1:open:2411.13543:day:2025-03-20:1": Open("2411.13543", OfDay(date(2025, 3, 20), 1)),
    "p1:open:2411.13543:trend:week:=:1": Open("2411.13543", Trending(Period.WEEK, "=", 1)),
    "p1:open:2411.13543:these:=a b": Open("2411.13543", InMessage("=a b")),
    "p1:similar:2411.13543": Similar("2411.13543"),
    "p1:similar:2411.13543:back": Similar("2411.13543", Where.LIST),
    "p1:cite:2411.13543": Cite("2411.13543"),
    "p1:cite:pb-0123456789ab:apa": Cite("pb-0123456789ab", Style.APA),
    "p1:random:=agents": Random("=agents"),
    "p1:random:=": Random("="),
    "p1:recent:4": Recent(4),
    "p1:recent:4:here": Recent(4),
    "p1:day:2025-03-20:2": OfDay(date(2025, 3, 20), 2),
    "p1:day:2025-03-20:2:here": OfDay(date(2025, 3, 20), 2),
    "p1:trend:month:#k3y:2": Trending(Period.MONTH, "#k3y", 2),
    "p1:trend:month:#k3y:2:here": Trending(Period.MONTH, "#k3y", 2),
    "p1:these:=2411.13543 2403.00001": InMessage("=2411.13543 2403.00001"),
    "p1:save:2411.13543": Save("2411.13543"),
    "p1:saveto:7:2411.13543": SaveTo(7, "2411.13543"),
    "p1:list:7:to read:=games:2": ShowList(7, Which.TO_READ, "=games", 2),
    "p1:lists:server:all:#k3y:1": ShowLists(Among.SERVER, Which.ALL, "#k3y", 1),
    "p1:open:2411.13543:lists:all:read:=:3": Open("2411.13543", ShowLists(Among.ALL, Which.READ, "=", 3)),
    "p1:keeplist:7": KeepList(7),
    "p1:forgetnot": KeepMine(),
    "p1:discussall:2026-03-20": DiscussPost(date(2026, 3, 20)),
    "p1:discussall:2026-03-20:weekly": DiscussPost(date(2026, 3, 20), weekly=True),
    "p1:refuseone:2411.13543": RefuseThis("2411.13543"),
    "p1:forme:2411.13543": TakeBack("2411.13543"),
    "p1:formeagain:2411.13543": TakeBackPick("2411.13543"),
    "p1:formesome": TakeBackSome(),
    "p1:formeagainsome": TakeBackPicks(),
    "p1:daily-confirm:abcdefghijklmnop": ConfirmFeed("abcdefghijklmnop"),
    "p1:daily-cancel": CancelFeed(),
    "p1:daily-remove:7": RemoveFeed(7),
    "p1:daily-list:2": ListFeeds(2),
    "p1:daily-pause:7:1": PauseFeed(7, 1),
    "p1:daily-resume:7:1": ResumeFeed(7, 1),
    "p1:daily-history:1234567890123456789:3": History(1234567890123456789, 3),
}
"""What messages hold that have been sent."""


@pytest.mark.parametrize(("custom_id", "means"), WRITTEN.items(), ids=str)
def test_a_button_of_an_old_message_still_works(custom_id, means):
    assert decode(custom_id) == means


def test_each_button_of_old_messages_is_held():
    old = {type(means) for means in WRITTEN.values()}
    assert old <= {*every_type()}
    assert {custom_id.split(":")[1] for custom_id in WRITTEN} == {
        *(kind.verb for kind in old - {AskForPage}),
        "jump",
    }


def test_each_button_is_answered():
    assert set(BUTTONS) == set(every_type())


def test_what_is_too_long_must_be_parked():
    with pytest.raises(ValueError, match="park"):
        Find("=" + "x" * LONGEST).encode()


def test_no_two_buttons_have_one_verb():
    with pytest.raises(TypeError, match="find"):

        class Twin(Button, verb="find"):
            pass


@pytest.mark.parametrize("custom_id", ["p0:open:1", "p2:open:1", "p10:open", "p1.:open:1", "p1.100:open:1"])
def test_another_version_is_stale(custom_id):
    with pytest.raises(StaleButton):
        decode(custom_id)


@pytest.mark.parametrize("page", ["0", "1", "9" * 18])
def test_there_is_a_first_and_a_last_page(page):
    recent = decode(f"p1:recent:{page}")
    assert isinstance(recent, Recent)
    assert 1 <= recent.page <= LAST_PAGE


@pytest.mark.parametrize("field", ["", "-1", "1.5", "x", "٣", "²", "1" * 5_000, str(2**63), " 1", "1\0"])
def test_what_is_no_number_is_an_old_button(field):
    for verb in ("daily-remove", "recent"):
        with pytest.raises(StaleButton):
            decode(f"p1:{verb}:{field}")


@pytest.mark.parametrize(
    "custom_id",
    [
        "p1:find",
        "p1:find:=a",
        "p1:find:=a:best",
        "p1:find:=a:best:1:exact:exact",
        "p1:find:agents:best:1",
        "p1:find:=\0:best:1",
        "p1:find:=\ud800:best:1",
        "p1:recent:1:there",
        "p1:daily-list:1:here",
        "p1:daily-cancel:1",
        "p1:page:1:open:x",
        "p1:page:1",
        "p1:open:x:daily-remove:1",
        "p1:open:x:open:y",
        "p1:day:2025-02-30:1",
        "p1:trend:year:=:1",
        "p1:cite:x:mla",
    ],
)
def test_what_was_made_up_is_an_old_button(custom_id):
    with pytest.raises(StaleButton):
        decode(custom_id)


def ids_of(layout: Layout) -> list[str]:
    return [part["custom_id"] for part in walk(layout.to_components()) if "custom_id" in part]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_row_that_turns_pages_asks_for_the_page_between(page):
    layout = Layout(*page_row(ListFeeds(page), 3))
    previous, asked, following = map(decode, ids_of(layout))
    assert asked == AskForPage(3, ListFeeds(page))
    assert (previous, following) == (ListFeeds(max(1, page - 1)), ListFeeds(min(3, page + 1)))


def test_buttons_that_do_the_same_are_told_apart_in_one_message():
    """Papers whose ids are too long for a button share the id that their one title makes."""
    twins = [Paper(id=f"{letter * 60}", title="One title") for letter in "abc"]
    ids = ids_of(PaperList("", twins, origin=Recent(1), below=page_row(Recent(1), 2)))
    assert len(ids) == len(set(ids)) == 7
    assert {decode(each) for each in ids[:3]} == {decode(ids[0])}


def test_what_a_button_is_for_is_written_into_it():
    assert button("Open", Open("2411.13543", Recent(2))).custom_id == "p1:open:2411.13543:recent:2"


def test_a_page_beyond_the_last_is_the_last():
    shown = page_of(range(11), 9, 5)
    assert (list(shown.items), shown.number, shown.pages, shown.first_rank) == ([10], 3, 3, 11)
