"""Merging and correcting while buyers order and Razorpay tells: only real row locks show it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Account
from gateways.models import Gateway
from orders import answers, checkout, correcting, customers, folding
from orders.correcting import NotCorrected
from orders.folding import NotMerged
from orders.models import Customer, CustomerAlias, Grant, Order, Product
from tests.conftest import Razorpay, make_order
from tests.samples import sample
from tests.webhooks.test_concurrency import at_once
from webhooks import work

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 50


def pair(account: Account, number: int) -> tuple[Customer, Customer]:
    """Two customers of this round who are one person."""
    kept = Customer.objects.create(account=account, email=f"kept{number}@example.com")
    other = Customer.objects.create(account=account, email=f"other{number}@example.com")
    return kept, other


def order_with(product: Product, email: str) -> Callable[[], Order]:
    return lambda: checkout.draft(product.account, product, email, "Ravi", None)


def merge(kept: Customer, other: Customer) -> Callable[[], Any]:
    def act() -> Any:
        try:
            return folding.fold(kept, other, None)
        except NotMerged:
            return None

    return act


def test_no_order_is_lost_that_is_placed_while_its_customer_is_merged(
    gateway: Gateway, product: Product, account: Account
) -> None:
    resource = product.resources.order_by("pk")[0]
    for number in range(ROUNDS):
        kept, other = pair(account, number)
        make_order(gateway, product, other, f"order_RsdRound{number:06}")
        _kept, *placed = at_once(
            merge(kept, other),
            order_with(product, other.email),
            order_with(product, other.email.upper()),
            order_with(product, kept.email),
        )
        theirs = set(Order.objects.filter(customer=kept).values_list("pk", flat=True))
        assert {order.pk for order in placed} < theirs
        assert len(theirs) == 4
        newest = Order.objects.get(pk=placed[0].pk)
        Grant.objects.create(
            order=newest, customer=newest.customer, resource=resource,
            starts_at=newest.created_at, because="paid",
        )  # fmt: skip
        for address in (kept.email, other.email):
            assert customers.find(account, address) == kept
            assert answers.access(account, address, resource, "test").allowed
    assert Customer.objects.count() == ROUNDS, "no customer is left over, and none made anew"
    assert CustomerAlias.objects.count() == ROUNDS


def worked_on(order: Order, customer: Customer, locked: Event, go: Callable[[], Any]) -> None:
    """As a worker does it: lock the order, then its customer."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order.pk)
        locked.set()
        go()
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    connection.close()


def somebody_waits() -> None:
    """Come back as soon as another process waits for a lock."""
    with connection.cursor() as cursor:
        for _look in range(100_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return


def test_an_order_that_is_being_worked_on_goes_first(
    gateway: Gateway, product: Product, account: Account
) -> None:
    """Its worker will want the customer: the merge does not take that one before the order."""
    kept, other = pair(account, 0)
    order, locked = make_order(gateway, product, other, None), Event()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(worked_on, order, other, locked, somebody_waits)
        locked.wait(10)
        folding.fold(kept, other, None)
    working.result()
    assert Order.objects.get().customer == kept


def test_so_does_one_that_is_placed_while_the_merge_begins(
    gateway: Gateway, product: Product, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker waits for the customer, whom the merge has locked by then."""
    kept, other = pair(account, 0)
    locked, held, working = Event(), Event(), list[Future[None]]()

    def place_and_work_on() -> None:
        order = order_with(product, other.email)()
        worked_on(order, other, locked, lambda: held.wait(10))

    def hold_both(*both: Customer) -> tuple[Customer, Customer]:
        if not working:
            working.append(pool.submit(place_and_work_on))
            locked.wait(10)
        rows = real(*both)
        held.set()
        return rows

    real = folding.hold_both
    monkeypatch.setattr(folding, "hold_both", hold_both)
    with ThreadPoolExecutor(1) as pool:
        folding.fold(kept, other, None)
    working[0].result()
    assert Order.objects.get().customer == kept


def test_two_who_merge_each_into_the_other_at_once_lose_neither(
    gateway: Gateway, product: Product, account: Account
) -> None:
    for number in range(10):
        one, two = pair(account, number)
        for customer in (one, two):
            make_order(gateway, product, customer, f"order_RsdOf{customer.pk:09}")
        merged = at_once(merge(one, two), merge(two, one))
        (kept,) = [customer for customer in merged if customer is not None]
        assert kept.orders.count() == 2
        for uid in (one.uid, two.uid):
            assert customers.by_uid(account, uid) == kept


def test_razorpay_tells_of_an_order_while_its_customer_is_merged(
    gateway: Gateway, product: Product, account: Account
) -> None:
    """Whoever comes second sees what the first made of it."""
    for number in range(10):
        kept, other = pair(account, number)
        razorpay_id = f"order_RsdTold{number:07}"
        order = make_order(gateway, product, other, razorpay_id)
        body = sample(
            "payment.captured",
            payment={"id": f"pay_RsdTold{number:07}", "order_id": razorpay_id, "notes": []},
        )
        Razorpay(gateway).post(body)
        at_once(merge(kept, other), lambda: work.work() and None)
        work.work()
        order.refresh_from_db()
        assert (order.status, order.customer) == ("paid", kept)
        assert set(order.grants.values_list("customer", flat=True)) == {kept.pk}


def test_an_address_that_is_ordered_with_while_it_is_put_in_force_is_of_one_customer(
    product: Product, gateway: Gateway, account: Account
) -> None:
    for number in range(ROUNDS):
        customer = Customer.objects.create(account=account, email=f"old{number}@example.com")
        address = f"new{number}@example.com"

        def correct(customer: Customer = customer, address: str = address) -> str:
            try:
                correcting.change_email(customer, address, None)
            except NotCorrected as error:
                return error.code
            return ""

        refused, order = at_once(correct, order_with(product, address))
        assert refused in {"", "email_taken"}
        assert (order.customer == customer) is (refused == "")
        customer.refresh_from_db()
        assert (customer.email == address) is (refused == "")
        assert customers.find(account, address) == order.customer
