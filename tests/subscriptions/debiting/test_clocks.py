"""Our clock was wrong: two debits are a day apart by Razorpay's clock all the same, and none is
skipped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from orders.models import Payment
from orders.retries import State
from sandbox import timetable
from subscriptions.debiting import series, tries
from subscriptions.debiting.tries import Try
from subscriptions.models import Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, ledger, status
from tests.subscriptions.debiting.test_charging import FAILED

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
SAID = ("started_at", "known_at", "created_at", "failed_at")


def walk(stage: Stage, span: timedelta, wrong: tuple[timedelta, timedelta], by: timedelta) -> None:
    """Let true time pass. Between the two moments of `wrong` our clock is so far behind it."""
    began = true = stage.now
    world = stage.desk.sandbox.world
    while true < began + span:
        true += HOUR
        behind = by if wrong[0] <= true - began < wrong[1] else timedelta()
        timetable.march(world, true.timestamp())
        stage.travelled.move_to(true - behind)
        world.clock.offset = behind.total_seconds()
        stage.hear()
        stage.work()
        stage.hear()


def debited(stage: Stage) -> list[dict[str, Any]]:
    """By the sandbox's own books, and its clock."""
    found = stage.desk.read("books")["payments"]
    return [p for p in found if isinstance(p["notes"], dict) and tries.NOTE in p["notes"]]


@pytest.mark.parametrize("delivers", [True, False])
@pytest.mark.parametrize("behind", [timedelta(hours=1), timedelta(hours=5), timedelta(hours=20)])
def test_a_clock_that_was_behind_makes_no_two_debits_within_a_day(
    stage: Stage, failing: Subscription, behind: timedelta, delivers: bool
) -> None:
    stage.delivers = delivers
    walk(stage, 6 * DAY, wrong=(12 * HOUR, 2 * DAY), by=behind)
    made = [payment["created_at"] for payment in debited(stage)]
    assert len(made) == 4, "none is skipped"
    gaps = [timedelta(seconds=later - sooner) for sooner, later in pairwise(made)]
    assert all(gap >= DAY for gap in gaps), gaps
    assert (ledger(failing), status(failing)) == (FAILED, "halted")


@pytest.mark.parametrize("newest", SAID)
def test_the_next_try_is_a_day_after_the_latest_that_anybody_says(newest: str) -> None:
    moments = dict.fromkeys(SAID, NOON)
    moments[newest] += 9 * HOUR
    assert series.follows(made_at(moments)) == NOON + 9 * HOUR + DAY


@pytest.mark.parametrize("name", ["started_at", "created_at"])
def test_a_cards_notice_counts_from_the_latest_start_that_anybody_says(name: str) -> None:
    moments = dict.fromkeys(SAID, NOON)
    moments[name] += 9 * HOUR
    gap = tries.NOTICE_OF_CARDS
    assert series.follows(made_at(moments, gap)) == NOON + 9 * HOUR + gap


def made_at(moments: dict[str, datetime], gap: timedelta = timedelta()) -> Try:
    """A try that failed, with what is said of when. `gap` is what its method asks for."""
    debit = Debit(n=1, started_at=moments["started_at"])
    payment = Payment(created_at=int(moments["created_at"].timestamp()))
    failed = int(moments["failed_at"].timestamp())
    known_at, free_at = moments["known_at"], moments["started_at"] + gap
    return Try(1, debit, payment, State.FAILED, failed, failed, known_at, "", free_at)
