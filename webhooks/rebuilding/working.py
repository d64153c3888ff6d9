"""Work a shadow's inbox: each event by the worker's own hand, in the order they came, and quietly.

Afterwards everything is settled once more: what people decided between two events is there from the
first one on, so the last word is that of all rows together.
"""

from __future__ import annotations

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet
from django.utils import timezone

from webhooks import work
from webhooks.models import Event
from webhooks.rebuilding.instructed import Instructed

log = structlog.get_logger(__name__)

# By this name the shadow's events are leased.
ME = "rebuilding"
# What its events bear: nobody is mailed about what is told again.
QUIETLY = {"claimed_by": ME, "replayed": True}

Failures = dict[int, str]


def run(instructed: Instructed) -> Failures:
    """Work all of it; the events that could not be applied, and why."""
    failures: Failures = {}
    while opened := list(open_events().values_list("pk", flat=True)):
        # Those that were woken, too, because what they name is ours now.
        open_events().exclude(claimed_by=ME).update(claimed_by=ME)
        for pk in opened:
            failure = apply(pk)
            if failure:
                failures[pk] = failure
            instructed.point()
    return failures


def open_events() -> QuerySet[Event]:
    return Event.objects.filter(processed_at=None).order_by("pk")


def apply(pk: int) -> str:
    """As the worker does; why it failed, or nothing."""
    try:
        work.apply(pk, ME)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # the others are not held up
        log.exception("rebuild.event_failed", inbox_id=pk)
        # Finished, as it is in the books that stand; why not is said beside it.
        over = {"status": Event.Status.UNMATCHED, "processed_at": timezone.now()}
        Event.objects.filter(pk=pk).update(**over)
        return repr(error)
    return ""
