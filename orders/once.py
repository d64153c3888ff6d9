"""What was sent makes one order, however often it is sent, and one process at a time is at it.

Both are rows of Django's session table, because only one INSERT of a key succeeds, in every process
and on every database. The key is a hash of what the row stands for, with the secret key. The rows
run out by themselves, like a session.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orders.models import Order

KEPT = timedelta(days=1)
TURN = timedelta(seconds=20)  # longer than Razorpay may take to answer one call


class BeingPlaced(Exception):
    """Another process is placing this very order now."""


class AnotherWasSent(Exception):
    """This name stands for something else that was sent before."""


class Claim:
    """A name that a sender gave, and the order that it became. `said` is all else that was sent."""

    def __init__(self, *name: Any, said: Any = None) -> None:
        self.key = key_of("orders.once", name)
        self.said = key_of("orders.said", said)

    @transaction.atomic
    def order(self, draft: Callable[[], Order]) -> tuple[Order, bool]:
        """The order that it became, and whether that was drafted just now.

        The draft and its name are committed together: no process can end in between, and whoever
        sends the same meanwhile waits. Raises AnotherWasSent, and whatever `draft` raises.
        """
        row, _made = Session.objects.select_for_update().get_or_create(
            session_key=self.key, defaults={"session_data": "", "expire_date": timezone.now()}
        )
        known = self.known(row)
        if known is not None:
            return known, False
        order = draft()
        Session.objects.filter(session_key=self.key).update(
            session_data=f"{order.uid} {self.said}", expire_date=timezone.now() + KEPT
        )
        return order, True

    def known(self, row: Session) -> Order | None:
        """None too where the order was refused by Razorpay, and taken back."""
        uid, _space, said = row.session_data.partition(" ")
        order = Order.objects.filter(uid=uid).first() if row.expire_date > timezone.now() else None
        if order is not None and said != self.said:
            raise AnotherWasSent
        return order


@contextmanager
def turn(order: Order) -> Iterator[None]:
    """Be the only process that is at this order. Raises BeingPlaced.

    A process that ends in the middle keeps its turn until the time is over.
    """
    key, mine, now = key_of("orders.turn", order.uid), secrets.token_hex(8), timezone.now()
    Session.objects.filter(session_key=key, expire_date__lte=now).delete()
    Session.objects.bulk_create(
        [Session(session_key=key, session_data=mine, expire_date=now + TURN)], ignore_conflicts=True
    )
    if not Session.objects.filter(session_key=key, session_data=mine).exists():
        raise BeingPlaced
    try:
        yield
    finally:
        Session.objects.filter(session_key=key, session_data=mine).delete()


def key_of(salt: str, value: Any) -> str:
    said = json.dumps(value, sort_keys=True)
    return salted_hmac(salt, said, algorithm="sha256").hexdigest()[:40]
