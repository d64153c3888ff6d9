"""Looked at when all is over: the sandbox's books against ours, payment by payment."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from typing import Any

from django.db.models import QuerySet

from orders import digests
from orders.models import Mail, Payment, Reattempt
from sandbox.books import Doc
from tests.simulation import doubles, ledgers, rounds
from tests.simulation.cases import Purchase
from tests.simulation.judge import Judge
from tests.simulation.stage import Stage


def compare(stage: Stage, judge: Judge) -> None:
    with stage.world.turn():
        docs = stage.world.books.all("payment")
    theirs: dict[str, list[Doc]] = defaultdict(list)
    for doc in docs:
        purchase = stage.of_order(doc["order_id"]) if doc["order_id"] else None
        if purchase is not None:
            theirs[purchase.uid].append(doc)
    ours = ours_by_order(stage)
    rows = rows_by_order()
    for case in stage.cases:
        for purchase in case.purchases:
            found = theirs[purchase.uid]
            judge.figures["purchases"] += 1
            judge.figures["payments at Razorpay"] += len(found)
            compare_money(judge, purchase, found, ours[purchase.order_id])
            doubles.look(stage, judge, purchase, found)
            ledgers.compare(stage, judge, purchase, found, rows[purchase.order_id])
    count_mails(stage, judge)


def ours_by_order(stage: Stage) -> dict[int, dict[str, bool]]:
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    rows = Payment.objects.values_list("order_id", "razorpay_payment_id", "captured")
    for order_id, razorpay_id, captured in rows:
        found[order_id][razorpay_id] = captured
    return found


def rows_by_order() -> dict[int, list[Reattempt]]:
    found: dict[int, list[Reattempt]] = defaultdict(list)
    for row in Reattempt.objects.select_related("payment").order_by("cycle", "n", "pk"):
        found[row.order_id].append(row)
    return found


def compare_money(
    judge: Judge, purchase: Purchase, theirs: list[Doc], ours: dict[str, bool]
) -> None:
    """Every captured payment is known as captured, and no other one is."""
    captured = {doc["id"] for doc in theirs if doc["captured"]}
    known = {razorpay_id for razorpay_id, came in ours.items() if came}
    judge.figures["captured payments"] += len(captured)
    if purchase.unsure_until > judge.stage.clock.now:
        judge.figures["money: not compared, news on its way"] += 1
        return
    if captured != known:
        judge.blame(
            "money",
            purchase,
            f"captured and not known: {sorted(captured - known)};"
            f" known and not captured: {sorted(known - captured)}",
        )


def count_mails(stage: Stage, judge: Judge) -> None:
    """As many left as rows say, and none twice with the same words to the same person."""
    letters = rounds.outbox()
    sent = Mail.objects.filter(state=Mail.State.SENT)
    judge.figures["mails sent"] += len(letters)
    judge.figures.update(
        {f"mails: {kind}": count for kind, count in Counter(
            sent.values_list("kind", flat=True)).items()}
    )  # fmt: skip
    rows = sent.count() - in_one_mail(sent)
    if len(letters) != rows:
        judge.blame("mails", stage.cases[0].purchase,
                    f"{len(letters)} left, and {rows} rows say so")  # fmt: skip
    alike: Counter[Any] = Counter((tuple(m.to), m.subject, m.body) for m in letters)
    twice = [key for key, count in alike.items() if count > 1]
    judge.figures["mails alike"] += len(twice)
    for to, subject, body in twice[:3]:
        sys.stderr.write(f"ALIKE {to} {subject}\n{body}\n")


def in_one_mail(sent: QuerySet[Mail]) -> int:
    """How many rows share a mail with another: what waited for the morning goes out together."""
    rows = sent.filter(kind__in=digests.DIGESTED).select_related("order__customer__account")
    together = [
        (account.pk, mail.sent_at)
        for mail in rows
        if mail.order and digests.is_put_off(mail, account := mail.order.customer.account)
    ]
    return len(together) - len(set(together))
