"""One step of a run: at most one call to Razorpay, and then its place is kept."""

from __future__ import annotations

import structlog

from gateways import problems
from gateways.razorpay import errors
from subscriptions.debiting import allowing
from webhooks.reconciling import lists, own, places, questions
from webhooks.reconciling.asker import Asker

log = structlog.get_logger(__name__)

ASKED = {
    **questions.ASKED,
    places.AT_ONCE: lists.page,
    places.ONE_BY_ONE: lists.one_by_one,
}


def step(asker: Asker) -> None:
    """Go on by one call. Raises gateways.razorpay.errors; then nothing of it is kept."""
    if not asker.place.ask:
        choose(asker)
        return
    with problems.watching_keys(asker.gateway):
        answer(asker)


def answer(asker: Asker) -> None:
    """The next question. An id that Razorpay does not know tells nothing; a list is known. What it
    refuses otherwise could not be compared."""
    place = asker.place
    question = place.ask.pop(0)
    name, *given = question
    place.note_asked(question)
    try:
        ASKED[name](asker, *given)
    except errors.Refused as error:
        if isinstance(error, errors.KeysRefused) or name in places.OF_PAGES:
            raise
        if not allowing.is_unknown(error):
            place.skipped.append(question)
        log.info("reconcile.refused", run=asker.run.uid, asked=name, ids=given, error=error.log)


def choose(asker: Asker) -> None:
    """What the stage asks about: the pages of a list, or the next rows of ours."""
    place = asker.place
    if place.stage in lists.LISTS:
        # A place that was kept by an older Raseed may lie behind some pages.
        place.then([places.AT_ONCE, place.stage, place.after])
        place.next_stage()
        return
    rows = own.ROWS[place.stage](asker.run, place.after)
    place.asked = []
    place.then(*(question for _key, question in rows))
    if len(rows) < own.BATCH:
        place.next_stage()
    else:
        place.after = rows[-1][0]
