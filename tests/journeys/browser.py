"""A headless Chromium, from the machine's own packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

SLOW = 30_000  # milliseconds; these machines are slow at times
# A page that comes back by itself, for one that waits for Razorpay, does so every five seconds.
expect.set_options(timeout=SLOW)

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Quiet: without these it looks for Google's hosts at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; without one the test says so, and in CI that is a failure."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        said = "no Chromium on this machine: apt install chromium"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def check_accessible(page: Page, name: str = "") -> None:
    """Nothing for axe, once the styles are there.

    A heading can be found before the last stylesheet is: a page judged in that moment is one that
    nobody sees, since a browser paints after its styles.
    """
    page.wait_for_load_state("load")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name} {found.generate_report()}"
