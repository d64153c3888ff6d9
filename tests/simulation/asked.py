"""One-time orders: three mails a day apart from the earliest failure, and none once it is over."""

from __future__ import annotations

from orders.models import Mail, Reattempt
from sandbox.books import Doc
from tests.simulation import histories
from tests.simulation.cases import Purchase
from tests.simulation.clock import DAY, shown
from tests.simulation.judge import Judge, told
from tests.simulation.stage import Stage

OPEN = {"scheduled", "started", "unknown"}
REMINDERS = 3
LATE = 1_200  # a task and the mails after it


def compare(
    stage: Stage,
    judge: Judge,
    purchase: Purchase,
    payments: list[Doc],
    series: dict[int, list[Reattempt]],
) -> None:
    """The series begins with the first failure. The buyer's further tries are not counted."""
    failed = histories.moments(purchase, "payment.failed")
    rows = series.get(0, [])
    if not failed or purchase.unsure_until > stage.clock.now:
        if rows and not failed:
            judge.blame("ledger", purchase, "a series without a failure")
        return
    judge.figures["ledgers: compared"] += 1
    over_at = over(purchase)
    if sorted(row.n for row in rows if row.n) != [1, 2, 3]:
        judge.blame("three rows", purchase, told(rows))
    if over_at is not None and any(row.state in OPEN for row in rows):
        judge.blame("ledger", purchase, f"over since {shown(over_at)}: {told(rows)}")
    look_at_reminders(stage, judge, purchase, min(failed), over_at)


def look_at_reminders(
    stage: Stage, judge: Judge, purchase: Purchase, failed_at: int, over_at: int | None
) -> None:
    sent = sorted(
        int(moment.timestamp())
        for moment in Mail.objects.filter(
            order=purchase.order_id, kind=Mail.Kind.REMINDER, sent_at__isnull=False
        ).values_list("sent_at", flat=True)
        if moment is not None
    )
    judge.figures["reminders"] += len(sent)
    if len(sent) > REMINDERS:
        judge.blame("more than three", purchase, f"reminded at {list(map(shown, sent))}")
    for before, after in zip([failed_at, *sent], sent, strict=False):
        if after - before < DAY:
            judge.blame("two in one day", purchase, f"{shown(before)} and {shown(after)}")
    if over_at is not None and any(moment > over_at + LATE for moment in sent):
        judge.blame("asked in vain", purchase, f"over {shown(over_at)}, {list(map(shown, sent))}")
    shop = purchase.case.shop.number
    ends = stage.faults.after(shop, failed_at, (REMINDERS + 1) * DAY + REMINDERS * LATE)
    if over_at is None and len(sent) < REMINDERS and stage.clock.now > ends + DAY:
        judge.blame("forgotten", purchase, f"failed {shown(failed_at)}, {list(map(shown, sent))}")


def over(purchase: Purchase) -> int | None:
    """When Raseed was told of money, for this order or another of the same buyer for the same, or
    when the buyer said no."""
    moments = [purchase.declined_at] if purchase.declined_at is not None else []
    began = min(histories.moments(purchase, "payment.failed"))
    for other in purchase.case.purchases:
        if other.email == purchase.email:
            moments += [
                max(fact["arrives"], began)
                for fact in other.facts
                if fact["name"] == "payment.captured" and fact["arrives"] is not None
            ]
    return min(moments, default=None)
