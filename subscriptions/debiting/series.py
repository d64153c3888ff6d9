"""The re-attempts of one bill: three after the first failure, when each is due, how they end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from orders import reasons
from orders.causes import at
from orders.models import Payment
from orders.reasons import Remedy
from orders.retries import DELAY, REATTEMPTS
from subscriptions.debiting import tries as tries_
from subscriptions.debiting.tries import Try
from subscriptions.models import Bill

A_DAY = int(DELAY.total_seconds())
NEW_MANDATE = "new_mandate_needed"


@dataclass(frozen=True)
class Over:
    """When and why no further try is made of a bill that is not paid."""

    at: int
    reason: str
    is_missed: bool = False


@dataclass(frozen=True)
class Series:
    """A bill whose period has begun, with everything that was tried to be paid for it.

    `asked` says when the buyer was asked to pay in place of the n-th debit, `mandate_ended` when
    the mandate that was debited last was ended, and `superseded_at` when a later bill was paid:
    what becomes of this one stops nothing any more.
    """

    bill: Bill
    start: int
    end: int
    anchor: int
    step: int
    payments: list[Payment]
    tries: dict[int, Try]
    asked: dict[int, int] = field(default_factory=dict)
    mandate_ended: int | None = None
    superseded_at: int | None = None

    @property
    def paid_at(self) -> int | None:
        """When money came in for it first, whoever paid."""
        return min((p.captured_at or 0 for p in self.payments if p.captured), default=None)

    @property
    def first_failure(self) -> int | None:
        moments = [made.failed_at for made in self.tries.values() if made.failed_at is not None]
        return min(moments, default=None)

    @property
    def in_flight(self) -> Try | None:
        """A debit of ours that may become money still."""
        return next((made for made in self.tries.values() if not made.has_ended), None)

    @property
    def is_being_paid(self) -> bool:
        """A payment is authorized and not captured yet: Razorpay takes no other meanwhile."""
        return any(p.status == Payment.Status.AUTHORIZED for p in self.payments)

    @property
    def next_n(self) -> int | None:
        """Which try comes next: 0 the first, None once all were made."""
        done = {*self.tries, *self.asked}
        return next((n for n in range(REATTEMPTS + 1) if n not in done), None)

    @property
    def is_untried(self) -> bool:
        return self.paid_at is None and self.over is None and self.next_n == 0

    @property
    def is_asking(self) -> bool:
        """Razorpay refused a further payment of the order, so what remains is the buyer's."""
        return any(made.reason == tries_.ORDER_REFUSED for made in self.tries.values())

    @property
    def over(self) -> Over | None:
        """How the series ended without money; None while it goes on, or when money ended it."""
        found = min(self.endings(), key=lambda over: over.at, default=None)
        money = [moment for moment in (self.paid_at, self.superseded_at) if moment is not None]
        if found is None or any(moment < found.at for moment in money):
            return None
        return found

    def endings(self) -> list[Over]:
        last, found = self.tries.get(REATTEMPTS), []
        if last is not None and last.ended_at is not None and last.failed_at is not None:
            found.append(Over(last.failed_at, ""))
        if REATTEMPTS in self.asked and self.is_asked_out(REATTEMPTS):
            found.append(Over(self.asked[REATTEMPTS] + A_DAY, ""))
        for made in self.tries.values():
            if made.failed_at is not None and reasons.ends_debits(made.reason):
                found.append(Over(made.failed_at, told(made.reason)))
        if self.mandate_ended is not None and self.waits_for_mandate:
            failed = [made.failed_at for made in self.tries.values() if made.failed_at is not None]
            found.append(Over(max(self.mandate_ended, *failed), NEW_MANDATE))
        first = self.tries.get(0)
        if first is not None and first.is_old_news and first.known_at is not None:
            found.append(Over(int(first.known_at.timestamp()), "too_late", is_missed=True))
        return found

    @property
    def waits_for_mandate(self) -> bool:
        """Whether a debit is to follow one that failed: none is on its way, nobody is asked."""
        return self.first_failure is not None and self.in_flight is None and not self.is_asking

    def is_asked_out(self, n: int) -> bool:
        """Whether the day that the buyer was given to pay is over."""
        later = any(other > n for other in self.asked)
        return later or self.asked[n] + A_DAY <= timezone.now().timestamp()

    def due(self, n: int) -> datetime:
        """When the n-th re-attempt may be made, as far as is known now."""
        return self.dues()[n]

    def dues(self) -> dict[int, datetime]:
        """All three. What lies ahead of the next is an estimate."""
        first, dues = at(self.first_failure or self.start), {0: at(self.start)}
        for n in range(1, REATTEMPTS + 1):
            dues[n] = max(first + n * DELAY, self.after(n - 1, dues[n - 1]))
        return dues

    def after(self, n: int, due: datetime) -> datetime:
        """The earliest moment for the try that follows the n-th."""
        made = self.tries.get(n)
        if made is None:
            return at(self.asked[n]) + DELAY if n in self.asked else due + DELAY
        return follows(made)


def follows(made: Try) -> datetime:
    """The earliest moment for the try after this one: a day after its result was known, and as long
    after its start as the method asks. Razorpay's dates count beside ours, so that two do not come
    close together where our clock was behind."""
    started_at, payment = made.debit.started_at, made.payment
    began = max(started_at, at((payment.created_at if payment else None) or 0))
    known = max(began, made.known_at or began, at(made.failed_at or 0))
    return max(known + DELAY, began + (made.free_at - started_at))


def told(reason: str) -> str:
    """As the ledger says it: what only a new mandate can help is named so."""
    return NEW_MANDATE if reasons.remedy(reason) == Remedy.NEW_MANDATE else reason
