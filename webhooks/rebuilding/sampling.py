"""Every night the books of a few accounts: those whose last rebuild is longest ago. Of a large one
a part, another every time."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from accounts.models import Account
from gateways.models import Gateway
from webhooks.models import Event
from webhooks.rebuilding import parts, rebuild
from webhooks.rebuilding.parts import Part

log = structlog.get_logger(__name__)

# A task may take 20 s. An event costs up to 50 ms of a busy machine's time, a shadow some hundred.
EVENTS = 250
ACCOUNTS = 5


def of(number: int) -> QuerySet[Account]:
    """So many accounts with events, the longest not rebuilt first."""
    events = Event.objects.filter(gateway__account=OuterRef("pk")).order_by()
    chosen = Account.objects.filter(Exists(events))
    last = chosen.annotate(last=Max("rebuilds__started_at"))
    return last.order_by(F("last").asc(nulls_first=True), "pk")[:number]


def nightly() -> int:
    """Rebuild a sample; how many accounts. A problem tells of those that differ."""
    done = 0
    for account, part in within(EVENTS):
        row, _outcome = rebuild.of(account, part)
        log.info(
            "rebuild.done",
            account=account.uid,
            orders=row.orders,
            events=row.events,
            differences=row.difference_count,
        )
        done += 1
    return done


def within(budget: int) -> Iterator[tuple[Account, Part | None]]:
    """Accounts of the sample, until their events together are as many as one task can work; of one
    that has more by itself, a part. Whoever finds too little left is the first of another night."""
    left = budget
    for account in of(ACCOUNTS):
        size, part = events_of(account, budget + 1), None
        if size > left and left < budget:
            return
        if size > budget:
            part = parts.next_of(account, budget)
            size = part.size
        left -= size
        yield account, part


def events_of(account: Account, most: int) -> int:
    """How many it has, counted no further than needed."""
    gateways = Gateway.objects.filter(account=account).values_list("pk", flat=True)
    return sum(Event.objects.filter(gateway=pk).order_by()[:most].count() for pk in gateways)
