"""The demo as a person meets it: `make demo` in a real browser."""

from __future__ import annotations

import re
import signal
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.demo.chat import (
    NEEDS_CHROMIUM,
    PRINTED,
    SKIP,
    choose_command,
    find,
    keep_picture,
    let_time_pass,
    now,
    press,
    running_demo,
    send,
    send_plainly,
    set_up_daily_paper,
)

DEBATE = "Encouraging Divergent Thinking in Large Language Models through Multi-Agent Debate"

pytestmark = NEEDS_CHROMIUM


def test_a_title_that_is_offered_while_typing_opens_that_paper(page):
    choose_command(page, "paper find")
    page.keyboard.type("multi agnet deb", delay=20)
    offered = page.get_by_role("option", name=DEBATE)
    expect(offered).to_be_visible()
    keep_picture(page, "autocomplete")
    page.keyboard.press("Enter")
    expect(offered).to_be_hidden()
    card = send(page)
    expect(card.get_by_role("heading", name=DEBATE)).to_be_visible()
    expect(card.get_by_role("button", name="Discuss")).to_be_visible()


def test_a_result_opens_and_back_returns_to_the_results(page):
    results = find(page, "multi agent debate")
    expect(results.get_by_role("button", name="Open")).to_have_count(5)
    keep_picture(page, "find", of=results)

    press(results.get_by_role("button", name="Open").first)
    expect(results.get_by_role("heading", name=DEBATE)).to_be_visible()
    keep_picture(page, "show", of=results)
    press(results.get_by_role("button", name="Back"))
    expect(results.get_by_role("button", name="Open")).to_have_count(5)
    expect(results).to_contain_text(f"1. {DEBATE}")


def test_next_shows_the_second_page(page):
    results = find(page, "agents")
    press(results.get_by_role("button", name="Next"))
    expect(results.get_by_role("button", name=re.compile("Page 2 of"))).to_be_visible()
    expect(results).to_contain_text("6. ")


def test_somebody_else_gets_a_page_of_their_own(page):
    results = find(page, "agents")
    messages = page.locator(".channel-message")
    before = messages.count()
    page.get_by_label("Viewing as").select_option("Grace")
    press(results.get_by_role("button", name="Next"))
    expect(messages).to_have_count(before + 1)
    expect(messages.last).to_contain_text("Only you can see this")
    expect(results.get_by_role("button", name=re.compile("Page 1 of"))).to_be_visible()


def test_what_finds_nothing_says_so(page):
    answer = find(page, "zzqx")
    expect(answer).to_contain_text("zzqx")
    expect(answer.get_by_role("button", name="Page")).to_have_count(0)


def test_the_daily_paper_can_be_posted_at_once_and_removed(page):
    set_up_daily_paper(page, datetime.now(UTC) - timedelta(hours=2))
    messages = page.locator(".channel-message")
    before = messages.count()
    choose_command(page, "daily now")
    expect(send(page)).to_contain_text("Posted: ")
    expect(messages).to_have_count(before + 2)  # the answer, and the post itself

    choose_command(page, "daily remove")
    question = send(page)
    press(question.get_by_role("button", name="Remove"))
    expect(question).to_contain_text("Removed the daily paper")


def test_a_daily_paper_that_is_due_in_two_minutes_is_delivered(page, demo):
    set_up_daily_paper(page, now(demo) + SKIP)
    messages = page.locator(".channel-message")
    before = messages.count()
    let_time_pass(demo)
    expect(messages).to_have_count(before + 1)
    expect(messages.last).to_contain_text("Paper of the day")
    expect(messages.last).not_to_contain_text("Only you can see this")
    keep_picture(page, "daily", of=messages.last)


# What the demo's own page adds


def test_the_menu_of_a_message_finds_its_papers(page, controls):
    page.get_by_role("textbox", name="Message", exact=True).click()
    page.keyboard.type("Have you read 2411.13543?", delay=10)
    send_plainly(page)
    controls.reload()
    menu = controls.get_by_role("listitem").filter(has_text="Have you read 2411.13543?")
    menu.get_by_label("Person").select_option("as Grace")
    menu.get_by_role("button", name="Find papers in this message").click()
    page.get_by_label("Viewing as").select_option("Grace")
    expect(page.locator(".channel-message").last).to_contain_text("BALROG")


def test_other_channels_and_the_second_server_can_be_looked_at(controls, browser, running):
    for name, shown in (
        ("Reading group #announcements", "announcements"),
        ("Vision lab #general", "general"),
    ):
        controls.get_by_role("button", name=name).click()
        expect(controls.get_by_text(f"The chat shows {name}")).to_be_visible()
        with browser.new_page() as window:
            window.goto(running[1])
            expect(window.locator("#channel-name")).to_have_text(shown)


def test_what_somebody_follows_comes_to_their_direct_messages(page, controls, browser, running):
    expect(page.get_by_label("Viewing as")).to_have_value(re.compile(r"\d+"))
    choose_command(page, "follow topic")
    page.keyboard.type("agents", delay=20)
    page.keyboard.press("Escape")
    draft = send(page)
    press(draft.get_by_role("button", name="Follow", exact=True))
    expect(draft).to_contain_text("You follow agents now.")
    controls.get_by_role("button", name="Let new papers arrive").click()
    expect(controls.get_by_text("Web Agents That Ask Before They Act")).to_be_visible()
    controls.get_by_role("button", name="Direct messages of Ada").click()
    with browser.new_page(viewport={"width": 920, "height": 860}) as window:
        window.goto(running[1])
        letter = window.locator(".channel-message").last
        expect(letter).to_contain_text("Web Agents That Ask Before They Act")
        expect(letter.get_by_role("button", name="Not for me")).to_be_visible()
        window.get_by_role("button", name="Messages", exact=True).click()
        keep_picture(window, "letter", of=letter)


def test_the_demo_says_what_it_does_while_it_waits(demo):
    printed = PRINTED[demo.pid]
    assert printed.splitlines()[0] == "Building a catalog of 69 papers…"
    assert "Starting the bot" in printed


def test_ctrl_c_ends_the_demo_cleanly():
    with running_demo() as (demo, _):
        demo.send_signal(signal.SIGINT)
        printed, _ = demo.communicate(timeout=30)
    assert printed.strip().endswith("The demo has ended.")
    assert demo.returncode == 0
