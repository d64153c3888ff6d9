"""Count deliveries that were refused. Never keep what they said: nobody vouches for it."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import F
from django.utils import timezone

from gateways.models import Refusal

log = structlog.get_logger(__name__)


def count(gateway_id: int, reason: Refusal.Reason) -> None:
    """One more. The refusal is answered whether or not it can be counted."""
    now = timezone.now()
    rows = Refusal.objects.using(settings.RECEIVING_DATABASE)
    try:
        ours = rows.filter(gateway=gateway_id, reason=reason)
        if not ours.update(count=F("count") + 1, last_at=now):
            first = Refusal(
                gateway_id=gateway_id, reason=reason, count=1, first_at=now, last_at=now
            )
            rows.bulk_create([first], ignore_conflicts=True)
    except (DatabaseError, InterfaceError) as error:
        log.warning("refusal.not_counted", gateway=gateway_id, error=repr(error))
