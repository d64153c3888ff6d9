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
from webhooks.rebuilding import comparing, reading, records, settling, shadow, working
from webhooks.rebuilding.comparing import Difference
from webhooks.rebuilding.instructed import Instructed
from webhooks.rebuilding.parts import Part
from webhooks.rebuilding.reading import Name, Rows
from webhooks.rebuilding.records import FINISHED, REOPENED
from webhooks.rebuilding.scope import Scope
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


def of(account: Account, part: Part | None = None) -> tuple[Rebuild, Outcome]:
    """Rebuild and compare; the row about it, and all that was found.

    Where a part ends is kept before it is rebuilt: if it cannot be, the next night goes on.
    """
    row = Rebuild.objects.create(account=account, **place_of(part))
    outcome = compare(account, part.orders if part else None)
    row.finished_at = timezone.now()
    row.events, row.rows = outcome.events, outcome.rows
    row.differences = [one.as_json() for _name, one in outcome.differences[:KEPT]]
    row.difference_count = len(outcome.differences)
    row.save()
    tell(account, outcome.differences, is_whole=part is None)
    return row, outcome


def place_of(part: Part | None) -> dict[str, int]:
    return {} if part is None else {"orders": len(part.orders), "reached": part.reached}


def compare(account: Account, orders: tuple[int, ...] | None = None) -> Outcome:
    """Both books of one moment, side by side: all, or those of some orders. Nothing of it stays."""
    if orders == ():
        return Outcome(0, 0, 0, 0, [])
    scope = Scope(account, orders)
    with shadow.snapshot():
        inbox = records.rows(Event, scope)
        applied = inbox.filter(FINISHED | REOPENED).count()
        in_neither = inbox.exclude(REOPENED)
        waiting = in_neither.filter(processed_at=None).count()
        parked = in_neither.filter(status=Event.Status.PARKED).count()
        books = reading.of(scope)
        rebuilt = rebuilt_books(scope, many=applied > MANY)
    if scope.is_part:
        books, rebuilt = comparing.of_orders(books, rebuilt)
    differences = list(comparing.compare(books, rebuilt))
    return Outcome(applied, waiting, parked, len(books), differences)


def rebuilt_books(scope: Scope, *, many: bool) -> Rows:
    """The books that follow from own records and events alone. In a snapshot."""
    instructed, due = Instructed.by(scope), settling.not_expired_yet(scope)
    reopened = records.rows(Event, scope).filter(REOPENED)
    again = list(reopened.values_list("pk", flat=True))
    with shadow.of(scope, many=many, **working.QUIETLY):
        settling.put_off(due)
        failures = working.run(instructed)
        settling.everything()
        # In the books that stand they are not finished: there is nothing to compare.
        Event.objects.filter(pk__in=again).update(status=Event.Status.RECEIVED)
        return told(reading.of(scope), failures)


def told(rows: Rows, failures: Failures) -> Rows:
    """With the reason at the events that could not be applied."""
    for name, values in rows.items():
        if name.table is Event and name.words[-1] in failures:
            values["status"] = f"not applied: {failures[name.words[-1]]}"
    return rows


def tell(account: Account, found: list[tuple[Name, Difference]], *, is_whole: bool) -> None:
    """A problem stands at each gateway whose books differ, until they no longer do: a part that is
    the same says nothing of what was found elsewhere, so it takes nothing back."""
    counted = Counter(name.gateway_id for name, _difference in found)
    sentences = of_all if is_whole else of_a_part
    for gateway in Gateway.objects.filter(account=account):
        count = counted[gateway.pk]
        if count or is_whole:
            said = sentences(count) if count else None
            problems.keep(gateway, Problem.Kind.BOOKS_DIFFER, "", said)


def of_all(count: int) -> tuple[Sentence, Sentence]:
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


def of_a_part(count: int) -> tuple[Sentence, Sentence]:
    """The same, of books that are too large to be rebuilt whole by night."""
    what = say(
        gettext_noop(
            "A part of the books was rebuilt from what Razorpay sent: those that stand differ from "
            "it in %(count)s places."
        ),
        count=count,
    )
    mend = gettext_noop(
        "Ask whoever runs this installation to look at the rebuild in the administration, to "
        "replay your events, which mends what the events tell, and then to rebuild all of your "
        "books: this stands until they are the same."
    )
    return what, say(mend)
