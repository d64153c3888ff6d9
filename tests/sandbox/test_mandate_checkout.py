"""The checkout of an authorisation order: it says what is allowed, and what comes of it."""

from typing import Any

import pytest

from tests.sandbox.counter import Counter, Page
from tests.sandbox.desk import Desk, Doc
from tests.sandbox.mandates import AMOUNT, FIRST, PAID, Seller

ALLOWS = "You also allow later debits of up to ₹1,000.00 each, whenever the shop asks"


@pytest.fixture
def seller(desk: Desk) -> Seller:
    return Seller(desk)


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)


def opened(counter: Counter, seller: Seller, order: Doc, **fields: Any) -> Page:
    asked = {"order_id": order["id"], "customer_id": seller.customer["id"], "recurring": "1"}
    return counter.frame(**asked | fields)


def test_it_says_so_and_makes_a_token(counter: Counter, seller: Seller) -> None:
    page = opened(counter, seller, seller.authorisation(), notes={"cart": "7"})
    assert ALLOWS in page.text
    assert page.deeds == ["pay", "late", "fail"]
    assert all(name in page.text for name in ("UPI", "Visa", "Card from abroad"))
    assert "Netbanking" not in page.text
    done = counter.press(page, "pay", {"prefill[method]": "card"})
    assert counter.events() == FIRST
    (payment,) = counter.payments()
    (token,) = counter.desk.read("books")["tokens"]
    assert (payment["token_id"], payment["notes"]) == (token["id"], {"cart": "7"})
    assert counter.desk.client.utility.verify_payment_signature(done.message["payment"])


@pytest.mark.parametrize("recurring", ["1", "true", "preferred"])
def test_without_a_script(counter: Counter, seller: Seller, recurring: str) -> None:
    order = seller.authorisation()
    fields = {"order_id": order["id"], "customer_id": seller.customer["id"]}
    callback = "https://shop.example/back/"
    page = counter.embedded(recurring=recurring, callback_url=callback, **fields)
    assert ALLOWS in page.text
    done = counter.press(page, "pay")
    assert done.actions == [callback]
    assert done.fields["razorpay_order_id"] == order["id"]
    assert counter.events() == FIRST


def test_a_card_from_abroad(counter: Counter, seller: Seller) -> None:
    page = opened(counter, seller, seller.authorisation())
    counter.press(page, "pay", {"prefill[method]": "card_abroad"})
    (token,) = counter.desk.read("books")["tokens"]
    assert token["card"]["international"] is True
    assert counter.payments()[0]["international"] is True


def test_the_order_may_want_one_method(counter: Counter, seller: Seller) -> None:
    page = opened(counter, seller, seller.authorisation(method="upi"))
    assert "Visa" not in page.text
    refused = counter.press(page, "pay", {"prefill[method]": "card"}, status=400)
    assert "by upi only" in refused.text
    assert counter.payments() == []
    counter.press(page, "pay")
    assert counter.payments()[0]["method"] == "upi"


@pytest.mark.parametrize("method", ["netbanking", "emandate"])
def test_a_method_that_cannot_be_debited_again(
    counter: Counter, seller: Seller, method: str
) -> None:
    page = opened(counter, seller, seller.authorisation())
    counter.press(page, "pay", {"prefill[method]": method}, status=400)
    assert counter.payments() == []


def test_the_hosted_page_of_the_order(counter: Counter, seller: Seller) -> None:
    page = counter.link(seller.authorisation()["id"])
    assert ALLOWS in page.text
    counter.press(page, "pay")
    assert counter.events() == FIRST


def test_failing_and_trying_again(counter: Counter, seller: Seller) -> None:
    page = opened(counter, seller, seller.authorisation())
    failed = counter.press(page, "fail", {"reason": "card_declined"})
    assert ALLOWS in failed.text
    counter.press(failed, "pay")
    assert counter.events() == ["payment.failed", *FIRST]


def test_an_answer_that_comes_late_confirms_it(counter: Counter, seller: Seller) -> None:
    counter.press(opened(counter, seller, seller.authorisation()), "late")
    assert seller.go(minutes=2) == FIRST


def test_not_asked_for_it_is_an_ordinary_payment(counter: Counter, seller: Seller) -> None:
    page = counter.frame(order_id=seller.authorisation()["id"])
    assert ALLOWS not in page.text
    assert "Netbanking" in page.text
    counter.press(page, "pay")
    assert counter.events() == PAID
    assert counter.desk.read("books")["tokens"] == []


def test_a_form_cannot_take_more_than_was_shown(counter: Counter, seller: Seller) -> None:
    page = counter.frame(order_id=seller.authorisation()["id"])
    sneaked = {"recurring": "1", "customer_id": seller.customer["id"]}
    refused = counter.press(page, "pay", sneaked, status=400)
    assert "Nothing was done" in refused.text
    assert counter.payments() == []


def test_what_does_not_fit_is_refused_in_words(counter: Counter, seller: Seller) -> None:
    plain = seller.desk.order(amount=AMOUNT)
    assert "made with a customer_id and a token" in _refused(counter, seller, plain)
    order = seller.authorisation()
    other = _refused(counter, seller, order, customer_id="cust_12345678901234")
    assert f"for the customer {seller.customer['id']}" in other
    assert "must be the same" in _refused(counter, seller, order, amount=1)


def _refused(counter: Counter, seller: Seller, order: Doc, **fields: Any) -> str:
    return opened(counter, seller, order, status=400, **fields).text


def test_a_paid_one_takes_nothing_more(counter: Counter, seller: Seller) -> None:
    order = seller.authorisation()
    page = opened(counter, seller, order)
    seller.desk.press(f"orders/{order['id']}/pay")
    assert "paid already" in counter.press(page, "pay").text
    assert len(counter.payments()) == 1


def test_subscriptions_offer_what_can_be_charged_again(counter: Counter) -> None:
    subscription = counter.desk.subscription()
    page = counter.frame(subscription_id=subscription["id"])
    assert "Netbanking" not in page.text
    counter.press(page, "pay", {"prefill[method]": "card_abroad"})
    assert counter.payments()[0]["international"] is True
    changing = counter.frame(subscription_id=subscription["id"], subscription_card_change=1)
    counter.press(changing, "pay", {"prefill[method]": "emandate"})
    found = counter.desk.client.subscription.fetch(subscription["id"])
    assert found["payment_method"] == "emandate"
