"""Where a buyer pays an order."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from orders.models import Order


def pay_url(order: Order) -> str:
    """The public page of one order; its id is random and tells nothing."""
    return f"{settings.PUBLIC_URL}{reverse('orders:pay', args=[order.uid])}"
