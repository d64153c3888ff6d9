"""Who asks on behalf of a run: with its gateway's keys, and with an eye on what it has brought."""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any

from gateways.models import Reconciliation
from gateways.razorpay.client import Razorpay
from gateways.razorpay.deliveries import Unreadable
from orders.asking import UNDATED
from orders.merging import Merged
from webhooks import answers, bodies
from webhooks.models import Event, Mention
from webhooks.reconciling import runs
from webhooks.reconciling.places import Place

# Seconds to connect, to answer: a task's time runs.
LIMITS = (3.0, 5.0)
# Razorpay's webhooks come within seconds: what was made so shortly ago was not missed.
STILL_COMING = 120  # seconds
SHARE = 2.0  # seconds for one run, then the next has its turn
# Of the events that are parked only the newest are read.
MOST_PARKED = 500
# When something happened that an answer tells of. Of a payment and a refund also when it was made;
# a subscription's age says nothing of it.
DATES = ("paid_at", "current_start", "ended_at")


class Overtaken(Exception):
    """Another process has the run: ours took too long."""


class OutOfTime(Exception):
    """The rest of this step is for the next turn."""


class Asker:
    """One turn of one run, up to `ends` on the monotonic clock."""

    def __init__(self, run: Reconciliation, ends: float) -> None:
        self.run = run
        self.ends = ends
        # When the step's answers must be told, however long it took to get them.
        self.told_by: float | None = None
        self.gateway = run.gateway
        self.return_to_kept()

    @cached_property
    def razorpay(self) -> Razorpay:
        """Raises gateways.sealing.SealBroken."""
        return Razorpay.of(self.gateway, LIMITS)

    def return_to_kept(self) -> None:
        """As it was before the step that could not be done."""
        self.place = Place.of(self.run.place)

    def keep(self, **fields: Any) -> None:
        """The step is done: whoever goes on goes on from here. Raises Overtaken."""
        self.run.place, self.told_by = self.place.as_json(), None
        if not runs.keep(self.run, **fields):
            raise Overtaken

    def tell(
        self, kind: str, entity: dict[str, Any], *, missed: bool = False, asked_at: int = 0
    ) -> None:
        """Let the inbox keep and merge one answer. Raises OutOfTime and Overtaken."""
        now = time.monotonic()
        self.told_by = self.told_by or max(self.ends, now + SHARE)
        if now > self.told_by:
            raise OutOfTime
        name = f"{kind}.fetched"
        dated = (asked_at or int(time.time())) if name in UNDATED else 0
        counts = missed and not is_recent(entity) and not self.was_told(entity)
        # First: a process that dies may count one too many, and never hides that one was missed.
        self.count(kind, int(counts))
        raw = answers.body_of(name, {kind: entity}, dated)
        event = answers.keep(self.run.gateway_id, raw, name, self.run.pk)
        is_news = event is not None and belongs(event)
        self.run.mended += is_news
        if counts and not is_news:
            self.count(kind, -1)

    def was_told(self, entity: dict[str, Any]) -> bool:
        """Whether an event has come that could not be matched, or applied, until now."""
        told = Mention.objects.filter(gateway=self.gateway, razorpay_id=entity.get("id"))
        came = told.filter(event__kind=Event.Kind.WEBHOOK)
        return entity.get("id") in self.parked or came.exists()

    @cached_property
    def parked(self) -> set[str]:
        """What the events speak of that are no longer tried: few, and their own problem."""
        events = Event.objects.filter(gateway=self.gateway, status=Event.Status.PARKED)
        came = events.filter(kind=Event.Kind.WEBHOOK).order_by("-pk")[:MOST_PARKED]
        return {name for event in came for name in ids_of(event)}

    def count(self, kind: str, more: int) -> None:
        """What events should have told, kept at once; the lease lasts on."""
        missed = {**self.place.missed, kind: self.place.missed.get(kind, 0) + more}
        self.place.missed = {name: number for name, number in missed.items() if number}
        self.run.place = {**self.run.place, "missed": self.place.missed}
        if not runs.keep(self.run):
            raise Overtaken

    def looked(self, count: int) -> None:
        self.place.looked_at += count


def asked_after(row: Merged | None) -> int:
    """When something is asked that does not say since when it is so (unix seconds): after all that
    its row has heard, whatever the two clocks say."""
    heard = row.mark[1] if row is not None and row.mark else 0
    return max(int(time.time()), heard + 1)


def belongs(event: Event) -> bool:
    """Whether it found its order. One that is to be tried again counts: it will."""
    event.refresh_from_db(fields=["status"])
    return event.status in runs.NEWS


def ids_of(event: Event) -> list[str]:
    """Nothing, where its body cannot be read."""
    try:
        return bodies.read(event).ids()
    except Unreadable:
        return []


def is_recent(entity: dict[str, Any]) -> bool:
    """Whether its own webhook may still be on its way."""
    is_money = entity.get("entity") in {"payment", "refund"}
    moments = [entity.get(name) or 0 for name in DATES]
    moments += [entity.get("created_at") or 0] if is_money else []
    return any(abs(time.time() - int(moment)) < STILL_COMING for moment in moments)
