"""Lives that Hypothesis draws, in any order, with losses and repeats, against the reference model.

The same lives in every run. To hunt for more:

    LAW_LIVES=2000 .venv/bin/python -m pytest -n 0 tests/law/test_drawn.py
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from gateways.models import Gateway
from tests.conftest import make_gateway
from tests.law import stage, telling
from tests.law.order_lives import AGAIN, TOLD_TWICE, of_an_order
from tests.law.stage import TERMS, Arrival
from tests.law.subscription_lives import of_a_subscription

LIVES = os.environ.get("LAW_LIVES")
Terms = dict[str, Any]

# Each example takes back all that it did, so a fixture may serve many of them.
the_same_lives = settings(
    derandomize=LIVES is None,
    database=None,
    deadline=None,
    print_blob=True,
    # To shrink takes minutes: LAW_LIVES does it.
    phases=tuple(Phase) if LIVES else (Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(0 if LIVES else 600)]


def lives(number: int) -> settings:
    return settings(the_same_lives, max_examples=int(LIVES or number))


def hold(gateway: Gateway, arrival: Arrival, terms: Terms) -> None:
    """What arrives at one gateway ends in the books that the model makes of it."""
    with telling.undone(), telling.at(arrival.now):
        stage.play(stage.cast(gateway, terms), arrival)
        assert telling.astray(gateway, arrival.bodies, arrival.now) == []


@lives(8)
@given(arrival=stage.arrivals(of_an_order()))
def test_an_order(gateway: Gateway, arrival: Arrival) -> None:
    hold(gateway, arrival, {})


@lives(6)
@given(arrival=stage.arrivals(of_an_order(ways=TOLD_TWICE)))
def test_refunds_told_to_be_processed_and_to_be_failed(gateway: Gateway, arrival: Arrival) -> None:
    hold(gateway, arrival, {})


@lives(4)
@given(arrival=stage.arrivals(of_an_order(), of_an_order(AGAIN, 2)))
def test_two_orders_of_one_customer_for_the_same(gateway: Gateway, arrival: Arrival) -> None:
    hold(gateway, arrival, {})


@lives(12)
@given(arrival=stage.arrivals(of_a_subscription()), terms=st.sampled_from(TERMS))
def test_a_subscription(gateway: Gateway, arrival: Arrival, terms: Terms) -> None:
    hold(gateway, arrival, terms)


@lives(2)
@given(told=st.tuples(*[stage.arrivals(of_an_order(most=2), of_a_subscription())] * 3))
def test_two_modes_and_two_tenants_with_the_same_ids(
    account: Account, gateway: Gateway, their_gateway: Gateway, told: tuple[Arrival, ...]
) -> None:
    """Each gateway's books are made of what was posted to it, and of nothing else."""
    now = max(arrival.now for arrival in told)
    with telling.undone(), telling.at(now):
        gateways = (gateway, make_gateway(account, "live"), their_gateway)
        for one, arrival in zip(gateways, told, strict=True):
            stage.play(stage.cast(one, {}), arrival)
        for one, arrival in zip(gateways, told, strict=True):
            assert telling.astray(one, arrival.bodies, now) == []
