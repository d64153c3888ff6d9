"""Work on the runs that are open, by turns. Razorpay being away is waiting, and no failure."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from gateways import pacing
from gateways.models import Gateway, Reconciliation
from gateways.razorpay import errors
from webhooks.models import Event
from webhooks.reconciling import ending, runs
from webhooks.reconciling.asker import SHARE, Asker, OutOfTime, Overtaken
from webhooks.reconciling.steps import step

log = structlog.get_logger(__name__)

BUDGET = 8.0  # seconds of work for one task, and what one call may take
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
# While keys are refused somebody else asks whether they are accepted again.
KEYS_REFUSED = timedelta(minutes=10)
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
        go_on(asker)
    except Overtaken:
        log.info("reconcile.overtaken", run=run.uid)
    except OutOfTime:
        put_back(asker, timezone.now())
    except errors.TooManyRequests as error:
        put_back(asker, pacing.slow_down(asker.gateway, error, timezone.now()))
    except errors.KeysRefused:
        put_back(asker, timezone.now() + KEYS_REFUSED)
    except errors.Refused as error:
        asker.return_to_kept()
        ending.stop(asker, ending.refused(error))
    except errors.RazorpayError as error:
        log.warning("reconcile.waits", run=run.uid, error=error.log)
        put_back(asker, timezone.now() + pause(asker), failed=True)
    except Exception as error:  # the one wrapper
        log.error("reconcile.failed", run=run.uid, error=repr(error), exc_info=error)
        put_back(asker, timezone.now() + pause(asker), failed=True)


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
        step(asker)
        asker.place.failures = 0
        asker.keep()
        if time.monotonic() > asker.ends and not asker.place.is_end:
            return put_back(asker, timezone.now())


def not_before(run: Reconciliation, gateway: Gateway) -> datetime | None:
    """Razorpay asked to slow down; or what has arrived is not applied yet, and would look as if it
    had been missed."""
    now = timezone.now()
    if gateway.slow_until is not None and gateway.slow_until > now:
        return gateway.slow_until
    begins = not run.place["looked_at"] and now < run.created_at + PATIENCE
    if begins and Event.objects.filter(gateway=gateway, processed_at=None).exists():
        return now + SHORTEST
    return None


def put_back(asker: Asker, work_at: datetime, *, failed: bool = False) -> None:
    """For later, from where it was kept last."""
    asker.return_to_kept()
    asker.place.failures += failed
    try:
        asker.keep(work_at=work_at, state=Reconciliation.State.WAITING)
    except Overtaken:
        log.info("reconcile.overtaken", run=asker.run.uid)


def pause(asker: Asker) -> timedelta:
    """Twice as long after each failure."""
    times: int = 2 ** min(int(asker.run.place["failures"]), 10)
    return min(SHORTEST * times, LONGEST)
