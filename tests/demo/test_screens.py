"""Every screen whole on a phone and on a desktop: nothing wider than the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.demo.chat import (
    NEEDS_CHROMIUM,
    choose_command,
    find,
    fits,
    kept,
    let_time_pass,
    press,
    send,
    set_up_daily_paper,
)

pytestmark = NEEDS_CHROMIUM


def test_the_card_fits_a_phone(sized):
    choose_command(sized, "paper show")
    sized.keyboard.type("2411.13543", delay=20)
    sized.keyboard.press("Escape")
    card = send(sized)
    expect(card.get_by_role("heading", name="BALROG")).to_be_visible()
    for label in ("PDF", "Discuss", "More"):
        expect(card.get_by_text(label, exact=True).last).to_be_visible()
    kept(sized, "card", card)
    fits(sized, card, 1.5)
    messages = sized.locator(".channel-message")
    before = messages.count()
    press(card.get_by_role("button", name="More"))
    expect(messages).to_have_count(before + 1)
    details = messages.last
    expect(details).to_contain_text("Only you can see this")
    press(details.get_by_role("button", name="Cite"))
    expect(details).to_contain_text("@misc{")
    press(details.get_by_role("button", name="Back"))
    expect(details.get_by_role("button", name="Similar")).to_be_visible()
    kept(sized, "more", details)


def test_help_fits(sized):
    choose_command(sized, "help")
    answer = send(sized)
    expect(answer).to_contain_text("Try one")
    kept(sized, "help", answer)
    fits(sized, answer, 1.5)


def test_nothing_found_fits(sized):
    answer = find(sized, "zzqx")
    expect(answer).to_contain_text("Only you can see this")
    kept(sized, "nothing", answer)
    fits(sized, answer, 1)


def test_the_panel_fits(sized):
    set_up_daily_paper(sized, datetime.now(UTC) + timedelta(hours=3))
    choose_command(sized, "daily list")
    panel = send(sized)
    manage = panel.get_by_role("button", name="Manage")
    if manage.count():
        press(manage.first)
    for label in ("Edit", "Post now", "Preview", "Pause", "Remove"):
        expect(panel.get_by_role("button", name=label)).to_be_visible()
    kept(sized, "panel", panel)
    fits(sized, panel, 1)
    press(panel.get_by_role("button", name="Remove"))
    expect(panel).to_contain_text("Remove this daily paper?")
    press(panel.get_by_role("button", name="Remove"))
    expect(panel).to_contain_text("Removed the daily paper")


# What somebody has who reads: three papers on a list, one of them liked, a follow and its letter.

SAVED = ("2411.13543", "2502.12110", "2503.14443")


def ask(page: Page, command: str, *words: str) -> Locator:
    """The answer to a command, each of whose options that it needs gets some words."""
    choose_command(page, command)
    for typed in words:
        page.keyboard.type(typed, delay=10)
        page.keyboard.press("Escape")
    return send(page)


@pytest.fixture(scope="module")
def reader(browser, running):
    """Ada saved and liked papers."""
    with browser.new_page(viewport={"width": 920, "height": 860}) as page:
        page.goto(running[1])
        page.get_by_role("button", name="Messages", exact=True).click()
        for paper in SAVED:
            expect(ask(page, "list add", paper)).to_contain_text("Saved to")
        let_time_pass(running[0])
        card = ask(page, "paper show", SAVED[0])
        press(card.get_by_role("button", name="👍"))
        expect(card.get_by_role("button", name="👍 1")).to_be_visible()


@pytest.mark.usefixtures("reader")
def test_a_list_fits(sized):
    answer = ask(sized, "list show")
    expect(answer).to_contain_text("BALROG")
    kept(sized, "list", answer)
    fits(sized, answer, 1.5)


@pytest.mark.usefixtures("reader")
def test_what_the_server_liked_fits(sized):
    answer = ask(sized, "paper top")
    expect(answer).to_contain_text("What this server liked")
    kept(sized, "top", answer)
    fits(sized, answer, 1)


@pytest.mark.usefixtures("reader")
def test_what_is_picked_for_somebody_fits(sized):
    answer = ask(sized, "paper for-me")
    expect(answer).to_contain_text("Because you")
    kept(sized, "for-me", answer)
    fits(sized, answer, 3)


@pytest.mark.usefixtures("reader")
def test_what_is_stored_about_somebody_fits(sized):
    answer = ask(sized, "privacy show")
    expect(answer).to_contain_text("3 papers that you saved")
    kept(sized, "privacy", answer)
    fits(sized, answer, 2)


def test_the_week_fits(sized):
    set_up_daily_paper(sized, datetime.now(UTC) - timedelta(hours=2), weekly=True)
    expect(ask(sized, "daily now")).to_contain_text("Posted")
    messages = sized.locator(".channel-message")
    week = messages.filter(has_text="The week in papers", has_not_text="Only you can see this").last
    expect(week).to_be_visible()
    kept(sized, "week", week)
    fits(sized, week, 3)
    question = ask(sized, "daily remove")
    press(question.get_by_role("button", name="Remove"))
    expect(question).to_contain_text("Removed")


def test_a_draft_of_a_follow_fits(sized):
    draft = ask(sized, "follow topic", "reasoning")
    expect(draft.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    kept(sized, "follow", draft)
    fits(sized, draft, 1)
