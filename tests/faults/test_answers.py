"""What is answered while something is broken is judged, answer by answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import answers
from tests.faults.history import NO_ANSWER, Answer, Fault, History

BEGUN, HEALED = 100.0, 120.0


def told(*given: tuple[float, int], kind: str = "redis_killed", took: float = 0.01) -> History:
    """One fault, and what was answered to what was sent when."""
    history = History()
    history.faults.append(Fault(7, kind, BEGUN, until=HEALED - 1, healed=HEALED))
    for number, (sent, status) in enumerate(given):
        history.add(Answer(number, 1, 1, sent, took, status, "unavailable"))
    return history


@pytest.mark.parametrize("status", [500, 401, 404, 302])
def test_nothing_may_be_answered_but_a_2xx_and_a_503(status: int) -> None:
    assert list(answers.wrong(told((50.0, status), kind="postgres_down"))) == [
        f"a {status} (unavailable) at 50.00 s"
    ]
    assert list(answers.wrong(told((50.0, 200), (110.0, 503), kind="postgres_down"))) == []


@pytest.mark.parametrize(
    "kind", ["redis_killed", "redis_flushed", "redis_stopped", "redis_out_of_memory"]
)
def test_while_only_redis_is_broken_nothing_is_refused(kind: str) -> None:
    history = told((101.0, 200), (110.0, 503), (119.9, NO_ANSWER), kind=kind)
    assert list(answers.wrong(history)) == [f"a 503 at 110.00 s, in {kind} (fault 7)"]


def test_what_the_fault_before_did_is_not_told_of_this_one() -> None:
    """Web may be starting, and PostgreSQL recovering."""
    history = told((101.0, 503), (101.6, 503))
    history.faults.insert(0, Fault(6, "postgres_restarted", 98.0, until=98.0, healed=99.5))
    assert list(answers.wrong(history)) == ["a 503 at 101.60 s, in redis_killed (fault 7)"]


def test_nor_what_the_fault_after_it_did() -> None:
    history = told((119.0, 503), took=2.0)
    history.faults.append(Fault(8, "postgres_down", 120.5, until=150.0, healed=152.0))
    assert list(answers.wrong(history)) == []


def test_a_503_after_three_seconds_is_a_busy_databases() -> None:
    assert list(answers.wrong(told((110.0, 503), took=3.1))) == []


def test_a_run_that_is_over_is_judged_by_what_it_wrote(tmp_path: Path) -> None:
    history = told((50.0, 500), (110.0, 503))
    history.write(tmp_path / "history")
    again = History.read(tmp_path / "history")
    assert (again.answers, again.faults) == (history.answers, history.faults)
    assert len(list(answers.wrong(again))) == 2
