"""Windows, single objects, other shops, old facts, and what the seller is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.sellers import Seller
from gateways.models import Problem, Reconciliation
from gateways.razorpay import client
from orders import postman
from orders.models import Mail, Order, Payment, Refund
from subscriptions.models import Subscription
from tests.gateways.stand_in import connect
from tests.subscriptions.debiting.stage import Stage
from tests.webhooks.reconciling import day, ledger
from tests.webhooks.reconciling.shop import DAY, HOUR, MINUTE, Shop, finish
from webhooks.models import Assignment, Event
from webhooks.reconciling import lists, objects, own, runs


def paid_ids(shop: Shop) -> set[str]:
    rows = Payment.objects.filter(gateway=shop.gateway)
    return set(rows.values_list("razorpay_payment_id", flat=True))


def test_a_window_has_edges(shop: Shop) -> None:
    """Payments are listed from five days before it: they may have been captured in it."""
    made = []
    for _ in range(4):
        made.append((shop.stage.now, shop.pay(shop.order())))
        shop.go(MINUTE)
    shop.go(8 * DAY)
    first, last = made[1][0], made[3][0]
    shop.reconcile(since=first + own.UNTIL_FINAL, until=last)
    assert paid_ids(shop) == {name for _at, name in made[1:3]}
    shop.reconcile(since=first, until=last + timedelta(seconds=1))
    assert paid_ids(shop) == {name for _at, name in made}


def test_lists_lag_and_the_next_run_sees_the_rest(shop: Shop) -> None:
    early = shop.pay(shop.order())
    shop.go(3 * MINUTE)
    late = shop.pay(shop.order())
    run = shop.reconcile(until=None)
    assert paid_ids(shop) == {early}
    shop.go(3 * MINUTE)
    shop.reconcile(since=run.until - runs.LAG, until=None)
    assert paid_ids(shop) == {early, late}


def test_more_than_a_page_is_seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, lists):
        monkeypatch.setattr(module, "PAGE", 10)
    order = shop.order()
    for _ in range(23):
        shop.at(order, "fail", reason="payment_cancelled")
    shop.pay(order)
    shop.go(HOUR)
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert (len(paid_ids(shop)), run.looked_at) == (24, 24)


def test_another_shop_on_the_same_keys_is_left_alone(shop: Shop, stranger: Seller) -> None:
    theirs = Shop(
        Stage(shop.stage.desk, connect(stranger.account), shop.stage.travelled, False), 50
    )
    mine, other = shop.order(), theirs.order()
    subscription = theirs.subscription()
    theirs.on(subscription, "pay")
    shop.pay(mine)
    shop.press(f"payments/{theirs.pay(other)}/refund")
    shop.go(HOUR)
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    # Three payments and a refund: theirs are neither kept nor asked about.
    assert (run.mended, run.place["not_ours"], run.looked_at) == (1, 3, 4)
    assert Event.objects.filter(gateway=shop.gateway).count() == 1
    assert Payment.objects.filter(gateway=theirs.gateway).count() == 0
    assert Event.objects.filter(gateway=theirs.gateway).count() == 0
    theirs.reconcile()
    assert ledger.differences(shop.stage.desk, theirs.gateway) == []
    assert Payment.objects.filter(gateway=theirs.gateway).count() == 2


def test_what_is_not_ours_costs_few_queries_however_much_it_is(
    shop: Shop, django_assert_max_num_queries: Any
) -> None:
    shop.press("strangers", n=90)
    shop.go(HOUR)
    run = shop.begin()
    with django_assert_max_num_queries(70):
        finish(run)
    assert (run.mended, run.place["not_ours"]) == (0, run.looked_at)
    assert run.looked_at >= 90
    assert Event.objects.count() == 0


def test_old_facts_mail_nobody(shop: Shop) -> None:
    shop.pay(shop.order())
    shop.at(shop.order(), "fail", reason="insufficient_funds")
    halted, charged = shop.subscription(), shop.subscription()
    for subscription in (halted, charged):
        shop.on(subscription, "pay", method="card")
    shop.go(DAY)
    for _ in range(4):
        shop.on(halted, "fail", reason="insufficient_funds")
    shop.on(charged, "charge")
    shop.go(10 * DAY)
    shop.reconcile(since=shop.stage.now - 20 * DAY)
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    told = Mail.objects.filter(state="due") | Mail.objects.filter(state="sent")
    shop.go(HOUR)
    postman.send_due()
    assert [(m.to, m.subject) for m in mail.outbox if "buyer" in m.to[0]] == [], told.values()


@pytest.mark.parametrize(("later", "state"), [(HOUR, "waiting"), (7 * DAY, "too_old")])
def test_a_halt_is_as_old_as_the_try_that_failed_last(
    shop: Shop, later: timedelta, state: str
) -> None:
    """And not as new as the moment of asking: keys were refused from the renewal on."""
    shop.stage.delivers = True
    subscription = shop.subscription()
    shop.on(subscription, "pay", method="card")
    shop.on(subscription, "fail-next", n=4)
    shop.stage.hear()
    shop.stage.delivers = False
    shop.stage.go(shop.stage.due(subscription))
    for _ in range(3):
        shop.go(DAY)
    shop.go(later)
    shop.reconcile(since=shop.stage.now - 20 * DAY)
    subscription.refresh_from_db()
    assert subscription.status == "halted"
    assert subscription.paid_until is not None
    assert subscription.paid_until < shop.stage.now
    told = Mail.objects.filter(kind__in=["halted", "halted_seller"])
    assert {mail.kind: mail.state for mail in told} == {"halted": state, "halted_seller": state}


def test_another_try_to_pay_what_was_assigned_by_hand(shop: Shop, stranger: Seller) -> None:
    """A payment page of the seller's own: one try was given to an order here, the next one paid."""
    theirs = Shop(
        Stage(shop.stage.desk, connect(stranger.account), shop.stage.travelled, False), 50
    )
    mine, other = shop.order(), theirs.order()
    first = str(theirs.at(other, "fail")["payment"]["id"])
    Assignment.objects.create(
        gateway=shop.gateway,
        order=mine,
        razorpay_payment_id=first,
        razorpay_order_id=other.razorpay_order_id or "",
    )
    second = theirs.pay(other)
    shop.go(HOUR)
    shop.reconcile()
    assert paid_ids(shop) == {first, second}
    mine.refresh_from_db()
    assert mine.status == "paid"


@pytest.mark.parametrize("by", ["razorpay", "ours"])
def test_one_object(shop: Shop, by: str) -> None:
    order, other = shop.order(), shop.order()
    payment = shop.pay(order)
    shop.press(f"payments/{payment}/refund", amount=100)
    shop.pay(other)
    subscription = shop.subscription()
    shop.on(subscription, "pay")
    shop.go(HOUR)
    names = {
        "razorpay": [payment, str(subscription.razorpay_subscription_id)],
        "ours": [order.uid, subscription.uid],
    }
    for name in names[by]:
        questions = objects.questions(shop.gateway, name)
        run = shop.reconcile(subject=name, questions=questions)
        assert (run.state, run.mended > 0) == ("done", True), name
    order.refresh_from_db()
    subscription.refresh_from_db()
    assert (order.amount_paid, order.amount_refunded) == (49_900, 100)
    assert (subscription.status, subscription.paid_count) == ("active", 1)
    assert subscription.paid_until is not None
    other.refresh_from_db()
    assert other.status == "created"
    assert not Problem.objects.standing().filter(kind="missed_events").exists()


def test_a_refund_an_invoice_and_a_payment_of_a_subscription_by_their_ids(shop: Shop) -> None:
    payment = shop.pay(shop.order())
    refund = shop.press(f"payments/{payment}/refund", amount=100)["refund"]["id"]
    subscription = shop.subscription()
    charge = shop.on(subscription, "pay")["payment"]
    shop.go(HOUR)
    for name in (refund, charge["id"], charge["invoice_id"]):
        shop.reconcile(subject=name, questions=objects.questions(shop.gateway, name))
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert Refund.objects.get().amount == 100


def test_an_object_that_nobody_knows(shop: Shop) -> None:
    name = "pay_Nobody00000001"
    run = shop.reconcile(subject=name, questions=objects.questions(shop.gateway, name))
    assert str(run.outcome) == "Razorpay does not know it under these keys."
    (stranger,) = shop.press("strangers", n=1)["payments"]
    run = shop.reconcile(subject=stranger, questions=objects.questions(shop.gateway, stranger))
    assert str(run.outcome) == "It belongs to no order here."
    for wrong in ("ord_nobody", "hello", "plan_RsdPlan000001", "token_Nobody0000001", "pay_a b"):
        with pytest.raises(objects.NotAnObject):
            objects.questions(shop.gateway, wrong)


def test_an_order_that_nobody_tried_to_pay_is_known_to_razorpay(shop: Shop) -> None:
    name = shop.order().uid
    run = shop.reconcile(subject=name, questions=objects.questions(shop.gateway, name))
    assert str(run.outcome) == "The books are equal to Razorpay's. Looked at: 1."


def test_what_razorpay_was_never_told_of_is_not_asked_about(shop: Shop) -> None:
    names = [shop.order().uid, shop.subscription().uid]
    Order.objects.update(razorpay_order_id=None)
    Subscription.objects.update(razorpay_subscription_id=None)
    for name in names:
        with pytest.raises(objects.NotAnObject, match="never placed"):
            objects.questions(shop.gateway, name)


def test_the_problem_stands_until_a_later_day_finds_nothing(shop: Shop) -> None:
    shop.pay(shop.order())
    shop.go(HOUR)
    shop.reconcile(until=None)
    told = Problem.objects.standing().filter(kind="missed_events")
    assert "payments: 1" in str(told.get().what)
    shop.reconcile(until=None)  # at once, by hand
    assert told.exists()
    shop.go(DAY)
    shop.reconcile(until=shop.stage.now - 2 * DAY)  # of another time
    assert told.exists()
    shop.reconcile(until=None)
    assert not told.exists()


def test_what_no_ticked_event_tells_is_not_called_missed(shop: Shop) -> None:
    shop.stage.delivers = True
    placed = shop.stage.subscription(day.customer(shop))
    shop.stage.authorise(placed, method="upi")
    refund = shop.press(f"payments/{shop.pay(shop.order())}/refund", amount=500, status="pending")
    shop.stage.hear()
    shop.stage.delivers = False
    shop.press(f"tokens/{shop.stage.token}/cancel")
    shop.press(f"refunds/{refund['refund']['id']}/fail")
    shop.go(HOUR)
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert (run.mended, run.place["missed"]) == (2, {})
    assert not Problem.objects.standing().filter(kind="missed_events").exists()


def test_a_payment_that_was_just_made_was_not_missed(shop: Shop) -> None:
    shop.press("oddities", lists_lag=False)
    shop.pay(shop.order())
    run = shop.reconcile(until=None)
    assert (run.mended, run.place["missed"]) == (1, {})


def test_a_clock_that_was_moved_at_the_sandbox_does_not_hide_anything(shop: Shop) -> None:
    """A desk where somebody pressed "40 days on": Razorpay's clock is ahead of ours."""
    shop.stage.delivers = True
    subscription = shop.subscription()
    shop.on(subscription, "pay")
    shop.press("clock", days=40)
    shop.stage.hear()
    shop.stage.delivers = False
    shop.on(subscription, "pause")
    shop.pay(shop.order())
    shop.press("clock", days=1)
    shop.reconcile(until=None)
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert Order.objects.filter(status="paid").count() == 2
    assert Reconciliation.objects.get().mended >= 2
