"""When each event type was last seen, and which secret signed it.

Noted once a batch and at most once a minute, so that workers do not queue for the same row.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from django.db.models import Max

from gateways import rotation
from gateways.models import Sighting
from webhooks.models import Event

PRECISION = timedelta(minutes=1)
MOST_REMEMBERED = 10_000

# What this process noted, and for when: (gateway, type, secret) -> received.
noted: OrderedDict[tuple[int, str, int | None], datetime] = OrderedDict()


def note(batch: list[int]) -> None:
    """Note what this batch of events shows."""
    seen = Event.objects.filter(
        pk__in=batch, kind=Event.Kind.WEBHOOK, replayed=False, imported=False
    )
    groups = seen.values_list("gateway_id", "type", "secret_id").annotate(at=Max("received_at"))
    for gateway_id, name, secret_id, at in groups:
        if not is_news(gateway_id, name, secret_id, at):
            continue
        if name:
            sight(gateway_id, name, at)
        if secret_id is not None:
            rotation.note_use(secret_id, at)


def is_news(gateway_id: int, name: str, secret_id: int | None, at: datetime) -> bool:
    """Whether this process has noted as much within the last minute."""
    key = (gateway_id, name, secret_id)
    known = noted.get(key)
    if known is not None and at - known < PRECISION:
        return False
    noted[key] = at
    noted.move_to_end(key)
    if len(noted) > MOST_REMEMBERED:
        noted.popitem(last=False)
    return True


def sight(gateway_id: int, name: str, at: datetime) -> None:
    """One type at one gateway."""
    row, made = Sighting.objects.get_or_create(
        gateway_id=gateway_id, type=name, defaults={"first_at": at, "last_at": at}
    )
    if not made:
        Sighting.objects.filter(pk=row.pk, last_at__lt=at).update(last_at=at)
