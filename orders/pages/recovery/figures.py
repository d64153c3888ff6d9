"""The three figures of recovery, and what was recovered by reason: for one mode and month.

Recovered is money that was captured for an order or a cycle whose series had begun, half an hour or
more after its failure: who mistypes a code and then pays was never lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from accounts import money
from accounts.models import Account
from orders import reminding
from orders.models import Payment, Reattempt
from orders.pages.recovery import series
from orders.pages.recovery.series import Series
from orders.reasons import label

State = Reattempt.State
# Of tries, where the ledger says why they brought no money.
NO_MONEY = (State.FAILED, State.REFUSED)
# Bars beyond these are one: a chart is read at a glance.
BARS = 6


@dataclass(frozen=True)
class Figure:
    """Sums by currency, and how many payments they are."""

    sums: list[str]
    count: int


@dataclass(frozen=True)
class Bar:
    """What was recovered after failures of one reason; `share` of the longest bar, in percent."""

    reason: str
    amount: str
    count: int
    share: int


@dataclass(frozen=True)
class Chart:
    """One currency's bars, the longest first."""

    currency: str
    total: str
    bars: list[Bar]


@dataclass(frozen=True)
class Catch:
    """One payment that came in after all."""

    series: tuple[int, int]
    amount: int
    currency: str
    reason: str


def month_of(now: datetime | None = None) -> tuple[datetime, datetime]:
    """The month in the account's zone, which pages are shown in."""
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    turned = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return start, start.replace(year=turned[0], month=turned[1])


def of(account: Account, mode: str, now: datetime | None = None) -> dict[str, Any]:
    start, end = month_of(now)
    rows = series.of_account(account).filter(order__gateway__mode=mode)
    lost = series.given_up(rows).filter(ended_at__gte=start, ended_at__lt=end)
    caught = list(catches(account, mode, start, end))
    return {
        "month": start,
        "at_risk": summed(rows.filter(is_open=True)),
        "recovered": figure((catch.currency, catch.amount, 1) for catch in caught),
        "given_up": summed(lost),
        "charts": charts(caught),
    }


def summed(rows: Series) -> Figure:
    """What these series are about."""
    found = rows.values("order__currency").annotate(amount=Sum("order__amount"), number=Count("pk"))
    return figure(
        (row["order__currency"], row["amount"], row["number"])
        for row in found.order_by("order__currency")
    )


def figure(parts: Iterable[tuple[str, int, int]]) -> Figure:
    sums: dict[str, int] = defaultdict(int)
    count = 0
    for currency, amount, number in parts:
        sums[currency] += amount
        count += number
    return Figure([money.show(sums[currency], currency) for currency in sums], count)


def catches(account: Account, mode: str, start: datetime, end: datetime) -> Iterator[Catch]:
    """The first payment of each series in this month, if it was lost before. A charge that several
    events told of has a row for each."""
    seen = set()
    for found in captured(account, mode, start, end).iterator(chunk_size=2000):
        failed_at = series.failed_at(found["failed_first"], found["due_at"])
        ended = (found["state"], found["why"], found["done_at"], failed_at)
        its = (found["order"], found["cycle"])
        is_late = found["captured_at"] >= (failed_at + series.LOST_AFTER).timestamp()
        if its in seen or not is_late or series.was_at_once(*ended):
            continue
        seen.add(its)
        yield Catch(its, found["amount"] or 0, found["currency"], label(found["reason"]))


def captured(account: Account, mode: str, start: datetime, end: datetime) -> Any:
    """The month's payments of orders and cycles that have a series. What a payment is charged for
    is known to a room to the right, which nothing here imports."""
    its_series = Q(order__reattempts__cycle=0) | Q(
        charges__cycle__start=F("order__reattempts__cycle")
    )
    rows = Payment.objects.filter(
        its_series,
        gateway__account=account,
        gateway__mode=mode,
        captured=True,
        captured_at__gte=int(start.timestamp()),
        captured_at__lt=int(end.timestamp()),
        order__reattempts__n=1,
    )
    found = rows.annotate(
        due_at=F("order__reattempts__due_at"),
        done_at=F("order__reattempts__done_at"),
        state=F("order__reattempts__state"),
        why=F("order__reattempts__reason"),
        cycle=F("order__reattempts__cycle"),
    )
    found = found.annotate(
        failed_first=series.earliest(series.failures(), "failed_at"), reason=reason()
    )
    names = (
        "pk", "order", "cycle", "due_at", "done_at", "state", "why", "failed_first", "captured_at",
        "amount", "currency", "reason",
    )  # fmt: skip
    return found.order_by("captured_at", "pk").values(*names)


def reason() -> Any:
    """Why it had failed: Razorpay's word of the newest failure before the money, in the same order
    or cycle; else the ledger's."""
    whole, of_cycle = (
        rows.filter(failed_at__lte=OuterRef("captured_at")).order_by("-failed_at", "-pk")
        for rows in series.failures()
    )
    told = Reattempt.objects.filter(
        order=OuterRef("order"), cycle=OuterRef("cycle"), n__gt=0, state__in=NO_MONEY
    ).exclude(reason__in=["", reminding.NOT_PAID])
    word = NullIf(series.first_of(whole, of_cycle, "error_reason"), Value(""))
    return Coalesce(word, Subquery(told.order_by("-n").values("reason")[:1]))


def charts(caught: Iterable[Catch]) -> list[Chart]:
    """By currency, then by reason."""
    sums: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for catch in caught:
        held = sums[catch.currency][catch.reason]
        held[0] += catch.amount
        held[1] += 1
    return [chart(currency, reasons) for currency, reasons in sorted(sums.items())]


def chart(currency: str, reasons: dict[str, list[int]]) -> Chart:
    longest_first = sorted(reasons.items(), key=lambda item: (-item[1][0], item[0]))
    kept, rest = longest_first[:BARS], longest_first[BARS:]
    if rest:
        amount, count = (sum(held[place] for _reason, held in rest) for place in (0, 1))
        kept.append(("", [amount, count]))
    longest = max(held[0] for _reason, held in kept) or 1
    bars = [
        Bar(reason, money.show(held[0], currency), held[1], max(1, round(100 * held[0] / longest)))
        for reason, held in kept
    ]
    total = sum(held[0] for held in reasons.values())
    return Chart(currency, money.show(total, currency), bars)
