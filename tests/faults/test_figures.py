"""A promise that nobody measured is not said to be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from tests.faults import checker, figures
from tests.faults.history import Answer, Fault, History
from tests.faults.options import Plan
from tests.faults.play import Run

BEGUN, HEALED = 100.0, 120.0


def stopped(before: int, during: int, took: float = 0.03) -> History:
    """Redis was stopped once; so many answers just before, and meanwhile, each taking so long."""
    history = History()
    history.faults.append(Fault(7, "redis_stopped", BEGUN, until=HEALED, healed=HEALED))
    moments = [(BEGUN - 1, 0.02)] * before + [(BEGUN + 1, took)] * during
    for number, (sent, seconds) in enumerate(moments):
        history.add(Answer(number, 1, 1, sent, seconds, 200, "accepted"))
    return history


def run(history: History, *, brief: bool = False) -> Run:
    shop = cast(Any, None)
    return Run(Plan(1, brief=brief), [], [], history, shop, Path(), 0.0, 0.0, 0.0, 0)


@pytest.mark.parametrize(("before", "during"), [(49, 200), (200, 49), (0, 0)])
def test_a_stop_without_enough_answers_is_not_measured_and_breaks_a_whole_run(
    before: int, during: int
) -> None:
    told = stopped(before, during)
    assert figures.unmeasured(told) == [(7, before, during)]
    [wrong] = checker.slow_answers(run(told))
    assert f"fault 7: {before} and {during}" in wrong
    assert list(checker.slow_answers(run(told, brief=True))) == []


def test_one_measured_stop_is_enough_and_the_other_is_told() -> None:
    told = stopped(50, 50)
    told.faults.append(Fault(9, "redis_stopped", 300.0, until=320.0, healed=320.0))
    assert list(checker.slow_answers(run(told))) == []
    assert figures.unmeasured(told) == [(9, 0, 0)]


def test_answers_that_became_slow_are_told() -> None:
    assert list(checker.slow_answers(run(stopped(50, 50, took=0.4)))) == [
        "fault 7: p99 was 20 ms and became 400 ms"
    ]


def test_where_redis_was_not_stopped_nothing_is_to_be_measured() -> None:
    assert list(checker.slow_answers(run(History()))) == []
