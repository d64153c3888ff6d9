"""Whatever happens in whatever order, and however late or often the task runs, the laws hold."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest
from django.db import transaction

from gateways.razorpay import errors
from orders.models import Reattempt
from tests.lives import DAY, T
from tests.orders.recovering.stage import Stage, entity
from tests.samples import sample

LIVES = range(int(os.environ.get("LIVES", "12")))
GAPS = [60, 3600, DAY // 2, DAY, DAY + 1, 2 * DAY, 5 * DAY]
State = Reattempt.State


class Undo(Exception):
    pass


def hold(stage: Stage, paid: bool, name: str) -> None:
    """The laws, at any moment."""
    rows = stage.rows
    if not stage.order.payments.exclude(failed_at=None).exists():
        assert rows == [], name
        return
    assert [row.n for row in rows] == [1, 2, 3], name
    assert sum(row.counted for row in rows) <= 3, name
    begun = [row.started_at for row in rows if row.started_at is not None]
    assert begun == sorted(begun), name
    for before, after in zip(begun, begun[1:], strict=False):
        assert after - before >= timedelta(days=1), name
    for row in rows:
        assert row.started_at is None or row.started_at >= row.due_at, name
        assert (row.work_at is None) == (row.state not in {State.SCHEDULED, State.STARTED}), name
        assert row.counted == (row.state in {State.FAILED, State.SUCCEEDED}), name
    if paid:
        over = {State.CANCELLED, State.SUCCEEDED, State.FAILED, State.MISSED}
        assert {row.state for row in rows} <= over, name
        assert sum(row.state == State.SUCCEEDED for row in rows) <= 1, name
    reminders = [mail for mail in stage.mails if mail.startswith("reminder")]
    assert len(reminders) == len(begun) == len(set(reminders)), name


def live(stage: Stage, seed: int) -> None:
    rng = random.Random(seed)
    now, number, paid = 0, 0, False
    for _ in range(rng.randint(6, 16)):
        now += rng.choice(GAPS)
        stage.go(now)
        step = rng.choice(["fail", "make", "make", "make", "pay", "heard late", "away"])
        if step == "fail" and number < 9:
            number += 1
            stage.fail(T + now - rng.choice([0, 600, DAY]), number)
        elif step == "pay" and rng.random() < 0.4:
            stage.pay(T + now)
            paid = True
        elif step == "heard late" and rng.random() < 0.3:
            body = sample("payment.captured", payment={"created_at": T + now - 900})
            stage.api, paid_unheard = [entity(body)], True
            stage.make(now)
            paid = paid or (paid_unheard and stage.order.payments.filter(captured=True).exists())
        else:
            api, stage.api = stage.api, errors.Unreachable("x") if step == "away" else stage.api
            stage.make(now)
            stage.make(now)
            stage.api = api
        hold(stage, paid, f"life {seed}, {step} at {now}")
    stage.make(now + 300)


@pytest.mark.parametrize("part", range(3))
def test_the_laws_hold_in_lives_that_nobody_thought_of(stage: Stage, part: int) -> None:
    for seed in LIVES:
        stage.api = []
        try:
            with transaction.atomic():
                live(stage, part * 1_000_000 + seed)
                raise Undo
        except Undo:
            continue


def test_without_a_payment_all_three_are_made_however_late(stage: Stage) -> None:
    for seed in LIVES:
        rng, now = random.Random(seed), 0
        try:
            with transaction.atomic():
                stage.go(0)
                stage.fail()
                while any(row.state in {State.SCHEDULED, State.STARTED} for row in stage.rows):
                    now += rng.choice(GAPS)
                    stage.make(now)
                assert now < 29 * DAY
                assert [row.state for row in stage.rows] == [State.FAILED] * 3
                raise Undo
        except Undo:
            continue
