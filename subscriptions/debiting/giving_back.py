"""Give mandates back that nobody will charge any more: of subscriptions that were completed, or
that ended with their period. Nothing is debited meanwhile, whatever Razorpay answers.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet

from gateways import problems
from gateways.models import Problem
from gateways.razorpay import errors
from orders.models import Payment, Price
from subscriptions.debiting import ending
from subscriptions.models import Bill, Subscription, SubscriptionInstruction

log = structlog.get_logger(__name__)

BATCH = 200
LEASE = timedelta(hours=1)  # until it is tried again, after no answer


def give_back_due(now: datetime, ends: float) -> int:
    """Those that are due; how many were looked at."""
    looked_at = 0
    for bill in due(now)[:BATCH]:
        if time.monotonic() > ends:
            break
        if claim(bill, now):
            looked_at += 1
            work(bill, now)
    return looked_at


def due(now: datetime) -> QuerySet[Bill]:
    """The bills with which a mandate was given that nothing is left to be charged from. What is
    told to Razorpay this moment is left to that."""
    waits = SubscriptionInstruction.objects.filter(
        subscription=OuterRef("subscription"), kind="cancel", state="requested"
    )
    paid = Payment.objects.filter(
        order=OuterRef("subscription__order"),
        captured=True,
        razorpay_order_id=OuterRef("razorpay_order_id"),
    ).exclude(razorpay_token_id="")
    rows = Bill.objects.filter(
        Q(work_at=None) | Q(work_at__lte=now),
        Exists(paid),
        ~Exists(waits),
        ~keys_refused("subscription__gateway"),
        authorises=True,
        given_back_at=None,
        subscription__status__in=Subscription.FINAL,
        subscription__order__price__charged_by=Price.ChargedBy.RASEED,
        subscription__gateway__disconnected_at=None,
    )
    linked = rows.select_related("subscription__gateway", "subscription__order")
    return linked.order_by("pk")


def keys_refused(path: str) -> Exists:
    """While keys are refused, everything waits until that is mended."""
    standing = Problem.objects.standing().filter(kind=Problem.Kind.KEYS_REFUSED)
    return Exists(standing.filter(gateway=OuterRef(path)))


def claim(bill: Bill, now: datetime) -> bool:
    """Only one process works on what it saw."""
    seen = Bill.objects.filter(pk=bill.pk, work_at=bill.work_at, given_back_at=None)
    return bool(seen.update(work_at=now + LEASE))


def work(bill: Bill, now: datetime) -> None:
    """A failure is told in the log, and an hour later it is tried again."""
    try:
        with problems.watching_keys(bill.subscription.gateway):
            ending.give_back(bill, now)
    except errors.RazorpayError as error:
        log.warning("mandate.not_given_back", bill=bill.uid, error=error.log)
    except Exception:  # the others are not held up
        log.exception("mandate.failed", bill=bill.uid)
    else:
        Bill.objects.filter(pk=bill.pk).update(work_at=None)
