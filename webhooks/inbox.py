"""Store what Razorpay signed, once. One statement, committed, and the answer can go out."""

from __future__ import annotations

import hashlib

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from gateways.razorpay import deliveries, events
from webhooks import clashes, doorbell, storing
from webhooks.models import Event

log = structlog.get_logger(__name__)

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
    try:
        if storing.store(values):
            doorbell.ring()
            return answer
    except OperationalError as error:
        # PostgreSQL lets the INSERT wait for a worker that closes this very body: it is stored.
        if clashes.is_held(error) and is_known(gateway_id, digest):
            return DUPLICATE
        raise
    if not is_known(gateway_id, digest):
        raise NotStored
    return DUPLICATE


def is_known(gateway_id: int, digest: bytes) -> bool:
    """Whether this body was stored before; if it is not finished, it is woken."""
    rows = Event.objects.using(settings.RECEIVING_DATABASE).filter(
        gateway=gateway_id, body_sha256=digest
    )
    first = rows.only("processed_at").first()
    if first is not None and first.processed_at is None:
        wake(rows.filter(not_before__gt=timezone.now()))
        doorbell.ring()
    return first is not None


def wake(paused: QuerySet[Event]) -> None:
    """End the pause of an event that is stored already; whatever happens here, it stays so.

    A worker holds the row while it applies the event. Nobody waits for it: its time has come.
    """
    receiving = connections[settings.RECEIVING_DATABASE]
    try:
        with transaction.atomic(receiving.alias):
            free = paused.select_for_update(
                skip_locked=receiving.features.has_select_for_update_skip_locked
            )
            paused.filter(pk__in=list(free.values_list("pk", flat=True))).update(not_before=None)
    except (DatabaseError, InterfaceError) as error:
        log.warning("webhook.not_woken", error=repr(error))


def look(body: bytes) -> tuple[str, str, str]:
    """What will be answered, the event's name, and the Razorpay account it speaks of."""
    try:
        loaded = deliveries.load(body)
        name = deliveries.name_of(loaded)
    except deliveries.Unreadable:
        return UNREADABLE, "", ""
    known = name in events.ACTED_ON
    return ACCEPTED if known else IGNORED, name, deliveries.account_of(loaded)
