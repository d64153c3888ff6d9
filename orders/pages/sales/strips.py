"""The re-attempt strip: the first try, the three re-attempts, and what was tried by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from orders.causes import at
from orders.lines import reason
from orders.models import Payment, Reattempt
from orders.retries import failures_of
from orders.stories import ending

State = Reattempt.State
UNDER_WAY = {State.STARTED, State.UNKNOWN}


@dataclass(frozen=True)
class Stop:
    """One try: its title, what became of it, when. `tone` is bad, good, next, later, hand, over."""

    tone: str
    title: str
    what: str
    when: datetime
    icon: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Strip:
    """One series. `tone` and `said` are its badge."""

    stops: list[Stop]
    tone: str
    icon: str
    said: str


def of_order(payments: list[Payment], ledger: list[Reattempt]) -> Strip | None:
    """The series of an order that is paid once; None while nothing failed."""
    rows = [row for row in ledger if not row.cycle]
    failed = failures_of(payments)
    if not rows or not failed:
        return None
    return strip(at(failed[0].failed_at or 0), reason(failed[0].error_reason), rows)


def strip(failed_at: datetime, why: str, rows: list[Reattempt]) -> Strip:
    """A series that began with a failure at this time."""
    waiting = [row for row in rows if row.state == State.SCHEDULED]
    soonest = min(waiting, key=lambda row: row.due_at, default=None)
    begun = Stop("bad", _("First try failed"), why, failed_at, icon="x")
    later = [slot(row, row is soonest) if row.n else by_hand(row) for row in rows]
    stops = [begun, *sorted(later, key=lambda stop: stop.when)]
    return Strip(stops, *badge(rows, soonest))


def badge(rows: list[Reattempt], soonest: Reattempt | None) -> tuple[str, str, str]:
    """How the series stands, in a few words."""
    slots = [row for row in rows if row.n]
    if soonest is not None:
        said = _("Re-attempt %(n)s of 3, scheduled") % {"n": soonest.n}
        return "plan", "calendar", said
    if any(row.state in UNDER_WAY for row in slots):
        return "wait", "clock", _("Being tried")
    ended = next((row for row in slots if row.state not in {State.FAILED, State.SUCCEEDED}), None)
    if ended is not None:
        return "over", "minus", _("Over: %(reason)s") % {"reason": ending(ended)}
    if any(row.state == State.SUCCEEDED for row in slots):
        return "good", "check", _("Paid")
    return "bad", "x", _("All three failed")


def slot(row: Reattempt, is_next: bool) -> Stop:
    """One of the three."""
    title = _("Re-attempt %(n)s of 3") % {"n": row.n}
    state, when = State(row.state), row.done_at or row.due_at
    if state == State.SCHEDULED:
        tone = "next" if is_next else "later"
        return Stop(tone, title, how(row), row.due_at, number=row.n)
    if state == State.FAILED:
        title = _("Re-attempt %(n)s of 3 failed") % {"n": row.n}
        return Stop("bad", title, ending(row) if row.reason else "", when, icon="x")
    if state == State.SUCCEEDED:
        return Stop("good", _("Re-attempt %(n)s of 3 succeeded") % {"n": row.n}, "", when, "check")
    if state in UNDER_WAY:
        return Stop("hand", title, row.get_state_display(), when, icon="clock")
    said = _("Not made: %(reason)s") % {"reason": ending(row)}
    return Stop("over", title, said, row.due_at, icon="minus")


def how(row: Reattempt) -> str:
    """Who makes it, and so what the buyer notices."""
    if row.made_by == Reattempt.MadeBy.RAZORPAY:
        return _("Charged by Razorpay")
    return _("Charged by Raseed") if row.cycle else _("Pay link by e-mail")


def by_hand(row: Reattempt) -> Stop:
    """Shown and not counted."""
    said = _("Failed again: %(reason)s") % {"reason": reason(row.reason)}
    return Stop("hand", _("By hand, not counted"), said, row.done_at or row.due_at, icon="user")
