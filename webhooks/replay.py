"""Open finished events again: one by hand, or many as a replay.

Both go through the same `work.process`. By hand everything follows as the first time. A replay is
for books that were lost or mended: it never mails and never charges.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from gateways import problems
from gateways.models import Gateway, Problem
from webhooks import doorbell
from webhooks.models import Event

BY_HAND = [
    Event.Status.PARKED,
    Event.Status.UNMATCHED,
    Event.Status.FOREIGN,
    Event.Status.PROCESSED,
]


@transaction.atomic
def process_again(events: QuerySet[Event]) -> int:
    """Open these again, as if they had just come; how many."""
    chosen = events.filter(status__in=BY_HAND).exclude(processed_at=None)
    parked = list(chosen.filter(status=Event.Status.PARKED).values_list("pk", "gateway_id"))
    # A replay was quiet; by hand everything follows as the first time.
    chosen.update(replayed=False)
    opened = reopen(chosen)
    for pk, gateway_id in parked:
        problems.clear(Gateway(pk=gateway_id), Problem.Kind.PARKED, str(pk))
    transaction.on_commit(doorbell.ring)
    return opened


@transaction.atomic
def replay(events: QuerySet[Event]) -> int:
    """Open these again quietly: the books follow, nobody is mailed; how many."""
    chosen = events.filter(status__in=BY_HAND).exclude(processed_at=None)
    chosen.update(replayed=True)
    opened = reopen(chosen)
    transaction.on_commit(doorbell.ring)
    return opened


def reopen(events: QuerySet[Event]) -> int:
    return events.update(
        status=Event.Status.RECEIVED, processed_at=None, attempts=0, not_before=None
    )
