"""A round with each call against the sandbox: the answers as Razorpay gives them."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway
from gateways.razorpay.client import Razorpay
from gateways.razorpay.errors import (
    KeysRefused,
    OutcomeUnknown,
    RazorpayError,
    Refused,
    TooManyRequests,
    Unreachable,
)
from tests.gateways.stand_in import LIVE_KEYS, TEST_KEYS, Desk

HASTY = (1.0, 0.3)
MONTHLY: dict[str, Any] = {
    "period": "monthly",
    "interval": 1,
    "item": {"name": "Weavers' Circle", "amount": 49900, "currency": "INR"},
}


@pytest.fixture
def razorpay(desk: Desk) -> Razorpay:
    return Razorpay(*TEST_KEYS)


def make_order(razorpay: Razorpay, receipt: str = "ord_1", **changes: Any) -> dict[str, Any]:
    asked = {"amount": 49900, "currency": "INR", "notes": {"raseed_order": receipt}, **changes}
    return razorpay.create_order(receipt=receipt, **asked)


def test_a_new_account_has_no_newest_order(razorpay: Razorpay) -> None:
    assert razorpay.newest_order() is None


def test_an_order_is_made_and_found_again(razorpay: Razorpay, desk: Desk) -> None:
    made = make_order(razorpay)
    assert made["id"].startswith("order_")
    assert (made["amount"], made["receipt"]) == (49900, "ord_1")
    assert made["notes"] == {"raseed_order": "ord_1"}
    assert razorpay.order(made["id"])["status"] == "created"
    desk.wait_out_the_lag()
    newest = razorpay.newest_order()
    assert newest is not None
    assert newest["id"] == made["id"]


def test_the_same_receipt_gives_the_same_order(razorpay: Razorpay) -> None:
    assert make_order(razorpay)["id"] == make_order(razorpay)["id"]
    assert make_order(razorpay, "ord_2")["id"] != make_order(razorpay)["id"]


def test_the_keys_of_one_mode_do_not_see_the_other(razorpay: Razorpay) -> None:
    made = make_order(razorpay)
    with pytest.raises(Refused, match="does not exist"):
        Razorpay(*LIVE_KEYS).order(made["id"])


def test_a_gateway_brings_its_own_keys(gateway: Gateway, desk: Desk) -> None:
    with pytest.raises(KeysRefused):
        Razorpay.of(gateway).newest_order()
    gateway.key_id, gateway.key_secret = TEST_KEYS
    assert Razorpay.of(gateway).newest_order() is None


@pytest.mark.parametrize(
    "keys",
    [
        (TEST_KEYS[0], LIVE_KEYS[1]),
        (TEST_KEYS[0], ""),
        (TEST_KEYS[0], TEST_KEYS[1] + " "),
        ("rzp_test_nobody00000001", TEST_KEYS[1]),
    ],
)
def test_wrong_keys_are_refused_in_razorpays_words(desk: Desk, keys: tuple[str, str]) -> None:
    with pytest.raises(KeysRefused, match="Authentication failed"):
        Razorpay(*keys).newest_order()


def test_what_razorpay_does_not_take_is_a_refusal_with_its_field(razorpay: Razorpay) -> None:
    with pytest.raises(Refused) as caught:
        make_order(razorpay, amount=1)
    assert caught.value.field == "amount"
    assert "at least" in caught.value.description


def test_a_plan_is_found_by_our_note_once_the_list_knows_it(razorpay: Razorpay, desk: Desk) -> None:
    made = razorpay.create_plan(**MONTHLY, notes={"raseed_price": "prc_1"})
    razorpay.create_plan(**MONTHLY, notes={})  # its notes come back as a list
    assert razorpay.find_plan("prc_1") is None, "lists lag behind"
    desk.wait_out_the_lag()
    assert razorpay.find_plan("prc_1") == made["id"]
    assert razorpay.find_plan("prc_2") is None


def test_a_subscription_its_payment_and_its_invoice(razorpay: Razorpay, desk: Desk) -> None:
    plan = razorpay.create_plan(**MONTHLY, notes={})
    made = razorpay.create_subscription({"plan_id": plan["id"], "total_count": 12})
    assert razorpay.subscription(made["id"])["status"] == "created"
    desk.press(f"subscriptions/{made['id']}/pay")
    assert razorpay.subscription(made["id"])["status"] == "active"
    (told,) = desk.read("books")["payments"]
    payment = razorpay.payment(told["id"])
    assert (payment["status"], payment["amount"]) == ("captured", 49900)
    assert razorpay.invoice(payment["invoice_id"])["subscription_id"] == made["id"]


@pytest.mark.parametrize("kind", ["order", "subscription", "payment", "invoice"])
def test_what_does_not_exist_is_a_refusal(razorpay: Razorpay, kind: str) -> None:
    with pytest.raises(Refused, match="does not exist"):
        getattr(razorpay, kind)(f"{kind}_Rsd00000000001")


# switch: (what a question makes of it, what an order makes of it, orders made)
MOODS: dict[str, tuple[type[RazorpayError], type[RazorpayError], int]] = {
    "timeout": (Unreachable, OutcomeUnknown, 0),
    "lost": (Unreachable, OutcomeUnknown, 1),
    "junk": (Unreachable, OutcomeUnknown, 1),
    "401": (KeysRefused, KeysRefused, 0),
    "429": (TooManyRequests, TooManyRequests, 0),
    "500": (Unreachable, OutcomeUnknown, 0),
    "502": (Unreachable, OutcomeUnknown, 0),
}


@pytest.mark.parametrize("fail", MOODS)
def test_each_mood_of_the_api(desk: Desk, capsys: pytest.CaptureFixture[str], fail: str) -> None:
    question, deed, made = MOODS[fail]
    razorpay = Razorpay(*TEST_KEYS, HASTY)
    desk.press("api", fail=fail)
    with pytest.raises(question) as asked:
        razorpay.order("order_Rsd00000000001")
    with pytest.raises(deed) as ordered:
        make_order(razorpay)
    desk.press("api", fail="none")
    assert (type(asked.value), type(ordered.value)) == (question, deed)
    assert len(desk.read("books")["orders"]) == made
    assert capsys.readouterr() == ("", "")


def test_after_a_lost_answer_the_receipt_finds_the_order_that_was_made(
    razorpay: Razorpay, desk: Desk
) -> None:
    desk.press("api", fail="lost", count=1)
    with pytest.raises(OutcomeUnknown):
        make_order(razorpay)
    again = make_order(razorpay)
    (only,) = desk.read("books")["orders"]
    assert again["id"] == only["id"]
