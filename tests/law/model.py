"""The reference model: folds a set of Razorpay's facts into the books that ought to be.

Written from the contract alone and importing nothing of the application. It is slow and plain: it
holds all facts at once, in no order, and never remembers a state.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence

from tests.law.access import Money, cycles_of, with_access
from tests.law.facts import FINAL, Fact
from tests.law.matching import Ties, statuses
from tests.law.money import (
    given_back,
    given_back_at,
    order_of,
    payments_of,
    refunds_of,
    snapshots,
    taken_at,
)
from tests.law.repeating import payers, periods_of
from tests.law.series import Failure, asked, failures_of, followed, further
from tests.law.shapes import Books, OurOrder

FOR_EVER = sys.maxsize

ACTED_ON = (
    "payment.authorized",
    "payment.captured",
    "payment.failed",
    "order.paid",
    "invoice.paid",
    "invoice.expired",
    "subscription.authenticated",
    "subscription.activated",
    "subscription.charged",
    "subscription.pending",
    "subscription.halted",
    "subscription.paused",
    "subscription.resumed",
    "subscription.updated",
    "subscription.cancelled",
    "subscription.completed",
    "refund.created",
    "refund.processed",
    "refund.failed",
    "token.confirmed",
    "token.rejected",
    "token.paused",
    "token.cancelled",
    "payment.dispute.created",
    "payment.dispute.won",
    "payment.dispute.lost",
    "payment.dispute.closed",
    "payment.dispute.under_review",
    "payment.dispute.action_required",
    # What Razorpay's API answered when it was asked.
    "invoice.fetched",
    "payment.fetched",
    "refund.fetched",
    "refund.resolved",
    "subscription.fetched",
    "token.fetched",
)


def fold(facts: Iterable[Fact], orders: Iterable[OurOrder], now: int) -> Books:
    """The books of one gateway after these facts, at that time (Unix seconds)."""
    told, ours = once(facts), list(orders)
    acted_on = [fact for fact in told if fact.event in ACTED_ON]
    ties = Ties(acted_on, ours)
    books = Books(events=dict(statuses(told, ties, ACTED_ON)))
    books.payments = payments_of(acted_on, ties)
    books.refunds = refunds_of(acted_on, ties)
    back = given_back(acted_on, books.payments, books.refunds)
    back_at = given_back_at(acted_on, books.refunds)
    money = Money(books.payments, taken_at(acted_on), back, back_at)
    for order in ours:
        books.orders[order.name] = order_of(order, books.payments, back, now)
    for order in ours:
        if order.subscription_id:
            _subscription(books, order, acted_on, ties, money, now)
        else:
            others = [one for one in ours if one is not order and one.same == order.same != ""]
            elsewhere = [until for one in others for until in _stood_paid(books, one, money)]
            _paid_once(books, order, failures_of(order, acted_on, ties), elsewhere)
    books.receipts = {key: 1 for key, one in books.payments.items() if one.captured}
    return books


def once(facts: Iterable[Fact]) -> list[Fact]:
    """The same bytes again are the same fact, learnt when they first came."""
    found: dict[str, Fact] = {}
    for fact in facts:
        held = found.setdefault(fact.digest, fact)
        if fact.learnt < held.learnt:
            found[fact.digest] = fact
    return list(found.values())


def _stood_paid(books: Books, order: OurOrder, money: Money) -> Iterator[int]:
    """Until when an order stood paid, if it was: for ever, or until the last of it went back."""
    became = books.orders[order.name]
    if became.amount_paid >= order.amount:
        gone = [money.back_at.get(k, 0) for k, p in books.payments.items() if p.order == order.name]
        yield FOR_EVER if became.amount_paid > became.amount_refunded else max(gone)


def _paid_once(
    books: Books, order: OurOrder, failures: Sequence[Failure], elsewhere: Sequence[int]
) -> None:
    slots = asked(order, books.orders[order.name], failures, elsewhere)
    books.slots |= {(order.name, 0, n): slot for n, slot in slots.items()}
    rows = further(failures, books.payments)
    books.further |= {(order.name, payment): row for payment, row in rows}
    books.failure_mails[order.name, 0] = 1 if failures else 0


def _subscription(
    books: Books, order: OurOrder, facts: Sequence[Fact], ties: Ties, money: Money, now: int
) -> None:
    key = order.subscription_id
    seen = snapshots(facts, "subscription").get(key, [])
    periods = periods_of(order, facts, ties)
    row = books.subscriptions[key] = with_access(order, seen, periods, money, now)
    paid_at = {start: money.paid_at(payers(start, periods)) for start in periods}
    for start, cycle in cycles_of(periods, money).items():
        books.cycles[key, start] = cycle
        later = [s for s, p in periods.items() if s > start and (p.failed or paid_at[s])]
        slots = followed(periods[start], paid_at[start], row.status in FINAL or bool(later))
        books.slots |= {(order.name, start, n): slot for n, slot in slots.items()}
        books.failure_mails[order.name, start] = periods[start].auth_attempts
