"""Money that did not come at first: failed, said on the strip, mailed, mended, recovered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.cast import ananya, browser, meera, visit
from tests.journeys.days import Days
from tests.journeys.installation import Installation, eventually
from tests.journeys.shop import EMAIL, Shop
from tests.journeys.visitor import Visit, Visitor

__all__ = ["ananya", "browser", "meera", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(400)]

SELLER, RAVI = "meera@example.com", "ravi@example.com"
PRICE = {"amount": 1249900, "currency": "INR"}
# In the mails of an order that is paid once: to pay it, and to say no.
REOPEN, DECLINE = r"/r/[^/]+/", r"/r/[^/]+/no/"


@pytest.fixture(scope="module")
def shop(installation: Installation) -> Shop:
    """In test mode: with live money nobody chooses what time it is."""
    return Shop(installation)


@pytest.fixture(scope="module")
def days(installation: Installation) -> Days:
    return Days(installation)


@pytest.fixture(scope="module")
def product(shop: Shop) -> Any:
    return shop.product(name="Natural Dyeing", price=PRICE)


def fails(shop: Shop, buyer: Visitor, product: Any, reason: str, **who: str) -> Any:
    """An order whose buyer tries to pay, in vain, and goes away."""
    order = shop.call("POST", "orders", json={"product": product["id"], **who})
    buyer.page.goto(order["checkout_url"])
    buyer.fail(reason)
    return order


def test_a_buyer_fails_is_reminded_and_pays_the_same_order(
    shop: Shop, days: Days, product: Any, meera: Visitor, ananya: Visitor
) -> None:
    who = {"email": EMAIL, "name": "Ananya Iyer"}
    order = fails(shop, ananya, product, "insufficient_funds", **who)
    both_see_that_it_failed(order, meera, ananya)
    both_are_written_to(shop, days)
    reminder = a_day_later_the_buyer_is_reminded(shop, days, order, meera)
    the_mail_reopens_the_order_and_it_is_paid(shop, product, order, reminder, ananya)
    the_seller_sees_it_recovered(shop, order, meera)


def both_see_that_it_failed(order: Any, meera: Visitor, ananya: Visitor) -> None:
    ananya.go(f"/pay/{order['id']}/")
    ananya.comes_to_see("The last try did not go through.")
    ananya.look("pay-failed")
    meera.go(f"/orders/{order['id']}/")
    meera.comes_to_see("First try failed")
    meera.sees("Too little money in the account", "Re-attempt 1 of 3", "0 of 3 used")
    meera.look("order-failed")
    meera.go("/recovery/")
    meera.sees("Ananya Iyer", "Too little money in the account", "0 of 3", "₹12,499.00")
    meera.look("recovery")


def both_are_written_to(shop: Shop, days: Days) -> None:
    """Nobody who may still be typing; then both."""
    assert shop.installation.mails(EMAIL) == []
    days.end_patience()
    mail = shop.installation.mail(EMAIL, "Your payment for Natural Dyeing did not go through")
    assert "Add money, or pay another way." in mail
    assert mail.link(DECLINE) == f"{mail.link(REOPEN)}no/"
    told = shop.installation.mail(SELLER, "Ananya Iyer: the payment for Natural Dyeing failed")
    assert "Re-attempts made: 0 of 3. Re-attempt 1 is on" in told


def a_day_later_the_buyer_is_reminded(shop: Shop, days: Days, order: Any, meera: Visitor) -> Any:
    days.work(days=1, minutes=1)
    reminder = shop.installation.mail(EMAIL, "Not paid yet: Natural Dyeing")
    assert "This is reminder 1 of 3." in reminder
    meera.go(f"/orders/{order['id']}/")
    meera.comes_to_see("Mailed to ananya@example.com")
    meera.sees("Re-attempt 1 of 3: the buyer was asked", "Re-attempt 2 of 3")
    meera.look("order-reminded")
    return reminder


def the_mail_reopens_the_order_and_it_is_paid(
    shop: Shop, product: Any, order: Any, reminder: Any, ananya: Visitor
) -> None:
    ananya.page.goto(reminder.link(REOPEN))
    assert ananya.page.url.endswith(f"/pay/{order['id']}/")
    ananya.look("pay-from-the-mail")
    ananya.pay("₹12,499.00")
    ananya.reads("Paid. Thank you.")
    ananya.look("paid-after-all")
    shop.installation.mail(EMAIL, "Receipt: ₹12,499.00 for Natural Dyeing")
    shop.until(product, allowed=True, because="paid")


def the_seller_sees_it_recovered(shop: Shop, order: Any, meera: Visitor) -> None:
    good = shop.installation.mail(SELLER, "Ananya Iyer has paid for Natural Dyeing after all")
    assert "too little money in the account" in good
    meera.go(f"/orders/{order['id']}/")
    meera.sees("Re-attempt 1 of 3 succeeded", "1 of 3 used", "Not needed: it was paid")
    meera.look("order-recovered")
    meera.go("/recovery/?state=recovered")
    meera.sees("Ananya Iyer", "₹12,499.00", "1 of 3", "Recovered in")
    meera.look("recovery-recovered")


def test_a_buyer_says_no_by_the_link_in_the_mail(
    shop: Shop, days: Days, product: Any, meera: Visitor, visit: Visit
) -> None:
    ravi = visit()
    order = fails(shop, ravi, product, "authentication_failed", email=RAVI, name="Ravi Menon")
    meera.go(f"/orders/{order['id']}/")
    meera.comes_to_see("First try failed")
    days.end_patience()
    mail = shop.installation.mail(RAVI, "Your payment for Natural Dyeing did not go through")
    ravi.page.goto(mail.link(DECLINE))
    ravi.reads("You no longer want this?")
    ravi.look("decline")
    ravi.press("I no longer want it")
    ravi.reads("Noted: nobody reminds you any more")
    ravi.look("declined")

    days.work(days=1, minutes=1)
    meera.go(f"/orders/{order['id']}/")
    meera.sees("The buyer said that they do not want it any more", "0 of 3 used")
    meera.look("order-declined")
    meera.go("/recovery/?state=given_up")
    meera.sees("Ravi Menon", "OTP or PIN not confirmed")
    meera.look("recovery-given-up")
    assert len(shop.installation.mails(RAVI)) == 1


# By the week: nobody subscribes once the sandbox is a month ahead of Raseed.
WEEKLY = {"amount": 29900, "currency": "INR", "period": "weekly", "total_count": 12}


@pytest.fixture(scope="module")
def circle(shop: Shop) -> Any:
    """What is charged every week, by Razorpay."""
    return shop.product(name="Dyers' Circle", plan=WEEKLY)


def subscribes(shop: Shop, buyer: Visitor, product: Any, **who: str) -> Any:
    subscription = shop.call("POST", "subscriptions", json={"product": product["id"], **who})
    buyer.go(f"/pay/{subscription['order']}/")
    buyer.pay("₹299.00")
    buyer.reads("Paid. Thank you.")
    shop.until(product, email=who["email"], allowed=True, because="paid")
    return subscription


def charge_fails(shop: Shop, days: Days, subscription: Any, n: int) -> None:
    """The next period begins, and so many charges for it fail, the first of them now. Minutes later
    Razorpay is asked why: its news alone does not say which period a payment was for."""
    found = once(shop, subscription, lambda row: row["charge_at"])
    shop.installation.switch(f"subscriptions/{found['razorpay_subscription_id']}/fail-next", n=n)
    days.until(found["charge_at"])
    once(shop, subscription, lambda row: row["auth_attempts"] == 1)
    days.work(minutes=6)


def once(shop: Shop, subscription: Any, true: Callable[[Any], Any]) -> Any:
    """The subscription, once this is true of it."""

    def found() -> Any:
        row = shop.call("GET", f"subscriptions/{subscription['id']}")
        return row if true(row) else None

    return eventually(found, shop.installation)


def test_a_charge_of_razorpay_fails_and_another_card_mends_it(
    shop: Shop, days: Days, circle: Any, meera: Visitor, ananya: Visitor
) -> None:
    subscription = subscribes(shop, ananya, circle, email=EMAIL, name="Ananya Iyer")
    charge_fails(shop, days, subscription, 1)
    the_seller_sees_what_razorpay_does(subscription, meera)
    the_buyer_is_told_and_keeps_access(shop, days, circle)
    days.pass_by(hours=2)
    the_buyer_gives_another_card(shop, circle, ananya)
    shop.installation.mail(SELLER, "Ananya Iyer has paid for Dyers' Circle after all")
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.sees("Active", "Recovering cycle 2", "Not needed: it was paid")
    meera.look("subscription-mended")


def the_seller_sees_what_razorpay_does(subscription: Any, meera: Visitor) -> None:
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.comes_to_see("Too little money in the account")
    meera.sees(
        "Recovering cycle 2",
        "First try failed",
        "Re-attempt 1 of 3",
        "Razorpay charges",
        "0 of 3 used",
    )
    meera.sees("What works without waiting", "The buyer changes the card or UPI", "Grace until")
    meera.look("subscription-pending")
    meera.go("/recovery/")
    meera.sees("Ananya Iyer", "Dyers' Circle", "Razorpay charges")
    meera.look("recovery-of-razorpay")


def the_buyer_is_told_and_keeps_access(shop: Shop, days: Days, circle: Any) -> None:
    days.end_patience()
    mail = shop.installation.mail(EMAIL, "The charge for Dyers' Circle did not go through")
    assert "re-attempt 1 of 3. If you pay before, it is not." in mail
    assert "Meanwhile you keep access." in mail
    assert mail.link("/l/.+").startswith(shop.installation.sandbox)
    assert shop.access(circle)["allowed"] is True


def the_buyer_gives_another_card(shop: Shop, circle: Any, ananya: Visitor) -> None:
    ananya.open_purchases(EMAIL)
    ananya.sees("The last charge did not go through", "It is tried again by itself")
    ananya.look("my-pending")
    ananya.follow("Change how you pay")
    ananya.look("method")
    ananya.page.get_by_role("button", name="Choose another card").click()
    ananya.chooses("Use this method from now on")
    ananya.reads("Your subscription goes on")
    ananya.look("method-changed")
    assert shop.access(circle)["allowed"] is True


def test_a_halted_one_comes_back_when_its_open_invoice_is_paid(
    shop: Shop, days: Days, circle: Any, meera: Visitor, visit: Visit
) -> None:
    ravi = visit()
    subscription = subscribes(shop, ravi, circle, email=RAVI, name="Ravi Menon")
    charge_fails(shop, days, subscription, 4)
    mail = it_is_tried_in_vain_until_it_halts(shop, days, circle, subscription, meera)
    ravi.open_purchases(RAVI)
    ravi.sees("The charge failed, and is not tried again.")
    ravi.look("my-halted")
    invoice, _change = mail.links("/l/.+")
    ravi.page.goto(invoice)
    ravi.press("Pay ₹299.00")
    it_is_open_again(shop, circle, subscription, meera, ravi)


def it_is_tried_in_vain_until_it_halts(
    shop: Shop, days: Days, circle: Any, subscription: Any, meera: Visitor
) -> Any:
    """The buyer's mail about it."""
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.comes_to_see("First try failed")
    days.end_patience()
    shop.installation.mail(RAVI, "The charge for Dyers' Circle did not go through")
    assert shop.access(circle, RAVI)["allowed"] is True
    for _reattempt in range(3):
        days.work(days=1)
    meera.comes_to_see("Re-attempt 3 of 3 failed")
    days.end_patience()
    mail = shop.installation.mail(RAVI, "Your access to Dyers' Circle is suspended")
    told = shop.installation.mail(SELLER, "Ravi Menon: charges for Dyers' Circle stopped")
    assert "was tried 4 times and failed" in told
    shop.until(circle, email=RAVI, allowed=False, because="suspended")
    meera.sees("Halted", "3 of 3 used", "How it can still be paid")
    meera.look("subscription-halted")
    meera.go("/recovery/?state=given_up")
    meera.sees("Ravi Menon", "3 of 3")
    meera.look("recovery-of-halted")
    return mail


def it_is_open_again(
    shop: Shop, circle: Any, subscription: Any, meera: Visitor, ravi: Visitor
) -> None:
    shop.until(circle, email=RAVI, allowed=True, because="paid")
    shop.installation.mail(SELLER, "Ravi Menon has paid for Dyers' Circle after all")
    ravi.go("/my/")
    ravi.sees("Active", "Open until")
    ravi.look("my-open-again")
    meera.go(f"/subscriptions/{subscription['id']}/")
    meera.comes_to_see("Active")
    meera.look("subscription-open-again")
    meera.go("/recovery/?state=recovered")
    meera.sees("Ravi Menon", "Ananya Iyer")
    meera.look("recovery-of-both")
