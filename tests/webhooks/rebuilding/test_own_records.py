"""What people and our own clock did is taken over, and its consequences are derived again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gateways import connecting
from gateways.models import Problem
from gateways.razorpay.client import Razorpay as Api
from orders import by_hand, declining, expiring, fulfilment, linking
from orders.causes import at
from orders.models import AccessDecision, Customer, Order, Reattempt, RefundInstruction, Resource
from orders.recovering import due
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay, make_order
from tests.lives import DAY, T
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import differences
from webhooks import bodies, work
from webhooks.models import Event

pytestmark = pytest.mark.timeout(300)
Kind = AccessDecision.Kind


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(at(T + 3600), tick=False) as travelled:
        yield travelled


@pytest.fixture
def order(order: Order) -> Order:
    order.created_at, order.expires_at = at(T - 60), at(T - 60 + 30 * DAY)
    order.save()
    return order


def test_reminders_that_went_out(
    clock: Any, razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Api, "order_payments", lambda _api, _id: [])
    razorpay.tell(sample("payment.failed", created_at=T))
    for days in (1.1, 2.2):
        clock.move_to(at(T) + timedelta(days=days))
        due.make()
    assert set(Reattempt.objects.values_list("state", flat=True)) >= {"failed", "started"}
    assert differences(order) == []
    razorpay.tell(sample("payment.captured", created_at=T + int(2.5 * DAY)))
    assert differences(order) == []
    Reattempt.objects.filter(n=2).update(state="cancelled")
    assert len(differences(order)) == 1


def test_access_by_hand_before_and_after_the_money(razorpay: Razorpay, order: Order) -> None:
    first, second = order.product.resources.order_by("pk")
    by_hand.decide(order, first, Kind.GIVEN, reason="r", user=None, until=at(T + 9 * DAY))
    razorpay.tell(sample("payment.captured", created_at=T + 30))
    by_hand.decide(order, second, Kind.ENDED, reason="r", user=None)
    assert differences(order) == []
    AccessDecision.objects.filter(kind=Kind.ENDED).delete()
    assert differences(order) != []


def test_a_refund_that_was_asked_for(razorpay: Razorpay, order: Order) -> None:
    captured, created, processed, *_rest = lives.paid_and_partly_refunded_twice()
    razorpay.tell(captured)
    payment = order.payments.get()
    asked = RefundInstruction.objects.create(payment=payment, amount=10000, made_by="seller")
    asked.ends.set(order.product.resources.all()[:1])
    for body in (created, processed):
        body["payload"]["refund"]["entity"]["notes"] = {"raseed_refund": asked.uid}
    razorpay.tell(created, processed)
    asked.refresh_from_db()
    assert asked.state == RefundInstruction.State.DONE
    assert differences(order) == []
    # The events alone say so, too: by our note in the refund, and by what was asked for.
    RefundInstruction.objects.update(state="requested", done_at=None, razorpay_refund_id="")
    Order.objects.update(decided_refunds=[])
    AccessDecision.objects.all().delete()
    assert differences(order) == []


def test_an_order_that_was_declined_and_one_that_expired(
    clock: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T))
    declining.decline(order.pk)
    assert differences(order) == []
    clock.move_to(order.expires_at + timedelta(minutes=1))
    assert differences(order) == [], "the timetable has not come to it"
    expiring.expire()
    assert Order.objects.get().status == "expired"
    assert differences(order) == []


def test_an_order_that_nobody_has_heard_of(clock: Any, razorpay: Razorpay, order: Order) -> None:
    draft = make_order(order.gateway, order.product, order.customer, None, access_on_form=True)
    razorpay.tell(sample("payment.failed", created_at=T))
    assert differences(order) == []
    linking.link_order(draft, "order_RsdDraft00001")
    fulfilment.begin(draft)
    assert draft.grants.count() == 2
    assert differences(order) == []
    draft.grants.all().delete()
    assert len(differences(order)) == 2


def test_two_orders_of_one_buyer_for_the_same(
    razorpay: Razorpay, order: Order, customer: Customer
) -> None:
    make_order(order.gateway, order.product, customer, "order_RsdAgain000001")
    razorpay.tell(sample("payment.failed", created_at=T))
    other = {"id": "pay_RsdAgain000001", "order_id": "order_RsdAgain000001"}
    razorpay.tell(sample("payment.captured", created_at=T + 90, payment=other))
    assert set(Reattempt.objects.values_list("state", flat=True)) == {"cancelled"}
    assert differences(order) == []


def test_what_razorpay_answered_when_it_made_a_subscription(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    Subscription.objects.update(short_url="https://rzp.io/i/ours")
    assert differences(subscription.order) == []
    razorpay.tell(*lives.renewed_after_two_failures())
    assert differences(subscription.order) == []
    Subscription.objects.update(quantity=7)
    assert len(differences(subscription.order)) == 1


def test_a_gateway_that_was_disconnected(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured"), sample("payment.dispute.created"))
    connecting.disconnect(razorpay.gateway, None)
    assert Problem.objects.standing().filter(kind=Problem.Kind.DISPUTE).exists()
    assert differences(order) == []


def test_events_that_came_before_their_order_was_known(razorpay: Razorpay, order: Order) -> None:
    Order.objects.update(razorpay_order_id=None)
    razorpay.tell(sample("payment.captured", payment={"notes": []}))
    assert Event.objects.get().status == "unmatched"
    assert differences(order) == []
    linking.link_order(Order.objects.get(), "order_RsdOrder000001")
    work.work()
    assert Event.objects.get().status == "processed"
    assert differences(order) == []


def test_bodies_that_were_dropped(clock: Any, razorpay: Razorpay, order: Order) -> None:
    from webhooks.keeping import dropping

    razorpay.tell(*lives.paid_and_partly_refunded_twice())
    clock.move_to(timezone.now() + timedelta(days=200))
    dropping.drop()
    assert {bytes(event.body) for event in Event.objects.all()} == {b""}
    assert bodies.read(Event.objects.earliest("id")).type == "payment.captured"
    assert differences(order) == []


def test_what_a_product_unlocked_when_access_was_over(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured"), sample("refund.processed", created_at=T + 1800))
    bonus = Resource.objects.create(account=order.gateway.account, title="Bonus", text="...")
    order.product.resources.add(bonus)
    assert differences(order) == []
    order.grants.all().delete()
    assert len(differences(order)) == 3
