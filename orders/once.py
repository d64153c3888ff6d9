"""One submission makes one order, however often it is sent.

A row of Django's session table is the claim: its key is what was sent, hashed with the secret key,
and only one INSERT of a key succeeds, in every process and on every database. The row then names
the order. It runs out by itself, like a session.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orders.models import Order

KEPT = timedelta(days=1)
CALL = timedelta(minutes=1)  # longer than placing an order may take


class BeingPlaced(Exception):
    """Another request is placing this very order now."""


class Claim:
    """The right to place what was sent."""

    def __init__(self, *sent: Any) -> None:
        said = json.dumps(sent, sort_keys=True)
        self.key = salted_hmac("orders.once", said, algorithm="sha256").hexdigest()[:40]

    def take(self) -> Order | None:
        """None: place it now, then call `keep` or `release`. Else the order that it became.

        Raises BeingPlaced while another request is at it.
        """
        now = timezone.now()
        row, first = Session.objects.get_or_create(
            session_key=self.key, defaults={"expire_date": now + KEPT, "session_data": ""}
        )
        if first:
            return None
        if row.session_data:
            return Order.objects.filter(uid=row.session_data).first()
        if row.expire_date - KEPT < now - CALL and self.take_over(row):
            return None
        raise BeingPlaced

    def take_over(self, row: Session) -> bool:
        """From a process that ended in the middle; only one of those who try."""
        rows = Session.objects.filter(session_key=self.key, expire_date=row.expire_date)
        return bool(rows.update(expire_date=timezone.now() + KEPT))

    def keep(self, order: Order) -> None:
        Session.objects.filter(session_key=self.key).update(session_data=order.uid)

    def release(self) -> None:
        """Nothing was placed: the same may be sent again."""
        Session.objects.filter(session_key=self.key, session_data="").delete()
