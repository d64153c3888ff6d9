"""What an event says, whether its raw body is still kept or has been dropped."""

from __future__ import annotations

import json

from gateways.razorpay import deliveries
from gateways.razorpay.deliveries import Delivery
from webhooks.keeping import packing
from webhooks.models import Event


def read(event: Event) -> Delivery:
    """The event's delivery. Raises deliveries.Unreadable."""
    if event.kept is not None:
        return packing.unpack(bytes(event.kept), bytes(event.body_sha256))
    return deliveries.read(bytes(event.body))


def shown(event: Event) -> str:
    """As people read it: the body, or what was kept of it."""
    if event.kept is not None:
        return indented(packing.load(bytes(event.kept)))
    text = bytes(event.body).decode("utf-8", "backslashreplace")
    try:
        return indented(json.loads(text))
    except (ValueError, RecursionError):  # as it came, where it is not JSON
        return text


def indented(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
