"""Runs as rows: who begins them, who works on them, how far they are.

A run is worked on by one process at a time. It leases it by moving `work_at` ahead, and keeps the
run's place after each call only while the lease is its own; a process that dies is followed by
another that goes on there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from gateways.models import Gateway, Reconciliation
from webhooks.models import Event
from webhooks.reconciling.places import NO_STAGE, OF_PAGES, Place, Question

State = Reconciliation.State
# What an answer is that changed the books, or will.
NEWS = (Event.Status.PROCESSED, Event.Status.RECEIVED, Event.Status.PARKED)

# Longer than any call takes, and than Celery's hard time limit for a task (30 s).
LEASE = timedelta(seconds=45)
DAILY = timedelta(days=1)
# How far the daily run looks back, and at most, if there was none for a while.
WINDOW, LONGEST = timedelta(days=3), timedelta(days=31)
# The last minutes before a run are looked at again by the next: lists lag.
LAG = timedelta(minutes=5)
# How many a task begins at most, for every so many gateways: so they spread over the day.
AT_ONCE = 720


def begin(
    gateway: Gateway,
    *,
    since: datetime,
    until: datetime | None = None,
    user: User | None = None,
    subject: str = "",
    questions: list[Question] | None = None,
) -> Reconciliation:
    """Write a run down; a task takes it up within a minute. Without an end it is up to now."""
    place = Place(stage=NO_STAGE, ask=questions) if questions is not None else Place()
    now = timezone.now()
    return Reconciliation.objects.create(
        gateway=gateway,
        since=since,
        until=until or now,
        subject=subject,
        made_by=user,
        place=place.as_json(),
        created_at=now,
        work_at=now,
    )


def begin_daily() -> int:
    """Begin the runs of gateways that had none for a day; how many."""
    now = timezone.now()
    most = 1 + connected_for_a_day(now).count() // AT_ONCE
    first = without_run(now).order_by(F("last_at").asc(nulls_first=True), "pk")
    return sum(begin_next(pk, now) for pk in list(first.values_list("pk", flat=True)[:most]))


@transaction.atomic
def begin_next(pk: int, now: datetime) -> bool:
    """Begin a gateway's run of the day, unless another process just did."""
    lock(pk)
    gateway = without_run(now).filter(pk=pk).first()
    if gateway is not None:
        begin(gateway, since=since_last(gateway, now))
    return gateway is not None


@transaction.atomic
def begin_by_hand(gateway: Gateway, **terms: Any) -> tuple[Reconciliation, bool]:
    """The run, and whether it is new: while one that a person began is open there is no second."""
    lock(gateway.pk)
    rows = Reconciliation.objects.filter(gateway=gateway, finished_at=None)
    standing = rows.exclude(made_by=None).order_by("-pk").first()
    return standing or begin(gateway, **terms), standing is None


def lock(pk: int) -> None:
    """Whoever looks whether a run of the gateway stands, and begins one, waits for its like here;
    what only points to the gateway does not."""
    Gateway.objects.select_for_update(no_key=True).only("pk").get(pk=pk)


def connected_for_a_day(now: datetime) -> QuerySet[Gateway]:
    return Gateway.objects.connected().filter(connected_at__lte=now - DAILY)


def without_run(now: datetime) -> QuerySet[Gateway]:
    """Those that none was begun for in a day, and that none is open for: one that cannot go on
    takes no other gateway's turn."""
    its = whole().filter(gateway=OuterRef("pk"))
    last_at = its.order_by("-pk").values("created_at")[:1]
    rows = connected_for_a_day(now).annotate(last_at=Subquery(last_at))
    waiting = rows.filter(Q(last_at=None) | Q(last_at__lte=now - DAILY))
    return waiting.exclude(Exists(its.filter(finished_at=None)))


def since_last(gateway: Gateway, now: datetime) -> datetime:
    """Three days back; further, where no run that came to its end has seen what lies before."""
    seen_from = usual = now - WINDOW
    for run in seen_in_full(gateway):
        seen_to = run.created_at - LAG
        if seen_to < seen_from:  # a hole
            return max(seen_to, now - LONGEST)
        seen_from = min(seen_from, run.since)
        if seen_from <= now - LONGEST:
            break
    return usual


def seen_in_full(gateway: Gateway) -> Iterator[Reconciliation]:
    """Runs that have seen all of their window, the newest first."""
    done = whole().filter(gateway=gateway, state=State.DONE).order_by("-created_at", "-pk")
    for run in done.only("created_at", "since", "place").iterator():
        if not any(question[0] in OF_PAGES for question in Place.of(run.place).skipped):
            yield run


def whole() -> QuerySet[Reconciliation]:
    """Runs that look at everything up to now, whoever began them."""
    return Reconciliation.objects.filter(subject="", until__gte=F("created_at"))


def due(now: datetime) -> list[int]:
    """The runs that can go on, the longest waiting first."""
    waiting = Reconciliation.objects.filter(finished_at=None, work_at__lte=now)
    return list(waiting.order_by("work_at").values_list("pk", flat=True))


def take(pk: int) -> Reconciliation | None:
    """Lease a run; None if another process has it."""
    now = timezone.now()
    free = Reconciliation.objects.filter(pk=pk, finished_at=None, work_at__lte=now)
    if not free.update(work_at=now + LEASE, state=State.RUNNING):
        return None
    return Reconciliation.objects.select_related("gateway__account").get(pk=pk)


def keep(run: Reconciliation, **fields: Any) -> bool:
    """Keep how far it has come, if the lease is still ours, and renew it."""
    held = Reconciliation.objects.filter(pk=run.pk, finished_at=None, work_at=run.work_at)
    new = {"work_at": timezone.now() + LEASE, **fields}
    kept = held.update(place=run.place, looked_at=run.place["looked_at"], mended=run.mended, **new)
    run.work_at = new["work_at"]
    return bool(kept)


def brought(run: Reconciliation) -> int:
    """How many answers changed the books, by the inbox: `mended` counts them as they come."""
    return Event.objects.filter(reconciliation=run, status__in=NEWS).count()
