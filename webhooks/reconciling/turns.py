"""Work on the runs that are open, by turns. Razorpay being away is waiting, and no failure."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from gateways.models import Gateway, Reconciliation
from webhooks.models import Event
from webhooks.reconciling import ending, failing, runs
from webhooks.reconciling.asker import SHARE, Asker, OutOfTime, Overtaken

log = structlog.get_logger(__name__)

BUDGET = 8.0  # seconds of work for one task, and what one call may take
# So long a run waits at most for what has arrived already.
PATIENCE = timedelta(minutes=10)


def work(budget: float = BUDGET) -> None:
    """Go on with the runs that are due."""
    ends = time.monotonic() + budget
    for pk in runs.due(timezone.now()):
        if time.monotonic() > ends:
            return
        run = runs.take(pk)
        if run is not None:
            turn(run, min(ends, time.monotonic() + SHARE))


def turn(run: Reconciliation, ends: float) -> None:
    """Go on with a run that is leased. Whatever happens, its neighbours are not held up."""
    asker = Asker(run, ends)
    try:
        go_on_or_wait(asker)
    except Overtaken:
        log.info("reconcile.overtaken", run=run.uid)


def go_on_or_wait(asker: Asker) -> None:
    try:
        go_on(asker)
    except Overtaken:
        raise
    except OutOfTime:
        put_back(asker, timezone.now())
    except Exception as error:  # noqa: BLE001 - it is logged there
        failing.meet(asker, error)


def go_on(asker: Asker) -> None:
    """Step by step to the end, or until the time is used up."""
    while True:
        gateway = Gateway.objects.select_related("account").get(pk=asker.gateway.pk)
        if not gateway.is_connected:
            asker.return_to_kept()
            return ending.stop(asker, ending.disconnected())
        later = not_before(asker.run, gateway)
        if later is not None:
            return put_back(asker, later)
        if asker.place.is_end:
            return ending.finish(asker)
        if asker.place.is_round_over:
            return failing.begin_round(asker)
        failing.attempt(asker)
        if time.monotonic() > asker.ends and not asker.place.is_round_over:
            return put_back(asker, timezone.now())


def not_before(run: Reconciliation, gateway: Gateway) -> datetime | None:
    """Razorpay asked to slow down; or what has arrived is not applied yet, and would look as if it
    had been missed."""
    now = timezone.now()
    if gateway.slow_until is not None and gateway.slow_until > now:
        return gateway.slow_until
    begins = not run.place["looked_at"] and now < run.created_at + PATIENCE
    if begins and Event.objects.filter(gateway=gateway, processed_at=None).exists():
        return now + failing.SHORTEST
    return None


def put_back(asker: Asker, work_at: datetime) -> None:
    """For later, from where it was kept last. Raises Overtaken."""
    asker.return_to_kept()
    asker.keep(work_at=work_at, state=Reconciliation.State.WAITING)
