"""What people told us about a subscription that Raseed charges: its own record decides at once.

Nothing has to be asked at Razorpay for it, so an instruction that waits for an answer holds
already: nobody is charged after they said no.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from orders import merging
from subscriptions.models import Subscription, SubscriptionInstruction

Kind = SubscriptionInstruction.Kind


@dataclass(frozen=True)
class Told:
    """Times are unix seconds. `ends_at`: with its period, which has not ended yet."""

    cancelled_at: int | None = None
    ends_at: int | None = None
    paused_at: int | None = None
    resumptions: list[int] = field(default_factory=list)


def of(subscription: Subscription) -> Told:
    """Read it off the instructions that were not refused."""
    rows = subscription.instructions.exclude(state="refused").order_by("pk")
    cancelled_at = ends_at = paused_at = None
    resumptions = []
    for row in rows:
        when = seconds(row.created_at)
        if row.kind == Kind.CANCEL:
            cancelled_at = merging.earliest(cancelled_at, when)
        elif row.kind == Kind.CANCEL_AT_END and row.effective_at is not None:
            ends_at = seconds(row.effective_at)
            if row.effective_at <= timezone.now():
                cancelled_at = merging.earliest(cancelled_at, ends_at)
        elif row.kind == Kind.PAUSE:
            paused_at = when
        elif row.kind == Kind.RESUME:
            paused_at = None
            resumptions.append(when)
    return Told(cancelled_at, ends_at, paused_at, sorted(resumptions))


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
