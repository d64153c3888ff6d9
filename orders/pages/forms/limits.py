"""How often one address may send a form: places at Razorpay are not for trying out addresses."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import truncate_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

A_MINUTE = 60
MOST = 10


def may_send(request: HttpRequest) -> bool:
    """Counts this time, by minutes of the clock. The address is the one sign-in limits count by."""
    address = truncate_ip(get_adapter().get_client_ip(request))
    minute = int(timezone.now().timestamp()) // A_MINUTE
    key = f"forms:{address}:{minute}"
    cache.add(key, 0, 2 * A_MINUTE)
    return int(cache.incr(key)) <= MOST
