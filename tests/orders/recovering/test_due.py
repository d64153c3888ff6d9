"""Who is worked on, in which turn, and what happens when it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateways.models import Gateway
from gateways.razorpay import errors
from orders import catalogue
from orders.causes import at
from orders.models import Customer, Order, Reattempt
from orders.recovering import due
from tests.conftest import make_order
from tests.lives import DAY, T

Look = Callable[[Reattempt, datetime], datetime | None]
NOW = at(T + 5 * DAY)


class Way:
    """Notes who was worked on, and does what the test wants."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.seen: list[int] = []

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        self.seen.append(row.pk)
        return self.look(row, now)


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Look], Way]:
    def put(look: Look) -> Way:
        way = Way(look)
        monkeypatch.setitem(due.ways, "ask", way)
        return way

    return put


def later(_row: Reattempt, now: datetime) -> datetime:
    return now + timedelta(days=1)


def rows(gateway: Gateway, many: int, since: int) -> list[int]:
    """So many rows of one seller that are due, the first the longest."""
    product = catalogue.create_product(
        account=gateway.account, name="P", price={"amount": 49900, "currency": "INR"}, resources=[]
    )
    customer = Customer.objects.create(account=gateway.account, email="b@example.com")
    made = []
    for number in range(many):
        order = make_order(gateway, product, customer, None)
        when = at(T + since + number)
        row = Reattempt.objects.create(
            order=order, n=1, due_at=when, work_at=when, state="scheduled", made_by="raseed"
        )
        made.append(row.pk)
    return made


def test_one_sellers_flood_does_not_starve_another(
    gateway: Gateway, their_gateway: Gateway, install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood = rows(gateway, 9, since=0)
    theirs = rows(their_gateway, 2, since=DAY)
    monkeypatch.setattr(due, "BATCH", 4)
    way = install(later)
    assert due.make(NOW) == 4
    assert way.seen == [flood[0], theirs[0], flood[1], theirs[1]]
    due.make(NOW)
    due.make(NOW)
    assert sorted(way.seen) == sorted([*flood, *theirs])
    assert due.make(NOW) == 0


def test_a_seller_whose_razorpay_cannot_be_asked_holds_up_nobody(
    gateway: Gateway, their_gateway: Gateway, install: Any
) -> None:
    away = rows(gateway, 5, since=0)
    theirs = rows(their_gateway, 3, since=DAY)

    def look(row: Reattempt, now: datetime) -> datetime:
        if row.pk in away:
            raise errors.Unreachable("away")
        return later(row, now)

    way = install(look)
    due.make(NOW)
    assert way.seen == [away[0], *theirs], "the others of the one are not even tried"


def test_a_refusal_of_one_row_is_not_repeated_every_minute(gateway: Gateway, install: Any) -> None:
    made = rows(gateway, 2, since=0)

    def look(row: Reattempt, now: datetime) -> datetime:
        if row.pk == made[0]:
            raise errors.Refused("The id provided does not exist")
        return later(row, now)

    way = install(look)
    due.make(NOW)
    due.make(NOW + timedelta(hours=5))
    assert way.seen == made
    due.make(NOW + timedelta(hours=6))
    assert way.seen == [*made, made[0]]


def test_a_row_that_fails_is_tried_again_and_holds_up_nobody(
    gateway: Gateway, install: Any
) -> None:
    made = rows(gateway, 2, since=0)

    def look(row: Reattempt, now: datetime) -> datetime:
        if row.pk == made[0]:
            raise ZeroDivisionError
        return later(row, now)

    way = install(look)
    due.make(NOW)
    due.make(NOW + timedelta(minutes=5))
    assert way.seen == [made[0], made[1], made[0]]


def test_what_another_process_holds_is_left_alone(gateway: Gateway, install: Any) -> None:
    (made,) = rows(gateway, 1, since=0)
    beside: list[int] = []

    def look(_row: Reattempt, now: datetime) -> None:
        beside.append(due.make(now))

    way = install(look)
    due.make(NOW)
    assert (way.seen, beside) == ([made], [0])


def test_of_two_that_saw_a_row_one_has_it(gateway: Gateway) -> None:
    (made,) = rows(gateway, 1, since=0)
    assert [due.claim(made, at(T), NOW), due.claim(made, at(T), NOW)] == [True, False]


def test_what_the_books_moved_meanwhile_stays_moved(gateway: Gateway, install: Any) -> None:
    (made,) = rows(gateway, 1, since=0)
    moved = NOW + timedelta(hours=2)

    def look(_row: Reattempt, now: datetime) -> datetime:
        Reattempt.objects.filter(pk=made).update(work_at=moved)
        return later(_row, now)

    install(look)
    due.make(NOW)
    assert Reattempt.objects.get().work_at == moved


def test_a_stranger_that_disconnected_waits_alone(
    gateway: Gateway, their_gateway: Gateway, install: Any
) -> None:
    mine = rows(gateway, 1, since=0)
    rows(their_gateway, 1, since=0)
    Gateway.objects.filter(pk=their_gateway.pk).update(disconnected_at=at(T))
    way = install(later)
    due.make(NOW)
    assert way.seen == mine


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_three_schedulers_at_once_never_work_on_one_row_twice(
    gateway: Gateway, install: Any
) -> None:
    from threading import Barrier, Lock, Thread

    from django.db import connection

    made = rows(gateway, 40, since=0)
    at_work: set[int] = set()
    guard, start, twice = Lock(), Barrier(3), []

    def look(row: Reattempt, now: datetime) -> datetime:
        with guard:
            if row.pk in at_work:
                twice.append(row.pk)
            at_work.add(row.pk)
        Order.objects.select_for_update().filter(pk=row.order_id).exists()
        with guard:
            at_work.discard(row.pk)
        return later(row, now)

    def scheduler() -> None:
        start.wait()
        due.make(NOW)
        connection.close()

    way = install(look)
    threads = [Thread(target=scheduler) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert twice == []
    assert sorted(way.seen) == sorted(made), "each once"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_three_schedulers_at_once_begin_one_reminder_a_day(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three rows are overdue after days off, and each scheduler holds another of them."""
    from threading import Barrier, Thread

    from django.db import connection

    stage.fail()
    start = Barrier(3)
    stage.go(9 * DAY)

    def scheduler(pk: int) -> None:
        row = Reattempt.objects.select_related("order__gateway").get(pk=pk)
        start.wait()
        due.ways["ask"].make(row, at(T + 9 * DAY))
        connection.close()

    stage.order.reattempts.update(due_at=at(T + DAY))
    threads = [Thread(target=scheduler, args=[row.pk]) for row in stage.rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert stage.states == ["started", "scheduled", "scheduled"]
    assert stage.mails == ["reminder 0/1"]
