"""Charge a mandate for a bill: look at everything first, commit the debit, then call.

A crash or a lost answer leaves a debit that is *started* or *unknown*: it blocks every other, and
is resolved by asking alone (`resolving`).
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils.translation import gettext_noop

from gateways import problems
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import linking
from subscriptions.debiting import (
    allowing,
    bills,
    holding,
    obstacles,
    recording,
    refusals,
    resolving,
    rivals,
    rules,
    tries,
    whole_account,
)
from subscriptions.debiting.rules import NotNow
from subscriptions.models import Bill, Debit, Mandate

log = structlog.get_logger(__name__)

# After so many seconds a committed debit is not called any more: others may have given it up.
FRESH = 60.0
# When to look at a debit whose answer was lost, and at one that Razorpay took.
SOON = timedelta(minutes=2)
FIRST_LOOK = timedelta(minutes=10)
# While no debit can be made for reasons that pass.
GAPS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))

NO_MANDATE = gettext_noop("There is no mandate that could be charged.")


def go_on(bill: Bill, n: int, now: datetime) -> datetime | None:
    """Do what is next for the n-th try of a bill; when to look again, None: nothing is left to do.

    One process at a time is at a try. Raises gateways.razorpay.errors while nothing can be asked.
    """
    standing = holding.of_bill(bill)
    series = next((one for one in standing.series if one.bill.pk == bill.pk), None)
    made = series.tries.get(n) if series is not None else None
    try:
        if made is not None:
            return resolving.look(made, now)
        rules.check(standing, bill, n, now)
        return charge(bill, n, now)
    except NotNow as wait:
        return wait.until
    except errors.KeysRefused:
        raise
    except errors.Refused as error:  # of what was asked before the debit
        log.warning("bill.not_looked_at", bill=bill.uid, n=n, error=error.log)
        return now + GAPS[-1]


def charge(bill: Bill, n: int, now: datetime) -> datetime | None:
    """Make the debit, unless something speaks against it. Raises NotNow."""
    gateway = bill.subscription.order.gateway
    with problems.watching_keys(gateway):
        razorpay = Razorpay.of(gateway)
        bills.place(bill, bill.subscription.order, razorpay)
        attempts = obstacles.none_in(bill, razorpay, now)
        mandate = obstacles.mandate_for(bill, razorpay, now)
    if mandate is None:
        recording.refuse(bill, n, "", "invalid_token", NO_MANDATE, now)
        return None
    began = time.monotonic()
    debit = commit(bill, n, mandate.razorpay_token_id, attempts, now)
    return call(debit, razorpay, began, now) if debit is not None else None


def commit(bill: Bill, n: int, token: str, attempts: int, now: datetime) -> Debit | None:
    """Write down that it is made, if nothing has come in between. Raises NotNow.

    A cancellation, a pause, a payment takes the same lock: before this, or after it. None where the
    mandate forbids it.
    """
    with holding.held(bill.subscription.order_id) as subscription:
        rules.check(holding.stands(subscription), bill, n, now)
        rivals.check(bill, now)
        mandate = Mandate.objects.get(gateway=subscription.gateway_id, razorpay_token_id=token)
        against = allowing.objection(mandate, bill, now)
        if against is not None:
            recording.refuse(bill, n, token, *against, now)
            return None
        debit = Debit.objects.create(
            bill=bill, n=n, razorpay_token_id=token, attempts_before=attempts, started_at=now
        )
        recording.follow(subscription, recording.CHARGED, now)
        return debit


def call(debit: Debit, razorpay: Razorpay, began: float, now: datetime) -> datetime | None:
    """Make the call of a committed debit and note its answer; when to look again."""
    if time.monotonic() - began > FRESH:
        recording.unknown(debit, now)
        return now + SOON
    try:
        with problems.watching_keys(debit.bill.subscription.order.gateway):
            payment_id = razorpay.debit(terms(debit))
    except errors.OutcomeUnknown:
        recording.unknown(debit, now)
        return now + SOON
    except errors.RazorpayError as error:
        return not_made(debit, error, now)
    recording.accepted(debit, payment_id, now)
    return now + FIRST_LOOK


def not_made(debit: Debit, error: errors.RazorpayError, now: datetime) -> datetime | None:
    """Razorpay made no debit: for good, or for now."""
    reason, words = tries.UNREACHABLE, str(error)
    if isinstance(error, errors.KeysRefused):
        reason = tries.KEYS_REFUSED
    elif isinstance(error, errors.TooManyRequests):
        reason = tries.SLOW_DOWN
    elif isinstance(error, errors.Refused):
        reason, words = refusals.reason_of(error), error.description
        if reason == tries.ACCOUNT_REFUSED:
            reason = whole_account.judge(debit, error)
    recording.refused(debit, reason, words, now)
    if reason not in tries.FOR_NOW:
        return None
    gaps = whole_account.GAPS if reason == tries.ACCOUNT_REFUSED else GAPS
    before = debit.bill.debits.filter(n=debit.n, reason__in=tries.FOR_NOW).count()
    return now + gaps[min(before, len(gaps)) - 1]


def terms(debit: Debit) -> dict[str, Any]:
    """What Razorpay is told. Our note in it is how a debit is found whose answer was lost.

    https://razorpay.com/docs/api/payments/recurring-payments/cards/create-subsequent-payments/
    """
    bill, subscription = debit.bill, debit.bill.subscription
    order, customer = subscription.order, subscription.order.customer
    notes = {**linking.notes_for(order), tries.NOTE: debit.uid}
    asked = {
        "email": customer.email,
        "contact": customer.phone or allowing.contact_of(subscription),
        "amount": bill.amount,
        "currency": bill.currency,
        "order_id": bill.razorpay_order_id,
        "customer_id": subscription.razorpay_customer_id,
        "token": debit.razorpay_token_id,
        "recurring": "1",
        "description": order.product.name[:250],
        "notes": notes,
    }
    return {name: value for name, value in asked.items() if value}
