"""Open the bill of a period that begins, and make its first debit.

Times are columns, not messages: this may run twice, late, or on several machines at once. A claim
moves `work_at` on, so that of several processes one works on a bill.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from gateways.razorpay import errors
from orders import turns
from orders.models import Price
from subscriptions.debiting import (
    bills,
    charging,
    giving_back,
    holding,
    recording,
    whole_account,
)
from subscriptions.models import Bill, Subscription, SubscriptionInstruction

log = structlog.get_logger(__name__)

BATCH = 200
BUDGET = 12.0  # seconds after which no further one is begun: a call may take long
LEASE = timedelta(minutes=5)  # longer than one look may take
ENDED = gettext_noop("It was to end with its billing period.")

Status = Subscription.Status


def charge_due(now: datetime | None = None) -> int:
    """Open and charge the bills that are due at `now`, and give back what is over; how many were
    looked at."""
    now = now or timezone.now()
    ends = time.monotonic() + BUDGET
    looked_at = end_due(now, ends) + open_due(now, ends) + first_tries(now, ends)
    whole_account.clear_mended(now)
    return looked_at + giving_back.give_back_due(now, ends)


def first_tries(now: datetime, ends: float) -> int:
    """Work on the bills that are due. Of a gateway that cannot be asked the others are left."""
    looked_at, away = 0, set[int]()
    for pk, work_at, gateway in due(now):
        if time.monotonic() > ends:
            break
        if gateway not in away and claim(pk, work_at, now):
            looked_at += 1
            if not work(pk, now):
                away.add(gateway)
    return looked_at


def ours() -> QuerySet[Subscription]:
    return Subscription.objects.filter(order__price__charged_by=Price.ChargedBy.RASEED)


def end_due(now: datetime, ends: float) -> int:
    """Those that were to end with a period that is over now."""
    told = SubscriptionInstruction.objects.filter(
        subscription=OuterRef("pk"), kind="cancel_at_end", effective_at__lte=now
    ).exclude(state="refused")
    rows = ours().filter(Exists(told)).exclude(status__in=Subscription.FINAL)
    found = turns.by_gateway(rows, "gateway", "pk").values_list("order_id", flat=True)[:BATCH]
    return each(found, ends, lambda pk: end(pk, now))


def end(order_pk: int, now: datetime) -> None:
    with holding.held(order_pk) as subscription:
        recording.follow(subscription, ENDED, now)


def open_due(now: datetime, ends: float) -> int:
    """Those whose next period begins: of each gateway the longest due first."""
    bills_of = Bill.objects.filter(subscription=OuterRef("pk"), authorises=False)
    unfinished = bills_of.exclude(work_at=None)
    rows = ours().filter(
        ~Exists(unfinished),
        ~giving_back.keys_refused("gateway"),
        status=Status.ACTIVE,
        charge_at__lte=int(now.timestamp()),
        gateway__disconnected_at=None,
    )
    turn = turns.by_gateway(rows, "gateway", "charge_at", "pk")
    found = turn.values_list("order_id", flat=True)[:BATCH]
    return each(found, ends, lambda pk: bills.open_next(pk, now))


def each(pks: Iterable[int], ends: float, act: Callable[[int], object]) -> int:
    """Do it for each until the time is used up. One that fails does not hold up the others."""
    done = 0
    for pk in pks:
        if time.monotonic() > ends:
            break
        try:
            act(pk)
        except Exception:  # the others are not held up; this one is looked at again
            log.exception("bill.failed", order=pk)
        done += 1
    return done


def due(now: datetime) -> list[tuple[int, datetime, int]]:
    """The bills to look at, with their gateway. A disconnected one's wait until it is connected
    again."""
    rows = Bill.objects.filter(
        ~giving_back.keys_refused("subscription__gateway"),
        authorises=False,
        work_at__lte=now,
        subscription__gateway__disconnected_at=None,
    )
    turn = turns.by_gateway(rows, "subscription__gateway", "work_at", "pk")
    found = turn.values_list("pk", "work_at", "subscription__gateway")[:BATCH]
    return [(pk, work_at, gateway) for pk, work_at, gateway in found if work_at is not None]


def claim(pk: int, work_at: datetime, now: datetime) -> bool:
    """Only one process works on what it saw."""
    return bool(Bill.objects.filter(pk=pk, work_at=work_at).update(work_at=now + LEASE))


def work(pk: int, now: datetime) -> bool:
    """The first try of one bill. A failure is told in the log, and the bill is looked at again.
    False when Razorpay could not be asked."""
    bill = found(pk)
    try:
        again = charging.go_on(bill, 0, now)
    except errors.RazorpayError as error:
        log.warning("bill.not_charged", bill=bill.uid, error=error.log)
        return not turns.is_away(error)
    except Exception:  # the others are not held up
        log.exception("bill.failed", bill=bill.uid)
        return True
    Bill.objects.filter(pk=pk, work_at=now + LEASE).update(work_at=again)
    return True


def found(pk: int) -> Bill:
    rows = Bill.objects.select_related(
        "subscription__gateway",
        "subscription__order__gateway",
        "subscription__order__price",
        "subscription__order__product",
        "subscription__order__customer",
    )
    return rows.get(pk=pk)
