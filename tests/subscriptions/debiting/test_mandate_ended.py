"""The buyer ends the mandate while a bill is not paid: nothing can be debited any more, so the
series is over, and grace with it. Another country's card is known as one, whoever said so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.causes import at
from subscriptions.models import Cycle, Mandate, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, captured, debits, ledger, status
from tests.subscriptions.debiting.test_told import Kind, tell

OVER = [(n, "cancelled", False, "new_mandate_needed") for n in (1, 2, 3)]


def end_mandate(stage: Stage) -> None:
    stage.desk.press(f"tokens/{stage.token}/cancel")
    stage.hear()


def ends(subscription: Subscription) -> list[int | None]:
    return list(Cycle.objects.filter(subscription=subscription).values_list("halted_at", flat=True))


def test_between_two_tries(stage: Stage, due: Subscription) -> None:
    stage.fails()
    stage.wait(HOUR)
    assert due.order.grants.get().covered_until != due.order.grants.get().ends_at, "in grace"
    end_mandate(stage)
    ended = stage.now
    assert (status(due), ledger(due)) == ("halted", OVER)
    assert due.order.grants.get().ends_at == ended
    stage.wait(9 * DAY, step=DAY)
    assert (len(debits(due)), len(captured(stage))) == (1, 1)
    assert ends(due) == [None, int(ended.timestamp())], "no later look moves it"


def test_while_a_debit_is_on_its_way_that_then_fails(stage: Stage, due: Subscription) -> None:
    stage.desk.press("debits/speed", minutes=120)
    stage.fails()
    stage.wait(HOUR)
    end_mandate(stage)
    assert status(due) == "active", "it may become money still"
    stage.wait(2 * HOUR)
    failed_at = due.order.payments.get(failed_at__isnull=False).failed_at
    assert (status(due), ledger(due)) == ("halted", OVER)
    assert due.order.grants.get().ends_at == at(failed_at or 0)


def test_after_a_new_one_was_given(stage: Stage, due: Subscription) -> None:
    """The former mandate's end says nothing of what the new one pays."""
    stage.fails(reason="mandate_cancelled")
    stage.wait(HOUR)
    former = stage.token
    stage.wait(DAY)
    stage.authorise(due, method="upi")
    reached = due.order.grants.get().ends_at
    stage.desk.press(f"tokens/{former}/cancel")
    stage.wait(HOUR)
    assert Mandate.objects.get(razorpay_token_id=former).ended_at
    assert (status(due), due.order.grants.get().ends_at) == ("active", reached)


def test_a_failure_that_comes_after_another_bill_was_paid_stops_nothing(
    stage: Stage, due: Subscription
) -> None:
    stage.desk.press("debits/speed", minutes=180)
    stage.fails(reason="mandate_cancelled")
    stage.wait(HOUR)
    stage.authorise(due, method="upi")
    stage.wait(4 * HOUR)
    assert due.order.payments.filter(failed_at__isnull=False).exists()
    assert status(due) == "active"
    due.refresh_from_db()
    begins = due.paid_until
    stage.until(stage.due(due))
    stage.wait(5 * HOUR)
    due.refresh_from_db()
    newest = due.cycles.order_by("start").last()
    assert newest is not None
    assert begins is not None
    assert (at(newest.start), due.paid_until) == (begins, at(newest.end or 0)), "its date is kept"


def test_given_back_by_us_after_a_cancellation(stage: Stage, due: Subscription) -> None:
    """A person had ended it, and that stays the reason."""
    stage.fails()
    stage.wait(HOUR)
    tell(due, Kind.CANCEL)
    end_mandate(stage)
    assert {row[1:] for row in ledger(due)} == {("cancelled", False, "cancelled_by_seller")}
    assert ends(due) == [None, None]


@pytest.mark.parametrize(("abroad", "hours"), [(True, 3), (False, 37)])
def test_a_card_of_another_country_is_asked_about_at_once(
    stage: Stage, placed: Subscription, *, abroad: bool, hours: int
) -> None:
    """No webhook about its mandate says where it is from; the payment that gave it does."""
    stage.desk.press("debits/speed", minutes=20)
    stage.authorise(placed, method="card", international=abroad)
    assert Mandate.objects.get().international is None
    stage.go(stage.due(placed))
    stage.delivers = False
    stage.wait(timedelta(hours=hours - 1))
    assert placed.order.payments.count() == (2 if abroad else 1)
    stage.wait(timedelta(hours=2))
    assert placed.order.payments.filter(captured=True).count() == 2
