"""The envelope: what can be read, what its name is, and when its snapshot was taken."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gateways.razorpay import deliveries
from gateways.razorpay.deliveries import Unreadable

T = 1_795_500_000
BODY: dict[str, Any] = {
    "entity": "event",
    "account_id": "acc_RsdTestAcc0001",
    "event": "payment.captured",
    "contains": ["payment"],
    "payload": {"payment": {"entity": {"id": "pay_1", "amount": 49900, "order_id": "order_1"}}},
    "created_at": T,
}


def raw(**changes: Any) -> bytes:
    return json.dumps({**BODY, **changes}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"[]",
        b"5",
        b"null",
        b'"payment.captured"',
        b"{",
        b'{"event":"payment.captured",}',
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"event":"payment.captured"}',
        b'{"event":NaN}',
        b'{"event":"payment.captured","payload":{"x":-Infinity}}',
        b'{"a":' * 100_000,
        b'{"event":"payment.captured"} {"event":"payment.captured"}',
    ],
)
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        deliveries.read(body)


@pytest.mark.parametrize("name", [None, "", "  ", 5, [], {}, True])
def test_what_has_no_name_is_unreadable(name: Any) -> None:
    with pytest.raises(Unreadable):
        deliveries.read(raw(event=name))


def test_an_unreadable_body_is_not_quoted_at_length() -> None:
    with pytest.raises(Unreadable) as caught:
        deliveries.load(b'{"x": "' + b"secret" * 10_000)
    assert len(str(caught.value)) <= 200


def test_a_delivery_says_what_it_is_about() -> None:
    body = raw()
    delivery = deliveries.read(body)
    assert (delivery.type, delivery.account_id, delivery.as_of) == (
        "payment.captured",
        "acc_RsdTestAcc0001",
        T,
    )
    assert delivery.digest == hashlib.sha256(body).hexdigest()
    payment = delivery["payment"]
    assert payment is not None
    assert (payment.id, payment.get("amount")) == ("pay_1", 49900)
    assert delivery["refund"] is None
    assert delivery.ids() == ["order_1", "pay_1"]


def test_every_id_by_which_a_story_may_be_found_is_named_once() -> None:
    payment = {"id": "pay_1", "order_id": "order_1", "invoice_id": "inv_1", "token_id": "token_1"}
    invoice = {"id": "inv_1", "subscription_id": "sub_1", "payment_id": "pay_1", "order_id": None}
    payload = {"payment": {"entity": payment}, "invoice": {"entity": invoice}}
    ids = deliveries.read(raw(payload=payload)).ids()
    assert ids == ["inv_1", "order_1", "pay_1", "sub_1", "token_1"]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "x",
        {},
        {"payment": None},
        {"payment": []},
        {"payment": {"entity": None}},
        {"payment": {"entity": [1]}},
        {"payment": {"entity": {"id": 5}}},
        {"pony": {"entity": {"id": "pony_1"}}},
    ],
)
def test_a_payload_without_entities_is_read_all_the_same(payload: Any) -> None:
    delivery = deliveries.read(raw(payload=payload))
    assert (delivery.entities, delivery.ids(), delivery.as_of) == ({}, [], T)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("acc_RsdTestAcc0001", "acc_RsdTestAcc0001"),
        (None, ""),
        ("", ""),
        ({}, ""),
        ("acc with spaces", ""),
        ("a" * 40, "a" * 32),
        (5, ""),
    ],
)
def test_an_account_that_is_none_is_empty(given: Any, kept: str) -> None:
    assert deliveries.read(raw(account_id=given)).account_id == kept


def test_a_very_long_name_is_cut_and_a_nul_in_it_dropped() -> None:
    assert deliveries.read(raw(event="pay\0ment." + "x" * 99)).type == "payment." + "x" * 56


def test_a_number_of_thousands_of_digits_is_no_amount() -> None:
    body = raw().replace(b"49900", b"9" * 5000)
    payment = deliveries.read(body)["payment"]
    assert payment is not None
    assert payment.get("amount") is None


# (created_at on top, created_at inside payload, fields of the payment) -> as_of
MOMENTS: list[tuple[Any, Any, dict[str, Any], int]] = [
    (T, None, {}, T),
    (T, T + 5, {"created_at": T + 9}, T),  # the top one wins, also over later ones
    (None, T + 5, {"created_at": T + 9}, T + 5),  # two published bodies have it there
    ("1795500000", T + 5, {}, T + 5),
    (True, None, {"created_at": T + 9}, T + 9),
    (0, None, {"created_at": T + 9}, T + 9),
    (T * 1000, None, {"created_at": T + 9}, T + 9),
    (None, None, {"created_at": T + 9}, T + 9),
    (None, None, {"created_at": None}, 0),
    (None, None, {}, 0),
]


@pytest.mark.parametrize(("top", "inside", "fields", "as_of"), MOMENTS)
def test_a_snapshot_is_dated_by_what_the_body_says(
    top: Any, inside: Any, fields: dict[str, Any], as_of: int
) -> None:
    body = {"event": "payment.captured", "payload": {"payment": {"entity": {"id": "p", **fields}}}}
    if top is not None:
        body["created_at"] = top
    if inside is not None:
        body["payload"]["created_at"] = inside  # type: ignore[index]
    assert deliveries.read(json.dumps(body).encode()).as_of == as_of


def test_without_a_date_the_latest_thing_that_happened_counts_and_no_plan() -> None:
    entity = {
        "id": "sub_1", "created_at": T, "ended_at": T + 10, "current_end": T + 999,
        "charge_at": T + 999, "start_at": T + 999, "end_at": T + 999, "expire_by": T + 999,
    }  # fmt: skip
    invoice = {"id": "inv_1", "issued_at": T + 20, "paid_at": T + 30, "billing_end": T + 999}
    payload = {"subscription": {"entity": entity}, "invoice": {"entity": invoice}}
    body = {"event": "subscription.cancelled", "payload": payload}
    assert deliveries.read(json.dumps(body).encode()).as_of == T + 30
