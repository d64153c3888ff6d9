"""The process that charges is killed at every single step: one debit, and the period is paid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import Customer
from subscriptions.debiting import ending
from subscriptions.models import Debit, Subscription, SubscriptionInstruction
from tests.killing import Process, at_every_step, process
from tests.subscriptions.debiting.stage import DAY, Stage, captured, status

# Real transactions: what was not committed when the process ended is rolled back.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
MINUTES = timedelta(minutes=4)
# Three looks: one gives a silent process up, one asks Razorpay, one makes what was never made.
A_LOOK = timedelta(minutes=11)


def begun(stage: Stage, customer: Customer) -> Subscription:
    """Its second week begins this moment."""
    made = stage.subscription(customer, period="weekly")
    stage.authorise(made, method="upi")
    stage.go(stage.due(made))
    return made


def told_to_stop(subscription: Subscription) -> None:
    SubscriptionInstruction.objects.create(
        subscription=subscription, kind="cancel", made_by="seller", state="done"
    )
    ending.follow(subscription)


def money(stage: Stage, subscription: Subscription) -> int:
    """How often the buyer paid, by Razorpay's books."""
    ours = set(subscription.bills.values_list("razorpay_order_id", flat=True))
    return len([payment for payment in captured(stage) if payment["order_id"] in ours])


def test_while_it_charges(stage: Stage, customer: Customer) -> None:
    def life(last: int) -> Process:
        made = begun(stage, customer)
        with process(last) as run:
            stage.work()
        stage.wait(3 * A_LOOK, step=A_LOOK)
        assert (status(made), made.paid_count, money(stage, made)) == ("active", 2, 2)
        rows = Debit.objects.filter(bill__subscription=made)
        assert rows.exclude(state="refused").count() == 1, run.steps
        told_to_stop(made)
        return run

    assert len(at_every_step(life)) > 10


def test_while_it_learns_what_became_of_a_lost_answer(stage: Stage, customer: Customer) -> None:
    def life(last: int) -> Process:
        made = begun(stage, customer)
        stage.delivers = False
        stage.answers("lost")
        stage.work()
        stage.go(stage.now + MINUTES)
        with process(last) as run:
            stage.work()
        stage.delivers = True
        stage.wait(3 * A_LOOK, step=A_LOOK)
        assert (status(made), made.paid_count, money(stage, made)) == ("active", 2, 2)
        assert Debit.objects.get(bill__subscription=made).state == "accepted"
        told_to_stop(made)
        return run

    assert len(at_every_step(life)) > 10


def test_while_it_tries_again(stage: Stage, customer: Customer) -> None:
    def life(last: int) -> Process:
        made = begun(stage, customer)
        stage.fails(1)
        stage.wait(MINUTES, step=MINUTES)
        assert status(made) == "pending"
        stage.go(stage.now + DAY)
        with process(last) as run:
            stage.work()
        stage.wait(3 * A_LOOK, step=A_LOOK)
        assert (status(made), made.paid_count, money(stage, made)) == ("active", 2, 2)
        rows = Debit.objects.filter(bill__subscription=made)
        assert rows.exclude(state="refused").count() == 2, run.steps
        told_to_stop(made)
        return run

    assert len(at_every_step(life)) > 10
