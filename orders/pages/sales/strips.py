"""The re-attempt strip: the first try, the three re-attempts, what was tried by hand, and what
comes after the last. Each stop has what, why and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from orders.causes import at
from orders.models import Mail, Order, Payment, Reattempt
from orders.pages.recovery import standstill
from orders.pages.recovery.standstill import Standstill
from orders.paying import pay_url
from orders.reasons import label
from orders.recovering import told
from orders.reminding import failures_of
from orders.stories import ending

State = Reattempt.State
MadeBy = Reattempt.MadeBy
Kind = Mail.Kind
UNDER_WAY = {State.STARTED, State.UNKNOWN}
TO_BUYER = {Kind.FAILURE, Kind.REMINDER, Kind.CYCLE_FAILURE}


@dataclass(frozen=True)
class Stop:
    """One try: its title, what became of it, when. `tone` is bad, good, next, later, wait, hand or
    over; `note` says why it is not counted."""

    tone: str
    title: str
    what: str = ""
    when: datetime | None = None
    icon: str = ""
    number: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Way:
    """How money can still come in: what to do, and the link to send for it."""

    title: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Strip:
    """One series. `tone`, `icon` and `said` are its badge, `used` how many of the three were."""

    stops: list[Stop]
    tone: str
    icon: str
    said: str
    used: int = 0
    is_open: bool = False
    period: str = ""
    mailed: Mail | None = None
    standstill: Standstill | None = None
    ways: list[Way] = field(default_factory=list)
    # What Razorpay's own button does here, in a sentence.
    button: str = ""

    @property
    def next(self) -> Stop | None:
        """The try that comes next."""
        return next((stop for stop in self.stops if stop.tone == "next"), None)


def of_order(order: Order, payments: list[Payment], ledger: list[Reattempt]) -> Strip | None:
    """The series of an order that is paid once; None while nothing failed."""
    rows = [row for row in ledger if not row.cycle]
    failed = failures_of(payments)
    if not rows or not failed:
        return None
    found = strip(at(failed[0].failed_at or 0), label(failed[0].error_reason), rows)
    if not found.is_open:
        return found
    return replace(
        found,
        stops=[*found.stops, afterwards(order)],
        mailed=newest(order),
        standstill=standstill.of(order.gateway),
        ways=[by_link(order)],
    )


def strip(failed_at: datetime, why: str, rows: list[Reattempt], by_bank: bool = False) -> Strip:
    """A series that began with a failure at this time. `by_bank`: a bank says when it goes on."""
    waiting = [row for row in rows if row.state == State.SCHEDULED]
    soonest = min(waiting, key=lambda row: row.due_at, default=None)
    begun = Stop("bad", _("First try failed"), capfirst(why) or not_told(), failed_at, icon="x")
    asks = told.is_asked(rows)
    later = [
        slot(row, row is soonest, by_bank, asks) if row.n else by_hand(row)
        for row in sorted(rows, key=moment)
    ]
    used = sum(row.counted for row in rows)
    is_open = soonest is not None or any(row.n and row.state in UNDER_WAY for row in rows)
    return Strip([begun, *later], *badge(rows, soonest), used, is_open)


def moment(row: Reattempt) -> datetime:
    """Where a try stands among the others: the three in their order, by hand when it was made."""
    return row.due_at if row.n else row.done_at or row.due_at


def newest(order: Order, cycle: int = 0) -> Mail | None:
    """The last mail about this series that went to the buyer."""
    sent = order.mails.filter(kind__in=TO_BUYER, sent_at__isnull=False).order_by("-sent_at", "-pk")
    return next((mail for mail in sent if told.cycle_of(mail) == cycle), None)


def badge(rows: list[Reattempt], soonest: Reattempt | None) -> tuple[str, str, str]:
    """How the series stands, in a few words."""
    slots = [row for row in rows if row.n]
    if any(row.state == State.UNKNOWN for row in slots):
        return "wait", "help", _("Not known yet")
    begun = next((row for row in slots if row.state == State.STARTED), None)
    if begun is not None and told.is_asked(rows):
        return "plan", "mail", _("Re-attempt %(n)s of 3: the buyer was asked") % {"n": begun.n}
    if begun is not None:
        return "wait", "clock", _("Being tried")
    if soonest is not None:
        said = _("Re-attempt %(n)s of 3, scheduled") % {"n": soonest.n}
        return "plan", "calendar", said
    if any(row.state == State.SUCCEEDED for row in slots):
        return "good", "check", _("Paid")
    ended = next((row for row in slots if row.state != State.FAILED), None)
    if ended is None:
        return "bad", "x", _("All three failed")
    if ended.reason == "paid":
        return "good", "check", _("Paid")
    return "over", "minus", _("Over: %(reason)s") % {"reason": ending(ended)}


def slot(row: Reattempt, is_next: bool, by_bank: bool = False, asks: bool = False) -> Stop:
    """One of the three."""
    if row.state != State.SCHEDULED:
        return PICTURES[State(row.state)](row, asks)
    tone = "next" if is_next else "later"
    if by_bank:
        said = _("Waiting for the bank, which fixes no day")
        return Stop(tone, title(row), how(row, asks), number=row.n, note=said)
    return Stop(tone, title(row), how(row, asks), row.due_at, number=row.n, note=waits(row))


def waits(row: Reattempt) -> str:
    """Why a try is still planned whose time has come."""
    if row.reason:
        return _("Waits: %(reason)s") % {"reason": ending(row)}
    if row.due_at > timezone.now():
        return ""
    if row.made_by == MadeBy.RAZORPAY:
        return _("Due: Raseed asks Razorpay what became of it")
    return _("Due now")


def title(row: Reattempt) -> str:
    return _("Re-attempt %(n)s of 3") % {"n": row.n}


def started(row: Reattempt, asks: bool) -> Stop:
    when = row.started_at or row.due_at
    return Stop("wait", title(row), being_made(row, asks), when, icon="clock")


def unknown(row: Reattempt, _asks: bool) -> Stop:
    said = _("Not known yet: Raseed asks Razorpay, nothing is charged meanwhile")
    return Stop("wait", title(row), said, row.started_at or row.due_at, icon="help")


def failed(row: Reattempt, _asks: bool) -> Stop:
    said = _("Re-attempt %(n)s of 3 failed") % {"n": row.n}
    why = capfirst(ending(row)) if row.reason else not_told()
    return Stop("bad", said, why, row.done_at or row.due_at, icon="x")


def not_told() -> str:
    """An event tells that a charge failed; its payment, which says why, may be heard of later."""
    return _("Razorpay has not said why")


def succeeded(row: Reattempt, _asks: bool) -> Stop:
    said = _("Re-attempt %(n)s of 3 succeeded") % {"n": row.n}
    return Stop("good", said, "", row.done_at or row.due_at, icon="check")


def cancelled(row: Reattempt, _asks: bool) -> Stop:
    said = _("Not needed: %(reason)s") if row.reason == "paid" else _("Not made: %(reason)s")
    return Stop("over", title(row), said % {"reason": ending(row)}, row.due_at, icon="minus")


def missed(row: Reattempt, _asks: bool) -> Stop:
    said = _("Not made: %(reason)s") % {"reason": ending(row)}
    return Stop("over", title(row), said, row.due_at, icon="minus", note=_("Not counted"))


def refused(row: Reattempt, _asks: bool) -> Stop:
    said = _("Refused: %(reason)s") % {"reason": ending(row)}
    note = _("Not counted: nothing was charged")
    return Stop("over", title(row), said, row.done_at or row.due_at, icon="minus", note=note)


PICTURES = {
    State.STARTED: started,
    State.UNKNOWN: unknown,
    State.FAILED: failed,
    State.SUCCEEDED: succeeded,
    State.CANCELLED: cancelled,
    State.MISSED: missed,
    State.REFUSED: refused,
}


def how(row: Reattempt, asks: bool) -> str:
    """Who makes it, and so what the buyer notices."""
    if row.made_by == MadeBy.RAZORPAY:
        return _("Razorpay charges")
    return _("Mail with the pay link") if asks else _("Raseed debits the mandate")


def being_made(row: Reattempt, asks: bool) -> str:
    if row.made_by == MadeBy.RAZORPAY:
        return _("Being tried by Razorpay")
    return _("The buyer was asked, and has a day") if asks else _("Debited; the bank decides")


def by_hand(row: Reattempt) -> Stop:
    """Shown and not counted."""
    if row.made_by == MadeBy.UNCLEAR:
        title, note = (
            _("Tried, not clear by whom"),
            _("Not counted unless Razorpay says it was one"),
        )
    elif row.made_by == MadeBy.BUYER:
        title, note = _("Tried by the buyer"), _("Not counted, moves no date")
    else:
        title, note = _("Tried by hand"), _("Not counted, moves no date")
    if row.state == State.SUCCEEDED:
        note = _("Not one of the three")
        return Stop("good", title, _("Paid"), moment(row), icon="check", note=note)
    icon = "help" if row.made_by == MadeBy.UNCLEAR else "hand-stop"
    said = _("Failed again: %(reason)s") % {"reason": label(row.reason)}
    return Stop("hand", title, said, moment(row), icon=icon, note=note)


def afterwards(order: Order) -> Stop:
    """What happens once the three mails did not help."""
    said = _("No more mails; the order can still be paid")
    return Stop("later", _("After that"), said, order.expires_at, icon="lock")


def by_link(order: Order) -> Way:
    text = _(
        "It reopens this same order, so nobody pays twice. The mails to the buyer carry it, too."
    )
    return Way(_("Send the pay link yourself"), text, pay_url(order))
