"""Money that comes again: a subscription over three periods, and instalments to their end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.journeys.cast import ananya, browser, meera, shop, visit
from tests.journeys.installation import eventually
from tests.journeys.shop import EMAIL, Shop
from tests.journeys.visitor import Visitor

__all__ = ["ananya", "browser", "meera", "shop", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(300)]

MONTHLY = {"amount": 29900, "currency": "INR", "period": "monthly"}


def subscribe(shop: Shop, buyer: Visitor, product: Any) -> Any:
    """Order it by script, pay the first charge in Checkout."""
    asked = {"product": product["id"], "email": EMAIL, "name": "Ananya Iyer"}
    subscription = shop.call("POST", "subscriptions", json=asked)
    buyer.go(f"/pay/{subscription['order']}/")
    buyer.pay("₹299.00")
    buyer.reads("Paid. Thank you.")
    return subscription


def receipts(shop: Shop) -> list[str]:
    """The subjects of those that Ananya got."""
    letters = shop.installation.mails(EMAIL)
    return [letter.partition("\n")[0] for letter in letters if letter.startswith("Receipt")]


def charged(shop: Shop, subscription: Any, times: int) -> Any:
    """The subscription, once so many of its charges are in the books."""
    query = {"razorpay_subscription_id": subscription["razorpay_subscription_id"]}

    def found() -> Any:
        row = shop.call("GET", "subscriptions", params=query)["results"][0]
        return row if row["paid_count"] == times else None

    return eventually(found, shop.installation)


def test_instalments_to_their_end_leave_access_without_end(
    shop: Shop, meera: Visitor, ananya: Visitor
) -> None:
    """By the week, so that the sandbox's clock is not yet beyond the dates of the next test."""
    terms = {**MONTHLY, "period": "weekly", "total_count": 3, "kind": "instalments"}
    product = shop.product(plan=terms)
    subscription = subscribe(shop, ananya, product)
    ananya.look("subscribed")
    assert charged(shop, subscription, 1)["access_until"] is not None
    for times in (2, 3):
        shop.installation.switch("clock", days=7)
        charged(shop, subscription, times)
    shop.until(product, allowed=True, because="paid", until=None)
    eventually(lambda: charged(shop, subscription, 3)["status"] == "completed", shop.installation)

    ananya.open_purchases(EMAIL)
    ananya.sees("Completed", "Open, no end.", "Receipts (3)")
    ananya.look("my-instalments")
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.sees("Completed", "Access has no end.")
    meera.look("instalments-completed")


def test_a_subscription_over_three_periods(shop: Shop, meera: Visitor, ananya: Visitor) -> None:
    product = shop.product(plan={**MONTHLY, "total_count": 12})
    subscription = subscribe(shop, ananya, product)
    ends = [charged(shop, subscription, 1)["paid_until"]]
    for times in (2, 3):
        shop.installation.switch("clock", days=31)
        ends.append(charged(shop, subscription, times)["paid_until"])
    months = [date.fromisoformat(end[:10]) for end in ends]
    gaps = [(later - earlier).days for earlier, later in zip(months, months[1:], strict=False)]
    assert all(gap in range(28, 32) for gap in gaps), months
    assert shop.access(product)["until"] == ends[-1]
    # One for each charge of both.
    eventually(lambda: receipts(shop) == ["Receipt: ₹299.00 for Course"] * 6, shop.installation)

    ananya.go("/my/")
    ananya.sees("Active", "Open until")
    ananya.look("my-subscription")
    meera.go("/subscriptions/")
    meera.sees("Ananya Iyer", "Active", "Completed")
    meera.look("subscriptions")
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.sees("Paid until", "Next charge")
    meera.look("subscription")
    meera.go(f"/orders/{subscription['order']}/")
    meera.sees("Paid in all", "₹897.00")
    meera.look("order-of-subscription")
    meera.go("/problems/")
    meera.sees("Nothing to mend.")
    meera.look("problems-none")
