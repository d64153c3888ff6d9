"""Each rule of docs/odd-money.md, told by signed webhooks in every order, each twice."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from gateways.models import Problem
from orders import answers, expiring
from orders.models import GrantChange, Order
from tests.conftest import Razorpay
from tests.lives import DAY, Life
from tests.orders.odd_money.cases import CASES, Case
from webhooks import replay, work
from webhooks.models import Event

ARRIVALS = 2


class Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


def arrivals(life: Life, more: int = ARRIVALS) -> Iterator[Life]:
    """As it happened, backwards, and so many otherwise; each body twice."""
    every = [list(some) for some in itertools.permutations(life)][1:-1]
    for some in [life, life[::-1], *random.Random(1).sample(every, min(more, len(every)))]:
        yield [*some, *some]


def asked(order: Order) -> str:
    """What the seller is asked about this order's money, without its name."""
    found = Problem.objects.standing().filter(kind="odd_money", subject=order.uid).first()
    return str(found.what).removeprefix(f"Order {order.uid}: ") if found else ""


def became(order: Order) -> dict[str, Any]:
    """What the seller's scripts are told."""
    order.refresh_from_db()
    resource = order.product.resources.order_by("pk")[0]
    answer = answers.access(order.gateway.account, order.customer.email, resource, "test")
    return {
        "status": order.status,
        "paid": order.amount_paid,
        "refunded": order.amount_refunded,
        "allowed": answer.allowed,
        "because": str(answer.because),
        "problem": asked(order),
    }


def must(case: Case) -> dict[str, Any]:
    names = ("status", "paid", "refunded", "allowed", "because", "problem")
    return {name: getattr(case, name) for name in names}


def told(order: Order) -> list[str]:
    """The story of access. How it came about depends on arrival, where it ends does not."""
    changes = GrantChange.objects.filter(order=order).order_by("at", "pk")
    return [str(change.what) for change in changes]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whatever_comes_first_and_however_often(
    razorpay: Razorpay, order: Order, case: Case
) -> None:
    for arrival in arrivals(case.life):
        with undone():
            razorpay.tell(*arrival)
            assert became(order) == must(case), [body["event"] for body in arrival]
            before = told(order)
            replay.replay(Event.objects.all())
            work.work()
            assert became(order) == must(case), "after a replay"
            assert told(order) == before, "a replay is not told again"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_month_later_the_same_is_learnt(
    clock: Any, razorpay: Razorpay, order: Order, case: Case
) -> None:
    """The order had expired before the first of it was heard."""
    clock.shift(31 * DAY)
    assert expiring.expire() == 1
    for arrival in arrivals(case.life, more=0):
        with undone():
            razorpay.tell(*arrival)
            expected = must(case)
            if not case.paid:
                expected["status"] = "expired"
            assert became(order) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_put_away_meanwhile_is_still_what_was_bought(
    razorpay: Razorpay, order: Order, case: Case
) -> None:
    order.product.archived_at = timezone.now()
    order.product.save()
    order.product.resources.update(archived_at=timezone.now())
    razorpay.tell(*case.life)
    assert became(order) == must(case)


def test_another_order_of_the_same_buyer_stays_as_it_is(
    razorpay: Razorpay, order: Order, their_gateway: Any
) -> None:
    """Nor does a stranger hear of it."""
    for case in CASES:
        with undone():
            razorpay.tell(*case.life)
            standing = Problem.objects.standing()
            assert not standing.exclude(account=order.gateway.account).exists()
            assert {problem.subject for problem in standing} <= {order.uid}
