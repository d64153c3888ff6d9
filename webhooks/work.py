"""Work the inbox: claim open events, apply each, close it in the same transaction.

This is the one wrapper around the handlers (house rule): it counts, locks, catches and closes, so
that they contain only the story.
"""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Problem
from webhooks import bodies, claims, clashes, matching, parking, routes, sightings, unmatched
from webhooks.keeping import dropping
from webhooks.models import MOST_ATTEMPTS, Event
from webhooks.story import Story

log = structlog.get_logger(__name__)

BUDGET = 5.0  # seconds of work for one task; then it rings again, and other tasks have a turn
TURN = 2.0  # seconds of work for one batch; then everybody has a turn
# What needs a row that somebody else holds is tried again after this.
HELD_UP = timedelta(seconds=5)


class Again(Exception):
    """Somebody linked the ids just now, or took a link back: look again."""


def work(budget: float = BUDGET) -> bool:
    """Apply open events by turns. True if there may be more when the budget is used up.

    A batch is worked on for TURN at most: what is left goes back, and whoever came meanwhile has
    a turn, beginning with the gateway behind the one that took so long. So slow events hold up
    their neighbours no longer than TURN and one event.
    """
    ends = time.monotonic() + budget
    while time.monotonic() < ends:
        name, batch = claims.take()
        if not batch:
            return False
        done = work_batch(batch, name, until=min(ends, time.monotonic() + TURN))
        if done and done < len(batch):
            claims.begin_behind(batch[done - 1])
        claims.let_go(batch[done:], name)
        sightings.note(batch[:done])
    return True


def work_batch(batch: list[int], name: str, until: float) -> int:
    """Apply leased events until then; how many."""
    for done, pk in enumerate(batch):
        if time.monotonic() >= until:
            return done
        process(pk, name)
    return len(batch)


def process(pk: int, name: str) -> None:
    """Apply one leased event. Whatever happens, the neighbours are not held up."""
    if not claims.count_attempt(pk, name):
        park_if_spent(pk, name)
        return
    try:
        apply(pk, name)
    except Again:
        claims.try_again(pk, name)
    except OperationalError as error:
        if clashes.took_turns(error):
            claims.try_again(pk, name)
        elif clashes.is_held(error):
            log.info("event.held_up", inbox_id=pk, error=str(error))
            claims.try_again(pk, name, HELD_UP)
        else:
            failed(pk, name, error)
    except (Exception, SoftTimeLimitExceeded) as error:  # noqa: BLE001 - the one wrapper
        failed(pk, name, error)


@transaction.atomic
def apply(pk: int, name: str) -> None:
    """Run the handler and close the event; both are committed together or not at all."""
    clashes.wait_briefly()
    held = Event.objects.select_for_update(of=("self",)).select_related("gateway__account")
    event = held.filter(pk=pk, claimed_by=name, processed_at=None).first()
    if event is None:
        return
    if event.status == Event.Status.UNREADABLE:
        close(event, event.status, unreadable(event))
    elif event.status == Event.Status.IGNORED:
        close(event, event.status, say(gettext_noop("Not an event that Raseed acts on.")))
    else:
        tell(event)


def tell(event: Event) -> None:
    """Find the story that the event belongs to, and let its handler continue it."""
    delivery = bodies.read(event)
    told = event.gateway, delivery
    order_pk = matching.find(*told)
    if order_pk is None:
        with unmatched.looking_again(*told) as appeared:
            if appeared is not None:
                raise Again
            event.order = None  # it may have had one: the payment was taken out of it
            close(event, *unmatched.keep(event, delivery))
        return
    story = Story.of(order_pk, event, delivery)
    if matching.was_undone(order_pk, delivery) and matching.find(*told) != order_pk:
        raise Again
    outcome = routes.handler_for(delivery.type)(story)
    event.order = story.order
    unmatched.learn(event.gateway, delivery)
    # Last: a repeat that arrives now waits until this is committed (inbox.accept).
    close(event, Event.Status.PROCESSED, outcome)


def close(event: Event, status: str, outcome: Sentence) -> None:
    """Finished: what became of it, in one sentence."""
    event.status, event.outcome = status, outcome
    event.processed_at, event.error = timezone.now(), ""
    event.claimed_by, event.claimed_until, event.not_before = "", None, None
    event.save(
        update_fields=[
            "status", "outcome", "processed_at", "error", "order", "ours", "claimed_by",
            "claimed_until", "not_before",
        ]
    )  # fmt: skip
    dropping.late(event)


def unreadable(event: Event) -> Sentence:
    """Signed by Razorpay's secret, and no JSON object with an event name."""
    outcome = say(gettext_noop("Signed, but not an event that can be read."))
    mend = say(
        gettext_noop("Look at it under Events. If it keeps coming, check what posts to this URL.")
    )
    if not event.imported:
        problems.report(event.gateway, Problem.Kind.UNREADABLE, what=outcome, mend=mend)
    return outcome


def failed(pk: int, name: str, error: BaseException) -> None:
    """Note why, and try later; after the last attempt a person is asked."""
    log.error("event.failed", inbox_id=pk, error=repr(error), exc_info=error)
    attempts = Event.objects.filter(pk=pk).values_list("attempts", flat=True).get()
    if attempts < MOST_ATTEMPTS:
        claims.give_back(pk, name, attempts, repr(error))
    else:
        park(pk, name, error)


def park_if_spent(pk: int, name: str) -> None:
    """Each attempt was counted and ended without a word: whoever made it was killed."""
    if claims.held(pk, name).filter(attempts__gte=MOST_ATTEMPTS).exists():
        park(pk, name, parking.Killed())


@transaction.atomic
def park(pk: int, name: str, error: BaseException) -> None:
    """Stop trying: shown to the seller and the operator, who may process it again."""
    rows = Event.objects.select_for_update(of=("self",)).select_related("gateway")
    event = rows.filter(pk=pk, claimed_by=name, processed_at=None).first()
    if event is None:
        return
    close(event, Event.Status.PARKED, parking.outcome(error))
    Event.objects.filter(pk=pk).update(error=repr(error)[:2000])
    parking.report(event)
