"""`make_reattempts`: one run of what the scheduler does every minute."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import Account
from gateways.models import Gateway
from gateways.razorpay.client import Razorpay as Api
from orders.causes import at
from orders.models import Order
from tests.commands.terminal import refused, run, run_json
from tests.conftest import Razorpay, make_gateway
from tests.lives import DAY, T
from tests.samples import sample

TOMORROW = at(T + DAY).isoformat()


@pytest.fixture(autouse=True)
def unpaid(razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch) -> Order:
    """An order that failed an hour ago, and a Razorpay that knows no payment of it."""
    monkeypatch.setattr(Api, "order_payments", lambda *_: [])
    order.expires_at = at(T + 30 * DAY)
    order.save()
    with time_machine.travel(datetime.fromtimestamp(T + 60, UTC), tick=False):
        razorpay.tell(sample("payment.failed", created_at=T))
    return order


def states(order: Order) -> list[str]:
    return list(order.reattempts.order_by("n").values_list("state", flat=True))


def test_it_makes_what_is_due_and_says_so(unpaid: Order) -> None:
    with time_machine.travel(at(T + DAY), tick=False):
        assert run("make_reattempts") == "Looked at 1 re-attempts and 0 charges.\n"
        assert run_json("make_reattempts") == {"as_of": TOMORROW, "bills": 0, "reattempts": 0}
    assert states(unpaid) == ["started", "scheduled", "scheduled"]


def test_nothing_is_made_before_it_is_due(unpaid: Order) -> None:
    with time_machine.travel(at(T + DAY - 1), tick=False):
        assert run_json("make_reattempts")["reattempts"] == 0
    assert states(unpaid) == ["scheduled"] * 3


def test_at_a_desk_the_time_may_be_chosen(unpaid: Order) -> None:
    with time_machine.travel(at(T + 3600), tick=False):
        assert run_json("make_reattempts", "--as-of", TOMORROW)["reattempts"] == 1
    assert states(unpaid) == ["started", "scheduled", "scheduled"]


def test_not_where_a_live_gateway_is_connected(unpaid: Order, account: Account) -> None:
    live = make_gateway(account, "live")
    said = refused("make_reattempts", "--as-of", TOMORROW)
    assert said.startswith("A live gateway is connected, so the time cannot be chosen")
    assert states(unpaid) == ["scheduled"] * 3
    Gateway.objects.filter(pk=live.pk).update(disconnected_at=at(T))
    assert run_json("make_reattempts", "--as-of", TOMORROW)["reattempts"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "2026-11-23T10:00:00",
        "2026-13-01T10:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+05:30",
    ],
)
def test_a_time_that_cannot_be_read(text: str) -> None:
    assert refused("make_reattempts", "--as-of", text).startswith(
        f"“{text}” is no time with a zone"
    )
