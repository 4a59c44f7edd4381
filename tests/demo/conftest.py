"""A demo that runs, and a browser that looks at it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.demo.chat import CHROMIUM, PRINTED, QUIET, let_time_pass, running_demo

SIZES = [(390, 844), (1280, 800)]


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


@pytest.fixture
def controls(running: tuple[subprocess.Popen[str], str], browser: Browser) -> Iterator[Page]:
    with controls_of(running[0], browser) as window:
        yield window


@contextmanager
def controls_of(demo: subprocess.Popen[str], browser: Browser) -> Iterator[Page]:
    """The demo's own page; at the end the chat shows #papers again."""
    address = re.search(r"message menu: (http://\S+)", PRINTED[demo.pid])
    assert address
    with browser.new_page() as window:
        window.goto(address[1])
        yield window
        window.get_by_role("button", name="Reading group #papers").click()
