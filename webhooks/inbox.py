"""Store what Razorpay signed, once. One statement, committed, and the answer can go out."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils import timezone

from gateways.razorpay import deliveries, events
from webhooks import doorbell, storing
from webhooks.models import Event

ACCEPTED, DUPLICATE, IGNORED, UNREADABLE = "accepted", "duplicate", "ignored", "unreadable"
STATUS = {
    ACCEPTED: Event.Status.RECEIVED,
    IGNORED: Event.Status.IGNORED,
    UNREADABLE: Event.Status.UNREADABLE,
}


class NotStored(Exception):
    """The secret has ended or the gateway was disconnected since it was read."""


def accept(gateway_id: int, secret_id: int, body: bytes, event_id: str | None) -> str:
    """Store one signed body; the answer's status word.

    Raises NotStored, and DatabaseError or InterfaceError when the database cannot take it now.
    """
    answer, name, account = look(body)
    digest = hashlib.sha256(body).digest()
    now = timezone.now()
    values = [event_id, name, account, body, digest, now, STATUS[answer], secret_id, now]
    if storing.store(values):
        doorbell.ring()
        return answer
    known = Event.objects.using(settings.RECEIVING_DATABASE).filter(
        gateway=gateway_id, body_sha256=digest
    )
    first = known.only("processed_at").first()
    if first is None:
        raise NotStored
    if first.processed_at is None:
        known.update(not_before=None)
        doorbell.ring()
    return DUPLICATE


def look(body: bytes) -> tuple[str, str, str]:
    """What will be answered, the event's name, and the Razorpay account it speaks of."""
    try:
        loaded = deliveries.load(body)
        name = deliveries.name_of(loaded)
    except deliveries.Unreadable:
        return UNREADABLE, "", ""
    known = name in events.ACTED_ON
    return ACCEPTED if known else IGNORED, name, deliveries.account_of(loaded)
