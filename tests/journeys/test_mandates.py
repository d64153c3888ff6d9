"""A mandate that Raseed charges: sold, allowed, charged, failed, paid by hand, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.cast import ananya, browser, meera, visit
from tests.journeys.days import Days
from tests.journeys.installation import Installation, eventually
from tests.journeys.shop import EMAIL, Shop
from tests.journeys.visitor import Visitor

__all__ = ["ananya", "browser", "meera", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(400)]

SELLER = "meera@example.com"
RESULT = {"hours": 6, "minutes": 1}  # what a bank may take for a debit by UPI


@pytest.fixture(scope="module")
def shop(installation: Installation) -> Shop:
    """In test mode: with live money nobody chooses what time it is."""
    return Shop(installation)


@pytest.fixture(scope="module")
def days(installation: Installation) -> Days:
    return Days(installation)


@pytest.fixture(scope="module")
def product(shop: Shop, meera: Visitor) -> Any:
    """Made on the page: by the week, so that a week is the longest wait."""
    meera.go("/products/add/")
    meera.fill(name="Weavers' Circle", amount="499")
    for name, value in (("kind", "subscription"), ("charged_by", "raseed")):
        meera.page.locator(f"[name='{name}'][value='{value}']").check()
    meera.page.get_by_label("Period").select_option("weekly")
    meera.fill(**{"resources-0-title": "Videos", "resources-0-url": "https://example.com/videos"})
    meera.look("product-by-mandate")
    meera.press("Make product")
    meera.sees("Weavers' Circle", "₹499.00")
    meera.look("product-of-mandate")
    (made,) = shop.call("GET", "products")["results"]
    return made


@pytest.fixture(scope="module")
def subscription(shop: Shop, product: Any, ananya: Visitor) -> Any:
    """Ananya reads what she allows, then pays and allows it."""
    asked = {"product": product["id"], "email": EMAIL, "name": "Ananya Iyer"}
    made = shop.call("POST", "subscriptions", json=asked)
    ananya.go(f"/pay/{made['order']}/")
    ananya.sees("What you allow with this payment", "₹499.00 is charged")
    ananya.look("mandate-give")
    ananya.page.get_by_role("button", name="Pay ₹499.00 by UPI").click()
    ananya.pay("₹499.00")
    ananya.reads("Paid. Thank you.")
    ananya.look("mandate-given")
    shop.until(product, allowed=True, because="paid")
    return made


def charged(shop: Shop, subscription: Any, times: int) -> Any:
    """The subscription, once so many of its charges are in the books."""

    def found() -> Any:
        row = shop.call("GET", f"subscriptions/{subscription['id']}")
        return row if row["paid_count"] == times and row["charge_at"] else None

    return eventually(found, shop.installation)


def test_a_later_period_is_charged_by_itself(
    shop: Shop, days: Days, product: Any, subscription: Any, meera: Visitor
) -> None:
    days.until(charged(shop, subscription, 1)["charge_at"])
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.comes_to_see("Raseed asked Razorpay to debit ₹499.00")
    meera.look("mandate-charging")
    days.work(**RESULT)
    charged(shop, subscription, 2)
    shop.until(product, allowed=True, because="paid")
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.sees("Active", "Next charge")
    meera.look("mandate-charged")


def test_a_debit_fails_and_the_buyer_pays_the_open_bill(
    shop: Shop, days: Days, product: Any, subscription: Any, meera: Visitor, ananya: Visitor
) -> None:
    (token,) = shop.installation.read("books")["tokens"]
    shop.installation.switch(f"tokens/{token['id']}/fail-next", n=1, reason="insufficient_funds")
    days.until(charged(shop, subscription, 2)["charge_at"])
    days.work(**RESULT)
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.comes_to_see("First try failed")
    meera.sees("Too little money in the account", "Raseed debits the mandate", "0 of 3 used")
    meera.look("mandate-failed")
    meera.go("/recovery/")
    meera.sees("Ananya Iyer", "Weavers' Circle", "Raseed debits the mandate")
    meera.look("recovery-of-mandate")
    days.end_patience()
    mail = shop.installation.mail(EMAIL, "The charge for Weavers' Circle did not go through")
    assert "re-attempt 1 of 3. If you pay before, it is not." in mail
    assert shop.access(product)["allowed"] is True

    ananya.page.goto(mail.link("/pay/bill/[^/]+/"))
    ananya.comes_to_see("The last try did not go through.")
    ananya.look("bill-failed")
    ananya.pay("₹499.00")
    ananya.reads("Paid. Thank you.")
    ananya.look("bill-paid")
    shop.installation.mail(SELLER, "Ananya Iyer has paid for Weavers' Circle after all")
    charged(shop, subscription, 3)
    assert shop.access(product)["allowed"] is True
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.sees("Active", "Not needed: it was paid")
    meera.look("mandate-recovered")
    meera.go("/recovery/?state=recovered")
    meera.sees("Ananya Iyer", "₹499.00")
    meera.look("recovery-recovered-mandate")


def test_the_buyer_cancels_it_and_is_not_charged_again(
    shop: Shop, days: Days, product: Any, subscription: Any, meera: Visitor, ananya: Visitor
) -> None:
    ananya.open_purchases(EMAIL)
    ananya.sees("You have allowed", "up to ₹499.00 at once, by UPI")
    ananya.look("my-mandate")
    ananya.follow("Cancel subscription")
    ananya.sees("You are not charged again.")
    ananya.look("mandate-cancel")
    ananya.press("Cancel subscription")
    ananya.comes_to_see("and is not charged again.")
    ananya.look("my-mandate-will-end")
    days.until(shop.access(product)["until"])
    days.work(days=1)
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.sees("Will end on")
    meera.look("mandate-will-end")
    # Hers, by the mandate, the one that failed, and hers for it: nothing after the cancellation.
    charges = shop.installation.read("charges")["charges"]
    assert [charge["captured"] for charge in charges] == [True, True, False, True]
