"""Subscriptions that Razorpay may have made without our hearing of it."""

from __future__ import annotations

from django.utils import timezone

from subscriptions.models import Doubt

BATCH = 50


def look() -> int:
    """Look for what is in doubt; how many doubts were looked at."""
    due = Doubt.objects.filter(settled_at=None, look_at__lte=timezone.now())
    return len(due.order_by("look_at")[:BATCH])
