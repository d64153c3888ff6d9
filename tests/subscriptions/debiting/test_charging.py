"""From the mandate to the periods that are charged by themselves, and the series when one fails."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.sentences import say
from gateways.models import Problem
from orders import fulfilment
from orders.causes import Cause
from orders.models import Customer, Mail
from subscriptions import settling
from subscriptions.debiting import holding
from subscriptions.models import Bill, Charge, Debit, Subscription
from tests.subscriptions.debiting.stage import (
    BEGIN,
    DAY,
    HOUR,
    Stage,
    captured,
    debits,
    ledger,
    status,
)  # fmt: skip

FAILED = [(n, "failed", True, "insufficient_funds") for n in (1, 2, 3)]


def test_nothing_is_charged_before_the_first_payment(stage: Stage, placed: Subscription) -> None:
    stage.wait(40 * DAY, step=10 * DAY)
    assert (status(placed), debits(placed)) == ("created", [])
    assert captured(stage) == []


def test_a_period_begins_with_the_payment_and_the_next_is_charged(
    stage: Stage, subscription: Subscription
) -> None:
    assert status(subscription) == "active"
    assert subscription.current_start == int(BEGIN.timestamp())
    assert stage.due(subscription).isoformat() == "2027-02-28T04:30:00+00:00"
    stage.until(stage.due(subscription) - timedelta(seconds=1))
    assert debits(subscription) == []
    stage.wait(HOUR)
    assert debits(subscription) == [(0, "accepted", "")]
    assert [payment["amount"] for payment in captured(stage)] == [49900, 49900]
    assert ledger(subscription) == []
    assert (status(subscription), subscription.paid_count) == ("active", 2)
    assert stage.due(subscription).isoformat() == "2027-03-31T04:30:00+00:00", "from its anchor"
    assert Charge.objects.filter(source="bill").count() == 2
    assert not Problem.objects.standing().exists()


def test_twelve_periods_are_charged_and_no_more(stage: Stage, subscription: Subscription) -> None:
    for _period in range(11):
        stage.wait(stage.due(subscription) - stage.now, step=10 * DAY)
    assert len(captured(stage)) == 12
    stage.wait(60 * DAY, step=10 * DAY)
    assert len(captured(stage)) == 12
    assert (status(subscription), subscription.charge_at) == ("completed", None)
    assert subscription.paid_until is not None
    assert subscription.paid_until.isoformat() == "2028-01-31T04:30:00+00:00"
    assert subscription.access_until == subscription.paid_until, "no grace: nothing more is due"


def test_a_long_one_costs_no_more_statements(stage: Stage, subscription: Subscription) -> None:
    asked: list[int] = []
    for _period in range(4):
        stage.wait(stage.due(subscription) - stage.now + HOUR, step=10 * DAY)
        stage.hear()
        with CaptureQueriesContext(connection) as seen, holding.held(subscription.order_id) as row:
            settling.settle(row, Cause(say(fulfilment.FORM_SENT), stage.now))
        asked.append(len(seen))
    assert (len(set(asked)), subscription.cycles.count()) == (1, 5), asked


def test_instalments_that_are_paid_off_have_no_end(stage: Stage, customer: Customer) -> None:
    made = stage.subscription(customer, kind="instalments", total_count=2)
    stage.authorise(made, method="upi")
    assert made.order.grants.get().ends_at is not None
    stage.until(stage.due(made) + HOUR)
    assert status(made) == "completed"
    assert made.order.grants.get().ends_at is None


def test_three_failures_a_day_apart_and_it_halts(stage: Stage, due: Subscription) -> None:
    stage.fails()
    stage.wait(HOUR)
    assert status(due) == "pending"
    assert ledger(due) == [(n, "scheduled", False, "") for n in (1, 2, 3)]
    stage.wait(5 * DAY)
    assert debits(due) == [(n, "accepted", "") for n in range(4)]
    assert (ledger(due), status(due)) == (FAILED, "halted")
    made = [debit.started_at for debit in Debit.objects.order_by("pk")]
    assert all(DAY <= later - sooner <= DAY + 2 * HOUR for sooner, later in pairwise(made))
    assert Mail.objects.filter(kind="halted").count() == 1
    stage.wait(60 * DAY, step=10 * DAY)
    assert len(debits(due)) == 4, "nothing is charged by itself after a halt"
    assert len(captured(stage)) == 1


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_the_first_success_ends_the_series(stage: Stage, due: Subscription, failures: int) -> None:
    stage.fails(failures)
    stage.wait(5 * DAY)
    made = [*FAILED[: failures - 1], (failures, "succeeded", True, "")]
    rest = [(n, "cancelled", False, "paid") for n in range(failures + 1, 4)]
    assert ledger(due) == [*made, *rest]
    assert (status(due), len(captured(stage))) == ("active", 2)
    assert stage.due(due).isoformat() == "2027-03-31T04:30:00+00:00", "as if nothing had failed"


@pytest.mark.parametrize(
    ("reason", "told"),
    [("mandate_cancelled", "new_mandate_needed"), ("per_transaction_limit_exceeded", None)],
)
def test_what_no_retry_can_help_ends_the_series_at_once(
    stage: Stage, due: Subscription, reason: str, told: str | None
) -> None:
    stage.fails(reason=reason)
    stage.wait(5 * DAY)
    assert ledger(due) == [(n, "cancelled", False, told or reason) for n in (1, 2, 3)]
    assert (status(due), len(debits(due))) == ("halted", 1)


def test_a_domestic_card_has_a_day_and_a_half_between(stage: Stage, placed: Subscription) -> None:
    """Its result takes as long, and a second notice must not override the first."""
    stage.desk.press("debits/speed")
    stage.authorise(placed, method="card")
    stage.go(stage.due(placed))
    stage.fails()
    stage.wait(12 * DAY, step=4 * HOUR)
    assert ledger(placed) == FAILED
    made = [debit.started_at for debit in Debit.objects.order_by("pk")]
    gap = timedelta(hours=36, minutes=5)
    assert all(later - sooner >= gap + DAY for sooner, later in pairwise(made))
    assert not Debit.objects.filter(state="refused").exists(), "none came too soon"


def test_another_weeks_failure_is_a_series_of_its_own(stage: Stage, customer: Customer) -> None:
    made = stage.subscription(customer, period="weekly")
    stage.authorise(made, method="upi")
    for _week in range(2):
        stage.go(stage.due(made))
        stage.fails(2)
        stage.wait(3 * DAY)
    assert len(ledger(made)) == 6
    assert len(captured(stage)) == 3
    assert Bill.objects.count() == 3


def test_a_card_that_fails_early_is_not_debited_before_its_notice_is_over(
    stage: Stage, placed: Subscription
) -> None:
    stage.desk.press("debits/speed")
    stage.authorise(placed, method="card")
    stage.go(stage.due(placed))
    stage.wait(HOUR)
    first = Debit.objects.get()
    stage.desk.press(f"payments/{first.razorpay_payment_id}/fail", reason="card_declined")
    stage.hear()
    stage.wait(40 * HOUR)
    second = Debit.objects.get(n=1)
    assert second.state == "accepted"
    assert second.started_at - first.started_at >= timedelta(hours=36, minutes=5)
