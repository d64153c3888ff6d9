"""Money that does not fit what an order asked for: said plainly, and asked about where only the
seller can say what it means. docs/odd-money.md has the rule for each case.

Nothing here moves money, a status or access.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Problem
from orders import totals
from orders.causes import at
from orders.models import Order, Payment, Refund
from orders.totals import Totals

KIND = Problem.Kind.ODD_MONEY
REFUND_IT = gettext_noop("Refund it under the order, or say that it is meant.")


@dataclass(frozen=True)
class Oddity:
    """One thing that does not fit. `mend` is empty where nothing needs the seller."""

    what: Sentence
    mend: Sentence = field(default_factory=Sentence)


def remarks(order: Order, payments: Iterable[Payment]) -> list[Sentence]:
    """What a person should know first about the money of this order.

    `payments` are fetched with their refunds and disputes.
    """
    rows = list(payments)
    return [oddity.what for oddity in found(order, rows, totals.of(order, rows))]


def watch(order: Order, payments: list[Payment], sums: Totals) -> None:
    """A problem stands while something needs the seller. The order is locked.

    Written only when it changes: an order is settled many times.
    """
    if not any(payment.captured for payment in payments):
        return
    asked = [] if is_meant(order, payments) else asking(order, payments, sums)
    problems.keep(order.gateway, KIND, order.uid, told(order, asked) if asked else None)


def told(order: Order, asked: list[Oddity]) -> tuple[Sentence, Sentence]:
    """What happened, and how it is mended."""
    what = joined(oddity.what for oddity in asked)
    what = say(gettext_noop("Order %(order)s: %(what)s"), order=order.uid, what=what)
    return what, joined(oddity.mend for oddity in asked)


def is_meant(order: Order, payments: Iterable[Payment]) -> bool:
    """Whether the seller has said of all the money that came in that it is meant."""
    captured = {payment.razorpay_payment_id for payment in payments if payment.captured}
    return captured <= set(order.decided_refunds)


def asking(order: Order, payments: list[Payment], sums: Totals) -> list[Oddity]:
    return [oddity for oddity in found(order, payments, sums) if oddity.mend]


def joined(sentences: Iterable[Sentence]) -> Sentence:
    """One after the other, none twice."""
    told: list[Sentence] = []
    for sentence in sentences:
        if sentence not in told:
            told.append(sentence)
    text = gettext_noop("%(one)s %(other)s")
    return reduce(lambda one, other: say(text, one=one, other=other), told)


def found(order: Order, payments: list[Payment], sums: Totals) -> Iterator[Oddity]:
    """Whatever does not fit, the most pressing first."""
    yield from never_gone(payments)
    yield from in_other_currencies(order, payments)
    if order.price.recurs:
        yield from after_cancelling(order, payments)
        yield from paid_twice(order, payments)
    else:
        yield from of_amount(order, sums)
        yield from late(order, sums)


def never_gone(payments: Iterable[Payment]) -> Iterator[Oddity]:
    """Refunds that Razorpay called processed, and that failed after all: the buyer may have been
    told that the money was on its way."""
    owed: Counter[str] = Counter()
    for payment in payments:
        if payment.captured:
            owed[payment.currency or "INR"] += not_repaid(payment)
    text = gettext_noop(
        "A refund of %(amount)s failed, after Razorpay had called it processed: the buyer was not "
        "repaid."
    )
    mend = gettext_noop(
        "Refund it again under the order, or, if the buyer was repaid otherwise, say that it is "
        "meant."
    )
    for currency, amount in sorted((+owed).items()):
        yield Oddity(say(text, amount=(amount, currency)), say(mend))


def not_repaid(payment: Payment) -> int:
    """What such refunds of a payment come to, less what went back since, in its currency's smallest
    unit."""
    refunds = payment.refunds.all()
    failed = [r for r in refunds if r.status == Refund.Status.FAILED and r.processed_at is not None]
    since = min((refund.failed_at or 0 for refund in failed), default=0)
    went = sum(r.amount or 0 for r in refunds if r.went_at is not None and r.went_at >= since)
    owed = sum(refund.amount or 0 for refund in failed) - went
    return max(0, min(owed, kept(payment)))


def in_other_currencies(order: Order, payments: Iterable[Payment]) -> Iterator[Oddity]:
    """Money that is here and does not count."""
    here: Counter[str] = Counter()
    for payment in payments:
        if payment.captured and payment.currency not in {"", order.currency}:
            here[payment.currency] += kept(payment)
    text = gettext_noop(
        "%(amount)s came in, but the order asks for %(currency)s: it does not count."
    )
    for currency, amount in sorted((+here).items()):
        what = say(text, amount=(amount, currency), currency=order.currency)
        yield Oddity(what, say(REFUND_IT))


def of_amount(order: Order, sums: Totals) -> Iterator[Oddity]:
    """Less than was asked, more, or enough once more."""
    net = (sums.net, order.currency)
    if sums.net > 0 and not sums.enough:
        yield too_little(order, sums)
    elif sums.came_again:
        text = gettext_noop("All of it had been given back; then %(amount)s came in: paid again.")
        mend = gettext_noop(
            "Ask the buyer whether that was meant. If not, refund it under the order; if it was, "
            "say so."
        )
        yield Oddity(say(text, amount=net), say(mend))
    if sums.net > order.amount:
        text = gettext_noop("%(amount)s more than was asked came in and was kept.")
        extra = (sums.net - order.amount, order.currency)
        mend = gettext_noop("Refund the extra under the order, or say that it is meant.")
        yield Oddity(say(text, amount=extra), say(mend))


def too_little(order: Order, sums: Totals) -> Oddity:
    """Nothing is given for it, and it is not given back by itself."""
    net = (sums.net, order.currency)
    if sums.came_again:
        text = gettext_noop(
            "All of it had been given back; then %(amount)s came in. That is less than was asked "
            "and opens nothing."
        )
        return Oddity(say(text, amount=net), say(REFUND_IT))
    text = gettext_noop("%(amount)s came in; %(missing)s is missing, so it is not paid.")
    missing = (order.amount - sums.net, order.currency)
    mend = gettext_noop(
        "Ask the buyer for the rest, or refund the part under the order, or say that it is meant."
    )
    return Oddity(say(text, amount=net, missing=missing), say(mend))


def late(order: Order, sums: Totals) -> Iterator[Oddity]:
    """A late payment counts; the seller may be surprised by it all the same."""
    if sums.covered_at is not None and sums.enough and at(sums.covered_at) >= order.expires_at:
        text = gettext_noop(
            "Paid on %(date)s, after the order had expired. It counts all the same."
        )
        yield Oddity(say(text, date=at(sums.covered_at)))


def after_cancelling(order: Order, payments: Iterable[Payment]) -> Iterator[Oddity]:
    """A charge that was under way, or an old invoice that was paid after all."""
    subscription = getattr(order, "subscription", None)
    ended_at = getattr(subscription, "ended_at", None)
    if subscription is None or subscription.status != "cancelled" or not ended_at:
        return
    rows = [p for p in payments if totals.counts(order, p) and (p.captured_at or 0) > ended_at]
    amount = sum(kept(payment) for payment in rows)
    if amount:
        text = gettext_noop(
            "%(amount)s came in after the subscription had been cancelled. It is open to the end "
            "of what that paid for."
        )
        yield Oddity(say(text, amount=(amount, order.currency)), say(REFUND_IT))


def paid_twice(order: Order, payments: Iterable[Payment]) -> Iterator[Oddity]:
    """A second mandate was paid while the first was: two tabs, by two methods."""
    subscription = getattr(order, "subscription", None)
    if subscription is None or not subscription.is_ours_to_charge:
        return
    asked = subscription.bills.filter(authorises=True).exclude(start=None)
    starts = dict(asked.values_list("razorpay_order_id", "start"))
    ahead = [
        payment
        for payment in payments
        if totals.counts(order, payment)
        and starts.get(payment.razorpay_order_id, 0) > (payment.captured_at or 0)
    ]
    amount = sum(kept(payment) for payment in ahead)
    if amount:
        text = gettext_noop(
            "Paid twice: %(amount)s came in for a second mandate, while the first was paid "
            "already. It pays for the period that follows."
        )
        yield Oddity(say(text, amount=(amount, order.currency)), say(REFUND_IT))


def kept(payment: Payment) -> int:
    """What is still here of a captured payment, in its own currency's smallest unit."""
    return (payment.amount or 0) - totals.gone_back(payment)
