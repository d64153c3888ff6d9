"""Filters that do not exist, and values that mean nothing, are told instead of overlooked."""

from __future__ import annotations

import pytest

from gateways.models import Gateway
from orders.models import Order
from tests.api.caller import Caller, problem

BOTH = ("test", "live")
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "gateways": {"mode": BOTH},
    "orders": {
        "mode": BOTH,
        "status": ("created", "attempted", "paid", "partially_refunded", "refunded", "expired"),
    },
    "payments": {
        "mode": BOTH, "status": ("created", "failed", "authorized", "captured", "refunded"),
    },
    "refunds": {"mode": BOTH, "status": ("pending", "processed", "failed")},
    "subscriptions": {
        "mode": BOTH,
        "status": (
            "created", "authenticated", "active", "pending", "halted", "paused", "cancelled",
            "completed", "expired",
        ),
    },
    "reattempts": {
        "mode": BOTH,
        "made_by": ("raseed", "razorpay", "seller", "buyer", "unclear"),
        "state": (
            "scheduled", "started", "unknown", "failed", "succeeded", "cancelled", "missed",
            "refused",
        ),
    },
    "events": {
        "mode": BOTH,
        "status": (
            "received", "processed", "ignored", "unmatched", "foreign", "unreadable", "parked",
        ),
    },
    "problems": {"mode": BOTH, "kind": ("keys_refused", "dispute")},
}  # fmt: skip
EACH = [(path, name) for path, names in CHOICES.items() for name in names]


@pytest.mark.parametrize(("path", "name"), EACH)
def test_every_word_of_the_contract_filters_and_no_other(
    script: Caller, gateway: Gateway, path: str, name: str
) -> None:
    for word in CHOICES[path][name]:
        assert script.ask(f"{path}/?{name}={word}").status_code == 200, word
    for word in ("nonsense", "PAID", "%00", "null"):
        problem(script.ask(f"{path}/?{name}={word}"), code_of(script, path, name, word))


def code_of(script: Caller, path: str, name: str, word: str) -> str:
    """Any code will do, so long as the field is named."""
    said = script.ask(f"{path}/?{name}={word}").json()
    assert list(said["errors"]) == [name]
    return str(said["code"])


@pytest.mark.parametrize("path", [*CHOICES, "products", "customers"])
@pytest.mark.parametrize("name", ["razorpay_orderid", "q", "ordering", "page", "%ED%A0%80"])
def test_a_misspelt_filter_does_not_show_every_row(
    script: Caller, order: Order, path: str, name: str
) -> None:
    said = problem(script.ask(f"{path}/?{name}=x"), "unknown_filter")
    assert len(said["errors"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "orders/?razorpay_order_id=%00", "orders/?email=%00", "payments/?order=%00",
        "payments/?subscription=a%00", "events/?event_id=%00", "events/?type=%00",
        "customers/?email=%00", "refunds/?payment=%00", "reattempts/?order=%00",
        "problems/?gateway=%00", "reattempts/?cycle=soon", "reattempts/?cycle=1795500000",
        "reattempts/?cycle=NaN",
    ],
)  # fmt: skip
def test_values_that_no_column_holds_are_refused(script: Caller, query: str) -> None:
    response = script.ask(query)
    problem(response, response.json()["code"])


@pytest.mark.parametrize(
    "query",
    [
        "orders/?razorpay_order_id=" + "x" * 5000, "orders/?email=%FF", "orders/?email=%ED%A0%80",
        "events/?event_id=%F0%9F%92%B8", "payments/?order=' OR 1=1 --", "customers/?email=%25",
        "reattempts/?cycle=9999-12-31T23:59:59Z", "reattempts/?cycle=0001-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_odd_values_find_nothing(script: Caller, order: Order, query: str) -> None:
    response = script.ask(query)
    assert response.status_code == 200
    assert response.json() == {"results": [], "next": None}


def test_an_empty_value_filters_nothing(script: Caller, order: Order) -> None:
    assert script.one("orders", razorpay_order_id="", status="", mode="", email="")
