"""A mail, and the pages behind its links, as a browser shows them: wide and narrow, light and dark.

With PAPERBOY_SCREENS naming a folder, what it shows is kept there.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from bot.readers.mailing import MailKind
from tests.demo.chat import CHROMIUM, QUIET
from tests.mail.conftest import ANN, Office
from tests.mail.examples import mail, paper, parts

MAILS = {
    "papers": mail(
        paper(1),
        paper(2, title="Large Language Models as Cooperative and Competitive Agents: " * 3),
        paper(3, title="W" * 200, authors=("Antidisestablishmentarianism" * 5,)),
        paper(4, abstract="Short."),
        paper(5, abstract=""),
        more=3,
    ),
    "nothing": mail(),
    "confirm": mail(kind=MailKind.CONFIRM, link="https://papers.example.org/mail/confirm/" + "x" * 54),
}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="pictures need Chromium, which is not installed (apt install chromium)"
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


async def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("PAPERBOY_SCREENS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def luminance(page: Page, where: str) -> float:
    """How bright the background there is, from 0 to 1."""
    colour = await page.eval_on_selector(where, "each => getComputedStyle(each).backgroundColor")
    red, green, blue = (int(part) for part in colour.strip("rgba()").split(",")[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 390])
async def test_a_mail_fits_and_can_be_read(browser: Browser, width: int, scheme: str) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, made in MAILS.items():
        await page.set_content(parts(made).html)
        await keep(page, f"mail-{name}-{width}-{scheme}")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name
        assert (await luminance(page, ".page") < 0.3) is (scheme == "dark")
        assert [each["id"] for each in (await Axe().run(page)).response["violations"]] == [], name
    assert asked == [], "nothing is loaded"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit_can_be_read_and_need_a_keyboard_alone(
    browser: Browser, office: Office, scheme: str
) -> None:
    page = await browser.new_page(
        viewport={"width": 390, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=True,
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    confirm = str(office.pages.make_url(await office.ask(ANN, "ada@example.org")))
    await page.goto(confirm)
    await keep(page, f"page-confirm-{scheme}")
    assert (await luminance(page, "body") < 0.3) is (scheme == "dark")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=You're all set")
    await keep(page, f"page-confirmed-{scheme}")
    await office.move_to_due(ANN)
    off = office.pages.make_url(office.path_in(office.post.to("ada@example.org")[-1]))
    await page.goto(str(off))
    await keep(page, f"page-off-{scheme}")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=Stopped")
    await page.goto(str(off))
    await page.wait_for_selector("text=Already off")
    await page.goto(confirm)
    await page.wait_for_selector("text=used already")
    await keep(page, f"page-over-{scheme}")
    assert said == ["Failed to load resource: the server responded with a status of 410 (Gone)"], said


async def test_the_pages_have_no_fault_that_axe_finds(browser: Browser, office: Office) -> None:
    context = await browser.new_context(bypass_csp=True)
    page = await context.new_page()
    confirm = str(office.pages.make_url(await office.ask(ANN, "ada@example.org")))
    for address in (confirm, str(office.pages.make_url("/mail/off/nothing"))):
        await page.goto(address)
        assert [each["id"] for each in (await Axe().run(page)).response["violations"]] == [], address
