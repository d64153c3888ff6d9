"""When a debit is refused: the words, the reasons, and that nothing was made."""

from typing import Any

import pytest
import requests

from tests.sandbox.desk import Desk, Doc
from tests.sandbox.mandates import AMOUNT, DOMESTIC_CARD, FOREIGN_CARD, UPI, Seller

PATH = "/v1/payments/create/recurring"


@pytest.fixture
def seller(desk: Desk) -> Seller:
    return Seller(desk)


def failed(seller: Seller, **how: Any) -> tuple[Doc, Doc]:
    """An order with one debit that failed just now."""
    token, order = seller.token(**how), seller.bill()
    payment = seller.debit(order, token)
    seller.desk.press(f"payments/{payment['id']}/fail")
    return order, token


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"amount": AMOUNT - 1}, "amount", "different from your order amount"),
        ({"currency": "USD"}, "amount", "different from your order amount"),
        ({"recurring": "0"}, "recurring", "required"),
        ({"recurring": ""}, "recurring", "required"),
        ({"amount": ""}, "amount", "required"),
        ({"order_id": ""}, "order_id", "required"),
        ({"customer_id": ""}, "customer_id", "required"),
        ({"token": ""}, "token", "required"),
        ({"save": 1}, "save", "should not be sent"),
    ],
)
def test_unreadable_debits(seller: Seller, fields: Doc, field: str, said: str) -> None:
    error = seller.refused(seller.bill(), seller.token(), **fields)
    assert (error["field"], said in error["description"]) == (field, True)


@pytest.mark.parametrize("field", ["order_id", "customer_id", "token"])
def test_what_does_not_exist(seller: Seller, field: str) -> None:
    kind = field.removesuffix("_id").removesuffix("omer")
    error = seller.refused(seller.bill(), seller.token(), **{field: f"{kind}_12345678901234"})
    assert error["description"] == "The id provided does not exist"
    assert error["reason"] == "input_validation_failed"


def test_anothers_token(seller: Seller) -> None:
    token = seller.token()
    other = seller.desk.client.customer.create({"name": "Anil Rao", "email": "anil@example.com"})
    error = seller.refused(seller.bill(), token, customer_id=other["id"])
    assert error["description"] == "The id provided does not exist"


def test_a_paid_order(seller: Seller) -> None:
    token, order = seller.token(), seller.bill()
    seller.desk.press(f"orders/{order['id']}/pay")
    error = seller.refused(order, token)
    assert (error["reason"], "already paid" in error["description"]) == ("order_already_paid", True)


@pytest.mark.parametrize("how", [DOMESTIC_CARD, FOREIGN_CARD, UPI])
def test_one_debit_at_a_time(seller: Seller, how: Doc) -> None:
    token, order = seller.token(**how), seller.bill()
    payment = seller.debit(order, token)
    assert seller.refused(order, token)["reason"] == "payment_in_progress"
    other = seller.token(**UPI)
    assert seller.refused(order, other)["reason"] == "payment_in_progress"
    seller.desk.press(f"payments/{payment['id']}/fail")
    assert seller.debit(order, other)["status"] == "created"


def test_what_the_buyer_left_open_is_in_nobodys_way(seller: Seller) -> None:
    token, order = seller.token(), seller.bill()
    seller.desk.press(f"orders/{order['id']}/start")
    assert seller.debit(order, token)["status"] == "created"


def test_what_waits_for_its_capture_is(seller: Seller) -> None:
    token = seller.token()
    order = seller.desk.order(amount=AMOUNT, payment={"capture": "manual"})
    seller.desk.press(f"orders/{order['id']}/pay")
    assert seller.refused(order, token)["reason"] == "payment_in_progress"


@pytest.mark.parametrize(
    ("verb", "reason"),
    [("pause", "mandate_paused"), ("cancel", "mandate_cancelled"), ("expire", "mandate_expired")],
)
def test_a_mandate_that_is_over(seller: Seller, verb: str, reason: str) -> None:
    token = seller.token()
    seller.desk.press(f"tokens/{token['id']}/{verb}")
    assert seller.refused(seller.bill(), token)["reason"] == reason


def test_a_mandate_that_never_was(seller: Seller) -> None:
    seller.desk.press("tokens", confirm=False)
    token = seller.token()
    assert seller.refused(seller.bill(), token)["reason"] == "mandate_not_active"
    seller.desk.press(f"tokens/{token['id']}/reject")
    assert seller.refused(seller.bill(), token)["reason"] == "mandate_not_active"


def test_more_than_the_mandate_allows(seller: Seller) -> None:
    token = seller.token()
    exact, more = seller.desk.order(amount=100_000), seller.desk.order(amount=100_001)
    error = seller.refused(more, token, amount=100_001)
    assert error["description"] == "Amount exceeds maximum amount allowed"
    assert seller.debit(exact, token, amount=100_000)["amount"] == 100_000


def test_a_domestic_card_rests_for_36_hours(seller: Seller) -> None:
    order, token = failed(seller, **DOMESTIC_CARD)
    assert seller.refused(order, token)["reason"] == "payment_retry_too_soon"
    seller.go(hours=35, minutes=59)
    assert seller.refused(order, token)["reason"] == "payment_retry_too_soon"
    assert seller.debit(seller.bill(), token)["status"] == "created"
    seller.go(minutes=1, seconds=1)
    assert seller.debit(order, token)["status"] == "created"


def test_the_rest_can_be_switched_off(seller: Seller) -> None:
    order, token = failed(seller, **DOMESTIC_CARD)
    seller.desk.press("debits/rules", on=False)
    assert seller.debit(order, token)["status"] == "created"


@pytest.mark.parametrize("how", [FOREIGN_CARD, UPI])
def test_others_need_no_rest(seller: Seller, how: Doc) -> None:
    order, token = failed(seller, **how)
    assert seller.debit(order, token)["status"] == "created"


def test_an_order_may_be_good_for_one_debit_only(seller: Seller) -> None:
    seller.desk.press("debits/refuse-reuse", on=True)
    order, token = failed(seller, **UPI)
    error = seller.refused(order, token)
    assert error["reason"] == "order_reuse_not_allowed"
    assert "Order cannot be reused" in error["description"]
    assert seller.desk.press(f"orders/{order['id']}/pay")["order"]["status"] == "paid"
    seller.desk.press("debits/refuse-reuse", on=False)
    again, token = failed(seller, **UPI)
    assert seller.debit(again, token)["status"] == "created"


def test_the_order_of_a_subscriptions_invoice(seller: Seller) -> None:
    subscription = seller.desk.active_subscription()
    seller.desk.press(f"subscriptions/{subscription['id']}/fail")
    open_order = seller.desk.read("books")["invoices"][-1]["order_id"]
    error = seller.refused({"id": open_order}, seller.token(), amount=99_900)
    assert "belongs to a subscription" in error["description"]


@pytest.mark.parametrize("kind", ["lost", "junk", "silent"])
def test_a_charge_whose_answer_is_lost_was_made(seller: Seller, kind: str) -> None:
    token, order = seller.token(), seller.bill()
    seller.desk.press("api", fail=kind, paths=PATH, count=1)
    with pytest.raises(requests.exceptions.RequestException):
        seller.desk.client.payment.createRecurring(seller.terms(order, token), timeout=0.5)
    assert seller.order(order)["attempts"] == 1
    assert seller.refused(order, token)["reason"] == "payment_in_progress"


@pytest.mark.parametrize("kind", ["timeout", "429", "502", "401", "500"])
def test_a_charge_that_was_refused_at_the_door_was_not_made(seller: Seller, kind: str) -> None:
    token, order = seller.token(), seller.bill()
    seller.desk.press("api", fail=kind, paths=PATH, count=1)
    try:
        answer = seller.desk.call("POST", PATH, json=seller.terms(order, token), timeout=0.5)
        assert answer.status_code == int(kind)
    except requests.exceptions.ReadTimeout:
        assert kind == "timeout"
    assert seller.order(order)["attempts"] == 0
    assert seller.debit(order, token)["status"] == "created"
