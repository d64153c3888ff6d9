"""Rebuild the books of one account, and tell what differs. Nothing is called, mailed or charged,
and the books that stand stay as they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Account
from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Gateway, Problem
from webhooks.models import Event, Rebuild
from webhooks.rebuilding import comparing, reading, settling, shadow, working
from webhooks.rebuilding.comparing import Difference
from webhooks.rebuilding.instructed import Instructed
from webhooks.rebuilding.reading import Name, Rows
from webhooks.rebuilding.records import FINISHED, REOPENED
from webhooks.rebuilding.working import Failures

# The row keeps so many differences; the count is of all.
KEPT = 100
# With more events than this, rows are found by all the indexes that the real tables have: making
# them takes longer than a few hundred events do.
MANY = 300


@dataclass(frozen=True)
class Outcome:
    """What a rebuild found. `open` and `parked` events are in neither of the two books."""

    events: int
    open: int
    parked: int
    rows: int
    differences: list[tuple[Name, Difference]]

    @property
    def is_identical(self) -> bool:
        return not self.differences


def of(account: Account) -> tuple[Rebuild, Outcome]:
    """Rebuild and compare; the row about it, and all that was found."""
    row = Rebuild.objects.create(account=account)
    outcome = compare(account)
    row.finished_at = timezone.now()
    row.events, row.rows = outcome.events, outcome.rows
    row.differences = [one.as_json() for _name, one in outcome.differences[:KEPT]]
    row.difference_count = len(outcome.differences)
    row.save()
    tell(account, outcome.differences)
    return row, outcome


def compare(account: Account) -> Outcome:
    """Both books of one moment, side by side. Nothing of it stays."""
    with shadow.snapshot():
        inbox = Event.objects.filter(gateway__account=account)
        applied = inbox.filter(FINISHED | REOPENED).count()
        in_neither = inbox.exclude(REOPENED)
        waiting = in_neither.filter(processed_at=None).count()
        parked = in_neither.filter(status=Event.Status.PARKED).count()
        books = reading.of(account)
        rebuilt = rebuilt_books(account, many=applied > MANY)
    differences = list(comparing.compare(books, rebuilt))
    return Outcome(applied, waiting, parked, len(books), differences)


def rebuilt_books(account: Account, *, many: bool) -> Rows:
    """The books that follow from own records and events alone. In a snapshot."""
    instructed, due = Instructed.by(account), settling.not_expired_yet(account)
    reopened = Event.objects.filter(REOPENED, gateway__account=account)
    again = list(reopened.values_list("pk", flat=True))
    with shadow.of(account, many=many, **working.QUIETLY):
        settling.put_off(due)
        failures = working.run(instructed)
        settling.everything()
        # In the books that stand they are not finished: there is nothing to compare.
        Event.objects.filter(pk__in=again).update(status=Event.Status.RECEIVED)
        return told(reading.of(account), failures)


def told(rows: Rows, failures: Failures) -> Rows:
    """With the reason at the events that could not be applied."""
    for name, values in rows.items():
        if name.table is Event and name.words[-1] in failures:
            values["status"] = f"not applied: {failures[name.words[-1]]}"
    return rows


def tell(account: Account, found: list[tuple[Name, Difference]]) -> None:
    """A problem stands at each gateway whose books differ, until they no longer do."""
    counted = Counter(name.gateway_id for name, _difference in found)
    for gateway in Gateway.objects.filter(account=account):
        said = sentences(counted[gateway.pk]) if counted[gateway.pk] else None
        problems.keep(gateway, Problem.Kind.BOOKS_DIFFER, "", said)


def sentences(count: int) -> tuple[Sentence, Sentence]:
    """What is wrong, and who can mend it how."""
    what = say(
        gettext_noop(
            "Rebuilt from what Razorpay sent, the books differ from those that stand in %(count)s "
            "places."
        ),
        count=count,
    )
    mend = gettext_noop(
        "Ask whoever runs this installation to look at the rebuild in the administration, and to "
        "replay your events: that mends what the events tell."
    )
    return what, say(mend)
