"""An order that Razorpay has not named yet, because an answer was lost or a process ended."""

from __future__ import annotations

import structlog
from django.core.cache import cache

from gateways.razorpay import errors
from orders import checkout
from orders.checkout import NotPlaceable, NotYet
from orders.models import Order

log = structlog.get_logger(__name__)

PAUSE = 5  # seconds between two tries for one order, whoever reloads
A_MINUTE = 60


def ask(order: Order) -> bool:
    """Try to complete it. False: it was refused, now or within the last minute."""
    key = f"preparing:{order.pk}"
    if not cache.add(key, "asked", PAUSE):
        return bool(cache.get(key) != "refused")
    try:
        checkout.complete(order)
    except (NotYet, errors.TryAgain, errors.OutcomeUnknown) as error:
        log.info("order.being_prepared", order=order.uid, error=str(error))
    except (NotPlaceable, errors.Refused) as error:
        log.warning("order.not_prepared", order=order.uid, error=str(error))
        cache.set(key, "refused", A_MINUTE)
        return False
    return True
