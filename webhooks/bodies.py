"""What an event says, whether its raw body is still kept or has been dropped."""

from __future__ import annotations

from gateways.razorpay import deliveries
from gateways.razorpay.deliveries import Delivery
from webhooks.models import Event


def read(event: Event) -> Delivery:
    """The event's delivery. Raises deliveries.Unreadable."""
    return deliveries.read(bytes(event.body))
