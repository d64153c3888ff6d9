"""A run that is killed, or that Razorpay does not answer, goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from gateways import problems
from gateways.models import Gateway, Problem, Reconciliation
from gateways.razorpay.session import Session
from tests.killing import Killed
from tests.webhooks.reconciling import day, ledger
from tests.webhooks.reconciling.shop import DAY, HOUR, Shop, finish
from webhooks import answers
from webhooks.models import Event
from webhooks.reconciling import runs, turns


@pytest.fixture
def small(shop: Shop) -> Shop:
    """A little of everything, and nothing of it was told."""
    shop.pay(shop.order())
    half = shop.pay(shop.order())
    shop.press(f"payments/{half}/refund", amount=10_000)
    shop.at(shop.order(), "fail", reason="insufficient_funds")
    paying = shop.subscription()
    shop.on(paying, "pay", method="card")
    shop.go(DAY)
    shop.on(paying, "fail", reason="insufficient_funds")
    shop.stage.authorise(shop.stage.subscription(day.customer(shop)), method="upi")
    shop.go(HOUR)
    return shop


@contextmanager
def killed_at(number: int, when: str) -> Iterator[list[str]]:
    """kill -9 before, or after, a call; or once an answer was kept."""
    calls: list[str] = []
    kept: list[Any] = []
    request, keep = Session.request, answers.keep

    def asks(session: Session, method: Any, url: Any, **options: Any) -> Any:
        calls.append(str(url))
        if when == "before" and len(calls) == number:
            raise Killed(url)
        found = request(session, method, url, **options)
        if when == "after" and len(calls) == number:
            raise Killed(url)
        return found

    def keeps(*args: Any) -> Any:
        kept.append(keep(*args))
        if when == "kept" and len(kept) == number:
            raise Killed("kept")
        return kept[-1]

    with patch.object(Session, "request", asks), patch.object(answers, "keep", keeps):
        yield calls


@pytest.mark.timeout(600)
@pytest.mark.parametrize("when", ["before", "after", "kept"])
def test_it_can_be_killed_at_every_call_and_answer(small: Shop, when: str) -> None:
    run = small.begin()
    number, was_killed = 0, True
    while was_killed:
        number += 1
        mark = transaction.savepoint()
        with killed_at(number, when):
            try:
                finish(Reconciliation.objects.get(pk=run.pk))
                was_killed = False
            except Killed:
                assert runs.take(run.pk) is None  # until the lease ends
                small.stage.go(small.stage.now + runs.LEASE)
        while Reconciliation.objects.filter(pk=run.pk, finished_at=None).exists():
            turns.work()  # as many turns as it takes
        found = Reconciliation.objects.get(pk=run.pk)
        assert ledger.differences(small.stage.desk, small.gateway) == [], number
        assert (found.state, found.mended) == ("done", found.events.count())
        assert found.mended == Event.objects.count()
        assert Problem.objects.filter(kind="missed_events").count() == 1
        transaction.savepoint_rollback(mark)
    assert number > 8


def test_one_that_is_killed_while_it_tells_the_seller_tells_them_afterwards(small: Shop) -> None:
    run, report = small.begin(), problems.report

    def dies(gateway: Gateway, kind: Problem.Kind, **said: Any) -> None:
        if kind == Problem.Kind.MISSED_EVENTS:
            raise Killed(kind)
        report(gateway, kind, **said)

    with patch.object(problems, "report", dies), pytest.raises(Killed):
        finish(run)
    run.refresh_from_db()
    assert run.finished_at is None
    small.go(runs.LEASE)
    finish(run)
    assert run.state == "done"
    assert Problem.objects.standing().filter(kind="missed_events").exists()


@pytest.mark.parametrize("fail", ["429", "502", "lost", "junk"])
def test_razorpay_is_away_now_and_then(small: Shop, clock: Any, fail: str) -> None:
    run = small.begin()
    small.press("api", fail=fail, share=0.4, seed=7)
    waited = 0
    while run.finished_at is None:
        assert run.work_at is not None
        clock.move_to(max(run.work_at, small.stage.now))
        finish(run)
        waited += run.state == "waiting"
        assert waited < 100
    assert waited > 2
    assert ledger.differences(small.stage.desk, small.gateway) == []
    assert run.mended == run.events.count()


def test_refused_keys_are_waited_for(small: Shop, clock: Any) -> None:
    run = small.begin()
    small.press("api", fail="401", count=1)
    finish(run)
    assert (run.state, run.finished_at, run.place["failures"]) == ("waiting", None, 0)
    assert Problem.objects.standing().filter(kind="keys_refused").exists()
    assert run.work_at is not None
    clock.move_to(run.work_at)
    finish(run)
    assert run.state == "done"
    assert not Problem.objects.standing().filter(kind="keys_refused").exists()


def test_a_gateway_that_is_disconnected_meanwhile_is_asked_nothing(small: Shop) -> None:
    run = small.begin()
    Gateway.objects.update(disconnected_at=small.stage.now)
    with killed_at(1, "before") as calls:
        finish(run)
    assert (run.state, str(run.outcome), calls) == ("stopped", "The gateway was disconnected.", [])


def test_while_it_is_asked_to_slow_down_it_waits(small: Shop) -> None:
    run = small.begin()
    Gateway.objects.update(slow_until=small.stage.now + HOUR)
    with killed_at(1, "before") as calls:
        finish(run)
    assert (run.state, run.work_at, calls) == ("waiting", small.stage.now + HOUR, [])


def test_what_has_arrived_and_waits_is_not_missed(small: Shop) -> None:
    run = small.begin()
    event = Event.objects.create(gateway=small.gateway, body=b"{}", body_sha256=b"1" * 32)
    finish(run)
    assert (run.state, run.looked_at) == ("waiting", 0)
    event.delete()


def test_two_processes_do_not_work_on_one_run(small: Shop) -> None:
    run = small.begin()
    first = runs.take(run.pk)
    assert first is not None
    assert runs.take(run.pk) is None
    small.stage.go(small.stage.now + 2 * runs.LEASE)
    finish(run)
    mended = run.mended
    turns.turn(first, 1e12)  # thought to be dead, and comes back
    run.refresh_from_db()
    assert (run.state, run.mended, run.events.count()) == ("done", mended, mended)


def test_a_turn_ends_in_time_and_the_next_goes_on(small: Shop) -> None:
    run = small.begin()
    turn = 0
    while run.finished_at is None:
        taken = runs.take(run.pk)
        assert taken is not None
        turns.turn(taken, 0.0)
        run.refresh_from_db()
        turn += 1
    assert turn > 5
    assert ledger.differences(small.stage.desk, small.gateway) == []
