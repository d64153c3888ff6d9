"""Reminders while our clock is behind: what was heard by then bounds when one went out."""

from __future__ import annotations

from datetime import timedelta

from orders.causes import at
from tests.lives import DAY, T
from tests.orders.recovering.stage import Stage

HOUR = 3600


def test_a_reminder_that_went_out_by_a_clock_that_was_behind(stage: Stage) -> None:
    """Twenty hours: a try by hand was heard of before it happened, as our clock has it."""
    stage.fail()
    stage.go(DAY + 60)
    stage.fail(T + DAY + 20 * HOUR, number=2)
    stage.make(DAY + 600)
    assert stage.states == ["started", "scheduled", "scheduled"]
    assert [row.due_at for row in stage.rows[1:]] == [
        at(T + days * DAY + 20 * HOUR) for days in (2, 3)
    ]
    stage.make(2 * DAY + 20 * HOUR - 60)  # the clock is right again
    assert stage.mails == ["reminder 0/1"]
    stage.make(2 * DAY + 20 * HOUR)
    assert stage.mails == ["reminder 0/1", "reminder 0/2"]
    for hour in range(0, 49, 6):
        stage.make(3 * DAY + (20 + hour) * HOUR)
    assert [row.state for row in stage.rows] == ["failed"] * 3, "none is skipped"


def test_a_try_by_hand_that_is_heard_of_later_moves_no_date(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY + 600)
    stage.go(DAY + 9 * HOUR)
    stage.fail(T + DAY + 9 * HOUR, number=2)
    stage.make(DAY + 10 * HOUR)
    began = stage.rows[0].started_at
    assert began == at(T + DAY + 600)
    assert stage.rows[1].due_at == began + timedelta(days=1)
