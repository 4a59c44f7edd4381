"""The demo as a person meets it: `make demo` in a real browser.

With PAPERBOY_PICTURES naming a folder, what the browser shows is kept there (`make pictures`).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Locator, Page, Response, TimeoutError, expect, sync_playwright

from tests.support.project import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEBATE = "Encouraging Divergent Thinking in Large Language Models through Multi-Agent Debate"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the demo page needs Chromium, which is not installed (apt install chromium)"
)


expect.set_options(timeout=20_000)


@contextmanager
def running_demo() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as `make demo` starts it, and the address that it prints; Ctrl-C ends it."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.demo", "--no-browser"], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as demo:
        try:
            printed = _until_ready(demo)
            address = re.search(r"answers at (http://\S+)", printed)
            assert address, f"the demo printed no address: {printed}"
            yield demo, address[1]
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=30)
        finally:
            demo.kill()


def _until_ready(demo: subprocess.Popen[str]) -> str:
    """What it says until it can be used."""
    printed: list[str] = []
    assert demo.stdout
    for line in demo.stdout:
        printed.append(line)
        if "Ctrl-C" in line:
            break
    PRINTED[demo.pid] = "".join(printed)
    return PRINTED[demo.pid]


PRINTED: dict[int, str] = {}

SKIP = timedelta(minutes=2)
AHEAD: Counter[int] = Counter()
"""How often each demo's clock was put forward by SKIP."""


def let_time_pass(demo: subprocess.Popen[str]) -> None:
    demo.send_signal(signal.SIGUSR1)
    AHEAD[demo.pid] += 1


def now(demo: subprocess.Popen[str]) -> datetime:
    """By the demo's clock."""
    return datetime.now(UTC) + AHEAD[demo.pid] * SKIP


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        except Error as error:
            pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    with running_demo() as running:
        yield running


@pytest.fixture
def demo(running: tuple[subprocess.Popen[str], str]) -> subprocess.Popen[str]:
    return running[0]


@pytest.fixture
def page(browser: Browser, running: tuple[subprocess.Popen[str], str]) -> Iterator[Page]:
    let_time_pass(running[0])  # one person's commands come slowly enough
    with browser.new_page(viewport={"width": 920, "height": 860}) as window:
        window.goto(running[1])
        window.get_by_role("button", name="Messages", exact=True).click()
        yield window


def keep_picture(page: Page, name: str, *, of: Locator | None = None) -> None:
    """Where pictures are asked for: what the page shows now, scrolled to the message `of`."""
    folder = os.environ.get("PAPERBOY_PICTURES")
    if folder:
        if of:
            of.evaluate("message => message.scrollIntoView({block: 'start'})")
        path = PROJECT / folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.mouse.move(0, 0)
        page.screenshot(path=path)
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(96).save(path, optimize=True)


def choose_command(page: Page, command: str) -> None:
    page.get_by_role("textbox", name="Message", exact=True).click()
    page.keyboard.type(f"/{command}", delay=20)
    page.get_by_role("option", name=f"/{command}").first.wait_for()
    page.keyboard.press("Enter")


def press(button: Locator) -> None:
    """Press as a person does: again where the page, busy with what the bot does by itself, took no click.

    A press that it took is never repeated: the page sends it at once, and the answer says whether it counts.
    """
    for _ in range(10):
        try:
            with button.page.expect_response(took_action, timeout=5_000) as taken:
                button.click(timeout=10_000)
        except TimeoutError:
            continue
        if not taken.value.json()["rejected"]:
            return
    raise AssertionError("the page took no click of ten")


def took_action(response: Response) -> bool:
    """Whether the page passed on what a person pressed, and not what it asks by itself while they type."""
    sent = response.request.post_data_json if response.url.endswith("/api/action") else None
    return sent is not None and sent["kind"] in ("click", "run_command")


def send(page: Page) -> Locator:
    """Send the command that is typed; returns the message that answers it."""
    messages = page.locator(".channel-message")
    answer = messages.nth(messages.count())
    press(page.get_by_role("button", name="Send"))
    expect(answer).to_be_attached()
    return answer


def find(page: Page, words: str) -> Locator:
    choose_command(page, "paper find")
    page.keyboard.type(words, delay=20)
    page.keyboard.press("Escape")
    return send(page)


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
    find(page, "agents")
    messages = page.locator(".channel-message")
    before = messages.count()
    page.get_by_label("Viewing as").select_option("Grace")
    press(messages.last.get_by_role("button", name="Next"))
    expect(messages).to_have_count(before + 1)
    expect(messages.last).to_contain_text("Only you can see this")
    expect(messages.nth(before - 1).get_by_role("button", name=re.compile("Page 1 of"))).to_be_visible()


def test_what_finds_nothing_says_so(page):
    answer = find(page, "zzqx")
    expect(answer).to_contain_text("zzqx")
    expect(answer.get_by_role("button", name="Page")).to_have_count(0)


def set_up_daily_paper(page: Page, due: datetime) -> Locator:
    choose_command(page, "daily setup")
    page.keyboard.type("papers", delay=20)
    page.get_by_role("option", name="papers").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(f"{due:%H:%M}", delay=20)
    page.keyboard.press("Tab")
    page.keyboard.type("UTC", delay=20)
    page.get_by_role("option", name="UTC").first.wait_for()
    page.keyboard.press("Enter")
    draft = send(page)
    expect(draft).to_contain_text(f"every day at {due:%H:%M}")
    press(draft.get_by_role("button", name="Confirm"))
    expect(draft).to_contain_text("Daily paper set up")
    return draft


def test_the_daily_paper_can_be_posted_at_once_and_removed(page):
    set_up_daily_paper(page, datetime.now(UTC) - timedelta(hours=2))
    messages = page.locator(".channel-message")
    before = messages.count()
    choose_command(page, "daily now")
    press(page.get_by_role("button", name="Send"))
    expect(messages).to_have_count(before + 2)  # the answer, and the post itself
    expect(messages.filter(has_text="Posted: ")).to_have_count(1)

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


# Small and large screens: every screen whole, nothing wider than the page.

SIZES = [(390, 844), (1280, 800)]


@pytest.fixture(params=SIZES, ids=["phone", "desktop"])
def sized(request: pytest.FixtureRequest, browser: Browser, running: tuple[subprocess.Popen[str], str]):
    width, height = request.param
    let_time_pass(running[0])  # one person's commands come slowly enough
    with browser.new_page(viewport={"width": width, "height": height}) as window:
        window.goto(running[1])
        window.get_by_role("button", name="Messages", exact=True).click()
        if width < 500:
            window.keyboard.press("Escape")
        yield window


def fits(page: Page, message: Locator, screens: float) -> None:
    """The message is no wider than the page, and at most so many screens high."""
    assert page.viewport_size
    box = message.bounding_box()
    assert box
    assert box["width"] <= page.viewport_size["width"]
    assert box["height"] <= screens * page.viewport_size["height"], box
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, "the page scrolls sideways"


def kept(page: Page, name: str, message: Locator) -> None:
    """For whoever wants to look: what it is like at this size."""
    folder = os.environ.get("PAPERBOY_SCREENS")
    if folder and page.viewport_size:
        message.evaluate("message => message.scrollIntoView({block: 'start'})")
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png")


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


# What the demo's own page adds


@pytest.fixture
def controls(demo: subprocess.Popen[str], browser: Browser) -> Iterator[Page]:
    address = re.search(r"message menu: (http://\S+)", PRINTED[demo.pid])
    assert address
    with browser.new_page() as window:
        window.goto(address[1])
        yield window
        window.get_by_role("button", name="Reading group #papers").click()


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


def send_plainly(page: Page) -> None:
    messages = page.locator(".channel-message")
    before = messages.count()
    page.get_by_role("button", name="Send").click()
    expect(messages).to_have_count(before + 1)


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
