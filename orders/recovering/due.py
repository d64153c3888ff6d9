"""Make the re-attempts that are due: claim a row, let its way work on it, set when to look again.

Times are columns, not messages: this may run twice, late, or on several machines at once.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from gateways.models import Problem
from gateways.razorpay import errors
from orders import turns
from orders.models import Order, Reattempt
from orders.recovering.asking import Asking

log = structlog.get_logger(__name__)

BATCH = 200
BUDGET = 12.0  # seconds after which no further row is begun: a call may take long
# Longer than a look may take, so that two processes are never at one row.
LEASE = timedelta(minutes=5)
# Razorpay said no to this one question: it will say the same in a minute.
REFUSED = timedelta(hours=6)


class Way(Protocol):
    """How re-attempts of one kind of order are made."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        """Do what is due, and let the books know; when to look again if the row is open still.

        At most one process is here with a row. Calls are made under `problems.watching_keys`.
        Raises gateways.razorpay.errors while Razorpay cannot be asked: then the row is looked at
        again after the lease.
        """


# By who charges: "ask" (the buyer pays), "razorpay" (followed), "raseed" (charged by us). Rooms to
# the right add theirs when the process starts.
ways: dict[str, Way] = {"ask": Asking()}


def way_of(order: Order) -> str:
    """Who charges this order, as a key of `ways`."""
    return str(order.price.charged_by) if order.price.recurs else "ask"


def make(now: datetime | None = None) -> int:
    """Work on what is due at `now`; how many rows were looked at."""
    now = now or timezone.now()
    ends = time.monotonic() + BUDGET
    looked_at = 0
    away: set[int] = set()
    for pk, work_at, gateway in due(now):
        if time.monotonic() > ends:
            break
        if gateway not in away and claim(pk, work_at, now):
            looked_at += 1
            if not work(pk, now):
                away.add(gateway)
    return looked_at


def due(now: datetime) -> list[tuple[int, datetime, int]]:
    """What is due, with its gateway: of each the longest first, and the gateways by turns, so that
    none waits for all of another's. While a gateway is disconnected or its keys are refused, its
    series wait; they go on when that is mended."""
    refused = Problem.objects.standing().filter(
        gateway=OuterRef("order__gateway"), kind=Problem.Kind.KEYS_REFUSED
    )
    rows = Reattempt.objects.filter(
        ~Exists(refused), work_at__lte=now, order__gateway__disconnected_at=None
    )
    found = turns.by_gateway(rows, "order__gateway", "work_at", "pk")
    told = found.values_list("pk", "work_at", "order__gateway")[:BATCH]
    return [(pk, work_at, gateway) for pk, work_at, gateway in told if work_at is not None]


def claim(pk: int, work_at: datetime, now: datetime) -> bool:
    """Only one process works on what it saw."""
    seen = Reattempt.objects.filter(pk=pk, work_at=work_at)
    return bool(seen.update(work_at=now + LEASE, looks=F("looks") + 1))


def work(pk: int, now: datetime) -> bool:
    """One row, by its way. A failure is told in the log, and the row is looked at again. False when
    Razorpay could not be asked: then its other rows need not be tried now."""
    row = Reattempt.objects.select_related(
        "order__gateway", "order__price", "order__product", "order__customer__account"
    ).get(pk=pk)
    try:
        again = ways[way_of(row.order)].make(row, now)
    except errors.RazorpayError as error:
        log.warning("reattempt.not_asked", reattempt=row.uid, error=error.log)
        if turns.is_away(error):
            return False
        again = now + REFUSED
    except Exception:  # the others are not held up
        log.exception("reattempt.failed", reattempt=row.uid)
        return True
    # Unless the books have moved it meanwhile.
    Reattempt.objects.filter(pk=pk, work_at=now + LEASE).update(work_at=again)
    return True
