"""A run that can ask nothing is stopped after a day, so that another begins; or by a person."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from gateways.models import Problem, Reconciliation
from gateways.razorpay.client import Razorpay
from gateways.sealing import SealBroken
from tests.webhooks.reconciling import ledger
from tests.webhooks.reconciling.shop import DAY, HOUR, MINUTE, Shop
from webhooks.management.commands.reconcile import progress
from webhooks.reconciling import ending, runs, turns


@pytest.fixture
def lost(shop: Shop) -> Shop:
    """Two payments that nobody heard of."""
    for _ in range(2):
        shop.pay(shop.order())
    shop.go(HOUR)
    return shop


def pass_hours(clock: Any, hours: int) -> None:
    """Four times an hour is often enough."""
    for _ in range(4 * hours):
        clock.shift(15 * MINUTE)
        turns.work()


def one_step(run: Reconciliation) -> None:
    taken = runs.take(run.pk)
    assert taken is not None
    turns.turn(taken, 0.0)
    run.refresh_from_db()


@pytest.mark.parametrize(
    ("fail", "meanwhile", "why"),
    [
        ("502", "Razorpay does not answer", "Razorpay gave no answer for a day."),
        ("lost", "Razorpay does not answer", "Razorpay gave no answer for a day."),
        ("429", "Razorpay asks to slow down", "Razorpay gave no answer for a day."),
        ("401", "Razorpay refuses the keys", "Razorpay refused the keys for a day."),
    ],
)
def test_after_a_day_it_is_stopped_and_the_next_begins(
    lost: Shop, clock: Any, fail: str, meanwhile: str, why: str
) -> None:
    run = lost.begin()
    lost.press("api", fail=fail)
    pass_hours(clock, 23)
    run.refresh_from_db()
    assert run.state == "waiting"
    assert progress(run).endswith(f", {meanwhile}")
    assert runs.begin_daily() == 0
    pass_hours(clock, 4)
    run.refresh_from_db()
    assert (run.state, run.work_at) == ("stopped", None)
    assert str(run.outcome) == f"Stopped: {why} Raseed still compares once a day by itself."
    assert runs.begin_daily() == 1
    lost.press("api", fail="none")
    pass_hours(clock, 2)
    assert Reconciliation.objects.latest("pk").state == "done"
    assert ledger.differences(lost.stage.desk, lost.gateway) == []


def test_a_day_is_counted_from_the_last_answer(lost: Shop, clock: Any) -> None:
    run = lost.begin()
    for _ in range(2):  # one for each list
        lost.press("api", fail="502")
        pass_hours(clock, 20)
        run.refresh_from_db()
        assert run.state == "waiting"
        lost.press("api", fail="none")
        clock.shift(HOUR)
        one_step(run)
    pass_hours(clock, 1)
    run.refresh_from_db()
    assert run.state == "done"


def test_what_was_fetched_until_then_is_told(lost: Shop, clock: Any) -> None:
    run = lost.begin()
    while not run.place.get("missed"):
        one_step(run)
    lost.press("api", fail="502")
    pass_hours(clock, 26)
    run.refresh_from_db()
    assert run.state == "stopped"
    told = Problem.objects.standing().get(kind="missed_events")
    assert "payments: 2" in str(told.what)


def test_keys_that_cannot_be_opened_hold_up_nobody(
    lost: Shop, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lost.begin()

    def of(*_: Any) -> Razorpay:
        raise SealBroken

    monkeypatch.setattr(Razorpay, "of", of)
    turns.work()  # raises nothing
    run.refresh_from_db()
    assert (run.state, run.place["failures"], run.place["skipped"]) == ("waiting", 1, [])
    assert progress(run).endswith(", it failed in Raseed itself")
    pass_hours(clock, 26)
    run.refresh_from_db()
    assert str(run.outcome).startswith("Stopped: it failed in Raseed for a day.")


def test_a_person_stops_one_that_is_worked_on(lost: Shop, owner: User) -> None:
    run = lost.begin(user=owner)
    while not run.place.get("missed"):
        one_step(run)
    taken = runs.take(run.pk)
    assert taken is not None
    assert ending.stop_by_hand(run, owner)
    turns.turn(taken, 1e12)
    run.refresh_from_db()
    assert (run.state, str(run.outcome)) == ("stopped", "Stopped by Meera Joshi.")
    assert Problem.objects.standing().filter(kind="missed_events").exists()
    assert not ending.stop_by_hand(run, owner)
    assert runs.begin_by_hand(lost.gateway, since=lost.stage.now - DAY, user=owner)[1]
