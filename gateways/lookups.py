"""Ask Razorpay later. Handlers write the question; nobody waits for the answer.

Rooms to the right work the questions off: `orders.looking_up`.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from gateways.models import LookUp

# Webhooks usually bring it within seconds; what they have not brought by then is asked about.
PATIENCE = timedelta(minutes=15)

# An open question stays as it is, with its date. One that was settled and comes again is asked
# again from the start.
ASK = """
INSERT INTO gateways_lookup (gateway_id, kind, razorpay_id, why, due_at, tries, done_at, error)
VALUES (%s, %s, %s, %s, %s, 0, NULL, '')
ON CONFLICT (gateway_id, kind, razorpay_id, why) DO UPDATE
SET due_at = excluded.due_at, tries = 0, done_at = NULL, error = ''
WHERE gateways_lookup.done_at IS NOT NULL
"""


def ask(
    gateway_id: int,
    kind: LookUp.Kind,
    razorpay_id: str,
    why: LookUp.Why,
    wait: timedelta = timedelta(),
) -> None:
    """Write down one question, once while it is open."""
    due_at = connection.ops.adapt_datetimefield_value(timezone.now() + wait)
    with connection.cursor() as cursor:
        cursor.execute(ASK, [gateway_id, str(kind), razorpay_id, str(why), due_at])


def settled(gateway_id: int, razorpay_ids: list[str], *whys: LookUp.Why) -> None:
    """The questions about these objects have answered themselves."""
    LookUp.objects.filter(
        gateway_id=gateway_id,
        # All of them: with the kind the unique index finds the rows, without it only the gateway's.
        kind__in=LookUp.Kind.values,
        razorpay_id__in=razorpay_ids,
        why__in=whys,
        done_at=None,
    ).update(done_at=timezone.now())
