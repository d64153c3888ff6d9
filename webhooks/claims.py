"""Who works on which open event. The database decides, and it decides safely for any number of
workers, doubled messages and killed processes.

A worker leases a batch; each event's attempt is counted, in a transaction of its own, before it is
made, so that an event that kills its worker cannot do so for ever. A lease ends by itself.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from webhooks.models import MOST_ATTEMPTS, Event

BATCH = 25
# Longer than Celery's hard time limit for a task (30 s): two workers never hold one event.
LEASE = timedelta(seconds=40)
# Waits between attempts; a person is asked after the last.
PAUSES = [timedelta(seconds=s) for s in (1, 5, 15, 30)]


@transaction.atomic
def take() -> tuple[str, list[int]]:
    """Lease the oldest events that are due: our name for the lease, and their ids."""
    name, now = secrets.token_hex(8), timezone.now()
    due = (
        open_events(now)
        .order_by("pk")
        .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    )
    leased = Event.objects.filter(pk__in=due.values("pk")[:BATCH]).update(
        claimed_by=name, claimed_until=now + LEASE
    )
    if not leased:
        return name, []
    ids = Event.objects.filter(claimed_by=name, processed_at=None).order_by("pk")
    return name, list(ids.values_list("pk", flat=True))


def take_one(pk: int) -> str | None:
    """Lease this event, if it is open and nobody has it: our name for the lease."""
    name, now = secrets.token_hex(8), timezone.now()
    free = open_events(now).filter(pk=pk)
    return name if free.update(claimed_by=name, claimed_until=now + LEASE) else None


def open_events(now: datetime) -> QuerySet[Event]:
    """Open, not leased to anyone, and not told to wait."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = Q(not_before=None) | Q(not_before__lte=now)
    return Event.objects.filter(free, due, processed_at=None)


def count_attempt(pk: int, name: str) -> bool:
    """Count one attempt before it is made; False if we hold the event no more."""
    held = Event.objects.filter(pk=pk, claimed_by=name, processed_at=None)
    return bool(held.update(attempts=F("attempts") + 1, claimed_until=timezone.now() + LEASE))


def try_again(pk: int, name: str) -> None:
    """Not the event's fault (a deadlock, a connection that broke): soon, and not counted."""
    held = Event.objects.filter(pk=pk, claimed_by=name, processed_at=None)
    held.update(attempts=F("attempts") - 1, claimed_by="", claimed_until=None, not_before=None)


def give_back(pk: int, name: str, attempts: int, error: str) -> None:
    """It failed: later, after a growing pause."""
    pause = PAUSES[min(attempts, MOST_ATTEMPTS - 1) - 1]
    held = Event.objects.filter(pk=pk, claimed_by=name, processed_at=None)
    held.update(
        claimed_by="", claimed_until=None, not_before=timezone.now() + pause, error=error[:2000]
    )
