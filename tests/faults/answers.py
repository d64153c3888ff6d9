"""What may be answered: a 2xx, none in time, or a 503 where the event cannot be stored.

Only the history is asked, so a run that is long over can be judged by what it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults import figures
from tests.faults.history import NO_ANSWER, Answer, Fault, History

LIMIT = 3.0  # seconds within which a delivery that cannot be stored is answered 503
REDIS = "redis_"  # how the faults are called that leave PostgreSQL alone


def wrong(history: History) -> Iterator[str]:
    """Everything that was answered and is none of the three."""
    for answer in history.answers:
        if not answer.accepted and answer.status not in (503, NO_ANSWER):
            yield f"a {answer.status} ({answer.word}) at {answer.sent:.2f} s"
    for fault in history.faults:
        if fault.kind.startswith(REDIS):
            for answer in refused(history, fault):
                yield f"a 503 at {answer.sent:.2f} s, in {fault.kind} (fault {fault.number})"


def refused(history: History, fault: Fault) -> Iterator[Answer]:
    """Refused while this fault lasted and no other, and not because PostgreSQL took its time."""
    begins = max(fault.begun + figures.EDGE, figures.quiet_since(history, fault))
    for answer in figures.between(history, begins, fault.healed):
        in_time = answer.took < LIMIT and answer.answered < fault.healed
        if answer.status == 503 and in_time:
            yield answer
