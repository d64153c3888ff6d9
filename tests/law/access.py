"""How far what was paid for carries (spec.md 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.law import repeating
from tests.law.repeating import Periods, Seen
from tests.law.shapes import DAY, Cycle, OurOrder, Payment, Subscription

GRACE = 7 * DAY
IN_GRACE = ("authenticated", "active", "pending")


@dataclass(frozen=True)
class Money:
    """The payments that may have paid a cycle; when each was taken, how much went back and when."""

    payments: Mapping[str, Payment]
    taken_at: Mapping[str, int]
    back: Mapping[str, int]
    back_at: Mapping[str, int]

    def captured(self, keys: set[str]) -> list[str]:
        """Those that were captured, earliest first."""
        found = [k for k in keys if k in self.payments and self.payments[k].captured]
        return sorted(found, key=lambda k: (self.taken_at[k], k))

    def kept(self, keys: set[str]) -> list[str]:
        """Those of them that were not given back in full, earliest first."""
        return [k for k in self.captured(keys) if self.back.get(k, 0) < self.payments[k].amount]

    def paid_at(self, keys: set[str]) -> int | None:
        """When a cycle with these payments was paid: by what was kept, if anything was."""
        counted = self.kept(keys) or self.captured(keys)
        return self.taken_at[counted[0]] if counted else None


def cycles_of(periods: Periods, money: Money) -> dict[int, Cycle]:
    """The cycles of one subscription as the books show them."""
    return {start: _cycle(start, periods, money) for start in periods}


def _cycle(start: int, periods: Periods, money: Money) -> Cycle:
    period, paid_by = periods[start], repeating.payers(start, periods)
    kept, until = money.kept(paid_by), None
    if kept and period.end is not None:
        moment, until = money.taken_at[kept[0]], period.end
        if moment > period.end or suspended(periods, money, moment):
            until = moment + period.end - start
    halted = bool(period.halted_at)
    return Cycle(period.end, tuple(sorted(kept)), until, period.auth_attempts, halted)


def suspended(periods: Periods, money: Money, moment: int | None = None) -> bool:
    """Whether a halt stood at that moment (None: stands at the end): money alone ends it."""
    halts = [min(p.halted_at) for p in periods.values() if p.halted_at]
    halts = [at for at in halts if moment is None or at <= moment]
    paid = [at for at in _paid_moments(periods, money) if moment is None or at < moment]
    return bool(halts) and not any(at >= max(halts) for at in paid)


def _paid_moments(periods: Periods, money: Money) -> Iterator[int]:
    for start in periods:
        moment = money.paid_at(repeating.payers(start, periods))
        if moment is not None:
            yield moment


def with_access(
    order: OurOrder, seen: Seen, periods: Periods, money: Money, now: int
) -> Subscription:
    """The row, with how far it is paid for and how far it opens."""
    row, cycles = repeating.row_of(order, seen), cycles_of(periods, money)
    row.paid_until = _paid_until(order, row, seen, periods, money)
    row.access_until = row.paid_until
    paid = sum(1 for cycle in cycles.values() if cycle.payments)
    row.no_end = order.instalments and 0 < order.total_count <= paid
    if row.no_end:
        row.paid_until = row.access_until = None
    elif row.paid_until is not None and _in_grace(row, seen, periods, money):
        row.access_until = row.paid_until + GRACE
    row.opens = row.no_end or (row.access_until is not None and now < row.access_until)
    row.resources = tuple(sorted(set(_opened(order, row, seen, periods, cycles, now))))
    return row


def _opened(
    order: OurOrder,
    row: Subscription,
    seen: Seen,
    periods: Periods,
    cycles: Mapping[int, Cycle],
    now: int,
) -> Iterator[str]:
    """What the plan in force opens, or the last that we know; and, to the end of each period that
    is paid, what that was paid for."""
    plans = [str(entity.get("plan_id")) for entity in repeating.ranked(seen)]
    in_force = next((plan for plan in plans if plan in order.opens), order.plan)
    if row.opens:
        yield from order.opens.get(in_force, ())
    for start, cycle in cycles.items():
        if cycle.until is not None and now < cycle.until:
            yield from order.opens.get(periods[start].plan, ())


def _paid_until(
    order: OurOrder, row: Subscription, seen: Seen, periods: Periods, money: Money
) -> int | None:
    ends = [cycle.until for cycle in cycles_of(periods, money).values() if cycle.until]
    if ends:
        return max(ends)
    if not repeating.stood(seen) and row.status not in (*IN_GRACE, "halted"):
        return None
    if order.trial:
        return repeating.first_charge_due(seen)
    returned = [
        money.back_at[key]
        for start in periods
        for key in money.captured(repeating.payers(start, periods))
    ]
    if returned:
        return max(returned)
    return None if row.status == "authenticated" else repeating.first_charge_due(seen)


def _in_grace(row: Subscription, seen: Seen, periods: Periods, money: Money) -> bool:
    """Grace is for a charge that is due and being tried.

    It ends at the halt, and money alone begins it anew; a pause that outlasted what was paid waits
    for the next charge; what was given back is not tried again.
    """
    covered = row.paid_until or 0
    given_back = any(
        money.captured(keys) and not money.kept(keys) and (period.end or start) > covered
        for start, period in periods.items()
        for keys in [repeating.payers(start, periods)]
    )
    return (
        row.status in IN_GRACE
        and not suspended(periods, money)
        and not any(at > covered for at in repeating.resumptions(seen))
        and not given_back
    )
