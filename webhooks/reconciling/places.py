"""How far a run has come: everything that it needs to go on after its process has died."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any

from gateways.razorpay.client import PAGE

# What a run goes through. First what tells which invoices are ours, then the money, then the rest.
SUBSCRIPTIONS = "subscriptions"
PAYMENTS = "payments"
OPEN_PAYMENTS = "open_payments"
REFUNDS = "refunds"
PENDING_REFUNDS = "pending_refunds"
MANDATES = "mandates"
DISPUTES = "disputes"
STAGES = (
    SUBSCRIPTIONS, PAYMENTS, OPEN_PAYMENTS, REFUNDS, PENDING_REFUNDS, DISPUTES, MANDATES,
)  # fmt: skip
# Of a run about one object: there is nothing but its questions.
NO_STAGE = ""

# A question: its name in `steps.ASKED`, and what it needs to be asked: ids, mostly.
Question = list[Any]
# Those about a page of a list: its stage, and how many lie before it.
AT_ONCE, ONE_BY_ONE = OF_PAGES = ("page", "items")

# What keeps a run from asking anything.
AWAY, SLOWED_DOWN, KEYS_REFUSED, BROKEN = "away", "slowed_down", "keys_refused", "broken"

# A question that fails so often while Razorpay answers others is set aside.
TRIES = 5


@dataclass
class Place:
    """Where a run stops: between two calls."""

    stage: str = SUBSCRIPTIONS
    # The key of the last row of ours that was chosen.
    after: int = 0
    # What is to be asked before the stage goes on; the first is next.
    ask: list[Question] = field(default_factory=list)
    # What was answered since the last page, or batch of ours: where the books take no answer, one
    # question would lead to another, and that to the first again.
    asked: list[Question] = field(default_factory=list)
    looked_at: int = 0
    not_ours: int = 0
    # What ticked events should have told, by kind.
    missed: dict[str, int] = field(default_factory=dict)
    # Calls that failed since the last one that did not.
    failures: int = 0
    # When the run got stuck, by refused keys too (unix seconds). 0: it is not.
    stuck_since: int = 0
    # Why it waits, if it can ask nothing: AWAY, ...
    waits_for: str = ""
    # What failed while Razorpay answered others, and how often. It is asked again in rounds, when
    # all others had their turn.
    failed: dict[str, int] = field(default_factory=dict)
    later: list[Question] = field(default_factory=list)
    rounds: int = 0
    # What failed each time: it could not be compared.
    skipped: list[Question] = field(default_factory=list)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Place:
        """A copy: what is kept stays as it was."""
        return cls(**deepcopy(stored))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_round_over(self) -> bool:
        """Whether all had their turn; what failed may be left."""
        return not self.ask and self.stage == NO_STAGE

    @property
    def is_end(self) -> bool:
        return self.is_round_over and not self.later

    @property
    def share(self) -> int:
        """How much is done, in percent: by stages, for a list does not tell its length."""
        done = STAGES.index(self.stage) if self.stage else len(STAGES)
        return 100 * done // len(STAGES)

    def then(self, *questions: Question) -> None:
        """These first, each once."""
        known = [*self.ask, *self.asked, *self.later, *self.skipped]
        self.ask = [q for q in questions if q not in known] + self.ask

    def note_asked(self, question: Question) -> None:
        """So that what it leads to does not lead back to it. A page begins anew."""
        self.asked = [] if question[0] in OF_PAGES else [*self.asked, question]

    def next_stage(self) -> None:
        following = STAGES.index(self.stage) + 1
        self.stage = STAGES[following] if following < len(STAGES) else NO_STAGE
        self.after = 0

    def answered(self) -> None:
        """Razorpay is there, and takes the keys."""
        self.failures = self.stuck_since = 0
        self.waits_for = ""

    def times_failed(self, question: Question) -> int:
        return self.failed.get(written(question), 0)

    def put_off(self) -> None:
        """The first question failed by itself: the others come before it; or it is set aside."""
        question = self.ask.pop(0)
        times = self.failed[written(question)] = self.times_failed(question) + 1
        (self.later if times < TRIES else self.skipped).append(question)
        if times == 1 and question[0] in OF_PAGES:
            self.pass_by_page(*question[1:])

    def pass_by_page(self, stage: str, skip: int) -> None:
        """The page behind one that failed has its turn. Behind two the list is not to be had."""
        if not any(question[1:] == [stage, skip - PAGE] for question in self.later):
            self.then([AT_ONCE, stage, skip + PAGE])

    def take_apart(self) -> None:
        """One thing on a page cannot be read: each is asked about by itself."""
        _, *where = self.ask.pop(0)
        self.ask.insert(0, [ONE_BY_ONE, *where])

    def next_round(self) -> None:
        """What failed is asked again."""
        self.ask, self.later = self.later, []
        self.rounds += 1


def written(question: Question) -> str:
    return " ".join(map(str, question))
