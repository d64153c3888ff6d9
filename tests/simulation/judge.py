"""The judge: compares what Raseed says with what the model says, every day and at the end."""

from __future__ import annotations

import logging
from collections import Counter

from orders.models import Reattempt
from tests.simulation.cases import Purchase
from tests.simulation.stage import Stage
from tests.simulation.violations import Violation


class Errors(logging.Handler):
    """What went wrong in our own code: none of the faults that are played is an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Judge:
    """What was compared, and what was wrong."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.ticks = 0
        self.figures: Counter[str] = Counter()
        self.violations: list[Violation] = []
        self.errors = Errors()
        self._told: set[tuple[str, str]] = set()

    def blame(self, rule: str, purchase: Purchase, what: str) -> None:
        """Once per rule and purchase: what follows from the same cause is not told again."""
        self.figures[f"broken: {rule}"] += 1
        if (rule, purchase.uid) in self._told:
            return
        self._told.add((rule, purchase.uid))
        case = purchase.case
        self.violations.append(
            Violation(rule, case.number, purchase.uid, what, self.stage.clock.now,
                      tuple(case.story[-60:]))
        )  # fmt: skip

    def hear_errors(self) -> None:
        """What our own code wrote into its log as an error."""
        logging.getLogger().removeHandler(self.errors)
        self.figures["errors in our log"] = len(self.errors.lines)
        for line in self.errors.lines[:5]:
            self.blame("error", self.stage.cases[0].purchase, line[:3000])
            self._told.clear()


def told(rows: list[Reattempt]) -> str:
    return "; ".join(
        f"{row.n or '-'} {row.state} {row.reason} by {row.made_by}"
        f" due {row.due_at:%m-%d %H:%M} done {row.done_at or '-'} counted {row.counted}"
        for row in rows
    )
