"""Signed by a seller who means no good, or by nobody: never a 5xx, never a dead worker."""

from __future__ import annotations

import gzip
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.models import Gateway
from orders.models import Order, Payment
from tests.conftest import Razorpay
from tests.samples import MISSING, as_bytes, names, sample
from webhooks import work
from webhooks.models import Event

NUL = json.dumps(sample("payment.captured", payment={"description": "a\0b", "vpa": "a\0b"}))
SURROGATE = json.dumps(sample("payment.captured")).replace("ananya.iyer@okbank", "\\ud800\\udc")
HUGE = as_bytes(sample("payment.captured")).replace(b"49900", b"9" * 5000)
BODIES: dict[str, tuple[bytes, str]] = {
    "nul bytes": (NUL.encode(), "accepted"),
    "half a surrogate": (SURROGATE.replace("\\udc", "").encode(), "accepted"),
    "a number of 5,000 digits": (HUGE, "accepted"),
    "a float too large": (HUGE.replace(b"9" * 5000, b"1e400"), "accepted"),
    "NaN": (as_bytes(sample("payment.captured")).replace(b"49900", b"NaN"), "unreadable"),
    "infinite": (
        as_bytes(sample("payment.captured")).replace(b"49900", b"-Infinity"),
        "unreadable",
    ),
    "nested too deep": (b'{"event":"payment.captured","x":' + b"[" * 100_000, "unreadable"),
    "closed nesting": (
        b'{"event":"payment.captured","x":' + b"[" * 60_000 + b"]" * 60_000 + b"}",
        "unreadable",
    ),
    "gzip": (gzip.compress(as_bytes(sample("payment.captured"))), "unreadable"),
    "utf-16": (json.dumps(sample("payment.captured")).encode("utf-16"), "unreadable"),
    "a byte order mark": (b"\xef\xbb\xbf" + as_bytes(sample("payment.captured")), "unreadable"),
    "a multipart form": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "unreadable"),
    "keys twice": (b'{"event":"x","event":"payment.captured"}', "accepted"),
    "payload is a list": (b'{"event":"payment.captured","payload":[1]}', "accepted"),
    "no payload": (b'{"event":"payment.captured"}', "accepted"),
    "a name with NUL": (b'{"event":"pay\\u0000ment"}', "ignored"),
    "a very long name": (b'{"event":"' + b"x" * 5000 + b'"}', "ignored"),
    "an account that is none": (b'{"event":"payment.captured","account_id":{}}', "accepted"),
}


@pytest.mark.parametrize("name", BODIES)
def test_signed_junk_is_kept_and_harms_nobody(razorpay: Razorpay, order: Order, name: str) -> None:
    body, answer = BODIES[name]
    response = razorpay.post(body)
    assert (response.status_code, response.json()) == (200, {"status": answer})
    work.work()
    event = Event.objects.get()
    assert bytes(event.body) == body
    assert event.processed_at is not None, event.error
    assert event.status != "parked", event.error


ODD: list[Any] = [None, "", [], {}, "x", -1, 0, 1.5, True, "49900", 2**63, [1], {"a": 1}, "\0"]


# The bodies of a dispute differ in one word.
SAME = {f"payment.dispute.{step}" for step in ("action_required", "closed", "under_review", "won")}
# A number or a NUL that a column cannot take is seen on both databases by these.
ON_BOTH = {"payment.captured.card", "subscription.charged", "refund.processed", "invoice.paid"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in ON_BOTH else pytest.mark.served)
        for name in names()
        if name not in SAME
    ],
)
def test_no_odd_value_in_any_field_stops_an_event(
    razorpay: Razorpay, order: Order, subscription: Any, name: str
) -> None:
    """Each field of each sample in turn takes a wrong type, or is missing."""
    rng = random.Random(name)
    whole = sample(name)
    sent = 0
    for kind, wrapper in whole["payload"].items():
        if kind == "created_at":
            continue
        for key in wrapper["entity"]:
            odd = rng.choice([MISSING, *ODD])
            assert razorpay.post(sample(name, **{kind: {key: odd}})).status_code == 200
            sent += 1
    work.work(budget=60)
    stuck = Event.objects.exclude(status__in=["processed", "unmatched"])
    assert [(event.status, event.error) for event in stuck] == []
    assert Event.objects.count() > sent // 2


@pytest.mark.parametrize("amount", [True, "49900", 1.0, -49900, 2**60, None, MISSING])
def test_an_amount_that_is_none_pays_for_nothing(
    razorpay: Razorpay, order: Order, amount: Any
) -> None:
    razorpay.tell(sample("payment.captured", payment={"amount": amount}))
    order.refresh_from_db()
    assert (order.status, order.amount_paid) == ("attempted", 0)
    assert not order.grants.exists()


@pytest.mark.parametrize("change", [{"amount": 100}, {"currency": "USD"}, {"currency": "JPY"}])
def test_a_rupee_does_not_buy_a_course(
    razorpay: Razorpay, order: Order, change: dict[str, Any]
) -> None:
    razorpay.tell(sample("payment.captured", payment=change))
    order.refresh_from_db()
    assert order.status == "attempted"
    assert not order.grants.exists()


def test_a_seller_cannot_touch_another_sellers_books(
    razorpay: Razorpay, order: Order, their_gateway: Gateway
) -> None:
    """Charlie signs events, with his own secret, that name Meera's order, payment and note."""
    before = Order.objects.values().get()
    body = sample("order.paid", payment={"notes": {"raseed_order": order.uid}})
    Razorpay(their_gateway).tell(body, sample("refund.processed"))
    assert Order.objects.values().get() == before
    assert Payment.objects.count() == 0
    assert set(Event.objects.values_list("status", flat=True)) == {"unmatched"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_get_one_of_the_promised_answers(razorpay: Razorpay, body: bytes) -> None:
    response = razorpay.post(body)
    assert response.status_code == 200
    assert response.json()["status"] in {"accepted", "duplicate", "ignored", "unreadable"}
