"""Events that are no longer tried: why, in words, and what that leaves to mend.

The error itself is the operator's (the admin shows it). The seller is told a cause, once for each,
with how many events it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Count, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Gateway, Problem
from gateways.razorpay.deliveries import Unreadable
from webhooks.models import MOST_ATTEMPTS, Event

KIND = Problem.Kind.PARKED
CAUSE = Cast(KeyTextTransform("cause", "outcome"), TextField())
Counted = dict[str, int]  # cause -> events


class Killed(Exception):
    """Every try that was counted ended without a word."""


# What is known to go wrong, the most particular first.
WORDS: list[tuple[type[BaseException], str]] = [
    (Killed, gettext_noop("Each try ended the process that made it: perhaps too little memory.")),
    (SoftTimeLimitExceeded, gettext_noop("It took too long and was stopped.")),
    (DataError, gettext_noop("It says something that the database cannot hold.")),
    (IntegrityError, gettext_noop("It contradicts what is in the books already.")),
    (OperationalError, gettext_noop("The database did not do its work, or could not be reached.")),
    (InterfaceError, gettext_noop("The database did not do its work, or could not be reached.")),
    (Unreadable, gettext_noop("Its body cannot be read any more.")),
    (MemoryError, gettext_noop("There was not enough memory for it.")),
]
DEFECT = gettext_noop("Raseed met an error of its own (%(error)s). The event is not to blame.")
TRIED = gettext_noop("Try %(n)s of %(tries)s failed: %(why)s It is tried again by itself.")
STOPPED = gettext_noop("Stopped after %(tries)s tries: %(why)s")
MEND = gettext_noop(
    "Nothing is lost. Whoever runs this installation sees the error in the admin; once the cause "
    "is mended, process them again under Events, Parked."
)


def in_words(error: BaseException) -> Sentence:
    """Why, for people."""
    for kind, words in WORDS:
        if isinstance(error, kind):
            return say(words)
    return say(DEFECT, error=type(error).__name__)


def failing(event: Event) -> Sentence | None:
    """Of an event that is still tried: what the last try failed of."""
    if event.processed_at is not None or not event.error:
        return None
    name = event.error.partition("(")[0]
    known = {kind.__name__: say(words) for kind, words in WORDS}
    why = known.get(name) or say(DEFECT, error=name)
    return say(TRIED, n=event.attempts, tries=MOST_ATTEMPTS, why=why)


def outcome(error: BaseException) -> Sentence:
    """One sentence for the seller; `cause` is not shown, it tells which events belong together."""
    cause = type(error).__name__[:64]
    return say(STOPPED, tries=MOST_ATTEMPTS, why=in_words(error), cause=cause)


def report(event: Event) -> None:
    """One problem for each cause of each gateway, counted."""
    said = event.outcome.values
    problems.report(event.gateway, KIND, subject=said["cause"], what=said["why"], mend=say(MEND))


@transaction.atomic
def opened(gateway_ids: Iterable[int]) -> None:
    """Parked events of these gateways were opened again: their problems count what is left.

    The problem's row is held while we count, so that one that is parked just now is not missed.
    """
    for gateway_id in sorted(gateway_ids):
        rows = Problem.objects.standing().filter(gateway=gateway_id, kind=KIND).order_by("pk")
        standing = list(rows.select_for_update())
        left = causes(Event.objects.filter(gateway=gateway_id))
        for problem in standing:
            if problem.subject in left:
                Problem.objects.filter(pk=problem.pk).update(count=left[problem.subject])
            else:
                problems.clear(Gateway(pk=gateway_id), KIND, problem.subject)


def causes(events: QuerySet[Event]) -> Counted:
    """How many of these each cause has parked."""
    parked = events.filter(status=Event.Status.PARKED).annotate(cause=CAUSE).order_by()
    rows = parked.values_list("cause").annotate(Count("pk"))
    return {cause or "": count for cause, count in rows}
