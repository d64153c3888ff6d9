"""What the history says in numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from tests.faults import dying
from tests.faults.history import Answer, Fault, History
from tests.faults.play import Run

FEWEST = 50  # answers, else there is no p99 to speak of
DOWN, HANGS = "postgres_down", "postgres_hangs"
EDGE = 0.5  # seconds: a server that was told to end may still answer
LINGERS = 2.0  # seconds after its healing in which a fault may still be felt


def p99(times: Iterable[float]) -> float:
    ordered = sorted(times)
    return ordered[max(0, math.ceil(len(ordered) * 0.99) - 1)] if ordered else 0.0


def between(history: History, begins: float, ends: float) -> list[Answer]:
    """The answers to what was sent in this time."""
    return [answer for answer in history.answers if begins <= answer.sent < ends]


def stops_of_redis(history: History) -> Iterator[tuple[int, list[float], list[float]]]:
    """The fault's number, and how long answers took (seconds) as long before it as it lasted, and
    during it.

    Before it begins another fault may just have been healed; only what came after that counts.
    """
    for fault in history.faults:
        if fault.kind != "redis_stopped":
            continue
        lasted = fault.healed - fault.begun
        quiet = max(fault.begun - lasted, quiet_since(history, fault))
        before = [a.took for a in between(history, quiet, fault.begun)]
        during = [a.took for a in between(history, fault.begun, fault.healed)]
        yield fault.number, before, during


def quiet_since(history: History, fault: Fault) -> float:
    """From when nothing is felt any more of the faults before this one."""
    before = (other.healed for other in history.faults if other.healed < fault.begun)
    return max((healed + LINGERS for healed in before), default=0.0)


def while_redis_is_stopped(history: History) -> Iterator[tuple[int, float, float]]:
    """The number of each stop that could be measured, and the p99 (seconds) before and during."""
    for number, before, during in stops_of_redis(history):
        if min(len(before), len(during)) >= FEWEST:
            yield number, p99(before), p99(during)


def unmeasured(history: History) -> list[tuple[int, int, int]]:
    """The number of each stop that was not, and how many answers there were before and during."""
    counted = [(number, len(a), len(b)) for number, a, b in stops_of_redis(history)]
    return [stop for stop in counted if min(stop[1:]) < FEWEST]


def during(history: History, kind: str) -> Iterator[Answer]:
    """What was sent and answered while a fault of this kind lasted."""
    for fault in history.faults:
        if fault.kind == kind:
            for answer in between(history, fault.begun + EDGE, fault.until):
                if answer.answered < fault.until:
                    yield answer


def of(run: Run) -> dict[str, Any]:
    """Everything for the report."""
    answers = run.history.answers
    accepted = [answer for answer in answers if answer.accepted]
    died = dying.deaths(run.folder)
    down, hung = (list(during(run.history, kind)) for kind in (DOWN, HANGS))
    return {
        "events": len(run.events),
        "lives": len(run.lives),
        "deliveries": len(accepted),
        "tries": len(answers),
        "unanswered": sum(1 for answer in answers if not answer.status),
        "refused_503": sum(1 for answer in answers if answer.status == 503),
        "other_answers": sum(1 for a in answers if a.status and not a.accepted and a.status != 503),
        "seconds": round(run.history.last_heal, 1),
        "faults": len(run.history.faults),
        "processes_started_again": run.deaths,
        "died_between_commit_and_answer": died[dying.WEB],
        "died_in_an_event": died[dying.WORKER],
        "accepted_after": rounded(run.accepted_after),
        "applied_after": rounded(run.applied_after),
        "mailed_after": rounded(run.mailed_after),
        "answers_p99_ms": round(p99(a.took for a in accepted) * 1e3, 1),
        "redis_stopped_p99_ms": [
            [number, round(before * 1e3, 1), round(during * 1e3, 1)]
            for number, before, during in while_redis_is_stopped(run.history)
        ],
        "redis_stopped_unmeasured": unmeasured(run.history),
        "postgres_down": len(down),
        "postgres_down_slowest_s": slowest(down),
        "postgres_hangs": len(hung),
        "postgres_hangs_without_an_answer": sum(1 for a in hung if not a.status),
        "postgres_hangs_slowest_s": slowest(hung),
    }


def slowest(answers: Iterable[Answer]) -> float:
    return round(max((answer.took for answer in answers), default=0.0), 2)


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
