"""Working the inbox: every event once, whatever dies, and nobody waits for a bad one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from gateways.models import Problem
from orders.models import Mail, Order, Payment
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import sample
from webhooks import claims, replay, routes, work
from webhooks.models import MOST_ATTEMPTS, Event
from webhooks.story import Story


class Boom(Exception):
    pass


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """An hour after the samples' time, and running: what is two days old mails nobody."""
    with time_machine.travel(datetime.fromtimestamp(T + 3600, UTC)):
        yield


@pytest.fixture
def bomb(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """payment.captured explodes; the list tells how often, and takes a fuse out when emptied."""
    tried: list[str] = []
    real = routes.ROUTES["payment.captured"]

    def explode(story: Story) -> Any:
        tried.append(story.delivery.type)
        real(story)
        raise Boom("the handler is broken")

    monkeypatch.setitem(routes.ROUTES, "payment.captured", explode)
    return tried


def run_until_quiet() -> None:
    """Let the pauses between attempts pass."""
    now = timezone.now()
    for seconds in range(0, 120, 5):
        with time_machine.travel(now + timedelta(seconds=seconds)):
            work.work()


def test_a_failed_attempt_leaves_no_trace_in_the_books(
    razorpay: Razorpay, order: Order, bomb: list[str]
) -> None:
    razorpay.tell(sample("payment.captured"))
    assert bomb == ["payment.captured"]
    assert Payment.objects.count() == 0
    event = Event.objects.get()
    assert (event.status, event.attempts, event.processed_at) == ("received", 1, None)
    assert "the handler is broken" in event.error


def test_after_five_attempts_it_is_parked_and_the_seller_is_told(
    razorpay: Razorpay, order: Order, bomb: list[str]
) -> None:
    razorpay.tell(sample("payment.captured"))
    run_until_quiet()
    assert len(bomb) == MOST_ATTEMPTS == 5
    event = Event.objects.get()
    assert (event.status, event.attempts) == ("parked", 5)
    assert str(event.outcome) == (
        "Stopped after 5 tries: Raseed met an error of its own (Boom). The event is not to blame."
    )
    assert Problem.objects.standing().get().kind == "parked_event"


def test_neighbours_do_not_wait_for_a_bad_one(
    razorpay: Razorpay, order: Order, bomb: list[str]
) -> None:
    razorpay.post(sample("payment.captured"))
    razorpay.post(sample("payment.failed", payment={"id": "pay_Other00000001"}))
    work.work()
    statuses = dict(Event.objects.values_list("type", "status"))
    assert statuses == {"payment.captured": "received", "payment.failed": "processed"}


def test_a_parked_event_is_processed_again_by_hand(
    razorpay: Razorpay, order: Order, bomb: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    razorpay.tell(sample("payment.captured"))
    run_until_quiet()
    monkeypatch.undo()
    assert replay.process_again(Event.objects.all()) == 1
    assert not Problem.objects.standing().exists()
    work.work()
    event = Event.objects.get()
    assert (event.status, event.error) == ("processed", "")
    order.refresh_from_db()
    assert order.status == "paid"
    assert Mail.objects.get().state == "waiting", "by hand everything follows as the first time"


def test_a_replay_repairs_lost_books_and_mails_nobody(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured"))
    Mail.objects.all().delete()
    order.grants.all().delete()
    Payment.objects.all().delete()
    Order.objects.update(status="created", amount_paid=0)
    assert replay.replay(Event.objects.all()) == 1
    work.work()
    order.refresh_from_db()
    assert (order.status, order.grants.count()) == ("paid", 2)
    assert Mail.objects.get().state == "replayed"


def test_a_worker_that_dies_holds_an_event_no_longer_than_its_lease(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.post(sample("payment.captured"))
    name, batch = claims.take()
    assert claims.count_attempt(batch[0], name)  # and then it is killed
    work.work()
    assert Event.objects.get().status == "received", "it is leased"
    with time_machine.travel(timezone.now() + claims.LEASE + timedelta(seconds=1)):
        work.work()
    event = Event.objects.get()
    assert (event.status, event.attempts) == ("processed", 2)


def test_the_attempt_is_counted_even_if_the_worker_dies_in_it(
    razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(pk: int, name: str) -> None:
        raise SystemExit("kill -9, as near as a test comes")

    razorpay.post(sample("payment.captured"))
    monkeypatch.setattr(work, "apply", die)
    with pytest.raises(SystemExit):
        work.work()
    assert Event.objects.get().attempts == 1


def test_a_worker_whose_lease_ran_out_does_nothing(razorpay: Razorpay, order: Order) -> None:
    razorpay.post(sample("payment.captured"))
    slow, batch = claims.take()
    with time_machine.travel(timezone.now() + claims.LEASE + timedelta(seconds=1)):
        other, again = claims.take()
        assert again == batch
        assert not claims.count_attempt(batch[0], slow)
        work.apply(batch[0], slow)
        assert Payment.objects.count() == 0
        work.process(batch[0], other)
    assert Event.objects.get().status == "processed"


def test_a_deadlock_is_tried_again_and_not_counted(
    razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, turns = work.apply, []

    def deadlocked(pk: int, name: str) -> None:
        turns.append(pk)
        if len(turns) < 8:
            cause = Exception()
            cause.pgcode = "40P01"  # type: ignore[attr-defined]
            raise OperationalError("deadlock detected") from cause
        real(pk, name)

    monkeypatch.setattr(work, "apply", deadlocked)
    razorpay.tell(sample("payment.captured"))
    event = Event.objects.get()
    assert (event.status, event.attempts, len(turns)) == ("processed", 1, 8)


def test_work_stops_when_its_budget_is_used_up(razorpay: Razorpay, order: Order) -> None:
    razorpay.post(sample("payment.captured"))
    assert work.work(budget=0) is True
    assert work.work() is False


def test_a_payment_costs_few_queries(
    razorpay: Razorpay, order: Order, django_assert_max_num_queries: Any
) -> None:
    """37 on SQLite, one of them because the order is odd money; PostgreSQL also holds the ids, and
    is told how long to wait for a lock. Nothing here grows with the size of a table."""
    razorpay.tell(sample("payment.captured", payment={"id": "pay_Short00000001", "amount": 1}))
    razorpay.post(sample("payment.captured"))
    with django_assert_max_num_queries(39):
        work.work()
