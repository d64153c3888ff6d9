"""For any set of events, every order of arrival, with any duplicates, ends in the same books; and
replaying the whole inbox changes nothing.

The last tests try lives that nobody thought of. To hunt for more by hand:

    LIVES=2000 FIRST_LIFE=1000 .venv/bin/python -m pytest tests/webhooks/test_law.py -k nobody
    ORDERS=720 .venv/bin/python -m pytest tests/webhooks/test_law.py -k depend
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from gateways.models import Gateway, Problem
from orders import catalogue
from orders.catalogue import NewResource
from orders.merging import Merged
from orders.models import Order
from subscriptions.models import Plan, Subscription
from tests import books, lives, random_lives
from tests.conftest import Razorpay, make_order, make_subscription
from webhooks import answers, replay, work
from webhooks.models import Event

# A life in many orders takes long where the machine is busy, the first with all that is set up.
pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600)]

# `tests/law` compares with a model of its own; here every life is compared with itself.
MOST_ORDERS = int(os.environ.get("ORDERS", "3"))
# Lives that nobody thought of, of each kind.
FIRST_LIFE = int(os.environ.get("FIRST_LIFE", "0"))
LIVES = range(FIRST_LIFE, FIRST_LIFE + int(os.environ.get("LIVES", "2")))
# When the last event of a life is fresh news, and when all of it is old.
FRESH = datetime.fromtimestamp(lives.T + 3600, UTC)
OLD = datetime.fromtimestamp(lives.T + 400 * lives.DAY, UTC)

MakeLife = Callable[[], lives.Life]


class Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


def orders_of_arrival(life: lives.Life) -> Iterator[list[dict[str, Any]]]:
    """Every order for short lives, a seeded choice for long ones; each with some repeats."""
    rng = random.Random(len(life))
    every = list(itertools.permutations(life))
    for order in rng.sample(every, min(MOST_ORDERS, len(every))):
        yield [*order, *rng.sample(life, 2)]


def everything(gateway: Gateway) -> dict[str, Any]:
    """The books, what was kept beside them, and what the seller is asked to mend."""
    rows = [row for model in Merged.__subclasses__() for row in model._default_manager.all()]
    return books.of(gateway) | {
        "conflicts": sorted((f"{type(row).__name__} {row}", row.conflicts) for row in rows),
        "problems": sorted(Problem.objects.standing().values_list("kind", "subject")),
        "errors": sorted(Event.objects.exclude(error="").values_list("type", "error")),
    }


def tell(razorpay: Razorpay, life: lives.Life) -> None:
    """A life arrives: webhooks are posted, what the API answered is kept as an answer."""
    for body in life:
        if not body["event"].endswith(".fetched"):
            razorpay.tell(body)
            continue
        entities = {kind: held["entity"] for kind, held in body["payload"].items()}
        moment = body.get("created_at", 0) if "subscription" in entities else 0
        name = body["event"]
        answers.hear(gateway_id=razorpay.gateway.pk, name=name, entities=entities, asked_at=moment)


def check(
    razorpay: Razorpay, life: lives.Life, now: datetime, arrivals: list[lives.Life], name: str = ""
) -> None:
    """A life as it happened, and as it may arrive."""
    with time_machine.travel(now, tick=False):
        expected = None
        for arrival in [life, *arrivals]:
            with undone():
                tell(razorpay, arrival)
                found = everything(razorpay.gateway)
                expected = expected or found
                assert found == expected, (name, [body["event"] for body in arrival])
                assert not found["errors"], name
                if arrival is not life:
                    replay.replay(Event.objects.all())
                    work.work()
                    again = everything(razorpay.gateway)
                    assert again == expected, f"a replay changed the books {name}"


@pytest.mark.parametrize("now", [FRESH, OLD], ids=["fresh", "old"])
@pytest.mark.parametrize("make_life", lives.ONE_TIME, ids=lambda make: make.__name__)
def test_orders_do_not_depend_on_arrival(
    razorpay: Razorpay, order: Order, make_life: MakeLife, now: datetime
) -> None:
    Order.objects.update(
        created_at=datetime.fromtimestamp(lives.T - 60, UTC),
        expires_at=datetime.fromtimestamp(lives.T + 30 * lives.DAY, UTC),
    )
    life = make_life()
    check(razorpay, life, now, [*orders_of_arrival(life)])


@pytest.mark.parametrize("make_life", lives.RECURRING, ids=lambda make: make.__name__)
def test_subscriptions_do_not_depend_on_arrival(
    razorpay: Razorpay, subscription: Subscription, make_life: MakeLife
) -> None:
    life = make_life()
    check(razorpay, life, FRESH, [*orders_of_arrival(life)])


@pytest.mark.parametrize("kind", ["subscription", "instalments"])
def test_a_trial_does_not_depend_on_arrival(
    gateway: Gateway, customer: Any, razorpay: Razorpay, kind: str
) -> None:
    make_subscription(gateway, customer, kind=kind, trial_days=7, total_count=2)
    life = lives.trial_then_charged_then_cancelled()
    check(razorpay, life, FRESH, [*orders_of_arrival(life)])


def check_many(razorpay: Razorpay, make_life: Callable[[int], lives.Life]) -> None:
    """Each life as it was made, and twice shuffled with a repeat."""
    for seed in LIVES:
        life, rng = make_life(seed), random.Random(seed)
        arrivals = [[*rng.sample(life, len(life)), rng.choice(life)] for _ in range(2)]
        check(razorpay, life, FRESH, arrivals, f"{make_life.__name__}({seed})")


def test_an_orders_life_that_nobody_thought_of(razorpay: Razorpay, order: Order) -> None:
    check_many(razorpay, random_lives.of_an_order)


def test_two_orders_lives_that_nobody_thought_of(razorpay: Razorpay, order: Order) -> None:
    make_order(order.gateway, order.product, order.customer, random_lives.AGAIN)
    check_many(razorpay, random_lives.of_two_orders)


@pytest.mark.parametrize(
    "terms",
    [{}, {"trial_days": 7}, {"kind": "instalments", "total_count": 2}],
    ids=["subscription", "trial", "instalments"],
)
def test_a_subscriptions_life_that_nobody_thought_of(
    gateway: Gateway, customer: Any, razorpay: Razorpay, terms: dict[str, Any]
) -> None:
    make_subscription(gateway, customer, **terms)
    larger = catalogue.create_product(
        account=gateway.account,
        name="Weavers' Studio",
        price={"kind": "subscription", "amount": 99900, "period": "monthly", "total_count": 12},
        resources=[NewResource("Studio", "https://example.com/s")],
    )
    assert larger.price
    Plan.objects.create(gateway=gateway, price=larger.price, razorpay_plan_id="plan_RsdLarger0001")
    check_many(razorpay, random_lives.of_a_subscription)
