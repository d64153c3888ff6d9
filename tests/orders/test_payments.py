"""Payments: a rank that only moves up, and *was captured*, a fact of its own."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from gateways.models import Gateway
from orders import asking
from orders.models import Grant, Order, Payment
from tests.conftest import Razorpay
from tests.lives import DAY, T
from tests.samples import MISSING, sample
from webhooks.models import Event

MOST_ORDERS = 24
RANKS = ["created", "failed", "authorized", "captured", "refunded"]


def told(status: Any, created_at: Any = T, **fields: Any) -> dict[str, Any]:
    """A snapshot with this status, whatever the event's name; `captured` left out unless said."""
    payment = {"captured": MISSING, "refund_status": None, **fields, "status": status}
    return sample("payment.authorized", created_at=created_at, payment=payment)


@pytest.mark.parametrize(("lower", "higher"), [*itertools.combinations(RANKS, 2)])
def test_a_status_never_moves_down_whatever_is_newer(
    razorpay: Razorpay, order: Order, lower: str, higher: str
) -> None:
    razorpay.tell(told(higher, T), told(lower, T + 900))
    assert Payment.objects.get().status == higher


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("later", [-5, 0, 5])
@pytest.mark.parametrize("status", ["failed", "authorized", "captured"])
def test_a_body_that_leaves_out_why_it_failed_takes_no_reason_away(
    razorpay: Razorpay, order: Order, status: str, nothing: Any, later: int
) -> None:
    """Some bodies of failed payments have their errors empty, and all of late authorisations."""
    why = told("failed", T, error_reason="card_expired", error_description="It has expired.")
    razorpay.tell(why, told(status, T + later, error_reason=nothing, error_description=nothing))
    payment = Payment.objects.get()
    assert (payment.error_reason, payment.error_description) == ("card_expired", "It has expired.")


def test_a_status_that_is_unknown_or_missing_changes_nothing(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(told("failed"), told("exploded", T + 5), told(MISSING, T + 6))
    assert Payment.objects.get().status == "failed"


@pytest.mark.parametrize(
    ("status", "flag", "refund_status", "was_captured"),
    [
        ("captured", False, None, True),
        ("captured", MISSING, None, True),
        ("refunded", True, None, True),
        ("refunded", 1, None, True),
        ("refunded", "1", "full", True),
        ("refunded", False, "full", False),
        ("refunded", MISSING, None, False),
        (MISSING, True, "partial", True),
        (MISSING, True, None, False),
        ("created", True, None, False),
        ("failed", True, "full", False),
        ("authorized", "1", "partial", False),
    ],
)
def test_was_captured(
    razorpay: Razorpay, order: Order, status: Any, flag: Any, refund_status: Any, was_captured: bool
) -> None:
    razorpay.tell(told(status, captured=flag, refund_status=refund_status))
    assert Payment.objects.get().captured is was_captured
    assert Grant.objects.exists() is was_captured


def test_it_stays_captured_and_was_captured_when_it_first_said_so(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(told("captured", T + 50), told("captured", T + 9), told("authorized", T + 99))
    payment = Payment.objects.get()
    assert (payment.captured, payment.captured_at) == (True, T + 9)


def fetched(status: str, **fields: Any) -> dict[str, Any]:
    """As the API answers: it names the payment's creation, a day before T, and no other time."""
    body = told(status, MISSING, **fields) | {"event": "payment.fetched"}
    body["payload"]["payment"]["entity"]["created_at"] = T - DAY
    return body


def dates(razorpay: Razorpay, gateway: Gateway, *bodies: dict[str, Any]) -> set[tuple[Any, Any]]:
    """When it failed and when it was captured, in every order of arrival; of very many, in some."""
    found = set()
    every = list(itertools.permutations(bodies))
    for order_of_arrival in random.Random(1).sample(every, min(MOST_ORDERS, len(every))):
        Payment.objects.all().delete()
        Event.objects.all().delete()
        for body in order_of_arrival:
            if body["event"] == "payment.fetched":
                entity = body["payload"]["payment"]["entity"]
                asking.pass_on(gateway.pk, "payment.fetched", {"payment": entity})
            else:
                razorpay.tell(body)
        found.add(Payment.objects.values_list("failed_at", "captured_at").get())
    return found


def test_an_event_knows_better_than_an_answer_when_it_was(
    razorpay: Razorpay, order: Order, gateway: Gateway
) -> None:
    heard = told("failed", T + 40), told("captured", T + 90), told("captured", T + 95)
    asked = fetched("failed"), fetched("captured")
    assert dates(razorpay, gateway, *heard, *asked) == {(T + 40, T + 90)}


def test_what_was_only_fetched_was_captured_no_earlier_than_it_failed(
    razorpay: Razorpay, order: Order, gateway: Gateway
) -> None:
    assert dates(razorpay, gateway, fetched("captured")) == {(None, T - DAY)}
    asked = fetched("failed"), fetched("captured")
    assert dates(razorpay, gateway, *asked, told("failed", T)) == {(T, T)}


def test_a_refund_that_tells_of_a_capture_does_not_tell_when_it_was(
    razorpay: Razorpay, order: Order, gateway: Gateway
) -> None:
    later = told("captured", T + 9 * DAY, refund_status="partial", amount_refunded=100)
    assert dates(razorpay, gateway, fetched("captured"), later) == {(None, T - DAY)}


def test_of_two_reasons_the_newest_stays(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(
        told("failed", T + 5, error_reason="payment_timed_out"),
        told("failed", T + 1, error_reason="insufficient_funds"),
    )
    assert Payment.objects.get().error_reason == "payment_timed_out"


def test_a_second_order_id_is_kept_beside_the_first(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(told("captured", T), told("captured", T + 1, order_id="order_RsdOther000001"))
    payment = Payment.objects.get()
    assert payment.razorpay_order_id == "order_RsdOrder000001"
    assert payment.conflicts == {"razorpay_order_id": [[T + 1, "order_RsdOther000001"]]}


def test_a_placeholder_is_no_address_and_another_one_is_shown_and_never_used(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(told("captured", T, email="VOID@razorpay.com"))
    assert Payment.objects.get().email == ""
    razorpay.tell(told("captured", T + 1, email="Somebody.Else@example.com"))
    assert Payment.objects.get().email == "somebody.else@example.com"
    assert Grant.objects.filter(customer__email="ananya.iyer@example.com").count() == 2
    assert Grant.objects.count() == 2
