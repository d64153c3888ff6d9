"""Store what Razorpay signed, once. One statement, committed, and the answer can go out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from gateways.razorpay import deliveries, events
from webhooks import doorbell
from webhooks.deadline import watch
from webhooks.models import Event

# Checks in the same breath that the gateway is connected and the secret live, and that the body is
# new. No row stored means one of the three.
STORE = """
INSERT INTO webhooks_event
    (gateway_id, event_id, type, account_ref, body, body_sha256, secret_id, received_at, status,
     outcome)
SELECT g.id, %s, %s, %s, %s, %s, s.id, %s, %s, '{}'
FROM gateways_webhooksecret s JOIN gateways_gateway g ON g.id = s.gateway_id
WHERE s.id = %s AND g.disconnected_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > %s)
ON CONFLICT (gateway_id, body_sha256) DO NOTHING
"""

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

    Raises NotStored, and DatabaseError when the database cannot take it now.
    """
    answer, name, account = look(body)
    digest = hashlib.sha256(body).digest()
    now = timezone.now()
    values = [event_id, name, account, body, digest, now, STATUS[answer], secret_id, now]
    if execute(STORE, values):
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


def execute(sql: str, values: Sequence[Any]) -> int:
    """Run one statement; a connection that the server has closed meanwhile is opened anew, once."""
    connection = connections[settings.RECEIVING_DATABASE]
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.rowcount)
    except DatabaseError:
        if watch.passed() or connection.in_atomic_block or connection.connection is None:
            raise
        if connection.is_usable():
            raise
        connection.close()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
