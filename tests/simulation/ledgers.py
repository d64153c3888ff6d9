"""The ledger of re-attempts against what the sandbox saw: each try, and no other."""

from __future__ import annotations

from collections import Counter, defaultdict

from orders.models import Reattempt
from sandbox.books import Doc
from tests.simulation import asked, doubles, histories
from tests.simulation.cases import Purchase
from tests.simulation.clock import DAY, HOUR, shown
from tests.simulation.judge import Judge, told
from tests.simulation.stage import Stage

MADE = {"failed", "succeeded"}
OPEN = {"scheduled", "started", "unknown"}


def compare(
    stage: Stage, judge: Judge, purchase: Purchase, payments: list[Doc], rows: list[Reattempt]
) -> None:
    """Whatever charges: three rows with an n for each failure, a day apart, none open for ever."""
    series: dict[int, list[Reattempt]] = defaultdict(list)
    for row in rows:
        series[row.cycle].append(row)
    for cycle, found in series.items():
        look_at_series(judge, purchase, cycle, found)
    WAYS[purchase.case.kind](stage, judge, purchase, payments, series)


def look_at_series(judge: Judge, purchase: Purchase, cycle: int, rows: list[Reattempt]) -> None:
    numbered = [row for row in rows if row.n is not None]
    judge.figures["series"] += 1
    for row in rows:
        judge.figures[f"re-attempts: {row.state}" + ("" if row.n else ", not counted")] += 1
    # None at all where nothing failed but what somebody tried by hand.
    if numbered and sorted(row.n or 0 for row in numbered) != [1, 2, 3]:
        judge.blame("three rows", purchase, f"cycle {cycle}: {[str(row) for row in rows]}")
    if sum(row.counted for row in rows) > 3 or any(row.counted for row in rows if row.n is None):
        judge.blame("more than three", purchase, f"cycle {cycle}: {told(rows)}")
    if purchase.case.kind == "ask":
        asked = sorted(row.started_at for row in numbered if row.started_at)
        for before, after in zip(asked, asked[1:], strict=False):
            if (after - before).total_seconds() < DAY:
                judge.blame("two in one day", purchase, f"asked at {before} and {after}")


def compare_followed(
    stage: Stage, judge: Judge, purchase: Purchase, payments: list[Doc],
    series: dict[int, list[Reattempt]],
) -> None:  # fmt: skip
    """Each period's tries by Razorpay itself, in their order: the n-th after the first is row n."""
    if purchase.unsure_until > stage.clock.now:
        judge.figures["ledgers: not compared, news on its way"] += 1
        return
    by_invoice: dict[str, list[Doc]] = defaultdict(list)
    for doc in payments:
        if doc["invoice_id"]:
            by_invoice[doc["invoice_id"]].append(doc)
    for invoice_id, tries in by_invoice.items():
        start = stage.doc(invoice_id)["billing_start"]
        automatic = [doc for doc in tries if doc["id"] not in purchase.by_hand]
        if start is None or not has_failed(purchase, automatic):
            continue
        judge.figures["ledgers: compared"] += 1
        untold = cut_off(purchase, series[start])
        judge.figures["tries cut off by a payment or a cancellation, unclear"] += len(untold)
        look_at_rows(judge, purchase, start, series[start])
        made = len(automatic) - 1 - len(untold)
        compare_tries(judge, purchase, start, made, series[start])
        rows = [row for row in series[start] if row not in untold]
        compare_by_hand(judge, purchase, start, tries, rows)


def cut_off(purchase: Purchase, rows: list[Reattempt]) -> list[Reattempt]:
    """Tries of which only the payment was heard: what told whose they were was dropped, and before
    anybody asked, somebody paid or the subscription was cancelled: then Razorpay says no more how
    often it had tried. Raseed shows them as unclear."""
    lost = [fact["at"] for fact in purchase.facts if fact["arrives"] is None
            and fact["name"] in ("subscription.pending", "subscription.halted")]  # fmt: skip
    ended = [
        *histories.moments(purchase, "subscription.charged"),
        *histories.moments(purchase, "subscription.cancelled"),
    ]
    cut = [moment for moment in lost if any(0 <= end - moment < DAY for end in ended)]
    return [
        row for row in rows
        if row.made_by == Reattempt.MadeBy.UNCLEAR
        and any(abs(row.due_at.timestamp() - moment) <= HOUR for moment in cut)
    ]  # fmt: skip


def look_at_rows(judge: Judge, purchase: Purchase, start: int, rows: list[Reattempt]) -> None:
    if sorted(row.n for row in rows if row.n) != [1, 2, 3]:
        judge.blame("three rows", purchase, f"period {shown(start)}: {told(rows)}")


def has_failed(purchase: Purchase, automatic: list[Doc]) -> bool:
    failed = {f["payment"]["id"] for f in purchase.facts if f["name"] == "payment.failed"}
    return any(doc["id"] in failed for doc in automatic)


def compare_tries(
    judge: Judge, purchase: Purchase, start: int, made: int, rows: list[Reattempt]
) -> None:
    counted = sorted(row.n or 0 for row in rows if row.counted)
    wrong = [row for row in rows if row.counted != (row.n is not None and row.state in MADE)]
    judge.figures["re-attempts at Razorpay"] += made
    if counted != list(range(1, made + 1)) or wrong:
        judge.blame(
            "ledger",
            purchase,
            f"period {shown(start)}: the sandbox saw {made} re-attempts; ours: {told(rows)}",
        )


def compare_by_hand(
    judge: Judge, purchase: Purchase, start: int, tries: list[Doc], rows: list[Reattempt]
) -> None:
    """What failed by hand and was told is shown and not counted; and nothing else is. Of two that
    failed in one second nobody can tell which was made by hand."""
    shown_as = {row.payment.razorpay_payment_id for row in rows if row.payment and row.n is None}
    told_of = {f["payment"]["id"] for f in purchase.facts if f["name"] == "payment.failed"
               and f.get("arrives")}  # fmt: skip
    failed = {doc["id"] for doc in tries if doc["status"] == "failed"}
    missing = (failed & purchase.by_hand & told_of) - shown_as
    strange = shown_as - purchase.by_hand
    when = {f["payment"]["id"]: f["at"] for f in purchase.facts if f["name"] == "payment.failed"}
    if Counter(map(when.get, missing)) == Counter(map(when.get, strange)):
        missing, strange = set(), set()
    judge.figures["tries by hand, shown"] += len(shown_as)
    if missing or strange:
        judge.blame(
            "by hand", purchase,
            f"period {shown(start)}: not shown {sorted(missing)}, shown and automatic"
            f" {sorted(strange)}; ours: {told(rows)}",
        )  # fmt: skip


def compare_charged(
    stage: Stage, judge: Judge, purchase: Purchase, payments: list[Doc],
    series: dict[int, list[Reattempt]],
) -> None:  # fmt: skip
    """Our own debits: each that Razorpay took and ended is the first of its bill, or counted."""
    if purchase.unsure_until > stage.clock.now:
        judge.figures["ledgers: not compared, news on its way"] += 1
        return
    if purchase.was_paused:  # which slots pass meanwhile is not modelled, nor when it halts
        judge.figures["ledgers: not compared, mandate was paused"] += 1
        return
    bills, history = histories.begun(purchase), histories.of(purchase)
    for (order_id, bill), period in zip(bills.items(), history.periods, strict=True):
        debits = [d for d in payments if d["order_id"] == order_id and doubles.is_debit(d)]
        ended = [doc for doc in debits if doc["status"] != "created"]
        rows = near(series, period.start)
        if not ended or not (rows or any(doc["status"] == "failed" for doc in ended)):
            continue
        refused_first = bill.refused and bill.refused[0][0] < ended[0]["created_at"]
        made = len(ended) - (0 if refused_first else 1)
        judge.figures["ledgers: compared"] += 1
        judge.figures["re-attempts at Razorpay"] += made
        if any(doc["status"] == "failed" for doc in ended):
            look_at_rows(judge, purchase, period.start, rows)
        if sum(row.counted for row in rows) != made:
            judge.blame(
                "ledger", purchase,
                f"{order_id}: the sandbox saw {made} re-attempts; ours: {told(rows)}",
            )  # fmt: skip


def near(series: dict[int, list[Reattempt]], start: int) -> list[Reattempt]:
    """Both sides count a period from the same payment, to the second."""
    return next((rows for cycle, rows in series.items() if abs(cycle - start) <= 2), [])


WAYS = {"follow": compare_followed, "act": compare_charged, "ask": asked.compare}
