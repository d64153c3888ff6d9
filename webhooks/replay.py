"""Open finished events again: one by hand, or many as a replay.

Both go through the same `work.process`. By hand everything follows as the first time. A replay is
for books that were lost or mended: it never mails and never charges.

However many they are, opening them is one UPDATE, and whatever comes meanwhile goes first
(`claims.line`): they are said to have waited until now.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.sentences import Sentence
from webhooks import doorbell, parking
from webhooks.models import Event

# An event that is open again: what its last tries came to is no longer true, and not said.
AFRESH = {
    "status": Event.Status.RECEIVED,
    "processed_at": None,
    "attempts": 0,
    "error": "",
    "outcome": Sentence(),
}

BY_HAND = [
    Event.Status.PARKED,
    Event.Status.UNMATCHED,
    Event.Status.FOREIGN,
    Event.Status.PROCESSED,
]


def process_again(events: QuerySet[Event]) -> int:
    """Open these again, as if they had just come; how many."""
    return reopen(events, quietly=False)


def replay(events: QuerySet[Event]) -> int:
    """Open these again quietly: the books follow, nobody is mailed; how many."""
    return reopen(events, quietly=True)


@transaction.atomic
def reopen(events: QuerySet[Event], *, quietly: bool) -> int:
    chosen = events.filter(status__in=BY_HAND).exclude(processed_at=None)
    parked = chosen.filter(status=Event.Status.PARKED).order_by()
    gateways = list(parked.values_list("gateway_id", flat=True).distinct())
    opened = chosen.update(
        **AFRESH,
        not_before=timezone.now(),
        # A replay is quiet; by hand everything follows as the first time.
        replayed=quietly,
    )
    parking.opened(gateways)
    transaction.on_commit(doorbell.ring)
    return opened
