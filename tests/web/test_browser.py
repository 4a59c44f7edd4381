"""Readers' pages as Chromium shows them: no finding of axe, by keyboard alone, on a phone, in the dark.

With PAPERBOY_SCREENS naming a folder, what it shows is kept there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from bot.catalog import file
from bot.paper.model import Paper
from bot.sources.seed import build_seed
from tests.support.project import PROJECT
from tests.support.putting import put
from tests.support.stand_in import wait_until
from tests.support.worst_titles import worst_titles

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE, DESKTOP = (390, 844), (1280, 800)
PAGES = {
    "today": "/",
    "found": "/?q=multi+agnet+debate",
    "turned": "/?q=agents&page=2&sort=newest",
    "nothing": "/?q=author%3Azzzqq+agents",
    "empty": "/?q=",
    "paper": "/paper/2411.13543",
    "worst": "/day/2025-03-19",
    "worst-paper": "/paper/2503.00001",
    "empty-day": "/day/2025-03-16",
    "trending": "/trending?topic=games",
    "error": "/day/31%20Feb",
    "missing": "/nowhere",
}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="looking at pages needs Chromium, which is not installed (apt install chromium)"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages with real papers, and some whose titles are the worst there are."""
    folder = tmp_path_factory.mktemp("pages")
    catalog = folder / "catalog.db"
    build_seed(catalog)
    worst = [
        Paper(
            id=f"2503.{number:05}",
            title=title,
            abstract=title * 3,
            authors=(title, "Ada"),
            featured=(date(2025, 3, 19),),
            upvotes=number,
        )
        for number, title in enumerate(worst_titles(25), 1)
    ]
    with closing(file.open_for_writing(catalog)) as database:
        put(database, worst)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "PAPERBOY_CATALOG": str(catalog),
        "PAPERBOY_DATA": str(folder),
        "PAPERBOY_WEB_PROXIES": "127.0.0.1",
    }
    port = _free_port()
    environment["PAPERBOY_WEB"] = f"127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, "-m", "bot", "web"], cwd=folder, env=environment) as served:
        try:
            wait_until(lambda: _is_served(port), 60)
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _is_served(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        except Error as error:
            pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()


def opened(browser: Browser, size: tuple[int, int], scheme: str, number: int) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        extra_http_headers={"X-Forwarded-For": f"198.51.100.{number}"},
        bypass_csp=True,  # for axe alone, which is a script
    )
    return context.new_page()


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PAPERBOY_SCREENS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")],
    ids=["phone-light", "phone-dark", "desktop-light", "desktop-dark"],
)
def test_axe_finds_nothing_and_nothing_sticks_out(browser, address, size, scheme):
    page = opened(browser, size, scheme, sum(size) % 200 + (scheme == "dark"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, path in PAGES.items():
        page.goto(address + path)
        keep_picture(page, f"{name}-{size[0]}-{scheme}")
        if (size, scheme) == (DESKTOP, "dark"):
            continue  # for its picture alone: size and colours have each been looked at
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        violations = found.response["violations"]
        assert found.response["passes"], "axe looked at nothing"
        assert violations == [], f"{name}: {[(each['id'], each['nodes'][0]['html']) for each in violations]}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the window"
    assert {url for url in asked if not url.startswith(address)} == set()
    page.context.close()


def test_the_keyboard_alone_is_enough(browser, address):
    page = opened(browser, DESKTOP, "light", 1)
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    assert page.locator(":focus").evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert "/paper/" in (page.locator(":focus").get_attribute("href") or "")
    page.goto(address)
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox", name="Search papers")).to_be_focused()
    page.keyboard.type("balrog")
    page.keyboard.press("Enter")
    first = page.locator("ol.papers a").first
    expect(first).to_contain_text("BALROG")
    first.focus()
    page.keyboard.press("Enter")
    summary = page.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("pre")).to_be_visible()
    page.context.close()


def test_the_strict_policy_is_kept_without_a_complaint(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/paper/2411.13543", "/day/2025-03-19"):
        page.goto(address + path)
        assert page.locator("header.site").evaluate("header => getComputedStyle(header).display") == "flex"
    assert said == []
    context.close()
