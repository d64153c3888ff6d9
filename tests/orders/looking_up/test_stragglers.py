"""A payment that stays authorized: captured if it is wanted, once, and with its exact amount."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from gateways.models import LookUp
from orders.models import Order, Payment
from tests import killing
from tests.orders.looking_up.stage import DAY, MINUTE, Stage, calls, row, status


def captured(stage: Stage) -> list[tuple[str, int]]:
    found = [json.loads(body)["payload"]["payment"]["entity"] for body in stage.captures()]
    return [(payment["id"], payment["amount"]) for payment in found]


def test_a_straggler_of_ours_is_captured_after_fifteen_minutes(stage: Stage) -> None:
    order, payment = stage.straggler()
    stage.work(14 * MINUTE)
    assert captured(stage) == []
    stage.work(MINUTE)
    assert captured(stage) == [(payment.razorpay_payment_id, 49900)]
    assert (status(order), order.grants.count()) == ("paid", 2)
    assert row("still_authorized").done_at is not None


def test_its_webhook_comes_later_and_changes_nothing(stage: Stage) -> None:
    order, _payment = stage.straggler()
    stage.work(15 * MINUTE)
    stage.hear()
    assert (status(order), order.amount_paid) == ("paid", 49900)
    assert order.mails.filter(kind="receipt").count() == 1


def test_what_was_captured_unheard_is_not_captured_again(stage: Stage) -> None:
    order, payment = stage.straggler()
    stage.desk.press(f"payments/{payment.razorpay_payment_id}/capture")
    with calls() as asked:
        stage.work(15 * MINUTE)
    assert not [call for call in asked if call.startswith("POST")]
    assert status(order) == "paid"


class TestNotWanted:
    """It is left to Razorpay, which gives it back after three days."""

    def left_alone(self, stage: Stage, payment: Payment) -> None:
        with calls() as asked:
            stage.work(15 * MINUTE)
        assert not [call for call in asked if call.startswith("POST")]
        payment.refresh_from_db()
        assert payment.status == "authorized"

    def test_another_payment_has_paid_the_order(self, stage: Stage) -> None:
        order, payment = stage.straggler()
        Payment.objects.create(
            gateway=order.gateway, order=order, razorpay_payment_id="pay_RsdOther00001",
            status="captured", captured=True, captured_at=1, amount=49900, currency="INR",
        )  # fmt: skip
        self.left_alone(stage, payment)
        assert (status(order), order.overpaid) == ("paid", 0)

    def test_razorpay_says_that_the_order_is_paid(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By a payment of which nothing was heard."""
        _order, payment = stage.straggler()
        books = stage.desk.sandbox.world.books
        held = books.the(payment.razorpay_order_id)
        with stage.desk.sandbox.world.turn():
            books.put({**held, "status": "paid", "amount_paid": 49900, "amount_due": 0})
        self.left_alone(stage, payment)

    def test_the_order_has_expired(self, stage: Stage) -> None:
        """Also where Razorpay says nothing new, so that nothing is derived anew."""
        _order, payment = stage.straggler()
        stage.fails("502", paths=f"/v1/payments/{payment.razorpay_payment_id}/capture", count=1)
        stage.work(15 * MINUTE)
        Order.objects.update(expires_at=stage.now + MINUTE)
        self.left_alone(stage, payment)
        assert len(captured(stage)) == 0

    def test_the_buyer_said_since_that_they_do_not_want_it(self, stage: Stage) -> None:
        _order, payment = stage.straggler()
        Order.objects.update(declined_at=stage.now + MINUTE)
        self.left_alone(stage, payment)

    def test_another_amount(self, stage: Stage) -> None:
        _order, payment = stage.straggler(amount=1000, force=True)
        self.left_alone(stage, payment)

    def test_another_authorized_payment_was_first(self, stage: Stage) -> None:
        order, payment = stage.straggler()
        Payment.objects.filter(pk=payment.pk).update(id=payment.pk + 1)
        Payment.objects.create(
            pk=payment.pk, gateway=order.gateway, order=order,
            razorpay_payment_id="pay_RsdFirst00001", status="authorized",
            razorpay_order_id=payment.razorpay_order_id, amount=49900, currency="INR",
        )  # fmt: skip
        self.left_alone(stage, Payment.objects.get(pk=payment.pk + 1))

    def test_then_it_is_given_back_and_the_question_ends(self, stage: Stage) -> None:
        order, payment = stage.straggler()
        Order.objects.update(declined_at=stage.now + MINUTE)
        for _day in range(4):
            stage.work(DAY)
        payment.refresh_from_db()
        assert (payment.status, payment.captured) == ("refunded", False)
        assert status(order) == "attempted"
        assert row("still_authorized").done_at is not None
        assert captured(stage) == []


def test_one_made_elsewhere_and_assigned_by_hand_does_not_stand_in_the_way(stage: Stage) -> None:
    """It is not captured here: it pays another order of Razorpay's."""
    order, payment = stage.straggler()
    Payment.objects.filter(pk=payment.pk).update(id=payment.pk + 1)
    Payment.objects.create(
        pk=payment.pk, gateway=order.gateway, order=order,
        razorpay_payment_id="pay_RsdStray00001", status="authorized",
        razorpay_order_id="order_Elsewhere0001", amount=49900, currency="INR",
    )  # fmt: skip
    stage.work(15 * MINUTE)
    assert captured(stage) == [(payment.razorpay_payment_id, 49900)]
    assert status(order) == "paid"


@pytest.mark.parametrize("fail", ["lost", "junk", "500", "502"])
def test_a_lost_answer_is_resolved_by_asking(stage: Stage, fail: str) -> None:
    order, payment = stage.straggler()
    stage.fails(fail, paths=f"/v1/payments/{payment.razorpay_payment_id}/capture", count=1)
    stage.work(15 * MINUTE)
    assert (status(order), row("still_authorized").tries) == ("attempted", 0)
    stage.work(5 * MINUTE)
    assert status(order) == "paid"
    assert len(captured(stage)) == 1


def test_a_refused_capture_is_noted_and_asked_about_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, payment = stage.straggler()
    pressed = stage.desk.press

    from gateways.razorpay.client import Razorpay

    capture = Razorpay.capture

    def too_late(razorpay: Razorpay, name: str, **terms: Any) -> Any:
        pressed(f"payments/{name}/capture")
        return capture(razorpay, name, **terms)

    monkeypatch.setattr(Razorpay, "capture", too_late)
    stage.work(15 * MINUTE)
    asked = row("still_authorized")
    assert (asked.tries, asked.error) == (1, "This payment has already been captured")
    stage.work(15 * MINUTE)
    assert status(order) == "paid"
    assert len(captured(stage)) == 1


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
def test_killed_at_any_moment_it_is_captured_once(stage: Stage) -> None:
    """Each step of the run is the last one once: its writes, its calls, their answers."""

    def life(last: int) -> killing.Process:
        Order.objects.filter(status="attempted").update(declined_at=stage.now)
        order, payment = stage.straggler()
        stage.wait(15 * MINUTE)
        with killing.process(last) as run:
            stage.work()
        stage.work(6 * MINUTE)
        stage.work(15 * MINUTE)
        assert status(order) == "paid", run.steps
        times = [name for name, _amount in captured(stage) if name == payment.razorpay_payment_id]
        assert len(times) == 1, run.steps
        assert not LookUp.objects.filter(done_at=None).exclude(why="open_order").exists()
        LookUp.objects.all().delete()
        return run

    killed = killing.at_every_step(life)
    assert any("after POST" in run.steps[-1] for run in killed)
    assert len(killed) > 10


@pytest.mark.django_db(transaction=True)
def test_nothing_is_in_a_transaction_while_razorpay_is_asked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    from gateways.razorpay.session import Session

    stage.straggler()
    seen: list[bool] = []
    request = Session.request

    def watched(session: Session, method: Any, url: Any, **options: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return request(session, method, url, **options)

    monkeypatch.setattr(Session, "request", watched)
    stage.work(timedelta(minutes=15))
    assert len(seen) >= 3
    assert not any(seen)
