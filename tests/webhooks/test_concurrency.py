"""What only a database with real locks can show: many processes, one set of books.

For more races of callback, webhook and poll than in every run (docs/bench.md keeps an outcome):

    RACES=1000 ./dev test --only postgres tests/webhooks/test_concurrency.py -k callback
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connections, transaction

from gateways.models import Gateway, Problem
from orders import linking
from orders.models import Customer, Mail, Order, Product
from tests import books, lives
from tests.conftest import Razorpay, make_order
from tests.samples import sample
from webhooks import answers, claims, work
from webhooks.deadline import Watch
from webhooks.models import Event

RACES = int(os.environ.get("RACES", "10"))

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these in threads that start together, each on a connection of its own."""
    gate = threading.Barrier(len(acts))

    def act(do: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_one_body_posted_by_eight_at_once_is_stored_once(
    gateway: Gateway, razorpay: Razorpay
) -> None:
    def post() -> str:
        return str(Razorpay(gateway).post(sample("payment.captured")).json()["status"])

    answers = at_once(*[post] * 8)
    assert sorted(answers) == ["accepted"] + ["duplicate"] * 7
    assert Event.objects.count() == 1


def test_four_workers_end_in_the_books_of_one(
    gateway: Gateway, razorpay: Razorpay, product: Product, customer: Customer
) -> None:
    """The events of one order go to different workers, and no two of them spoil each other's."""
    stories = list(several_orders(gateway, product, customer, lives.ONE_TIME))
    now = datetime.fromtimestamp(lives.T + 3600, UTC)
    with time_machine.travel(now, tick=False):
        for life in stories:
            for body in life:
                razorpay.post(body)
        at_once(*[lambda: work.work(budget=60)] * 4)
        together = books.of(gateway)
        assert set(Event.objects.values_list("status", flat=True)) == {"processed"}
        receipts = Mail.objects.filter(kind="receipt").values_list("fact", flat=True)
        assert len(receipts) == len(set(receipts))

        forget(gateway)
        work.work(budget=60)
        assert books.of(gateway) == together


def several_orders(
    gateway: Gateway,
    product: Product,
    customer: Customer,
    makers: Iterable[Callable[[], lives.Life]],
) -> Iterable[lives.Life]:
    """Each life on an order of its own, with ids of its own."""
    for number, make in enumerate(makers):
        make_order(gateway, product, customer, f"order_Rsd{number}Order000001")
        yield [renamed(body, str(number)) for body in make()]


def renamed(value: Any, number: str) -> Any:
    """The same body with ids that belong to another story."""
    if isinstance(value, dict):
        return {key: renamed(inner, number) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, number) for inner in value]
    return value.replace("_Rsd", f"_Rsd{number}", 1) if isinstance(value, str) else value


def forget(gateway: Gateway) -> None:
    """Empty books; the inbox stays, all of it open."""
    Mail.objects.all().delete()
    for order in Order.objects.filter(gateway=gateway):
        order.reattempts.all().delete()
        order.grants.all().delete()
        for payment in order.payments.all():
            payment.refunds.all().delete()
            payment.disputes.all().delete()
            payment.delete()
    Order.objects.update(status="created", amount_paid=0, amount_refunded=0, as_of=0)
    Event.objects.update(status="received", processed_at=None, attempts=0)


def test_a_worker_takes_what_another_is_not_just_taking(razorpay: Razorpay, order: Order) -> None:
    razorpay.post(sample("payment.captured"))
    razorpay.post(sample("order.paid"))
    first = Event.objects.order_by("pk")[0]
    with transaction.atomic():
        Event.objects.select_for_update().get(pk=first.pk)
        [(_name, taken)] = at_once(claims.take)
    assert first.pk not in taken
    assert len(taken) == 1


@pytest.mark.parametrize("again", range(10))
def test_an_event_that_comes_while_its_order_is_being_linked_finds_it(
    razorpay: Razorpay, order: Order, again: int
) -> None:
    """ "Nothing of ours has this id" and "this id is ours now" are never both concluded."""
    Order.objects.update(razorpay_order_id=None)
    razorpay.post(sample("payment.captured", payment={"notes": []}))
    at_once(
        lambda: linking.link_order(Order.objects.get(), "order_RsdOrder000001"),
        lambda: work.work() and None,
    )
    work.work()
    assert Event.objects.get().status == "processed"
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("again", range(RACES))
def test_callback_webhook_and_poll_at_once_make_one_grant_and_one_receipt(
    gateway: Gateway, razorpay: Razorpay, order: Order, again: int
) -> None:
    """A buyer comes back from Checkout while Razorpay tells us and the page asks again."""
    captured = sample("payment.captured")
    said = {"payment": captured["payload"]["payment"]["entity"]}

    def hear() -> None:
        answers.hear(gateway_id=gateway.pk, name="payment.fetched", entities=said)

    def tell(name: str = "payment.captured") -> None:
        Razorpay(gateway).post(sample(name))
        work.work()

    at_once(hear, tell, hear, tell, lambda: tell("order.paid"))
    work.work()
    order.refresh_from_db()
    assert (order.status, order.grants.count(), order.amount_paid) == ("paid", 2, 49900)
    assert order.mails.filter(kind="receipt").count() == 1
    assert order.grant_changes.count() == 2, "each grant was given once"
    assert set(Event.objects.values_list("status", flat=True)) == {"processed"}
    assert not Problem.objects.exists()


def test_a_database_that_hangs_is_hung_up_on() -> None:
    """Without this the answer would never come; the connection works again afterwards."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (hanging,) = cursor.fetchone()
        with pytest.raises(DatabaseError), Watch().over(connection, seconds=0.3):
            cursor.execute("SELECT pg_sleep(60)")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [hanging])
        assert cursor.fetchone() == (True,)
