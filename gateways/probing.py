"""Notice by ourselves that refused keys are accepted again: nobody has to press anything.

While they are refused nothing else asks with them, so nothing else would find out.
"""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from gateways import problems
from gateways.models import Gateway, Problem
from gateways.razorpay.client import BUYER_LIMITS, Razorpay
from gateways.razorpay.errors import RazorpayError

log = structlog.get_logger(__name__)

BUDGET = 12.0  # seconds after which no further gateway is asked
# A day of refusals is answered by new keys, not by asking: those are asked once an hour.
OFTEN, SELDOM = timedelta(minutes=10), timedelta(hours=1)


def probe() -> int:
    """Ask with the keys that were refused; how many are accepted again."""
    ends = time.monotonic() + BUDGET
    mended = 0
    for problem in due():
        if time.monotonic() > ends:
            break
        if problem.gateway is not None:
            mended += is_accepted(problem.gateway)
    return mended


def due() -> list[Problem]:
    """Who was not asked for a while, the longest first."""
    now = timezone.now()
    young = Q(since__gt=now - timedelta(days=1), last_seen_at__lte=now - OFTEN)
    refused = Problem.objects.standing().filter(
        young | Q(last_seen_at__lte=now - SELDOM),
        kind=Problem.Kind.KEYS_REFUSED,
        gateway__disconnected_at=None,
    )
    return list(refused.select_related("gateway").order_by("last_seen_at"))


def is_accepted(gateway: Gateway) -> bool:
    """The cheapest question. Its answer notes or clears the problem."""
    try:
        with problems.watching_keys(gateway):
            Razorpay.of(gateway, BUYER_LIMITS).newest_order()
    except RazorpayError as error:
        log.info("keys.still_refused", gateway=gateway.uid, error=error.log)
        return False
    return True
