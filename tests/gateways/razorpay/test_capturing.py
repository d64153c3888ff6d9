"""Capturing a payment, looking at one refund, and being told to slow down."""

from __future__ import annotations

import pytest
import responses

from gateways.razorpay.client import Razorpay
from gateways.razorpay.errors import OutcomeUnknown, Refused, TooManyRequests
from tests.gateways.razorpay.failing import KEYS, ORDERS
from tests.gateways.stand_in import TEST_KEYS, Desk


@pytest.fixture
def authorized(desk: Desk) -> str:
    order = desk.order(payment={"capture": "manual"})
    return str(desk.press(f"orders/{order['id']}/pay")["payment"]["id"])


def test_an_authorized_payment_is_captured_once(desk: Desk, authorized: str) -> None:
    razorpay = Razorpay(*TEST_KEYS)
    captured = razorpay.capture(authorized, amount=50_000, currency="INR")
    assert (captured["id"], captured["status"], captured["captured"]) == (
        authorized, "captured", True,
    )  # fmt: skip
    with pytest.raises(Refused, match="already been captured"):
        razorpay.capture(authorized, amount=50_000, currency="INR")
    assert razorpay.payment(authorized)["status"] == "captured"


@pytest.mark.parametrize("terms", [{"amount": 49_999}, {"currency": "USD"}])
def test_another_amount_is_refused_and_takes_nothing(
    desk: Desk, authorized: str, terms: dict[str, object]
) -> None:
    razorpay = Razorpay(*TEST_KEYS)
    with pytest.raises(Refused, match="equal to the amount authorized"):
        razorpay.capture(authorized, **{"amount": 50_000, "currency": "INR", **terms})  # type: ignore[arg-type]
    assert razorpay.payment(authorized)["status"] == "authorized"


def test_the_terms_of_one_capture_are_not_those_of_the_next(desk: Desk, authorized: str) -> None:
    """The package writes into the dict that it is given, or into one that all calls share."""
    razorpay = Razorpay(*TEST_KEYS)
    with pytest.raises(Refused):
        razorpay.capture(authorized, amount=1, currency="INR")
    assert razorpay.capture(authorized, amount=50_000, currency="INR")["amount"] == 50_000


def test_a_lost_answer_leaves_it_open_what_was_done(desk: Desk, authorized: str) -> None:
    razorpay = Razorpay(*TEST_KEYS)
    desk.press("api", fail="lost", count=1)
    with pytest.raises(OutcomeUnknown):
        razorpay.capture(authorized, amount=50_000, currency="INR")
    assert razorpay.payment(authorized)["status"] == "captured"


def test_one_refund_by_its_id_at_once(desk: Desk) -> None:
    _order, payment = desk.paid_order()
    made = desk.press(f"payments/{payment['id']}/refund", status="pending")["refund"]
    assert Razorpay(*TEST_KEYS).refund_made(made["id"])["status"] == "pending"


def test_calls_are_counted_also_those_that_fail(desk: Desk) -> None:
    razorpay = Razorpay(*TEST_KEYS)
    razorpay.newest_order()
    with pytest.raises(Refused):
        razorpay.order("order_Unknown0000001")
    assert razorpay.calls == 2


@pytest.mark.parametrize(
    ("said", "heard"),
    [("120", 120), (" 7 ", 7), ("0", 0), (None, None), ("", None), ("-5", None), ("1.5", None),
     ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("9" * 30, None), ("\u0661\u0662", None)],
)  # fmt: skip
def test_how_long_to_wait_is_heard_where_it_is_said_in_seconds(
    web: responses.RequestsMock, said: str | None, heard: int | None
) -> None:
    headers = {} if said is None else {"Retry-After": said}
    web.add("GET", ORDERS, status=429, json={}, headers=headers)
    with pytest.raises(TooManyRequests) as caught:
        Razorpay(*KEYS).newest_order()
    assert caught.value.retry_after == heard
