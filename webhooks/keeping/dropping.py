"""Drop raw bodies when the account's period is over; what was read of them stays.

A walk goes over each gateway's events by id, from where it stopped (`bodies_dropped_to`), until it
meets one that is too young. It passes an event that is open or parked, so that none holds up the
others; such a one is dropped when it is finished (`late`). Nothing is lost wherever a process dies:
what is kept is written by the UPDATE that empties the body.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from itertools import takewhile

import structlog
from django.db import transaction
from django.db.models import (
    BinaryField,
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from webhooks.keeping import packing
from webhooks.models import Event

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = 30, 3650  # days
BATCH = 100
BUDGET = 10.0  # seconds of one task, which rings again if there is more
# An event that finishes while the walk passes it is not overlooked: its time was up before.
SLACK = timedelta(hours=1)


def drop(now: datetime | None = None, budget: float = BUDGET) -> bool:
    """Drop what is due. True if there may be more when the budget is used up."""
    now = now or timezone.now()
    ends = time.monotonic() + budget
    for number, gateway_id in enumerate(waiting(now)):
        if number and time.monotonic() >= ends:
            return True
        while step(gateway_id, now):
            if time.monotonic() >= ends:
                return True
    return False


def waiting(now: datetime) -> list[int]:
    """The gateways with something to drop, the longest waiting first: so none is out of time for
    ever. One step in the index for each."""
    ahead = Event.objects.filter(gateway=OuterRef("pk"), pk__gt=OuterRef("bodies_dropped_to"))
    days = Greatest("account__keep_bodies_days", SHORTEST, output_field=IntegerField())
    kept = ExpressionWrapper(days * Value(timedelta(days=1)), output_field=DurationField())
    border = ExpressionWrapper(Value(now - SLACK) - kept, output_field=DateTimeField())
    rows = Gateway.objects.annotate(oldest=ahead.order_by("pk").values("received_at")[:1])
    old = rows.filter(oldest__lt=border)
    return list(old.order_by("oldest", "pk").values_list("pk", flat=True))


@transaction.atomic
def step(gateway_id: int, now: datetime) -> bool:
    """One batch of one gateway. False when it is done, or somebody else is at it."""
    gateway = Gateway.objects.select_related("account").get(pk=gateway_id)
    account, place = gateway.account, gateway.bodies_dropped_to
    border = now - period(account) - SLACK
    rows = Event.objects.filter(gateway=gateway_id, pk__gt=place).order_by("pk")
    batch = rows.values_list("pk", "received_at")[:BATCH]
    old = [pk for pk, _at in takewhile(lambda row: row[1] < border, batch)]
    if not old:
        return False
    forget(list(droppable().filter(pk__in=old).only("pk", "body", "body_sha256", "status")), now)
    # A longer period sends the walk back to its start, and that must not be undone.
    ours = Gateway.objects.filter(
        pk=gateway_id,
        bodies_dropped_to=place,
        account__keep_bodies_days=account.keep_bodies_days,
    )
    return bool(ours.update(bodies_dropped_to=old[-1])) and len(old) == BATCH


def late(event: Event) -> None:
    """Drop the body of an event that is finished only now that its time is over. In the transaction
    that finishes it: the walk has passed it, or it was imported."""
    if event.status == Event.Status.PARKED or event.kept is not None:
        return
    now = timezone.now()
    if event.received_at < now - period(event.gateway.account):
        forget([event], now)


def period(account: Account) -> timedelta:
    """For how long the account's bodies are kept."""
    return timedelta(days=max(SHORTEST, account.keep_bodies_days))


def droppable() -> QuerySet[Event]:
    """Finished, not parked, and with a body. Who mends a parked one may need to see it whole."""
    finished = Event.objects.exclude(processed_at=None).exclude(status=Event.Status.PARKED)
    return finished.filter(kept=None)


def forget(events: list[Event], now: datetime) -> None:
    """Put what was read in the place of these bodies: one UPDATE, which looks again."""
    kept = {}
    for event in events:
        try:
            kept[event.pk] = packed(event)
        except packing.NotFaithful as error:
            log.error("body.not_dropped", inbox_id=event.pk, error=str(error))
    if kept:
        droppable().filter(pk__in=kept).update(
            kept=Case(*(When(pk=pk, then=as_bytes(value)) for pk, value in kept.items())),
            body=b"",
            body_dropped_at=now,
        )


def packed(event: Event) -> bytes:
    """What is kept of it. Raises packing.NotFaithful."""
    kept = packing.pack(bytes(event.body), bytes(event.body_sha256))
    unreadable = packing.UNREADABLE in packing.load(kept)
    # It was read when it came, and told us something.
    if unreadable and event.status != Event.Status.UNREADABLE:
        raise packing.NotFaithful("cannot be read any more")
    return kept


def as_bytes(value: bytes) -> Value:
    return Value(value, output_field=BinaryField())
