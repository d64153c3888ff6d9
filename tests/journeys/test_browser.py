"""A seller's first minutes in a real browser: sign in, add a gateway, see an event arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.browser import SLOW, check_accessible, chromium
from tests.journeys.installation import SANDBOX_KEY, SANDBOX_SECRET, Installation
from tests.journeys.shop import EMAIL, Shop

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    new = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    new.set_default_timeout(SLOW)
    yield new
    new.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser's console and the pages' scripts complain of."""
    heard: list[str] = []
    context.on("weberror", lambda error: heard.append(str(error.error)))
    context.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    return heard


def sign_in(page: Page, installation: Installation) -> None:
    login = json.loads((installation.data / "first-login.json").read_text())
    page.goto(installation.url)
    page.get_by_label("E-mail address").fill(login["email"])
    page.get_by_label("Password").fill(login["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Connect your Razorpay account")).to_be_visible()


def test_a_seller_connects_razorpay_and_sees_the_first_event_arrive(
    installation: Installation, context: BrowserContext, complaints: list[str]
) -> None:
    page = context.new_page()
    page.goto(installation.url)
    check_accessible(page)
    sign_in(page, installation)
    check_accessible(page)

    # From the profile menu, as sellers know it.
    page.get_by_label("Profile menu").click()
    page.locator("details.profile").get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Connect Razorpay").click()

    # A wrong secret: a sentence at the field, nothing saved.
    page.get_by_label("Key ID").fill(SANDBOX_KEY)
    expect(page.get_by_text("Test mode", exact=True).first).to_be_visible()
    page.get_by_label("Key secret").fill("not-the-secret")
    page.get_by_role("button", name="Check and save").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was saved")
    expect(page.get_by_label("Key secret")).to_be_focused()
    expect(page.get_by_label("Key secret")).to_have_value("")
    check_accessible(page)

    page.get_by_label("Key secret").fill(SANDBOX_SECRET)
    page.get_by_role("button", name="Check and save").click()
    expect(page.get_by_text("Connected in test mode: no real money moves.")).to_be_visible()
    check_accessible(page)
    assert SANDBOX_SECRET not in page.content()

    # Copy both into the sandbox, where a seller pastes them into Razorpay.
    page.get_by_role("button", name="Copy").nth(1).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    url = page.evaluate("navigator.clipboard.readText()")
    assert url.startswith(f"{installation.url}/webhooks/razorpay/")
    page.get_by_role("button", name="Show").click()
    shown = page.locator("form[data-secret] output")
    expect(shown).not_to_contain_text("••••")
    secret = shown.inner_text()
    page.locator("form[data-secret]").get_by_role("button", name="Copy").click()
    # Its own button says so; the other one may still say it of the address.
    expect(page.locator("form[data-secret]").get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    installation.switch("webhooks", url=url, secret=secret, events="all")

    # The page notices the first event by itself.
    expect(page.get_by_text("Waiting for the first event").first).to_be_visible()
    order = requests.post(
        f"{installation.sandbox}/v1/orders",
        json={"amount": 50000, "currency": "INR"},
        auth=(SANDBOX_KEY, SANDBOX_SECRET),
        timeout=30,
    ).json()
    installation.switch(f"orders/{order['id']}/pay")
    expect(page.locator("#health").get_by_text("Working")).to_be_visible(timeout=SLOW)

    # And the events page says what became of it.
    page.get_by_role("link", name="All events").click()
    page.get_by_role("link", name="Not ours").click()
    expect(page.get_by_text("Not ours: another shop").first).to_be_visible()
    check_accessible(page)
    assert complaints == []


def test_the_same_pages_in_hindi_on_a_phone(installation: Installation, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="hi-IN")
    page = context.new_page()
    login = json.loads((installation.data / "first-login.json").read_text())
    page.goto(installation.url)
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.locator("[name=login]").fill(login["email"])
    page.locator("[name=password]").fill(login["password"])
    page.locator("button.primary").click()
    page.locator("table.list a").first.click()
    expect(page.get_by_role("heading", name="वेबहुक", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")  # on a busy machine the styles come last
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "the page scrolls sideways"
    page.locator(".menu-button").click()
    expect(page.locator("#menu")).to_be_visible()
    check_accessible(page)
    context.close()


def test_a_buyer_pays_after_a_try_that_failed(
    installation: Installation, context: BrowserContext, complaints: list[str]
) -> None:
    """Checkout opens by itself; the page after it says what the books say."""
    shop = Shop(installation)
    product = shop.product(price={"amount": 1249900, "currency": "INR"})
    order = shop.call("POST", "orders", json={"product": product["id"], "email": EMAIL})

    page = context.new_page()
    page.goto(order["checkout_url"])
    checkout = page.frame_locator("iframe")
    checkout.get_by_role("button", name="Fail", exact=True).click()
    expect(checkout.get_by_text("you can try again")).to_be_visible()
    checkout.get_by_role("button", name="Pay ₹12,499.00", exact=True).click()
    expect(page.get_by_role("heading", name="Paid. Thank you.")).to_be_visible()
    check_accessible(page)
    assert shop.access(product)["allowed"] is True
    assert complaints == []
