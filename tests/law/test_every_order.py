"""Twelve lives written by hand, in every order of arrival, against the reference model.

By default four orders of each life, the same in every run. All of them, 24 to 720 of each:

    LAW=all .venv/bin/python -m pytest -n 0 tests/law/test_every_order.py
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterable

import pytest

from gateways.models import Gateway
from tests.conftest import Razorpay
from tests.law import stage, telling
from tests.law.facts import fact
from tests.law.hand_written import LIVES
from tests.lives import Life
from webhooks import replay, work
from webhooks.models import Event

EVERY = os.environ.get("LAW") == "all"
SOME = 4

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(0 if EVERY else 600)]


def arrivals(life: Life) -> list[tuple[int, ...]]:
    """Orders of arrival, by number."""
    every = list(itertools.permutations(range(len(life))))
    if EVERY:
        return every
    return [every[-1], *random.Random(len(life)).sample(every, SOME - 1)]


def walk(razorpay: Razorpay, life: Life, told: Life, rest: Iterable[tuple[int, ...]]) -> None:
    """Go each way once: what begins alike is told once, and taken back by a savepoint."""
    rest = list(rest)
    for first in sorted({way[0] for way in rest if way}):
        with telling.undone():
            telling.tell(razorpay, life[first])
            further = [way[1:] for way in rest if way and way[0] == first]
            walk(razorpay, life, [*told, life[first]], further)
    if () in rest:
        look(razorpay, life, told)


def look(razorpay: Razorpay, life: Life, told: Life) -> None:
    """All is told: and nothing changes when the last and the first are told again."""
    telling.tell(razorpay, told[-1], told[0])
    order = [body["event"] for body in told]
    assert telling.astray(razorpay.gateway, life, moment(life)) == [], order


def moment(life: Life) -> int:
    return max(fact(body).as_of for body in life) + 60


@pytest.mark.parametrize("make", LIVES, ids=lambda make: str(make.__name__))
def test_every_order_of_arrival_ends_in_the_same_books(
    gateway: Gateway, make: Callable[[], Life]
) -> None:
    life = make()
    terms = {"kind": "instalments", "total_count": 2} if "instalment" in make.__name__ else {}
    terms |= {"trial_days": 7} if "cancelled" in make.__name__ else {}
    with telling.at(moment(life)):
        razorpay = stage.cast(gateway, terms)
        stage.link(gateway)
        walk(razorpay, life, [], arrivals(life))


def test_a_replay_of_the_inbox_changes_nothing(gateway: Gateway) -> None:
    bodies = [body for make in LIVES[1:8:2] for body in make()]
    now = moment(bodies)
    with telling.at(now):
        razorpay = stage.cast(gateway, {})
        stage.link(gateway)
        telling.tell(razorpay, *bodies)
        assert telling.astray(gateway, bodies, now) == []
        replay.replay(Event.objects.all())
        work.work(budget=stage.ENOUGH)
        assert telling.astray(gateway, bodies, now) == []
