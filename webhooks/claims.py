"""Who works on which open event. The database decides, and it decides safely for any number of
workers, doubled messages and killed processes.

A worker leases a batch; each event's attempt is counted, in a transaction of its own, before it is
made, so that an event that kills its worker cannot do so for ever. A lease ends by itself.

Gateways take turns: each has its share of a batch, however many events of another are waiting.
Within one, those that never waited come first, the oldest first; then those whose pause is over
or that were opened again. What is read to choose a batch does not grow with what is open
(tests/webhooks/test_claims_plans.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice, zip_longest

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from webhooks.models import MOST_ATTEMPTS, Event

BATCH = 25
# Longer than Celery's hard time limit for a task (30 s): two workers never hold one event.
LEASE = timedelta(seconds=40)
# Waits between attempts; a person is asked after the last.
PAUSES = [timedelta(seconds=s) for s in (1, 5, 15, 30)]

# The next gateways with open events, up to BATCH of them, each found by one step in the index. Not
# MIN(): PostgreSQL, when it believes that little is open, would read all of it for that.
GATEWAYS = """
WITH RECURSIVE ends (first, last) AS (SELECT %s, %s),
busy (gateway_id, number) AS (
    SELECT (
        SELECT gateway_id FROM webhooks_event
        WHERE processed_at IS NULL AND gateway_id > ends.first AND gateway_id <= ends.last
        ORDER BY gateway_id, not_before, id LIMIT 1
    ), 1 FROM ends
    UNION ALL
    SELECT (
        SELECT gateway_id FROM webhooks_event
        WHERE processed_at IS NULL AND gateway_id > busy.gateway_id AND gateway_id <= ends.last
        ORDER BY gateway_id, not_before, id LIMIT 1
    ), number + 1
    FROM busy, ends WHERE gateway_id IS NOT NULL AND number < %s
)
SELECT gateway_id FROM busy WHERE gateway_id IS NOT NULL
"""
LAST = 2**63 - 1  # no gateway's key is greater


class Turn:
    """The gateway that this process served last: the next batch begins behind it."""

    served = 0


def take() -> tuple[str, list[int]]:
    """Lease events that are due: our name for the lease, and their ids, by turns."""
    name = secrets.token_hex(8)
    waiting = ring(Turn.served)
    while gateways := list(islice(waiting, BATCH)):
        batch = lease(name, gateways)
        if batch:
            Turn.served = gateways[-1]
            return name, batch
    return name, []


def ring(served: int) -> Iterator[int]:
    """All gateways with open events, due or not, once around, beginning behind this one."""
    yield from stretch(served, LAST)
    if served:
        yield from stretch(0, served)


def stretch(after: int, last: int) -> Iterator[int]:
    """Those with a key above `after`, up to `last`."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(GATEWAYS, [after, last, BATCH])
            found = [gateway_id for (gateway_id,) in cursor.fetchall()]
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1]


@transaction.atomic
def lease(name: str, gateways: list[int]) -> list[int]:
    """Lease each gateway's share of a batch; the first of each before the second of any."""
    now, share = timezone.now(), -(-BATCH // len(gateways))
    lines = [line(gateway_id, share, now) for gateway_id in gateways]
    batch = [pk for pk in chain(*zip_longest(*lines)) if pk is not None]
    Event.objects.filter(pk__in=batch).update(claimed_by=name, claimed_until=now + LEASE)
    return batch


def line(gateway_id: int, share: int, now: datetime) -> list[int]:
    """The next of one gateway, locked. One that waited is among them even in a flood."""
    due = free(now).filter(gateway=gateway_id).order_by("not_before", "pk").values_list("pk")
    due = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    fresh = due.filter(not_before=None)[:share]
    first = [pk for (pk,) in fresh]
    again = due.filter(not_before__lte=now)[: share - len(first) + 1]
    return first + [pk for (pk,) in again]


def free(now: datetime) -> QuerySet[Event]:
    """Open, and not leased to anyone. No lease reaches so far: that was a clock that was wrong."""
    nobodys = (
        Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_until__gt=now + 2 * LEASE)
    )
    return Event.objects.filter(nobodys, processed_at=None)


def take_one(pk: int) -> str | None:
    """Lease this event, if it is due and nobody has it: our name for the lease."""
    name, now = secrets.token_hex(8), timezone.now()
    due = Q(not_before=None) | Q(not_before__lte=now)
    leased = free(now).filter(due, pk=pk).update(claimed_by=name, claimed_until=now + LEASE)
    return name if leased else None


def begin_behind(pk: int) -> None:
    """This one took long: its gateway had its turn, and the next batch begins behind it."""
    Turn.served = Event.objects.values_list("gateway_id", flat=True).get(pk=pk)


def held(pk: int, name: str) -> QuerySet[Event]:
    """The event, if it is open and we have it."""
    return Event.objects.filter(pk=pk, claimed_by=name, processed_at=None)


def count_attempt(pk: int, name: str) -> bool:
    """Count one attempt before it is made; False if we hold the event no more, or none is left."""
    ours = held(pk, name).filter(attempts__lt=MOST_ATTEMPTS)
    return bool(ours.update(attempts=F("attempts") + 1, claimed_until=timezone.now() + LEASE))


def let_go(batch: list[int], name: str) -> None:
    """Not begun, and nobody shall wait for us."""
    ours = Event.objects.filter(pk__in=batch, claimed_by=name, processed_at=None)
    ours.update(claimed_by="", claimed_until=None)


def try_again(pk: int, name: str, pause: timedelta | None = None) -> None:
    """Not the event's fault (a deadlock, a row that somebody holds): soon, or after a pause. It is
    not counted."""
    due = None if pause is None else timezone.now() + pause
    held(pk, name).update(
        attempts=F("attempts") - 1, claimed_by="", claimed_until=None, not_before=due
    )


def give_back(pk: int, name: str, attempts: int, error: str) -> None:
    """It failed: later, after a growing pause."""
    pause = PAUSES[min(attempts, MOST_ATTEMPTS - 1) - 1]
    held(pk, name).update(
        claimed_by="", claimed_until=None, not_before=timezone.now() + pause, error=error[:2000]
    )
