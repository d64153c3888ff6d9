"""Debits by token: what is made at once, and what becomes of it later."""

import pytest

from tests.sandbox.desk import Desk, Doc
from tests.sandbox.mandates import (
    AMOUNT,
    DOMESTIC_CARD,
    FOREIGN_CARD,
    GIVEN_BACK,
    PAID,
    UPI,
    Seller,
)

HOUR = 3_600
LATER = {"domestic": 36 * HOUR + 300, "soonest": 120, "latest": 6 * HOUR}


@pytest.fixture
def seller(desk: Desk) -> Seller:
    return Seller(desk)


def test_accepted_is_not_paid(seller: Seller) -> None:
    token, order = seller.token(), seller.bill()
    payment = seller.debit(order, token, description="July", notes={"raseed_debit": "d-1"})
    assert (payment["status"], payment["captured"]) == ("created", False)
    assert (payment["order_id"], payment["amount"]) == (order["id"], AMOUNT)
    assert (payment["token_id"], payment["customer_id"]) == (token["id"], seller.customer["id"])
    assert payment["notes"] == {"raseed_debit": "d-1"}
    assert payment["description"] == "July"
    assert payment["card_id"] == token["card"]["id"]
    now = seller.order(order)
    assert (now["status"], now["attempts"], now["amount_paid"]) == ("attempted", 1, 0)


def test_who_the_buyer_is_need_not_be_said(seller: Seller) -> None:
    order = seller.bill()
    payment = seller.debit(order, seller.token(), email="", contact="", recurring=True)
    assert payment["status"] == "created"


def test_a_domestic_card_is_debited_a_day_and_a_half_later(seller: Seller) -> None:
    token, order = seller.token(**DOMESTIC_CARD), seller.bill()
    payment = seller.debit(order, token)
    assert seller.go(hours=36, minutes=4) == []
    assert seller.payment(payment["id"])["status"] == "created"
    assert seller.go(minutes=2) == PAID
    now = seller.payment(payment["id"])
    assert (now["status"], now["captured"]) == ("captured", True)
    assert seller.order(order)["status"] == "paid"
    (row,) = seller.desk.read(f"charges?order_id={order['id']}")["charges"]
    assert row["final_at"] - row["at"] == LATER["domestic"]


def test_a_large_debit_waits_for_the_buyers_approval(seller: Seller) -> None:
    terms = {"max_amount": 5_000_000}
    order = seller.authorisation(amount=2_000_000, token=terms)
    token = seller.desk.press(f"orders/{order['id']}/pay")["token"]
    large = seller.desk.order(amount=1_500_001)
    seller.debit(large, token, amount=1_500_001)
    seller.go(days=4)
    (row,) = seller.desk.read(f"charges?order_id={large['id']}")["charges"]
    assert LATER["domestic"] < row["final_at"] - row["at"] <= 72 * HOUR


@pytest.mark.parametrize("how", [UPI, FOREIGN_CARD])
def test_others_are_known_within_hours(seller: Seller, how: Doc) -> None:
    token = seller.token(**how)
    orders = [seller.bill() for _ in range(12)]
    for order in orders:
        assert seller.debit(order, token)["international"] is how.get("international", False)
    assert seller.go(minutes=1) == []
    seller.go(hours=6, minutes=1)
    rows = [r for r in seller.desk.read("charges")["charges"] if r["by"] == "api"]
    waits = {row["final_at"] - row["at"] for row in rows}
    assert {row["status"] for row in rows} == {"captured"}
    assert LATER["soonest"] <= min(waits) < max(waits) <= LATER["latest"]
    assert len(waits) > 3


@pytest.mark.parametrize(("minutes", "later"), [(5, 5), (90, 90)])
def test_test_mode_answers_after_some_minutes(seller: Seller, minutes: int, later: int) -> None:
    seller.desk.press("debits/speed", minutes=minutes)
    seller.debit(seller.bill(), seller.token())
    assert seller.go(minutes=later - 1) == []
    assert seller.go(minutes=1, seconds=1) == PAID


def test_or_at_once(seller: Seller) -> None:
    seller.desk.press("debits/speed", minutes=0)
    order = seller.bill()
    assert seller.debit(order, seller.token())["status"] == "captured"
    assert [event["type"] for event in seller.desk.all_events()][-3:] == PAID
    seller.desk.press("debits/speed")
    assert seller.desk.read("debits")["debits"]["minutes"] is None


def test_coming_debits_fail_for_a_reason(seller: Seller) -> None:
    token, order = seller.token(**UPI), seller.bill()
    seller.desk.press(f"tokens/{token['id']}/fail-next", n=2, reason="bank_technical_error")
    for _ in range(2):
        payment = seller.debit(order, token)
        assert seller.go(hours=7) == ["payment.failed"]
        failed = seller.payment(payment["id"])
        assert (failed["status"], failed["error_reason"]) == ("failed", "bank_technical_error")
    assert seller.debit(order, token)["status"] == "created"
    assert seller.go(hours=7) == PAID
    assert seller.order(order)["attempts"] == 3


@pytest.mark.parametrize(
    ("verb", "reason"),
    [("pause", "mandate_paused"), ("cancel", "mandate_cancelled"), ("expire", "mandate_expired")],
)
def test_a_mandate_that_ends_meanwhile_is_not_debited(
    seller: Seller, verb: str, reason: str
) -> None:
    token, order = seller.token(), seller.bill()
    payment = seller.debit(order, token)
    seller.desk.press(f"tokens/{token['id']}/{verb}")
    assert seller.go(days=2) == ["payment.failed"]
    assert seller.payment(payment["id"])["error_reason"] == reason


def test_deleting_the_token_stops_no_debit_under_way(seller: Seller) -> None:
    token, order = seller.token(), seller.bill()
    seller.debit(order, token)
    seller.desk.client.token.delete(seller.customer["id"], token["id"])
    assert seller.go(days=2) == PAID


def test_an_order_that_was_paid_meanwhile_is_not_charged_twice(seller: Seller) -> None:
    token, order = seller.token(), seller.bill()
    payment = seller.debit(order, token)
    seller.desk.press(f"orders/{order['id']}/pay", method="upi")
    assert seller.go(days=2) == GIVEN_BACK
    now = seller.payment(payment["id"])
    assert (now["status"], now["captured"]) == ("refunded", False)
    assert seller.order(order)["amount_paid"] == AMOUNT


def test_the_result_can_be_given_by_hand(seller: Seller) -> None:
    token, order = seller.token(), seller.bill()
    path = f"payments/{seller.debit(order, token)['id']}"
    assert seller.desk.happens(f"{path}/pay") == PAID
    assert seller.go(days=3) == []
    other = seller.debit(seller.bill(), token)
    failed = seller.desk.press(f"payments/{other['id']}/fail", reason="card_declined")
    assert failed["payment"]["error_reason"] == "card_declined"
    assert seller.go(days=3) == []
    assert seller.desk.happens(f"payments/{other['id']}/authorise-late") == PAID


def test_a_failed_one_that_goes_through_late_after_another_paid(seller: Seller) -> None:
    token, order = seller.token(**UPI), seller.bill()
    seller.desk.press(f"tokens/{token['id']}/fail-next", n=1)
    first = seller.debit(order, token)
    seller.go(hours=7)
    seller.debit(order, token)
    seller.go(hours=7)
    assert seller.desk.happens(f"payments/{first['id']}/authorise-late") == GIVEN_BACK
    assert seller.order(order)["amount_paid"] == AMOUNT
