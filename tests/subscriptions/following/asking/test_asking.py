"""What Razorpay did is found out by asking, when its webhooks stay away; nothing is charged."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from gateways.models import Problem
from orders.models import Order, Reattempt
from orders.recovering import told
from subscriptions.following import next_look
from subscriptions.models import Subscription
from tests.lives import DAY
from tests.subscriptions.following.asking.conftest import Renewal

HOUR, MINUTE = 3600, 60


def test_without_any_webhook_each_try_is_found_and_counted_and_the_halt(renewal: Renewal) -> None:
    """Only the first failure was heard of."""
    renewal.go(0)
    renewal.hear()
    assert renewal.states == ["scheduled"] * 3
    for day in (1, 2, 3):
        renewal.go(day * DAY)
        renewal.make(day * DAY + 16 * MINUTE)
    assert renewal.states == ["failed insufficient_funds"] * 3
    assert [row.counted for row in renewal.rows] == [True] * 3
    renewal.subscription.refresh_from_db()
    assert renewal.subscription.status == "halted"
    assert [row.work_at for row in renewal.rows] == [None] * 3
    assert renewal.by_hand == []


def test_what_is_heard_afterwards_changes_nothing_but_moments(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    for day in (1, 2, 3):
        renewal.make(day * DAY + 16 * MINUTE)
    before = renewal.states
    renewal.hear()
    assert renewal.states == before
    assert renewal.by_hand == []


def test_while_the_webhook_may_still_come_nobody_asks(
    renewal: Renewal, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewal.go(0)
    renewal.hear()
    renewal.make(10 * MINUTE)  # why it failed
    asked = watch(monkeypatch)
    renewal.make(DAY + MINUTE)
    renewal.hear()
    renewal.make(DAY + 20 * MINUTE)
    assert renewal.states[0] == "failed insufficient_funds"
    assert asked == []


def test_soon_after_a_failure_it_is_known_why(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    assert renewal.rows[0].work_at is not None
    renewal.make(10 * MINUTE)
    failed = renewal.subscription.order.payments.exclude(failed_at=None)
    assert [payment.error_reason for payment in failed] == ["insufficient_funds"]
    assert renewal.states == ["scheduled"] * 3
    assert renewal.by_hand == []


def test_money_that_nobody_told_of_ends_the_series(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    renewal.press("fail-next", n=0)
    renewal.make(DAY + 16 * MINUTE)
    assert renewal.states == ["succeeded", "cancelled paid", "cancelled paid"]
    assert (renewal.rows[0].made_by, renewal.rows[0].counted) == ("razorpay", True)
    renewal.hear()
    assert renewal.states == ["succeeded", "cancelled paid", "cancelled paid"]


def test_it_only_ever_asks(renewal: Renewal, monkeypatch: pytest.MonkeyPatch) -> None:
    """No API charges a subscription's invoice, and charging its token would debit twice."""
    renewal.go(0)
    renewal.hear()
    asked = watch(monkeypatch)
    for day in (1, 2, 3):
        renewal.make(day * DAY + 16 * MINUTE)
        renewal.make(day * DAY + 2 * HOUR)
    assert asked
    assert {method for method, _url in asked} == {"GET"}


def watch(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every call to Razorpay's API from now on."""
    asked: list[tuple[str, str]] = []
    send = requests.Session.send

    def noted(session: requests.Session, request: Any, **options: Any) -> Any:
        if "/sandbox/" not in request.url:
            asked.append((request.method, request.url))
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", noted)
    return asked


@pytest.mark.parametrize("fault", ["502", "429", "lost"])
def test_while_razorpay_cannot_be_asked_nothing_is_lost(renewal: Renewal, fault: str) -> None:
    renewal.go(0)
    renewal.hear()
    renewal.shop.desk.press("api", fail=fault, share=1)
    renewal.make(DAY + 16 * MINUTE)
    assert renewal.states == ["scheduled"] * 3
    renewal.shop.desk.press("api", share=0)
    renewal.make(DAY + 30 * MINUTE)
    assert renewal.states[0] == "failed insufficient_funds"


def test_refused_keys_are_a_problem_and_the_series_waits(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    renewal.shop.desk.press("api", fail="401", share=1)
    renewal.make(DAY + 16 * MINUTE)
    assert Problem.objects.standing().get().kind == Problem.Kind.KEYS_REFUSED
    renewal.shop.desk.press("api", share=0)
    assert renewal.make(DAY + HOUR) == 0


def test_cancelled_unheard_it_is_over(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    renewal.press("cancel")
    renewal.make(DAY + 16 * MINUTE)
    assert renewal.states == ["cancelled cancelled_by_seller"] * 3
    assert renewal.make(DAY + 2 * DAY) == 0


def looks(renewal: Renewal, many: int) -> list[float]:
    """After how many hours from its day a row would be looked at, if no news ever came."""
    row = Reattempt.objects.get(pk=renewal.rows[0].pk)
    found, now = [], row.due_at
    for _ in range(many):
        now = next_look(row, now)
        found.append((now - row.due_at).total_seconds() / HOUR)
    return found


def test_the_gaps_grow_from_a_quarter_of_an_hour_to_a_day(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    assert looks(renewal, 8) == [0.25, 1.25, 4.25, 10.25, 22.25, 46.25, 70.25, 94.25]


def test_a_bank_has_no_fixed_day_and_is_looked_at_once_a_day(renewal: Renewal) -> None:
    renewal.go(0)
    renewal.hear()
    Subscription.objects.update(payment_method="emandate")
    assert looks(renewal, 4) == [0.25, 24.25, 48.25, 72.25]
    assert told.waits_for_bank(Order.objects.get())
