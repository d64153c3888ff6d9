"""Every night the books of a few accounts: those whose last rebuild is longest ago."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from accounts.models import Account
from webhooks.models import Event
from webhooks.rebuilding import rebuild

log = structlog.get_logger(__name__)

# A task may take 20 s. An event costs up to 50 ms of a busy machine's time, a shadow some hundred.
# Larger accounts are for the command.
EVENTS = 250
ACCOUNTS = 5


def of(number: int, *, largest: int | None = None) -> QuerySet[Account]:
    """So many accounts with events, the longest not rebuilt first; of those with at most so many
    events."""
    events = Event.objects.filter(gateway__account=OuterRef("pk")).order_by()
    chosen = Account.objects.filter(Exists(events))
    if largest is not None:
        chosen = chosen.exclude(Exists(events.values("pk")[largest : largest + 1]))
    last = chosen.annotate(last=Max("rebuilds__started_at"))
    return last.order_by(F("last").asc(nulls_first=True), "pk")[:number]


def nightly() -> int:
    """Rebuild a sample; how many accounts. A problem tells of those that differ."""
    done = 0
    for account in within(EVENTS):
        row, _outcome = rebuild.of(account)
        log.info("rebuild.done", account=account.uid, differences=row.difference_count)
        done += 1
    return done


def within(budget: int) -> Iterator[Account]:
    """Accounts of the sample, until their events together are as many as one task can work."""
    for account in of(ACCOUNTS, largest=budget):
        budget -= Event.objects.filter(gateway__account=account).count()
        if budget < 0:
            return
        yield account
