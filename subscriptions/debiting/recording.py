"""Write down a debit, and what became of it, under the order's lock; the books follow at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders.causes import Cause
from subscriptions import settling
from subscriptions.debiting import holding
from subscriptions.models import Bill, Debit, Subscription

State = Debit.State

CHARGED = gettext_noop("Raseed charged the mandate.")
NOT_CHARGED = gettext_noop("The mandate could not be charged.")
LEARNT = gettext_noop("Raseed learnt what became of a charge.")


def follow(subscription: Subscription, why: str, now: datetime) -> None:
    """Settle a held subscription."""
    settling.settle(subscription, Cause(say(why), now))


def refuse(bill: Bill, n: int, token: str, reason: str, words: str, now: datetime) -> None:
    """No debit was made of this try, and none will be: what the mandate forbids."""
    with holding.held(bill.subscription.order_id) as subscription:
        Debit.objects.create(
            bill=bill,
            n=n,
            razorpay_token_id=token,
            state=State.REFUSED,
            started_at=now,
            answered_at=now,
            reason=reason,
            refusal=words[:300],
        )
        follow(subscription, NOT_CHARGED, now)


def answered(debit: Debit, now: datetime, state: Debit.State, **known: Any) -> None:
    """What a call became. An answer that comes late changes nothing that is known already."""
    with holding.held(debit.bill.subscription.order_id) as subscription:
        rows = Debit.objects.filter(pk=debit.pk, state__in=Debit.OPEN)
        when = None if state == State.UNKNOWN else now
        rows.update(state=state, answered_at=when, **known)
        follow(subscription, LEARNT, now)


def accepted(debit: Debit, razorpay_payment_id: str, now: datetime) -> None:
    """Razorpay named a payment."""
    answered(debit, now, State.ACCEPTED, razorpay_payment_id=razorpay_payment_id)


def refused(debit: Debit, reason: str, words: str, now: datetime) -> None:
    answered(debit, now, State.REFUSED, reason=reason, refusal=words[:300])


def unknown(debit: Debit, now: datetime) -> None:
    answered(debit, now, State.UNKNOWN)
