"""What the contract says should come of a history at Razorpay: who may use what, until when.

Written from spec.md, sections 5 and 6, alone. Plain Python; nothing of ours is imported. Times are
unix seconds.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

DAY = 86_400
GRACE = 7 * DAY
REATTEMPTS = 3
BEING_TRIED = {"authenticated", "active", "pending"}
# A debit that failed so cannot succeed when it is repeated (razorpay.md b): a new mandate, a
# smaller amount, or the next period is needed.
HOPELESS = {
    "bank_account_invalid", "debit_declined", "debit_instrument_blocked", "invalid_token",
    "mandate_cancelled", "mandate_expired", "mandate_not_active", "remitter_account_dormant",
    "transaction_not_allowed", "umn_does_not_exist_payer", "payer_account_has_changed",
    "mandate_current_cycle_allowed_debit_exceeds", "amount_does_not_match_mandate_amount",
    "per_transaction_limit_exceeded", "transaction_limit_exceeded",
    "mandate_debit_beyond_psp_amount_cap",
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """One billing period, and when money came in for it."""

    start: int
    end: int
    paid_at: int | None = None
    # Of what we charge: it is the `step`-th after this moment.
    anchor: int = 0
    step: int = 0


@dataclass
class History:
    """What became of a subscription so far."""

    status: str
    periods: list[Period] = field(default_factory=list)
    halts: list[int] = field(default_factory=list)
    resumed: list[int] = field(default_factory=list)
    # When the buyer ended the mandate that would be charged next; and whether that is on its way.
    mandate_ended_at: int | None = None
    in_flight: bool = False


@dataclass(frozen=True)
class Access:
    """`until` is the end that the present state gives; None: nothing was ever paid."""

    allowed: bool
    paid_until: int | None
    until: int | None


def access(history: History, now: int) -> Access:
    """What was paid for stays until its end; an unpaid period gets grace while it is being tried,
    then it stops."""
    paid = [period for period in history.periods if period.paid_at is not None]
    if not paid:
        return Access(False, None, None)
    paid_until = max(reach(period, history) for period in paid)
    until = paid_until + (GRACE if has_grace(history, paid_until, now) else 0)
    return Access(now < until, paid_until, until)


def has_grace(history: History, paid_until: int, now: int) -> bool:
    """In the states in which it is tried: not once charging has halted and no money came since, nor
    after a pause that outlasted what was paid, nor where no mandate is left to be tried."""
    no_mandate = history.mandate_ended_at is not None and not history.in_flight
    if history.status not in BEING_TRIED or no_mandate:
        return False
    if any(moment > paid_until for moment in history.resumed):
        return False
    return not suspended_at(now, history)


def reach(period: Period, history: History) -> int:
    """Paid after its end, or after suspension: its full length from the moment of payment."""
    paid_at = period.paid_at or 0
    if paid_at > period.end or suspended_at(paid_at, history):
        return paid_at + period.end - period.start
    return period.end


def suspended_at(moment: int, history: History) -> bool:
    """Charging had halted, and no money had come in since."""
    halts = [halt for halt in history.halts if halt <= moment]
    if not halts:
        return False
    last = max(halts)
    return not any(
        period.paid_at is not None and last <= period.paid_at < moment for period in history.periods
    )


def access_once_paid(captured_at: list[int], now: int) -> Access:
    """Of what is paid once: with the money, and for good."""
    paid = any(moment <= now for moment in captured_at)
    return Access(paid, None, None)


# Subscriptions that Raseed charges: from the payments of its orders at Razorpay.


@dataclass(frozen=True)
class Money:
    """One try to pay an order. `ended_at` is when it failed, or was captured: some banks say yes
    after they said no."""

    made_at: int
    ended_at: int | None
    captured: bool
    is_debit: bool  # we charged the mandate; else a person paid
    reason: str = ""  # as far as we were told
    failed_at: int | None = None


@dataclass
class Bill:
    """One order at Razorpay with its tries, in the order in which they were made."""

    made_at: int
    # Paying it allows the debits that follow; its period begins with that payment.
    authorises: bool = False
    tries: list[Money] = field(default_factory=list)
    # When a debit was refused for good, as we heard, and why: it made no payment.
    refused: list[tuple[int, str]] = field(default_factory=list)
    # When the buyer ended the mandate that was debited, and whether a debit is on its way still.
    mandate_ended_at: int | None = None
    in_flight: bool = False

    @property
    def paid_at(self) -> int | None:
        return min((t.ended_at or 0 for t in self.tries if t.captured), default=None)

    @property
    def debits(self) -> list[Money]:
        return [t for t in self.tries if t.is_debit]

    @property
    def gave_up_at(self) -> int | None:
        """When the series ended without money: after three re-attempts, or where none helps: for
        its reason, or because the mandate was ended, and what was on its way has failed too."""
        failed = [(t.failed_at, t.reason) for t in self.debits if t.failed_at is not None]
        ended = sorted([*failed, *self.refused])
        ends = [at for at, reason in ended if reason in HOPELESS]
        ends += [at for at, _reason in ended[REATTEMPTS:]]
        if self.mandate_ended_at is not None and ended and not self.in_flight:
            ends.append(max(self.mandate_ended_at, ended[-1][0]))
        found = min(ends, default=None)
        if found is None or (self.paid_at is not None and self.paid_at <= found):
            return None
        return found


def billed(
    bills: Iterable[Bill], period: str, interval: int, status: str, resumed: list[int]
) -> History:
    """The history of a subscription that Raseed charges; its status is what people made of it."""
    history = History(status, resumed=resumed)
    for bill in bills:
        if bill.authorises:
            if bill.paid_at is None:
                continue
            anchor, step = max(bill.paid_at, paid_so_far(history, bill.paid_at)), 0
        else:
            anchor, step = following(history, bill.made_at)
        if bill.gave_up_at is not None:
            history.halts.append(bill.gave_up_at)
        start, end = (date(anchor, at, period, interval) for at in (step, step + 1))
        history.periods.append(Period(start, end, bill.paid_at, anchor, step))
        history.in_flight = bill.in_flight
    return history


def paid_so_far(history: History, moment: int) -> int:
    paid = [p for p in history.periods if p.paid_at is not None and p.paid_at < moment]
    return max((reach(period, history) for period in paid), default=0)


def following(history: History, moment: int) -> tuple[int, int]:
    """The next period begins where what is paid ends; where that was moved by a late payment, it
    is the new anchor."""
    paid = [p for p in history.periods if p.paid_at is not None and p.paid_at <= moment]
    last = max(paid, key=lambda period: reach(period, history))
    reached = reach(last, history)
    resumed = max((at for at in history.resumed if at <= moment), default=0)
    if resumed > reached:
        return resumed, 0
    return (last.anchor, last.step + 1) if reached == last.end else (reached, 0)


def date(anchor: int, step: int, period: str, interval: int) -> int:
    """The start of the n-th period: whole months count from the anchor's day."""
    start, count = datetime.fromtimestamp(anchor, UTC), step * interval
    if period == "weekly":
        return int((start + timedelta(weeks=count)).timestamp())
    months = count * {"monthly": 1, "quarterly": 3, "yearly": 12}[period]
    years, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + years, month + 1)[1]
    moved = start.replace(year=start.year + years, month=month + 1, day=min(start.day, last))
    return int(moved.timestamp())
