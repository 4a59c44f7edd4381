"""The demo's chat page as a person uses it: commands typed, buttons pressed, what is shown.

With PAPERBOY_PICTURES naming a folder, what the browser shows is kept there (`make pictures`); with
PAPERBOY_SCREENS what phones and desktops show.
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
from playwright.sync_api import Locator, Page, Request, TimeoutError, expect

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
NEEDS_CHROMIUM = pytest.mark.skipif(
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
            with button.page.expect_request(is_action, timeout=6_000) as sent:
                button.click(timeout=10_000)
        except TimeoutError:
            continue
        answer = sent.value.response()
        if answer is not None and not answer.json()["rejected"]:
            return
    raise AssertionError("the page took no click of ten")


def is_action(request: Request) -> bool:
    """Whether the page passes on what a person pressed, and not what it asks by itself while they type."""
    sent = request.post_data_json if request.url.endswith("/api/action") else None
    return sent is not None and sent["kind"] in ("click", "run_command")


def send(page: Page) -> Locator:
    """Send the command that is typed; returns what answers it, whatever else arrives meanwhile."""
    answers = ".channel-message:has(.message-interaction-header)"
    known = page.locator(answers).evaluate_all("all => all.map(message => message.dataset.messageId)")
    answer = page.locator(answers + "".join(f":not({_called(message)})" for message in known)).first
    press(page.get_by_role("button", name="Send"))
    expect(answer).to_be_attached()
    return page.locator(f".channel-message{_called(answer.get_attribute('data-message-id'))}")


def _called(message: str | None) -> str:
    return f'[data-message-id="{message}"]'


def find(page: Page, words: str) -> Locator:
    choose_command(page, "paper find")
    page.keyboard.type(words, delay=20)
    page.keyboard.press("Escape")
    return send(page)


def set_up_daily_paper(page: Page, due: datetime, *, weekly: bool = False) -> Locator:
    choose_command(page, "daily setup")
    page.keyboard.type("papers", delay=20)
    page.get_by_role("option", name="papers").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(f"{due:%H:%M}", delay=20)
    page.keyboard.press("Tab")
    page.keyboard.type("UTC", delay=20)
    page.get_by_role("option", name="UTC").first.wait_for()
    page.keyboard.press("Enter")
    if weekly:
        add_option(page, "kind", "weekly")
    draft = send(page)
    expect(draft).to_contain_text(f"{'' if weekly else 'every day '}at {due:%H:%M}")
    press(draft.get_by_role("button", name="Confirm"))
    expect(draft).to_contain_text("Weekly digest set up" if weekly else "Daily paper set up")
    return draft


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


def send_plainly(page: Page) -> None:
    messages = page.locator(".channel-message")
    before = messages.count()
    page.get_by_role("button", name="Send").click()
    expect(messages).to_have_count(before + 1)


def add_option(page: Page, name: str, choice: str) -> None:
    """Choose `choice` for an option that the typed command can do without."""
    page.locator(".command-chip").click()
    page.get_by_role("option", name=name).first.click()
    page.get_by_role("option", name=choice).first.click()
