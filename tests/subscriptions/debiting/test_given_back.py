"""Allowed by the bank, not captured in time, and given back by Razorpay: no money, and in nobody's
way; of a debit of ours it is a failed try, and the next follows a day later."""

from __future__ import annotations

from itertools import pairwise

from orders.looking_up import due as looking_up
from orders.models import Payment
from subscriptions.models import Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, debits, ledger, status
from tests.subscriptions.debiting.test_charging import FAILED
from webhooks import work


def never_captures(stage: Stage) -> str:
    """From now on nobody captures what the bank allows for the bill; its order at Razorpay."""
    name = Debit.objects.get(n=0).bill.razorpay_order_id
    assert name is not None
    with stage.desk.sandbox.world.turn():
        order = stage.desk.sandbox.world.books.the(name)
        order["_capture"] = "manual"
        stage.desk.sandbox.world.books.put(order)
    return name


def given_back(order: str) -> Payment:
    return Payment.objects.get(razorpay_order_id=order, status="refunded", captured=False)


def test_a_payment_by_hand_that_was_given_back_stops_no_series(
    stage: Stage, failing: Subscription
) -> None:
    order = never_captures(stage)
    stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)
    stage.hear()
    stage.wait(2 * DAY)
    assert len(debits(failing)) == 1, "Razorpay takes no other while it is authorized"
    stage.wait(10 * DAY)
    assert given_back(order).amount == 49900
    assert debits(failing) == [(n, "accepted", "") for n in range(4)]
    assert (ledger(failing), status(failing)) == (FAILED, "halted")


def test_one_that_no_webhook_told_of_is_told_before_the_next_debit(
    stage: Stage, failing: Subscription
) -> None:
    order = never_captures(stage)
    stage.delivers = False
    stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)
    stage.until(stage.now + 4 * DAY)
    stage.wait(HOUR)
    assert given_back(order).amount == 49900
    assert len(debits(failing)) == 2
    stage.wait(5 * DAY)
    assert (ledger(failing), status(failing)) == (FAILED, "halted")


def pass_days(stage: Stage, many: int) -> None:
    """With what is asked of Razorpay beside the series, of payments and of refunds."""
    for _day in range(many):
        stage.wait(DAY, step=3 * HOUR)
        looking_up.work_off()
        work.work()


def test_one_that_was_heard_of_only_while_it_was_allowed(
    stage: Stage, failing: Subscription
) -> None:
    order = never_captures(stage)
    stage.delivers = False
    stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)
    pass_days(stage, 2)
    assert Payment.objects.filter(razorpay_order_id=order, status="authorized").exists()
    pass_days(stage, 12)
    assert given_back(order).amount == 49900
    assert (ledger(failing), status(failing)) == (FAILED, "halted")


def test_a_debit_that_no_webhook_told_was_given_back(stage: Stage, failing: Subscription) -> None:
    order = never_captures(stage)
    stage.fails(n=0)
    stage.delivers = False
    pass_days(stage, 18)
    assert Payment.objects.filter(razorpay_order_id=order, status="refunded").count() == 3
    assert ledger(failing) == [(n, "failed", True, "not_captured") for n in (1, 2, 3)]
    assert (len(debits(failing)), status(failing)) == (4, "halted")


def test_a_debit_that_was_given_back_is_a_failed_try(stage: Stage, failing: Subscription) -> None:
    order = never_captures(stage)
    stage.fails(n=0)
    stage.wait(DAY + HOUR)
    assert debits(failing) == [(0, "accepted", ""), (1, "accepted", "")]
    stage.wait(4 * DAY)
    assert ledger(failing)[0] == (1, "failed", True, "not_captured")
    payment = given_back(order)
    returned = payment.refunds.get().created_at
    assert returned is not None
    stage.wait(12 * DAY)
    made = list(Debit.objects.order_by("n").values_list("started_at", flat=True))
    assert len(made) == 4
    assert all(later - sooner >= DAY for sooner, later in pairwise(made))
    gap = made[2].timestamp() - returned
    assert DAY.total_seconds() <= gap <= (DAY + 2 * HOUR).total_seconds()
    assert status(failing) == "halted"


def test_a_capture_that_was_given_back_stays_money(stage: Stage, failing: Subscription) -> None:
    """What the seller gave back after it was captured had paid the period: nobody is debited."""
    order = Debit.objects.get().bill.razorpay_order_id
    stage.delivers = False
    paid = stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)
    name = paid["payment"]["id"]
    stage.desk.press(f"payments/{name}/refund")
    stage.wait(2 * DAY)
    assert Payment.objects.get(razorpay_payment_id=name).status == "refunded"
    assert debits(failing) == [(0, "accepted", "")]
    assert {row[1:] for row in ledger(failing)} == {("cancelled", False, "paid")}
