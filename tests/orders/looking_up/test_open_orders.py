"""Every webhook is lost: an order that was paid is found by its look-up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gateways.models import Gateway, LookUp
from orders.linking import known_as
from orders.models import Mail, Order
from tests.conftest import Razorpay
from tests.orders.looking_up.stage import DAY, HOUR, MINUTE, Stage, calls, row, status
from tests.samples import sample


def test_an_order_is_asked_about_fifteen_minutes_after_it_was_made(stage: Stage) -> None:
    order = stage.place()
    asked = row("open_order")
    assert (asked.kind, asked.razorpay_id) == ("order", order.razorpay_order_id)
    assert asked.due_at == stage.now + 15 * MINUTE
    assert stage.work(14 * MINUTE) == 0


def test_what_was_paid_unheard_is_found_within_the_gap(stage: Stage) -> None:
    order = stage.place()
    stage.pay(order)
    assert stage.work(15 * MINUTE) == 1
    assert status(order) == "paid"
    assert order.grants.count() == 2
    assert Mail.objects.filter(order=order, kind="receipt").count() == 1
    assert row("open_order").done_at is not None


@pytest.mark.parametrize("asked_before", [1, 5, 10])
def test_however_late_it_was_paid_it_is_found_within_a_day(stage: Stage, asked_before: int) -> None:
    order = stage.place()
    for _turn in range(asked_before):
        stage.work_next()
    stage.pay(order)
    assert stage.work_next() <= DAY
    assert status(order) == "paid"


def test_a_failed_try_is_learnt_too_and_the_question_stays_open(stage: Stage) -> None:
    order = stage.place()
    stage.desk.press(f"orders/{order.razorpay_order_id}/fail")
    stage.work(15 * MINUTE)
    assert status(order) == "attempted"
    assert row("open_order").done_at is None
    assert order.reattempts.filter(n__gt=0).count() == 3


def test_a_webhook_that_came_settles_it_and_nobody_is_asked(stage: Stage) -> None:
    order = stage.place()
    stage.pay(order)
    stage.hear()
    assert row("open_order").done_at is not None
    with calls() as asked:
        assert stage.work(DAY) == 0
    assert asked == []


def test_settling_costs_the_one_statement_that_a_capture_cost_before(
    razorpay: Razorpay, order: Order
) -> None:
    LookUp.objects.create(
        gateway=order.gateway, kind="order", razorpay_id=known_as(order), why="open_order"
    )
    with CaptureQueriesContext(connection) as found:
        razorpay.tell(sample("payment.captured"))
    assert len([query for query in found if "gateways_lookup" in query["sql"]]) == 1
    assert row("open_order").done_at is not None


def test_a_part_that_came_leaves_it_open(stage: Stage) -> None:
    order = stage.place(partial_payment=True)
    stage.pay(order, amount=1000)
    stage.hear()
    assert status(order) == "attempted"
    assert row("open_order").done_at is None


def test_it_is_asked_with_growing_gaps_and_not_after_a_week(stage: Stage) -> None:
    stage.place()
    begun = stage.now
    gaps = []
    while row("open_order").done_at is None:
        gaps.append(stage.work_next())
    hours = [gap / HOUR for gap in gaps]
    assert hours[:8] == [0.25, 0.25, 0.5, 1, 2, 4, 8, 16]
    assert set(hours[8:]) == {24}
    assert 6 * DAY < stage.now - begun <= 7 * DAY + HOUR
    asked = row("open_order")
    assert asked.tries == len(gaps)
    assert asked.error == f"Asked {len(gaps)} times in 7 days, and not settled: not asked any more."
    assert stage.work(30 * DAY) == 0


def test_an_order_that_expired_is_not_asked_about(stage: Stage) -> None:
    order = stage.place()
    Order.objects.filter(pk=order.pk).update(expires_at=stage.now + MINUTE)
    with calls() as asked:
        assert stage.work(15 * MINUTE) == 1
    assert asked == []
    assert row("open_order").done_at is not None


def test_what_was_paid_long_ago_is_in_the_books_and_mails_nobody(stage: Stage) -> None:
    """Our processes stood still for three days."""
    order = stage.place()
    stage.pay(order)
    stage.work(3 * DAY)
    assert status(order) == "paid"
    assert order.grants.count() == 2
    assert set(Mail.objects.values_list("state", flat=True)) == {Mail.State.TOO_OLD}


def test_a_strangers_gateway_is_not_touched(stage: Stage, their_gateway: Gateway) -> None:
    """Two shops on one Razorpay account: each asks about its own, and books its own."""
    order = stage.place()
    stage.pay(order)
    LookUp.objects.create(
        gateway=their_gateway, kind="order", razorpay_id=known_as(order), why="open_order",
        due_at=stage.now + timedelta(days=9),
    )  # fmt: skip
    stage.work(15 * MINUTE)
    theirs = LookUp.objects.get(gateway=their_gateway)
    assert (theirs.done_at, theirs.tries) == (None, 0)
    assert not their_gateway.events.exists()
    assert order.gateway.events.count() == 1
