"""Several workers at one inbox at once, three gateways with the same ids, against the model."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from accounts import sellers
from gateways.models import Gateway
from tests.conftest import make_gateway
from tests.law import stage, telling
from tests.law.order_lives import of_an_order
from tests.law.stage import Arrival
from tests.law.subscription_lives import of_a_subscription
from tests.law.test_drawn import lives
from webhooks import work

WORKERS = 4

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]


def work_at_once() -> None:
    """Each on a connection of its own, all from the same moment."""
    gate = threading.Barrier(WORKERS)

    def worker() -> None:
        gate.wait()
        try:
            work.work(budget=stage.ENOUGH)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(worker) for _ in range(WORKERS)]:
            done.result()


def two_modes_and_another_tenant() -> tuple[Gateway, ...]:
    """What an example commits stays: each has sellers of its own."""
    ours, theirs = (
        sellers.create(email=f"{uuid4().hex}@example.com", business=name, password="pw", name=name)
        for name in ("Dastakari Store", "Elsewhere")
    )
    return (
        make_gateway(ours.account),
        make_gateway(ours.account, "live"),
        make_gateway(theirs.account),
    )


@lives(6)
@given(
    told=st.tuples(*[stage.arrivals(of_an_order(most=2), of_a_subscription())] * 3),
    seed=st.integers(0, 9),
)
def test_concurrent_batches_end_in_the_books_of_the_model(
    told: tuple[Arrival, ...], seed: int
) -> None:
    now = max(arrival.now for arrival in told)
    with telling.at(now):
        gateways = two_modes_and_another_tenant()
        posts = []
        for gateway, arrival in zip(gateways, told, strict=True):
            razorpay = stage.cast(gateway, {})
            stage.link(gateway)
            posts += [(razorpay, body) for batch in arrival.batches for body in batch]
        Random(seed).shuffle(posts)
        half = len(posts) // 2
        for batch in (posts[:half], posts[half:]):
            for razorpay, body in batch:
                telling.deliver(razorpay, body)
            work_at_once()
        work.work(budget=stage.ENOUGH)  # what two workers gave back to each other
        for gateway, arrival in zip(gateways, told, strict=True):
            assert telling.astray(gateway, arrival.bodies, now) == []
