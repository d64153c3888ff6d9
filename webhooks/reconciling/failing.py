"""A step failed. What fails alone is asked again when all else is done, and set aside in the end;
where nothing can be asked the whole run waits, for a day at most. docs/reconcile.md has the rules.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from gateways import pacing
from gateways.models import Reconciliation
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from webhooks.reconciling import ending, places
from webhooks.reconciling.asker import Asker, OutOfTime, Overtaken
from webhooks.reconciling.steps import step

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
# While keys are refused somebody else asks whether they are accepted again.
KEYS_REFUSED = timedelta(minutes=10)
# Seconds to connect, to answer: with the call that failed it must fit into a task's time.
PROBE_LIMITS = (1.0, 2.0)
# So long a run is stuck at most: then the next one of the day begins anew.
PATIENCE = timedelta(days=1)
# Why it waits, and what is said of a run that waited for it too long.
STOPPED = {
    places.AWAY: ending.away,
    places.SLOWED_DOWN: ending.away,
    places.KEYS_REFUSED: ending.keys_refused,
    places.BROKEN: ending.broken,
}
# What is asked again after twice as long each time: nobody says when it is over.
FAILURES = {places.AWAY, places.BROKEN}


def attempt(asker: Asker) -> None:
    """A step. What fails while Razorpay answers otherwise is put off; other failures are raised."""
    try:
        step(asker)
    except (Overtaken, OutOfTime, errors.Refused, errors.TooManyRequests):
        raise
    except Exception as error:  # the wrapper of one question
        asker.return_to_kept()
        if not asker.place.ask:
            raise
        ask_otherwise(asker)
        put_off(asker, error)
    asker.place.answered()
    asker.keep()


def ask_otherwise(asker: Asker) -> None:
    """The cheapest question there is. Raises, if it is not one question alone that fails."""
    Razorpay.of(asker.gateway, PROBE_LIMITS).newest_order()


def put_off(asker: Asker, error: Exception) -> None:
    """The first question waits for the next round. An error of ours is logged as such once."""
    place, run = asker.place, asker.run
    question = place.ask[0]
    if isinstance(error, errors.RazorpayError):
        log.warning("reconcile.put_off", run=run.uid, asked=question, error=error.log)
        place.put_off()
        return
    if not place.times_failed(question):
        log.error(
            "reconcile.failed", run=run.uid, asked=question, error=repr(error), exc_info=error
        )
    if question[0] == places.AT_ONCE:
        place.take_apart()
    else:
        place.put_off()


def meet(asker: Asker, error: Exception) -> None:
    """Nothing can be asked now. Raises Overtaken."""
    now = timezone.now()
    match error:
        case errors.TooManyRequests():
            until = pacing.slow_down(asker.gateway, error, now)
            wait(asker, until, places.SLOWED_DOWN)
        case errors.KeysRefused():
            wait(asker, now + KEYS_REFUSED, places.KEYS_REFUSED)
        case errors.Refused():
            asker.return_to_kept()
            ending.stop(asker, ending.refused(error))
        case errors.RazorpayError():
            log.warning("reconcile.waits", run=asker.run.uid, error=error.log)
            wait(asker, now + pause(asker), places.AWAY)
        case _:
            told = log.warning if asker.run.place["failures"] else log.error
            told("reconcile.failed", run=asker.run.uid, error=repr(error), exc_info=error)
            wait(asker, now + pause(asker), places.BROKEN)


def wait(asker: Asker, until: datetime, why: str) -> None:
    """Until then, from where it was kept last; or the run is stopped, if it was stuck too long."""
    asker.return_to_kept()
    place, now = asker.place, int(time.time())
    place.stuck_since = place.stuck_since or now
    place.failures += why in FAILURES
    place.waits_for = why
    if now - place.stuck_since >= PATIENCE.total_seconds():
        ending.stop(asker, STOPPED[why]())
    else:
        asker.keep(work_at=until, state=Reconciliation.State.WAITING)


def pause(asker: Asker) -> timedelta:
    """Twice as long after each failure."""
    times: int = 2 ** min(int(asker.run.place["failures"]), 10)
    return min(SHORTEST * times, LONGEST)


def begin_round(asker: Asker) -> None:
    """All had their turn: what failed has another one, after twice as long each time."""
    asker.place.next_round()
    times: int = 2 ** min(asker.place.rounds, 10)
    later = timezone.now() + min(SHORTEST * times, LONGEST)
    asker.keep(work_at=later, state=Reconciliation.State.WAITING)
