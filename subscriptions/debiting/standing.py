"""What a subscription is that Raseed charges itself: derived from its bills, debits and payments.

Nothing here asks what came first or what time it is: the same rows give the same state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from orders import totals
from orders.models import Mail, Payment, Price
from subscriptions import periods
from subscriptions.debiting import dates, told, tries
from subscriptions.debiting.series import Series
from subscriptions.debiting.told import Told
from subscriptions.debiting.tries import Means
from subscriptions.models import Bill, Cycle, Mandate, Subscription
from subscriptions.periods import Period

Status = Subscription.Status


@dataclass(frozen=True)
class Standing:
    """Everything that can be said of the subscription. Times are unix seconds.

    `series` are the bills whose period has begun, oldest first. `next` is where the next period
    begins: (anchor, step), None where none follows.
    """

    series: list[Series]
    status: Subscription.Status
    # When it became so.
    since: int
    next: tuple[int, int] | None
    charge_at: int | None
    told: Told

    @property
    def newest(self) -> Series | None:
        return self.series[-1] if self.series else None


def of(subscription: Subscription, payments: list[Payment]) -> Standing:
    """Read it off the rows."""
    instructed, price = told.of(subscription), subscription.order.price
    found = begun(subscription, payments, means_of(subscription, payments, instructed))
    following = next_period(found, price, instructed)
    status, since = status_of(found, price, instructed)
    charge_at = charge_of(found, price, status, following, instructed)
    return Standing(found, status, since, following, charge_at, instructed)


def begun(
    subscription: Subscription, payments: list[Payment], means: Mapping[str, Means]
) -> list[Series]:
    """The bills whose period has begun: those that ask for a mandate begin with their payment."""
    bills = list(subscription.bills.prefetch_related("debits"))
    dated = [one for bill in bills if (one := dated_bill(bill, payments)) is not None]
    taken = {when for when, _number, bill in dated if not bill.authorises}
    found: list[Series] = []
    asked = asks_of(subscription)
    for when, _number, bill in sorted(dated, key=lambda one: one[:2]):
        start, end, anchor, step = span(bill, when, found, taken, subscription.order.price)
        own = payments_for(bill, payments)
        if start > when and went_back(own, start):
            continue
        made = tries.of(bill.debits.all(), own, means)
        ended = means[made[max(made)].debit.razorpay_token_id].ended_at if made else None
        given = asked.get(start, {})
        found.append(Series(bill, start, end, anchor, step, own, made, given, ended))
    found.sort(key=lambda series: series.start)
    return [replace(series, superseded_at=paid_after(series, found)) for series in found]


def means_of(
    subscription: Subscription, payments: list[Payment], instructed: Told
) -> Mapping[str, Means]:
    """What is debited, by the mandate's id. A webhook about a mandate leaves out which country its
    card is of; a payment by that card says it. A mandate that we give back after a cancellation
    ends nothing."""
    found: defaultdict[str, Means] = defaultdict(Means)
    said = {p.razorpay_token_id: p.international for p in payments if p.international is not None}
    for row in Mandate.objects.filter(order=subscription.order_id):
        name, abroad, ended_at = row.razorpay_token_id, row.international, row.ended_at
        if instructed.cancelled_at is not None and (ended_at or 0) >= instructed.cancelled_at:
            ended_at = None
        found[name] = Means(row.method, said.get(name) if abroad is None else abroad, ended_at)
    return found


def paid_after(series: Series, all_: list[Series]) -> int | None:
    """When a later bill was paid first."""
    later = [one.paid_at for one in all_ if one.start > series.start and one.paid_at is not None]
    return min(later, default=None)


def dated_bill(bill: Bill, payments: list[Payment]) -> tuple[int, int, Bill] | None:
    if not bill.authorises:
        return (bill.start or 0, bill.number, bill)
    captured = [p.captured_at or 0 for p in payments_for(bill, payments) if p.captured]
    return (min(captured), bill.number, bill) if captured else None


def went_back(payments: list[Payment], start: int) -> bool:
    """Whether what was paid twice was given back before the period that it was to pay for."""
    captured = [payment for payment in payments if payment.captured]
    return all(
        totals.gone_back(payment) >= (payment.amount or 0) and totals.gone_back_at(payment) < start
        for payment in captured
    )


def payments_for(bill: Bill, payments: list[Payment]) -> list[Payment]:
    if not bill.razorpay_order_id:
        return []
    named = {d.razorpay_payment_id for d in bill.debits.all()} - {""}
    return [
        payment
        for payment in payments
        if payment.razorpay_order_id == bill.razorpay_order_id
        or payment.razorpay_payment_id in named
    ]


def span(
    bill: Bill, when: int, before: list[Series], taken: set[int], price: Price
) -> tuple[int, int, int, int]:
    """Start, end, anchor and step of a bill's period.

    One that asks for a mandate, and is paid while another was paid already, pays for what follows
    that. A period is known by its start, so no two share one.
    """
    if not bill.authorises:
        anchor = bill.anchor if bill.anchor is not None else when
        return when, bill.end or when, anchor, bill.step
    earlier = [one for one in before if one.paid_at is not None and one.paid_at <= when]
    start = max([when, *(reach(one, before) for one in earlier)])
    while start in taken:
        start += 1
    taken.add(start)
    return start, dates.moment(start, 1, price), start, 0


def as_period(series: Series) -> Period:
    """As access reckons. Money that went back takes nothing off the order of the bills."""
    over = series.over
    cycle = Cycle(start=series.start, end=series.end, halted_at=over.at if over else None)
    return Period(cycle, series.paid_at, None)


def reach(series: Series, beside: list[Series]) -> int:
    """How far what was paid for this bill reaches."""
    return periods.paid_until(as_period(series), [as_period(one) for one in beside])


def asks_of(subscription: Subscription) -> dict[int, dict[int, int]]:
    """When the buyer was asked to pay in place of a debit, by the period's start and the try."""
    sent = Mail.objects.filter(order=subscription.order_id, kind=Mail.Kind.REMINDER)
    found: dict[int, dict[int, int]] = {}
    for fact, when in sent.values_list("fact", "created_at"):
        start, _slash, n = fact.partition("/")
        if start.isdecimal() and n.isdecimal():
            found.setdefault(int(start), {})[int(n)] = int(when.timestamp())
    return found


def paid_in_all(found: list[Series]) -> int:
    return sum(1 for series in found if series.paid_at is not None)


def next_period(found: list[Series], price: Price, instructed: Told) -> tuple[int, int] | None:
    """It begins where what is paid ends; after a late payment, or a pause that outlasted it, it is
    counted from there anew."""
    paid = [series for series in found if series.paid_at is not None]
    if not paid or paid_in_all(found) >= (price.total_count or 0):
        return None
    furthest = max(paid, key=lambda series: (reach(series, found), series.start))
    until = reach(furthest, found)
    resumed = max(instructed.resumptions, default=0)
    if resumed > until:
        return resumed, 0
    if until == furthest.end:
        return furthest.anchor, furthest.step + 1
    return until, 0


def status_of(
    found: list[Series], price: Price, instructed: Told
) -> tuple[Subscription.Status, int]:
    """The state and since when. What a person said comes first."""
    if instructed.cancelled_at is not None:
        return Status.CANCELLED, instructed.cancelled_at
    paid_at = [series.paid_at for series in found if series.paid_at is not None]
    if not paid_at:
        return Status.CREATED, 0
    if len(paid_at) >= (price.total_count or 0):
        return Status.COMPLETED, max(paid_at)
    if instructed.paused_at is not None:
        return Status.PAUSED, instructed.paused_at
    newest = found[-1]
    if newest.paid_at is None and newest.over is not None:
        return Status.HALTED, newest.over.at
    if newest.paid_at is None and newest.first_failure is not None:
        return Status.PENDING, newest.first_failure
    return Status.ACTIVE, max([*paid_at, *instructed.resumptions])


def charge_of(
    found: list[Series],
    price: Price,
    status: Subscription.Status,
    following: tuple[int, int] | None,
    instructed: Told,
) -> int | None:
    """When something is charged next; None where nothing will be."""
    if status == Status.PENDING and found[-1].next_n is not None:
        return int(found[-1].due(found[-1].next_n).timestamp())
    if status != Status.ACTIVE or instructed.ends_at is not None:
        return None
    newest = found[-1]
    if newest.paid_at is None:
        return newest.start if newest.next_n == 0 else newest.end
    return dates.moment(*following, price) if following else None
