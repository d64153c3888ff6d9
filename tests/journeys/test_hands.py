"""What a seller does with her hands: give back, end, cancel, say what odd money means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.cast import ananya, browser, meera, shop, visit
from tests.journeys.installation import eventually
from tests.journeys.shop import EMAIL, Shop
from tests.journeys.visitor import Visitor

__all__ = ["ananya", "browser", "meera", "shop", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(300)]

TWO = [
    {"title": "Videos", "url": "https://example.com/videos"},
    {"title": "Recipes", "text": "Madder: one part to four."},
]


@pytest.fixture(scope="module")
def bought(shop: Shop, ananya: Visitor) -> Any:
    """An order of ₹499.00 that Ananya has paid; she has come in to her purchases."""
    price = {"amount": 49900, "currency": "INR"}
    product = shop.call(
        "POST", "products", json={"name": "Masterclass", "price": price, "resources": TWO}
    )
    asked = {"product": product["id"], "email": EMAIL, "name": "Ananya Iyer"}
    order = shop.call("POST", "orders", json=asked)
    ananya.page.goto(order["checkout_url"])
    ananya.pay("₹499.00")
    ananya.reads("Paid. Thank you.")
    ananya.open_purchases(EMAIL)
    return order


def test_a_part_is_given_back_and_one_item_ends(
    meera: Visitor, ananya: Visitor, bought: Any
) -> None:
    meera.go(f"/orders/{bought['id']}/")
    meera.follow("Refund…")
    meera.look("refund")
    meera.fill(amount="1000")
    meera.press("Look it over")
    meera.sees("Nothing was refunded.", "At most ₹499.00 of this payment can be refunded.")
    meera.look("refund-refused")
    meera.fill(amount="100", reason="One lesson was missing")
    meera.page.get_by_role("group", name="Videos").get_by_label("Ends access").check()
    meera.press("Look it over")
    meera.sees("One lesson was missing", "A refund cannot be taken back.")
    meera.look("refund-confirm")
    meera.press("Refund ₹100.00")
    meera.comes_to_see("₹100.00 refunded")
    meera.sees("Partially refunded", "Videos", "Ended by hand", "Recipes", "Has access")
    meera.look("order-refunded-in-part")

    ananya.go("/my/")
    ananya.sees("₹100.00 given back", "Ended by the seller", "Open, no end.")
    ananya.look("my-refunded-in-part")
    ananya.follow("Videos")
    ananya.reads("Dastakari ended it")
    ananya.look("my-ended")


def test_the_rest_is_given_back_and_everything_is_closed(
    shop: Shop, meera: Visitor, ananya: Visitor, bought: Any
) -> None:
    meera.go(f"/orders/{bought['id']}/")
    meera.follow("Refund…")
    meera.sees("At most ₹399.00, what is left of this payment.")
    meera.press("Look it over")
    meera.press("Refund ₹399.00")
    meera.comes_to_see("₹399.00 refunded")
    meera.sees("Refunded", "The money went back.", "Refund: all of it went back")
    meera.look("order-refunded")
    ananya.go("/my/")
    ananya.sees("Closed: the money was given back.")
    ananya.follow("Recipes")
    ananya.reads("The money was given back")
    ananya.look("my-refunded")
    meera.go("/problems/")
    meera.sees("Nothing to mend.")


def test_money_that_comes_after_that_is_asked_about_and_said_to_be_meant(
    shop: Shop, meera: Visitor, bought: Any
) -> None:
    shop.installation.switch(f"orders/{bought['razorpay_order_id']}/pay", force=True)
    meera.go("/problems/")
    meera.comes_to_see("All of it had been given back; then ₹499.00 came in: paid again.")
    meera.look("problem-of-odd-money")
    meera.follow("Open the order")
    meera.sees("then ₹499.00 came in: paid again.")
    meera.look("order-paid-again")
    meera.go("/problems/")
    meera.follow("It is meant…")
    meera.look("meant")
    meera.press("It is meant")
    meera.sees("Noted: the money is meant. Nothing else changed.")
    meera.go("/problems/")
    meera.sees("Nothing to mend.")


def test_a_subscription_is_cancelled_at_the_end_of_its_period(
    shop: Shop, meera: Visitor, ananya: Visitor
) -> None:
    plan = {"amount": 29900, "currency": "INR", "period": "monthly", "total_count": 12}
    product = shop.product(plan=plan)
    asked = {"product": product["id"], "email": EMAIL, "name": "Ananya Iyer"}
    subscription = shop.call("POST", "subscriptions", json=asked)
    ananya.go(f"/pay/{subscription['order']}/")
    ananya.pay("₹299.00")
    ananya.reads("Paid. Thank you.")
    until = shop.until(product, allowed=True, because="paid")["until"]

    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.comes_to_see("Active")
    meera.follow("Cancel")
    meera.look("subscription-cancel")
    meera.press("Cancel subscription")
    meera.sees("Will end on")
    meera.look("subscription-will-end")
    ananya.go("/my/")
    ananya.sees("and is not charged again.")
    ananya.look("my-will-end")

    shop.installation.switch("clock", days=32)
    meera.comes_to_see("Cancelled")
    meera.sees("is over. It ended on")
    meera.look("subscription-cancelled")
    answer = eventually(
        lambda: not (found := shop.access(product))["allowed"] and found, shop.installation
    )
    assert (answer["because"], answer["until"]) == ("period_over", until)
