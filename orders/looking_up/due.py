"""Work off the look-ups that are due: claim a row, ask Razorpay, let the inbox merge the answer.

Nothing here is in a transaction while Razorpay is asked. Times are columns, not messages: this may
run twice, late, or on several machines at once. What Razorpay cannot be asked now waits: that is no
try.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gateways import pacing, problems
from gateways.models import Gateway, LookUp, Problem
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import turns
from orders.looking_up import patience, questions

log = structlog.get_logger(__name__)

BATCH = 200
MOST = 20_000  # due rows that one run looks through, to choose its batch
BUDGET = 12.0  # seconds after which no further row is begun: a call may take long
# Calls for one gateway in one run, after which no further row of it is begun: Razorpay answers
# buyers with the same keys.
CALLS = 30
# Longer than a row may take, so that two processes are never at one.
LEASE = timedelta(minutes=5)
# Razorpay is asked while a task's time runs.
LIMITS = (3.0, 5.0)


def work_off(now: datetime | None = None) -> int:
    """Ask what is due at `now`; how many rows were looked at."""
    run = Run(now or timezone.now())
    ends = time.monotonic() + BUDGET
    looked_at = 0
    for pk, due_at, gateway in due(run.now):
        if time.monotonic() > ends:
            break
        if run.may_ask(gateway) and claim(pk, due_at, run.now):
            looked_at += 1
            run.work(pk)
    return looked_at


class Place:
    """Where this process goes on when more is due than one run looks through."""

    after: datetime | None = None  # a row's due_at


def due(now: datetime) -> list[tuple[int, datetime, int]]:
    """What is due, with its gateway: of each the longest first, and the gateways by turns, so that
    none waits for all of another's. A gateway that is disconnected, whose keys are refused or that
    was told to slow down is left alone; its questions wait."""
    refused = Problem.objects.standing().filter(
        gateway=OuterRef("gateway"), kind=Problem.Kind.KEYS_REFUSED
    )
    rows = stretch(now).filter(
        Q(gateway__slow_until=None) | Q(gateway__slow_until__lte=now),
        ~Exists(refused),
        gateway__disconnected_at=None,
    )
    found = turns.by_gateway(rows, "gateway", "due_at", "pk")
    return list(found.values_list("pk", "due_at", "gateway")[:BATCH])


def stretch(now: datetime) -> QuerySet[LookUp]:
    """All that is due; of more than MOST so many, and the next run looks at the next of them.

    So a run costs the same however much an outage left, and whoever is behind another's flood is
    reached after as many runs as it has stretches.
    """
    rows = LookUp.objects.filter(done_at=None, due_at__lte=now)
    if Place.after is not None:
        rows = rows.filter(due_at__gt=Place.after)
    behind = rows.order_by("due_at").values_list("due_at", flat=True)[MOST - 1 : MOST + 1]
    ends = list(behind)
    Place.after = ends[0] if len(ends) == 2 else None
    return rows if Place.after is None else rows.filter(due_at__lte=Place.after)


def claim(pk: int, due_at: datetime, now: datetime) -> bool:
    """Only one process works on what it saw."""
    return bool(still(pk, due_at).update(due_at=now + LEASE))


def still(pk: int, due_at: datetime) -> QuerySet[LookUp]:
    """The row, if nobody has moved or settled it since."""
    return LookUp.objects.filter(pk=pk, due_at=due_at, done_at=None)


@dataclass
class Run:
    """One pass: a client for each gateway, and whom not to ask any more."""

    now: datetime
    clients: dict[int, Razorpay] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)

    def may_ask(self, gateway: int) -> bool:
        client = self.clients.get(gateway)
        return gateway not in self.away and (client is None or client.calls < CALLS)

    def client(self, gateway: Gateway) -> Razorpay:
        if gateway.pk not in self.clients:
            self.clients[gateway.pk] = Razorpay.of(gateway, LIMITS)
        return self.clients[gateway.pk]

    def work(self, pk: int) -> None:
        """One claimed row. Whatever happens, the others are not held up."""
        row = LookUp.objects.select_related("gateway").filter(pk=pk, done_at=None).first()
        if row is None:
            return
        try:
            self.answer(row)
        except errors.RazorpayError as error:
            self.failed(row, error)
        except Exception as error:  # the others are not held up
            log.exception("lookup.failed", lookup=row.pk, razorpay_id=row.razorpay_id)
            self.put_off(row, repr(error))

    def answer(self, row: LookUp) -> None:
        """Ask, unless the books know it by now. Raises gateways.razorpay.errors."""
        question = questions.of(row)
        if question.is_settled(row, self.now):
            self.finish(row)
            return
        with problems.watching_keys(row.gateway):
            answered = question.ask(row, self.client(row.gateway), self.now)
        if answered or question.is_settled(row, self.now):
            self.finish(row)
        else:
            self.put_off(row)

    def failed(self, row: LookUp, error: errors.RazorpayError) -> None:
        """A definite no is an answer. Else the gateway is left alone for the rest of this run."""
        log.warning("lookup.not_asked", lookup=row.pk, error=error.log)
        if isinstance(error, errors.Refused) and not turns.is_away(error):
            self.put_off(row, error.description)
            return
        self.away.add(row.gateway_id)
        if isinstance(error, errors.TooManyRequests):
            until = pacing.slow_down(row.gateway, error, self.now)
            still(row.pk, row.due_at).update(due_at=until)

    def put_off(self, row: LookUp, error: str = "") -> None:
        """Not settled yet: later, with growing gaps, and one day no more."""
        at = patience.next_due(row, self.now)
        row.tries += 1
        if row.tries >= patience.most_tries(row):
            self.finish(row, error or patience.given_up(row))
        else:
            values = {"tries": row.tries, "error": error[:200], "due_at": at}
            still(row.pk, row.due_at).update(**values)

    def finish(self, row: LookUp, error: str = "") -> None:
        values = {"tries": row.tries, "error": error[:200], "done_at": self.now}
        still(row.pk, row.due_at).update(**values)
