"""A person with a browser, who looks at every page that is passed.

SHOTS=folder keeps pictures of each page: desktop and phone, light and dark.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, expect

from tests.journeys.browser import SLOW, check_accessible, chromium
from tests.journeys.installation import Installation, eventually

SHOTS = os.environ.get("SHOTS", "")
DESKTOP, PHONE = (1280, 800), (390, 844)
# How wide the page is, and what sticks out of a window of this width.
TOO_WIDE = """width => document.documentElement.scrollWidth <= width ? [] :
[document.documentElement.scrollWidth, ...[...document.querySelectorAll("body *")].filter(
e => e.getBoundingClientRect().left + e.scrollWidth > width).map(e => e.outerHTML.slice(0, 90))]"""
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass
class Visitor:
    """One browser window, and what its pages complained of."""

    page: Page
    installation: Installation
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(f"{self.installation.url}{path}")

    def press(self, name: str) -> None:
        """The button of this name, which sends a form."""
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        """The first link that says this."""
        self.click(self.page.get_by_role("link", name=name).first)

    def click(self, target: Locator) -> None:
        """What leads to another page; that page is there."""
        with self.page.expect_navigation():
            target.click()

    def fill(self, **said: str) -> None:
        """Fields by their names."""
        for name, text in said.items():
            self.page.locator(f"[name='{name}']").fill(text)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def reads(self, heading: str) -> None:
        """The page has this for a heading."""
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def comes_to_see(self, text: str) -> None:
        """Until it is there: what follows from a webhook takes a moment."""

        def there() -> bool:
            self.page.reload()
            return text in self.page.locator("main").inner_text()

        eventually(there, self.installation)

    def look(self, name: str) -> None:
        """Nothing for axe here, nothing in the console, nothing wider than a phone."""
        check_accessible(self.page, name)
        assert self.complaints == [], name
        self.resize(PHONE)
        assert self.page.evaluate(TOO_WIDE, PHONE[0]) == [], f"{name} scrolls sideways"
        self.resize(DESKTOP)
        if SHOTS:
            self.keep_pictures(name)

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def keep_pictures(self, name: str) -> None:
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        for look in LOOKS:
            self.page.emulate_media(color_scheme=look)
            for size in (DESKTOP, PHONE):
                self.resize(size)
                self.page.screenshot(path=folder / f"{name}-{size[0]}-{look}.png", full_page=True)
            check_accessible(self.page, f"{name}, {look}")
        self.page.emulate_media(color_scheme=None)
        self.resize(DESKTOP)

    def pay(self, amount: str) -> None:
        """In Checkout, which opens by itself on the page of an unpaid order."""
        self.chooses(f"Pay {amount}")

    def chooses(self, button: str) -> None:
        """In Checkout."""
        checkout = self.page.frame_locator("iframe")
        checkout.get_by_role("button", name=button, exact=True).click()

    def fail(self, reason: str) -> None:
        """In Checkout: the bank says no. The buyer may try again there."""
        checkout = self.page.frame_locator("iframe")
        checkout.get_by_label("Reason to fail").select_option(reason)
        checkout.get_by_role("button", name="Fail", exact=True).click()
        expect(checkout.get_by_text("you can try again")).to_be_visible()

    def sign_in(self, email: str, password: str) -> None:
        self.go("/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")

    def open_purchases(self, email: str) -> None:
        """Ask for the link, find it in the mail, follow it."""
        known = len(self.links_mailed(email))
        self.go("/my/")
        self.fill(email=email)
        self.press("Send the link")
        self.reads("Check your mail")
        mailed = eventually(lambda: self.links_mailed(email)[known:], self.installation)
        self.page.goto(mailed[0])
        self.press("Open my purchases")
        self.reads("My purchases")

    def links_mailed(self, email: str) -> list[str]:
        """The links to come in by, oldest first."""
        address = re.compile(rf"{self.installation.url}/my/open/\S+")
        return [
            link for letter in self.installation.mails(email) for link in address.findall(letter)
        ]


def is_complaint(said: ConsoleMessage) -> bool:
    """Chromium calls a form that comes back refused, as it should, an error too."""
    return said.type == "error" and "status of 400" not in said.text


Visit = Callable[[], Visitor]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def visit(browser: Browser, installation: Installation) -> Iterator[Visit]:
    """Somebody opens a browser of their own."""
    contexts = []

    def come() -> Visitor:
        size: ViewportSize = {"width": DESKTOP[0], "height": DESKTOP[1]}
        context = browser.new_context(viewport=size, reduced_motion="reduce")
        context.set_default_timeout(SLOW)
        contexts.append(context)
        heard: list[str] = []
        context.on("weberror", lambda error: heard.append(str(error.error)))
        context.on("console", lambda said: heard.append(said.text) if is_complaint(said) else None)
        return Visitor(context.new_page(), installation, heard)

    yield come
    for context in contexts:
        context.close()
