"""Old bodies go, batch by batch; nothing that was read of them does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from gateways.razorpay.deliveries import Unreadable
from orders.models import Customer, Order, Product
from subscriptions.models import Subscription
from tests import books
from tests.conftest import Razorpay, make_order
from tests.samples import names, sample
from tests.webhooks.keeping.conftest import PERIOD, age, fill, has_body, place
from tests.webhooks.keeping.oddities import EVERY
from webhooks import bodies, replay, work
from webhooks.keeping import dropping, packing
from webhooks.models import Event

A_MINUTE = timedelta(minutes=1)


def test_what_is_old_goes_and_what_is_young_stays(razorpay: Razorpay, gateway: Gateway) -> None:
    fill(razorpay, 4)
    first, second, third, _fourth = Event.objects.order_by("pk")
    age(first, second)
    age(third, by=dropping.period(gateway.account) + A_MINUTE)
    assert dropping.drop() is False
    assert has_body() == [False, False, True, True], "an hour is left, for who finishes just now"
    assert place(gateway) == second.pk


@pytest.mark.parametrize("name", EVERY)
def test_what_was_read_of_it_stays(razorpay: Razorpay, name: str) -> None:
    body = EVERY[name]
    razorpay.post(body)
    work.work()
    event = Event.objects.get()
    before = said(event)
    status, outcome, digest = event.status, event.outcome, bytes(event.body_sha256)
    age()
    dropping.drop()
    event.refresh_from_db()
    assert has_body() == [False]
    assert said(event) == before
    assert (event.status, event.outcome, bytes(event.body_sha256)) == (status, outcome, digest)
    assert razorpay.post(body).json() == {"status": "duplicate"}, "still known by its digest"


def said(event: Event) -> Any:
    try:
        return bodies.read(event)
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("name", names())
def test_a_replay_of_what_was_dropped_changes_nothing(
    razorpay: Razorpay, gateway: Gateway, order: Order, subscription: Subscription, name: str
) -> None:
    razorpay.tell(sample("payment.captured"), sample(name))
    before = books.of(gateway)
    dropping.drop(timezone.now() + PERIOD + A_MINUTE)
    assert not any(has_body())
    replay.replay(Event.objects.all())
    work.work()
    assert books.of(gateway) == before


def test_books_made_again_from_what_is_kept_are_the_same(
    razorpay: Razorpay, gateway: Gateway, product: Product, customer: Customer
) -> None:
    """The order appears only after the body went."""
    order = make_order(gateway, product, customer, None)
    razorpay.tell(sample("payment.captured"))
    age()
    dropping.drop()
    Order.objects.filter(pk=order.pk).update(razorpay_order_id="order_RsdOrder000001")
    replay.replay(Event.objects.all())
    work.work()
    order.refresh_from_db()
    assert (order.status, order.amount_paid) == ("paid", 49900)


def test_a_shorter_period_is_kept_to_and_none_is_shorter_than_thirty_days(
    razorpay: Razorpay, account: Account
) -> None:
    fill(razorpay, 2)
    age(Event.objects.order_by("pk")[0], by=timedelta(days=31))
    dropping.drop()
    assert has_body() == [True, True]
    Account.objects.update(keep_bodies_days=0)
    dropping.drop()
    assert has_body() == [False, True]


class TestUnfinished:
    @pytest.fixture
    def parked(self, razorpay: Razorpay) -> Event:
        """Between two others."""
        fill(razorpay, 3)
        event = Event.objects.order_by("pk")[1]
        Event.objects.filter(pk=event.pk).update(status=Event.Status.PARKED)
        age()
        return event

    def test_a_parked_event_keeps_its_body_and_holds_up_nobody(
        self, parked: Event, gateway: Gateway
    ) -> None:
        dropping.drop()
        assert has_body() == [False, True, False]
        assert place(gateway) > parked.pk

    def test_it_is_not_forgotten(self, parked: Event) -> None:
        dropping.drop()
        replay.process_again(Event.objects.filter(pk=parked.pk))
        assert has_body() == [False, True, False]
        work.work()
        assert has_body() == [False, False, False]

    def test_nor_when_it_is_parked_again(
        self, parked: Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_args: Any) -> Any:
            raise ValueError("broken")

        dropping.drop()
        replay.process_again(Event.objects.filter(pk=parked.pk))
        with monkeypatch.context() as patched:
            patched.setattr("webhooks.matching.find", broken)
            for _attempt in range(5):
                Event.objects.filter(pk=parked.pk).update(not_before=None)
                work.work()
        assert Event.objects.get(pk=parked.pk).status == "parked"
        assert has_body() == [False, True, False]
        replay.process_again(Event.objects.filter(pk=parked.pk))
        work.work()
        assert not any(has_body())

    def test_an_open_one_is_passed_and_dropped_when_it_is_finished(
        self, razorpay: Razorpay, gateway: Gateway
    ) -> None:
        razorpay.post(sample("payment.captured"))
        age()
        dropping.drop()
        assert has_body() == [True]
        work.work()
        assert has_body() == [False]

    def test_one_that_is_finished_in_time_is_left_to_the_walk(self, razorpay: Razorpay) -> None:
        fill(razorpay, 1)
        assert has_body() == [True]


def test_what_would_be_lost_is_kept(
    razorpay: Razorpay, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte flipped on the disk, or a reader that has become stricter."""
    fill(razorpay, 3)
    first, second, _third = Event.objects.order_by("pk")
    Event.objects.filter(pk=first.pk).update(body=bytes(first.body) + b" ")
    cannot = {packing.UNREADABLE: "since the new version"}
    monkeypatch.setattr(
        packing, "told_by",
        lambda body, real=packing.told_by: cannot if body == bytes(second.body) else real(body),
    )  # fmt: skip
    age()
    dropping.drop()
    assert has_body() == [True, True, False]
