"""Whose bill is worked on, in which turn: no seller's slow or failing bills hold up another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Account
from gateways.models import Gateway
from gateways.razorpay import errors
from orders import catalogue
from orders.causes import at
from orders.models import Customer
from subscriptions.debiting import billing, bills, charging
from subscriptions.models import Bill, Plan, Subscription
from tests.conftest import make_order
from tests.lives import DAY, T
from tests.subscriptions.debiting.stage import MONTHLY

NOW = at(T + 5 * DAY)


@pytest.fixture(autouse=True)
def clock() -> None:
    """No clock is needed: every moment is given."""


def subscriptions(gateway: Gateway, many: int, since: int) -> list[Subscription]:
    """So many of one seller whose next period begins, the first the longest ago."""
    account: Account = gateway.account
    product = catalogue.create_product(account=account, name="P", price=MONTHLY, resources=[])
    customer = Customer.objects.create(account=account, email="b@example.com")
    made = []
    for number in range(many):
        order = make_order(gateway, product, customer, None)
        plan, _new = Plan.objects.get_or_create(gateway=gateway, price=order.price)
        made.append(Subscription.objects.create(
            gateway=gateway, order=order, plan=plan, status="active", charge_at=T + since + number
        ))  # fmt: skip
    return made


def due_bills(gateway: Gateway, many: int, since: int) -> list[int]:
    """So many bills of one seller whose first debit is due, the first the longest ago."""
    return [
        Bill.objects.create(
            subscription=one, number=1, start=one.charge_at, end=one.charge_at, amount=49900,
            currency="INR", work_at=at(one.charge_at or 0),
        ).pk
        for one in subscriptions(gateway, many, since)
    ]  # fmt: skip


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Notes which bills are worked on; `look` is what each does."""

    def put(look: Callable[[Bill], None] = lambda _bill: None) -> list[int]:
        seen: list[int] = []

        def go_on(bill: Bill, _n: int, _now: Any) -> None:
            seen.append(bill.pk)
            look(bill)

        monkeypatch.setattr(charging, "go_on", go_on)
        return seen

    return put


def test_one_sellers_flood_does_not_starve_another(
    gateway: Gateway, their_gateway: Gateway, install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood = due_bills(gateway, 9, since=0)
    theirs = due_bills(their_gateway, 2, since=DAY)
    monkeypatch.setattr(billing, "BATCH", 4)
    seen = install()
    billing.first_tries(NOW, ends=float("inf"))
    assert seen == [flood[0], theirs[0], flood[1], theirs[1]]
    billing.first_tries(NOW, ends=float("inf"))
    billing.first_tries(NOW, ends=float("inf"))
    assert sorted(seen) == sorted([*flood, *theirs])
    assert billing.first_tries(NOW, ends=float("inf")) == 0


@pytest.mark.parametrize("error", [errors.Unreachable("away"), errors.KeysRefused("no")])
def test_a_seller_whose_razorpay_cannot_be_asked_holds_up_nobody(
    gateway: Gateway, their_gateway: Gateway, install: Any, error: Exception
) -> None:
    away = due_bills(gateway, 5, since=0)
    theirs = due_bills(their_gateway, 3, since=DAY)

    def look(bill: Bill) -> None:
        if bill.pk in away:
            raise error

    seen = install(look)
    billing.first_tries(NOW, ends=float("inf"))
    assert seen == [away[0], *theirs], "the others of the one are not even tried"
    billing.first_tries(NOW, ends=float("inf"))
    assert seen[4:] == [away[1]], "the first waits for its lease"


@pytest.mark.parametrize("error", [errors.Refused("of this one"), ZeroDivisionError()])
def test_what_is_wrong_with_one_bill_holds_up_no_other(
    gateway: Gateway, install: Any, error: Exception
) -> None:
    made = due_bills(gateway, 3, since=0)

    def look(bill: Bill) -> None:
        if bill.pk == made[0]:
            raise error

    seen = install(look)
    billing.first_tries(NOW, ends=float("inf"))
    assert seen == made
    billing.first_tries(NOW + timedelta(minutes=5), ends=float("inf"))
    assert seen == [*made, made[0]]


def test_periods_begin_by_turns_too(
    gateway: Gateway, their_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood = subscriptions(gateway, 4, since=0)
    theirs = subscriptions(their_gateway, 2, since=DAY)
    seen: list[int] = []
    monkeypatch.setattr(billing, "BATCH", 4)
    monkeypatch.setattr(bills, "open_next", lambda pk, _now: seen.append(pk))
    billing.open_due(NOW, ends=float("inf"))
    turns = [flood[0], theirs[0], flood[1], theirs[1]]
    assert seen == [one.order_id for one in turns]


def test_no_further_bill_is_begun_when_the_time_is_used_up(gateway: Gateway, install: Any) -> None:
    due_bills(gateway, 2, since=0)
    seen = install()
    assert billing.first_tries(NOW, ends=0.0) == 0
    assert seen == []
