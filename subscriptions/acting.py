"""What a person does to a subscription: the instruction first, then Razorpay."""

from __future__ import annotations

from django.utils import timezone

from subscriptions.models import SubscriptionInstruction

BATCH = 50


def carry_out_due() -> int:
    """Carry out what is due again because its answer was lost; how many were looked at."""
    state = SubscriptionInstruction.State.REQUESTED
    due = SubscriptionInstruction.objects.filter(state=state, due_at__lte=timezone.now())
    return len(due.order_by("due_at")[:BATCH])
