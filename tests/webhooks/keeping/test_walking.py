"""The walk over a gateway's events: in batches, by many at once, and wherever it dies."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from tests.conftest import Razorpay
from tests.webhooks.keeping.conftest import age, fill, has_body
from webhooks import bodies, replay, tasks
from webhooks.keeping import dropping
from webhooks.models import Event

A_MINUTE = timedelta(minutes=1)


class TestBatches:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dropping, "BATCH", 3)

    def test_it_goes_on_until_nothing_is_due(self, razorpay: Razorpay) -> None:
        fill(razorpay, 8)
        age()
        assert dropping.drop() is False
        assert not any(has_body())

    def test_it_stops_when_its_time_is_up_and_goes_on_there(
        self, razorpay: Razorpay, gateway: Gateway
    ) -> None:
        fill(razorpay, 8)
        age()
        assert dropping.drop(budget=0) is True
        assert has_body() == [False] * 3 + [True] * 5
        assert dropping.drop(budget=0) is True
        assert dropping.drop(budget=0) is False
        assert not any(has_body())

    def test_the_task_rings_again_while_there_is_more(
        self, razorpay: Razorpay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[int] = []
        monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
        monkeypatch.setattr(tasks.drop_bodies, "apply_async", lambda **_: heard.append(1))
        fill(razorpay, 4)
        age()
        monkeypatch.setattr(dropping.drop, "__defaults__", (None, 0))
        tasks.drop_bodies()
        assert heard == [1]
        tasks.drop_bodies()
        assert heard == [1]
        assert not any(has_body())

    def test_another_gateway_is_not_held_up_by_a_young_one(
        self, razorpay: Razorpay, their_gateway: Gateway
    ) -> None:
        fill(razorpay, 2)
        fill(Razorpay(their_gateway), 2)
        age(*Event.objects.filter(gateway=their_gateway))
        dropping.drop()
        assert has_body() == [True, True, False, False]

    def test_who_has_waited_longest_is_first(
        self, razorpay: Razorpay, their_gateway: Gateway
    ) -> None:
        fill(razorpay, 3)
        fill(Razorpay(their_gateway), 3)
        age()
        older = timezone.now() - timedelta(days=900)
        Event.objects.filter(gateway=their_gateway).update(received_at=older)
        dropping.drop(budget=0)
        assert has_body() == [True] * 3 + [False] * 3

    def test_a_batch_dies_in_the_middle_and_nothing_is_half(
        self, razorpay: Razorpay, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(razorpay, 5)
        age()
        steps = []

        def dies(*args: Any, real: Any = dropping.forget) -> None:
            real(*args)
            steps.append(1)
            if len(steps) == 2:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(dropping, "forget", dies)
            with pytest.raises(KeyboardInterrupt):
                dropping.drop()
        assert has_body() == [False] * 3 + [True] * 2
        dropping.drop()
        assert not any(has_body())


class TestWhoIsVisited:
    @pytest.fixture(autouse=True)
    def visited(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The gateways of which a batch was looked at."""
        seen: list[int] = []
        real = dropping.step

        def noted(gateway_id: int, *args: Any) -> bool:
            seen.append(gateway_id)
            return real(gateway_id, *args)

        monkeypatch.setattr(dropping, "step", noted)
        return seen

    @pytest.mark.parametrize("days", [0, 30, 31, 180, 3650])
    def test_only_where_the_accounts_own_period_is_over(
        self, razorpay: Razorpay, gateway: Gateway, visited: list[int], days: int
    ) -> None:
        fill(razorpay, 2)
        Account.objects.filter(pk=gateway.account_id).update(keep_bodies_days=days)
        over = timedelta(days=max(30, days)) + dropping.SLACK
        received = Event.objects.earliest("pk").received_at
        assert dropping.drop(received + over) is False
        assert visited == []
        dropping.drop(received + over + timedelta(microseconds=1))
        assert visited == [gateway.pk]
        assert has_body() == [False, True]

    def test_when_the_time_is_up_no_other_is_begun(
        self, razorpay: Razorpay, gateway: Gateway, their_gateway: Gateway, visited: list[int]
    ) -> None:
        fill(razorpay, 1)
        fill(Razorpay(their_gateway), 1)
        age()
        assert dropping.drop(budget=0) is True
        assert visited == [gateway.pk]
        assert dropping.drop(budget=0) is False
        assert visited == [gateway.pk, their_gateway.pk]
        assert not any(has_body())


def test_queries_do_not_grow_with_the_batch(
    razorpay: Razorpay, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(razorpay, 30)
    age()
    counts = []
    for size in (1, 25):
        monkeypatch.setattr(dropping, "BATCH", size)
        with CaptureQueriesContext(connection) as queries:
            dropping.step(gateway.pk, timezone.now())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7, "five, and the savepoint of a test"
    assert sum(has_body()) == 4


def test_young_bodies_are_not_even_read(razorpay: Razorpay, gateway: Gateway) -> None:
    fill(razorpay, 2)
    with CaptureQueriesContext(connection) as queries:
        dropping.step(gateway.pk, timezone.now())
    assert not any('"body"' in query["sql"] for query in queries)


def test_a_second_walk_of_the_same_batch_changes_nothing(
    razorpay: Razorpay, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had read where to begin, and the bodies, before the first one was done."""
    fill(razorpay, 2)
    age()
    events = list(dropping.droppable())
    dropping.drop()
    before = list(Event.objects.values())
    dropping.forget(events, timezone.now() + timedelta(days=1))
    assert list(Event.objects.values()) == before


def test_one_that_was_opened_meanwhile_is_left_alone(razorpay: Razorpay) -> None:
    fill(razorpay, 2)
    age()
    events = list(dropping.droppable())
    replay.replay(Event.objects.filter(pk=events[0].pk))
    dropping.forget(events, timezone.now())
    assert has_body() == [True, False]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_walks_at_once(razorpay: Razorpay, gateway: Gateway) -> None:
    fill(razorpay, 40)
    before = {event.pk: bodies.read(event) for event in Event.objects.all()}
    age()
    start = threading.Barrier(4)

    def walk() -> None:
        start.wait()
        try:
            dropping.drop()
        finally:
            connection.close()

    walks = [threading.Thread(target=walk) for _ in range(4)]
    for thread in walks:
        thread.start()
    for thread in walks:
        thread.join()
    dropping.drop()
    assert not any(has_body())
    assert {event.pk: bodies.read(event) for event in Event.objects.all()} == before
