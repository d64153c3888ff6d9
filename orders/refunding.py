"""Refunds that a seller asks for: the instruction first, then Razorpay."""

from __future__ import annotations

from django.utils import timezone

from orders.models import RefundInstruction

BATCH = 50


def make_due() -> int:
    """Make the refunds whose answer was lost; how many were looked at."""
    state = RefundInstruction.State.REQUESTED
    due = RefundInstruction.objects.filter(state=state, due_at__lte=timezone.now(), tries__gt=0)
    return len(due.order_by("due_at")[:BATCH])
