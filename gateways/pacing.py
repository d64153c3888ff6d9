"""Razorpay asks one gateway to slow down: what can wait asks nothing for a while.

Razorpay publishes no numbers, only that the pauses should grow, and not all be of one length.
Source: https://razorpay.com/docs/api/understand/#rate-limits
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache

from gateways.models import Gateway
from gateways.razorpay.errors import TooManyRequests

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
# Even where Razorpay itself names a longer pause.
MOST = timedelta(hours=24)
JITTER = 0.2


def slow_down(gateway: Gateway, error: TooManyRequests, now: datetime) -> datetime:
    """Note until when the gateway is left alone: each time twice as long, if it comes again soon
    after. Never shorter than Razorpay said."""
    known_as = f"slow:{gateway.pk}"
    times = cache.get(known_as, 0)
    gap = min(SHORTEST * 2**times, LONGEST) * (1 + JITTER * random.random())  # noqa: S311 - no secret
    if error.retry_after is not None:
        gap = min(max(gap, timedelta(seconds=error.retry_after)), MOST)
    cache.set(known_as, min(times + 1, 10), timeout=(3 * gap).total_seconds())
    gateway.slow_until = now + gap
    gateway.save(update_fields=["slow_until"])
    log.warning("razorpay.slowed_down", gateway=gateway.uid, seconds=int(gap.total_seconds()))
    return gateway.slow_until
