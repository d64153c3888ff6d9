"""How far a run has come: everything that it needs to go on after its process has died."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any

# What a run goes through. First what tells which invoices are ours, then the money, then the rest.
SUBSCRIPTIONS = "subscriptions"
PAYMENTS = "payments"
OPEN_PAYMENTS = "open_payments"
REFUNDS = "refunds"
PENDING_REFUNDS = "pending_refunds"
MANDATES = "mandates"
STAGES = (SUBSCRIPTIONS, PAYMENTS, OPEN_PAYMENTS, REFUNDS, PENDING_REFUNDS, MANDATES)
# Of a run about one object: there is nothing but its questions.
NO_STAGE = ""

# A question: its name in `questions.ASKED`, and the ids that it needs.
Question = list[Any]


@dataclass
class Place:
    """Where a run stops: between two calls."""

    stage: str = SUBSCRIPTIONS
    # Of a list at Razorpay: how many were seen. Of our own rows: the key of the last one.
    after: int = 0
    # What is to be asked before the stage goes on; the first is next.
    ask: list[Question] = field(default_factory=list)
    looked_at: int = 0
    not_ours: int = 0
    # What ticked events should have told, by kind.
    missed: dict[str, int] = field(default_factory=dict)
    # Calls that failed since the last one that did not.
    failures: int = 0

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Place:
        """A copy: what is kept stays as it was."""
        return cls(**deepcopy(stored))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_end(self) -> bool:
        return not self.ask and self.stage == NO_STAGE

    @property
    def share(self) -> int:
        """How much is done, in percent: by stages, for a list does not tell its length."""
        done = STAGES.index(self.stage) if self.stage else len(STAGES)
        return 100 * done // len(STAGES)

    def then(self, *questions: Question) -> None:
        """These first, each once."""
        self.ask = [q for q in questions if q not in self.ask] + self.ask

    def next_stage(self) -> None:
        following = STAGES.index(self.stage) + 1
        self.stage = STAGES[following] if following < len(STAGES) else NO_STAGE
        self.after = 0
