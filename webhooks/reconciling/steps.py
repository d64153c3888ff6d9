"""One step of a run: at most one call to Razorpay, and then its place is kept."""

from __future__ import annotations

import structlog

from gateways import problems
from gateways.models import Reconciliation
from gateways.razorpay import errors
from gateways.razorpay.client import PAGE
from webhooks.reconciling import money, own, places, questions
from webhooks.reconciling.asker import Asker

log = structlog.get_logger(__name__)

LISTS = {
    places.PAYMENTS: ("payment", money.look_at_payments),
    places.REFUNDS: ("refund", money.look_at_refunds),
}


def step(asker: Asker) -> None:
    """Go on by one call. Raises gateways.razorpay.errors; then nothing of it is kept."""
    place = asker.place
    if not place.ask and place.stage not in LISTS:
        choose(asker)
        return
    with problems.watching_keys(asker.gateway):
        if place.ask:
            answer(asker)
        else:
            turn_page(asker)


def answer(asker: Asker) -> None:
    """The next question. An id that Razorpay does not know tells nothing."""
    name, *ids = asker.place.ask.pop(0)
    try:
        questions.ASKED[name](asker, *ids)
    except errors.KeysRefused:
        raise
    except errors.Refused as error:
        log.info("reconcile.refused", run=asker.run.uid, asked=name, ids=ids, error=error.log)


def turn_page(asker: Asker) -> None:
    """The next page of a list. What is made meanwhile shifts it, so that some are seen twice, and
    none is left out."""
    place, run = asker.place, asker.run
    what, look = LISTS[place.stage]
    since = own.since(run) if what == "payment" else int(run.since.timestamp())
    until = None if is_up_to_now(run) else int(run.until.timestamp()) - 1
    items = asker.razorpay.listed(what, since=since, until=until, skip=place.after)
    if len(items) < PAGE:
        place.next_stage()
    else:
        place.after += len(items)
    look(asker, items)


def choose(asker: Asker) -> None:
    """The next rows of ours to be asked about."""
    place = asker.place
    rows = own.ROWS[place.stage](asker.run, place.after)
    place.then(*(question for _key, question in rows))
    if len(rows) < own.BATCH:
        place.next_stage()
    else:
        place.after = rows[-1][0]


def is_up_to_now(run: Reconciliation) -> bool:
    """Whether it looks at whatever there is when it comes to it: Razorpay's clock, not ours, says
    what is new, and a run that had to wait sees what happened meanwhile."""
    return run.until >= run.created_at
