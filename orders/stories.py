"""The story of an order: everything that is known of it, told as lines, oldest first, then what
comes next. Read from the books when a page asks; nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import assigned, deeds, expiring
from orders.answers import now_for
from orders.lines import Line, of_disputes, of_payments, of_refunds, reason
from orders.models import GrantChange, Mail, Order, Payment, Reattempt
from orders.recovering import story as recovering
from orders.recovering import told
from orders.retries import DELAY

# Changes of access that one event made are told in one line.
TOGETHER = timedelta(seconds=2)
OPEN = {Order.Status.CREATED, Order.Status.ATTEMPTED}


@dataclass(frozen=True)
class Day:
    """The lines of one day in the account's zone."""

    date: date
    lines: list[Line]


def of(order: Order, payments: list[Payment], ledger: list[Reattempt]) -> list[Day]:
    """What happened. What is told of one second stands in the order of cause and effect."""
    told = [
        *expiry(order),
        *of_payments(order, payments),
        *deeds.of(order, payments),
        *assigned.of(order),
        *of_refunds(payments),
        *of_disputes(payments),
        *heard(order.events.defer("body").order_by("pk")),
        *of_access(order.grant_changes.order_by("at", "pk")),
        *of_reattempts(order, ledger),
        *recovering.of(order, ledger),
        *of_mails(order.mails.exclude(state=Mail.State.WAITING)),
    ]
    # Razorpay's seconds are whole: a payment may seem to be older than its order.
    begun = placed(order)
    told.sort(key=lambda line: max(line.at, begun.at))
    days = groupby(joined([begun, *told]), key=lambda line: timezone.localtime(line.at).date())
    return [Day(day, list(lines)) for day, lines in days]


def joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Events that came one after the other are one line."""
    held: Line | None = None
    for line in lines:
        same_day = held and timezone.localtime(held.at).date() == timezone.localtime(line.at).date()
        if held and held.events and line.events and same_day:
            held = replace(held, events=(*held.events, *line.events))
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def placed(order: Order) -> Line:
    """The order itself, with what the buyer answered."""
    answers = tuple(f"{given['label']}: {given['value']}" for given in order.answers)
    if order.form is None:
        return Line(order.created_at, "receipt", _("Order placed"), answers)
    title = _("Order form “%(form)s” sent") % {"form": order.form}
    return Line(order.created_at, "file-text", title, answers)


def expiry(order: Order) -> Iterator[Line]:
    if order.status == Order.Status.EXPIRED:
        why = _(expiring.why(order))
        yield Line(order.expires_at, "minus", _("The order expired"), why=why)


def heard(events: Iterable[Any]) -> Iterator[Line]:
    """What Razorpay told about it, each with its own page."""
    for event in events:
        yield Line(event.received_at, "webhook", _("Razorpay reported"), events=(event,))


def of_access(changes: Iterable[GrantChange]) -> Iterator[Line]:
    """Each change with why. What one cause changed at once is one line."""
    held: Line | None = None
    for change in changes:
        line = Line(change.at, "key", str(change.what), why=str(change.why))
        if held and held.why == line.why and line.at - held.at < TOGETHER:
            held = replace(held, what=f"{held.what} {line.what}")
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def of_reattempts(order: Order, ledger: list[Reattempt]) -> Iterator[Line]:
    """The series planned, each try that was made, and what ended it."""
    for _cycle, rows in groupby(ledger, key=lambda row: row.cycle):
        slots = [row for row in rows if row.n is not None]
        learnt_in_time = slots and slots[0].state != Reattempt.State.MISSED
        if learnt_in_time and not slots[0].cycle:
            yield planned(slots)
        yield from (tried(row) for row in slots if row.counted and row.done_at)
        ended = [row for row in slots if row.state in OVER and row.done_at]
        if ended:
            yield over(ended[0])


def planned(slots: list[Reattempt]) -> Line:
    """The three dates; they stand from the first failure on."""
    dates = [date_format(timezone.localtime(row.due_at), "j M, H:i") for row in slots]
    values = {f"date{number}": day for number, day in enumerate(dates, 1)}
    what = _("Three re-attempts planned: %(date1)s; %(date2)s; %(date3)s") % values
    why = _("This was the first failure of this order.")
    return Line(slots[0].due_at - DELAY, "calendar", what, why=why, tone="plan")


def tried(row: Reattempt) -> Line:
    good = row.state == Reattempt.State.SUCCEEDED
    what = _("Re-attempt %(n)s of 3 succeeded") if good else _("Re-attempt %(n)s of 3 failed")
    said = (capfirst(ending(row)),) if row.reason else ()
    icon, tone = ("check", "good") if good else ("x", "bad")
    return Line(row.done_at or row.due_at, icon, what % {"n": row.n}, said, tone=tone)


OVER = {Reattempt.State.CANCELLED, Reattempt.State.MISSED}


def over(row: Reattempt) -> Line:
    if row.reason == "paid":
        what = _("The re-attempts that were left are not needed")
    elif row.state == Reattempt.State.MISSED:
        what = _("The re-attempts are not made")
    else:
        what = _("The re-attempts that were left are not made")
    return Line(row.done_at or row.due_at, "minus", what, why=ending(row))


ENDINGS = {
    "paid": gettext_noop("it was paid"),
    "halted": gettext_noop("Razorpay stopped charging"),
    "too_late": gettext_noop("too late"),
    "cancelled_by_buyer": gettext_noop("cancelled by the buyer"),
    "cancelled_by_seller": gettext_noop("cancelled by the seller"),
    "new_mandate_needed": gettext_noop("a new mandate is needed"),
    "not_paid": gettext_noop("asked by mail, and nobody paid within a day"),
    "paused": gettext_noop("the subscription was paused"),
}


def ending(row: Reattempt) -> str:
    """Why a try was not made, or failed."""
    known = ENDINGS.get(row.reason)
    return _(known) if known else reason(row.reason)


def of_mails(mails: Iterable[Mail]) -> Iterator[Line]:
    """Sent, or not and why not."""
    for mail in mails:
        kind = mail.get_kind_display()
        if mail.sent_at:
            what = _("Mail sent to %(email)s: %(kind)s") % {"email": mail.sent_to, "kind": kind}
            yield Line(mail.sent_at, "mail", what)
        elif mail.state == Mail.State.STARTED:
            yield Line(mail.due_at, "mail", _("Mail handed over: %(kind)s") % {"kind": kind})
        else:
            what = _("Mail not sent: %(kind)s") % {"kind": kind}
            bad = "bad" if mail.state == Mail.State.FAILED else ""
            when = max(mail.due_at, mail.created_at)
            yield Line(when, "mail", what, why=mail.get_state_display(), tone=bad)


def coming(order: Order, payments: list[Payment], ledger: list[Reattempt]) -> list[Line]:
    """What is planned, soonest first. It is not certain: each line says on what it hangs."""
    waiting = [row for row in ledger if row.state == Reattempt.State.SCHEDULED]
    by_bank = told.waits_for_bank(order)
    lines = [will_try(row, ledger, by_bank) for row in waiting]
    lines += deeds.coming(order, payments)
    lines += will_end(order)
    for mail in order.mails.filter(state=Mail.State.WAITING):
        what = _("Mail: %(kind)s") % {"kind": mail.get_kind_display()}
        lines.append(Line(mail.due_at, "mail", what, (_("If it is still true then."),)))
    if order.status in OPEN and not order.price.recurs:
        said = (_("If nobody pays until then. A later payment still counts."),)
        lines.append(Line(order.expires_at, "minus", _("The order expires"), said))
    return sorted(lines, key=lambda line: line.at)


def will_try(row: Reattempt, ledger: list[Reattempt], by_bank: bool) -> Line:
    series = [other for other in ledger if other.cycle == row.cycle]
    if by_bank:
        how = _("Razorpay charges once the bank has answered: this day is an estimate.")
    elif row.made_by == Reattempt.MadeBy.RAZORPAY:
        how = _("Razorpay charges once more by itself.")
    elif told.is_asked(series):
        how = _("The buyer gets a mail that reopens the payment of this same order.")
    else:
        how = _("Raseed charges the mandate once more.")
    what = _("Re-attempt %(n)s of 3") % {"n": row.n}
    return Line(row.due_at, "calendar", what, (how, _("Only if it is unpaid by then.")))


def will_end(order: Order) -> Iterator[Line]:
    """Access that has an end, in one line for each moment."""
    ending = order.grants.filter(ends_at__gt=now_for(order)).select_related("resource")
    for ends_at, grants in groupby(ending.order_by("ends_at", "pk"), key=lambda row: row.ends_at):
        titles = ", ".join(grant.resource.title for grant in grants)
        what = _("Access ends: %(titles)s") % {"titles": titles}
        if ends_at is not None:
            yield Line(ends_at, "lock", what, (_("Unless more is paid by then."),))
