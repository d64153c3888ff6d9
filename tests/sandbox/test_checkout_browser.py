"""checkout.js in a real browser, in a shop that allows the sandbox and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.journeys.browser import check_accessible, chromium
from tests.sandbox.desk import TEST_KEYS, Desk
from tests.sandbox.mandates import Seller
from tests.sandbox.shop import Shop, serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SLOW = 30_000  # milliseconds; these machines are slow at times
DESKTOP, PHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def shop(desk: Desk) -> Iterator[Shop]:
    shop = Shop(desk.url)
    thread = serve(shop)
    yield shop
    shop.shutdown()
    shop.server_close()
    thread.join()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    context.set_default_timeout(SLOW)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text))
    yield context.new_page()
    context.close()


def opened(page: Page, shop: Shop, **options: Any) -> FrameLocator:
    shop.options = {"key": TEST_KEYS[0]} | options
    page.goto(shop.url)
    return buy(page)


def buy(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Buy").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_label("Close without paying")).to_be_visible(timeout=SLOW)
    return frame


def heard(page: Page, word: str) -> str:
    """What the shop's own script was told."""
    line = page.locator("li", has_text=word)
    expect(line).to_have_count(1, timeout=SLOW)
    return str(line.text_content())


def press(frame: FrameLocator, name: str) -> None:
    frame.get_by_role("button", name=name, exact=True).click()


def test_a_buyer_allows_later_debits(
    desk: Desk, shop: Shop, page: Page, complaints: list[str]
) -> None:
    seller = Seller(desk)
    order = seller.authorisation()
    frame = opened(
        page,
        shop,
        order_id=order["id"],
        customer_id=seller.customer["id"],
        recurring="1",
        name="Dastakari Store",
    )
    expect(frame.get_by_text("You also allow later debits of up to ₹1,000.00 each")).to_be_visible()
    frame.get_by_text("Card from abroad").click()
    press(frame, "Pay ₹499.00")
    assert order["id"] in heard(page, "handler")
    (token,) = desk.read("books")["tokens"]
    assert token["card"]["international"] is True
    assert token["recurring_details"]["status"] == "confirmed"
    assert complaints == []


def test_failing_trying_again_and_paying(
    desk: Desk, shop: Shop, page: Page, complaints: list[str]
) -> None:
    order = desk.order(amount=1_249_900)
    name = "Dastakari Store"
    frame = opened(
        page, shop, order_id=order["id"], amount="1249900", name=name, theme={"color": "#7a2b49"}
    )
    expect(frame.get_by_text(name)).to_be_visible()
    frame.get_by_label("Reason to fail").select_option("Wrong OTP")
    press(frame, "Fail")
    expect(frame.get_by_role("alert")).to_contain_text("one-time password was wrong")
    assert '"reason":"authentication_failed"' in heard(page, "failed")
    press(frame, "Pay ₹12,499.00")
    assert f'"razorpay_order_id":"{order["id"]}"' in heard(page, "handler")
    expect(page.locator("dialog")).to_have_count(0)
    assert desk.client.order.fetch(order["id"])["status"] == "paid"
    expect(buy(page).get_by_text("This order is paid already")).to_be_visible()
    # No policy was violated, neither the shop's nor the sandbox's.
    assert complaints == []


def test_a_double_click_pays_once_and_is_answered(desk: Desk, shop: Shop, page: Page) -> None:
    order = desk.order()
    frame = opened(page, shop, order_id=order["id"])
    frame.get_by_role("button", name="Pay ₹500.00").dblclick()
    heard(page, "handler")
    assert len(desk.read("books")["payments"]) == 1


def test_closing_tells_the_shop_and_gives_the_page_back(
    desk: Desk, shop: Shop, page: Page, complaints: list[str]
) -> None:
    frame = opened(page, shop, order_id=desk.order()["id"])
    press(frame, "Close without paying")
    heard(page, "dismissed")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate("document.documentElement.style.overflow") == ""
    frame = buy(page)
    frame.get_by_label("E-mail").press("Escape")
    expect(page.locator("li", has_text="dismissed")).to_have_count(2)
    assert complaints == []


def test_a_callback_is_posted_to(desk: Desk, shop: Shop, page: Page) -> None:
    order, back = desk.order(), f"{shop.url}/back/"
    frame = opened(page, shop, order_id=order["id"], callback_url=back, redirect=True)
    press(frame, "Fail")
    expect(page.get_by_text("Back at the shop")).to_be_visible()
    assert shop.posted[0]["error[code]"] == "BAD_REQUEST_ERROR"
    assert shop.posted[0]["error[reason]"] == "insufficient_funds"
    assert f'"order_id":"{order["id"]}"' in shop.posted[0]["error[metadata]"]
    press(opened(page, shop, order_id=order["id"], callback_url=back), "Pay ₹500.00")
    expect(page.get_by_text("Back at the shop")).to_be_visible()
    assert desk.client.utility.verify_payment_signature(shop.posted[1])


def test_messages_of_others_are_not_heard(desk: Desk, shop: Shop, page: Page) -> None:
    opened(page, shop, order_id=desk.order()["id"])
    page.evaluate("window.postMessage({event: 'paid', payment: {}}, '*')")
    page.evaluate("window.postMessage({event: 'dismiss'}, '*')")
    page.wait_for_timeout(200)
    expect(page.locator("dialog")).to_have_count(1)
    expect(page.locator("li")).to_have_count(0)


def test_another_page_may_not_show_the_frame(desk: Desk, shop: Shop, page: Page) -> None:
    frame = opened(page, shop, order_id=desk.order()["id"])
    src = str(page.locator("iframe").get_attribute("src"))
    elsewhere = src.replace(f"127.0.0.1%3A{shop.server_port}", "elsewhere.example")
    assert elsewhere != src
    page.evaluate("address => document.querySelector('iframe').src = address", elsewhere)
    expect(frame.get_by_text("no real money")).to_have_count(0)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read_by_all(
    desk: Desk, shop: Shop, page: Page, size: tuple[int, int], scheme: Any
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    subscription = desk.active_subscription()
    desk.press(f"subscriptions/{subscription['id']}/halt")
    frame = opened(page, shop, order_id=desk.order()["id"], description="W" * 60)
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["width"] <= size[0]
    assert box["y"] >= 0
    inner = frame.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert inner[0] <= inner[1]
    src = str(page.locator("iframe").get_attribute("src"))
    for address in (src, f"{desk.url}/l/{subscription['id']}"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        check_accessible(page)
