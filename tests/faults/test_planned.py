"""A seed gives the same run again, and the sender's sums are right."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from tests import lives
from tests.faults import kinds, schedule, sender, told
from tests.faults.facts import money_of
from tests.faults.options import Plan
from tests.faults.told import ORDER, SUBSCRIPTION

NOW = 1_800_000_000
SUMS: list[tuple[str, Callable[[], lives.Life], int]] = [
    (ORDER, lives.failed_then_paid_with_another, 49900),
    (ORDER, lives.paid_and_refunded, 0),
    (ORDER, lives.paid_and_partly_refunded_twice, 34900),
    (ORDER, lives.two_captures_one_refunded, 49900),
    (ORDER, lives.late_authorisation_given_back, 49900),
    (ORDER, lives.disputed_and_lost, 0),
    (SUBSCRIPTION, lives.renewed_after_two_failures, 99800),
    (SUBSCRIPTION, lives.one_charge_refunded, 49900),
]


def test_a_seed_gives_the_same_lives_deliveries_and_faults() -> None:
    one, again = (told.many(300, 7, NOW) for _twice in range(2))
    assert one == again != told.many(300, 8, NOW)
    events = told.events_of(one)
    assert len(events) == 300
    assert len({event.body for event in events}) == 300
    deliveries = sender.planned(events, 3, 60, 7)
    assert deliveries == sender.planned(events, 3, 60, 7) != sender.planned(events, 3, 60, 8)
    assert schedule.planned(Plan(7)) == schedule.planned(Plan(7)) != schedule.planned(Plan(8))


def test_every_kind_comes_before_any_comes_again() -> None:
    first = [one.kind.name for one in schedule.planned(Plan(7))][: len(kinds.EVERY)]
    assert sorted(first) == sorted(kinds.BY_NAME)
    assert {"redis_stopped"} == {
        one.kind.name for one in schedule.planned(Plan(7, only=("redis_stopped",)))
    }


@pytest.mark.parametrize(("kind", "make", "net"), SUMS)
def test_the_senders_sums(kind: str, make: Callable[[], lives.Life], net: int) -> None:
    assert money_of(told.one(3, kind, make, random.Random(1), NOW)) == net


def test_no_fact_is_near_the_age_at_which_it_would_matter_when_it_arrives() -> None:
    for life in told.many(2000, 9, NOW):
        assert max(map(told_at, life.bodies)) < NOW - 2 * told.HOUR


def told_at(body: bytes) -> int:
    return int(json.loads(body).get("created_at", 0))
