"""Subscriptions that Razorpay charges: they fail, are paid by hand, halted, revived, cancelled."""

from __future__ import annotations

from functools import partial
from typing import Any

from orders.models import Instruction
from subscriptions import acting, objections, starting
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.simulation.cases import Case, Purchase
from tests.simulation.clock import DAY, HOUR, shown
from tests.simulation.stage import Stage

# How many tries of a period fail: none, one, two, three, all four.
FAILURES, WEIGHTS = (0, 1, 2, 3, 4), (40, 18, 12, 10, 20)
FOREIGN = "international"


def begin(stage: Stage, case: Case) -> None:
    """Order it, and pay for the first time."""
    if not stage.sells(case):
        stage.later(stage.clock.now + HOUR, partial(begin, stage, case))
        return
    product = case.chance.choice(case.shop.products["follow"])
    email = f"buyer{case.number}.{len(case.purchases)}@example.com"
    with stage.calmly():
        account = case.shop.gateway.account
        subscription = starting.start(account, product, email, "Buyer", None)
    order = subscription.order
    purchase = Purchase(
        case, order.pk, order.uid, product.pk, email, stage.clock.now, subscription.pk,
        subscription.razorpay_subscription_id or "",
    )  # fmt: skip
    case.purchases.append(purchase)
    stage.knows(purchase.razorpay_id, purchase)
    stage.knows(purchase.uid, purchase)
    method = case.chance.choice(("card", "card", "upi"))
    case.tell(stage.clock.now, f"subscribed as {purchase.razorpay_id}, pays by {method}")
    stage.press(f"subscriptions/{purchase.razorpay_id}/pay", method=method, email=email)


def heard(stage: Stage, purchase: Purchase, name: str, entities: dict[str, Any]) -> None:
    """Something happened at Razorpay: what follows from it."""
    step = STEPS.get(name)
    if step is not None:
        step(stage, purchase, entities["subscription"])


def settled(stage: Stage, purchase: Purchase, subscription: dict[str, Any]) -> None:
    """A period is paid, or given up: how the next one will go. Some pause, some leave."""
    chance = purchase.case.chance
    failures = chance.choices(FAILURES, WEIGHTS)[0]
    tell(stage, purchase, f"{subscription['status']}; the next period fails {failures} times")
    stage.press(f"subscriptions/{purchase.razorpay_id}/fail-next", n=failures)
    luck = chance.random()
    if luck < 0.03 and subscription["status"] == "active":
        soon(stage, purchase, chance.uniform(1, 12) * DAY, pause)
    elif luck < 0.05:
        soon(stage, purchase, chance.uniform(1, 40) * DAY, cancel)


def failed(stage: Stage, purchase: Purchase, subscription: dict[str, Any]) -> None:
    """While Razorpay tries again people do things too, at any time of the day."""
    chance = purchase.case.chance
    tell(stage, purchase, f"try {subscription['auth_attempts']} failed")
    for share, deed in MEANWHILE:
        if chance.random() < share:
            soon(stage, purchase, chance.uniform(0.01, 0.99) * DAY, deed)
    if chance.random() < 0.04:
        soon(stage, purchase, 2 * DAY - chance.uniform(0, 6) * HOUR, authorise_late)


def halted(stage: Stage, purchase: Purchase, subscription: dict[str, Any]) -> None:
    chance = purchase.case.chance
    tell(stage, purchase, "halted")
    stage.press(f"subscriptions/{purchase.razorpay_id}/fail-next", n=0)
    deed = chance.choices((pay_old, change_method, cancel, nothing), (40, 30, 20, 10))[0]
    soon(stage, purchase, chance.uniform(0.02, 45) * DAY, deed)


def over(stage: Stage, purchase: Purchase, subscription: dict[str, Any]) -> None:
    """The buyer comes back after a while, with a new subscription."""
    tell(stage, purchase, subscription["status"])
    case = purchase.case
    if case.purchase is purchase:
        wait = int(case.chance.uniform(1, 20)) * DAY
        stage.later(stage.clock.now + wait, partial(begin, stage, case))


def soon(stage: Stage, purchase: Purchase, seconds: float, deed: Any) -> None:
    stage.later(stage.clock.now + int(seconds), partial(deed, stage, purchase))


def by_hand(stage: Stage, purchase: Purchase, what: str, path: str, **body: Any) -> None:
    """A person at Razorpay's dashboard or hosted page; the payment is noted as theirs."""
    done = stage.press(path, **body)
    if done is not None:
        payment = done.get("payment")
        if payment:
            purchase.by_hand.add(payment["id"])
        tell(stage, purchase, what)


def open_invoices(stage: Stage, purchase: Purchase) -> list[str]:
    with stage.world.turn():
        found = stage.world.books.all("invoice", subscription_id=purchase.razorpay_id)
    return [invoice["id"] for invoice in found if invoice["status"] == "issued"]


def pay(stage: Stage, purchase: Purchase) -> None:
    """The buyer, on the page that the link leads to. Only what is unpaid can be paid there."""
    if stage.doc(purchase.razorpay_id)["status"] in ("pending", "halted"):
        path = f"subscriptions/{purchase.razorpay_id}/pay"
        by_hand(stage, purchase, "the buyer pays the open invoice", path)


def press_attempt_charge(stage: Stage, purchase: Purchase, verb: str = "pay") -> None:
    """The seller, in Razorpay's dashboard."""
    for invoice in open_invoices(stage, purchase)[-1:]:
        by_hand(stage, purchase, f"by hand: {verb}", f"invoices/{invoice}/{verb}")


def fail_by_hand(stage: Stage, purchase: Purchase) -> None:
    press_attempt_charge(stage, purchase, "fail")


def pay_old(stage: Stage, purchase: Purchase) -> None:
    """The oldest open invoice, long after the halt."""
    for invoice in open_invoices(stage, purchase)[:1]:
        by_hand(stage, purchase, "the buyer pays an old invoice", f"invoices/{invoice}/pay")


def change_method(stage: Stage, purchase: Purchase) -> None:
    path = f"subscriptions/{purchase.razorpay_id}/change-method"
    by_hand(stage, purchase, "the buyer gives another card", path, method="card")


def authorise_late(stage: Stage, purchase: Purchase) -> None:
    path = f"subscriptions/{purchase.razorpay_id}/authorise-late"
    if stage.press(path):
        tell(stage, purchase, "the bank says yes to the last try after all")


def pause(stage: Stage, purchase: Purchase) -> None:
    chance = purchase.case.chance
    if stage.press(f"subscriptions/{purchase.razorpay_id}/pause"):
        tell(stage, purchase, "paused")
        soon(stage, purchase, chance.uniform(1, 50) * DAY, resume)


def resume(stage: Stage, purchase: Purchase) -> None:
    if stage.press(f"subscriptions/{purchase.razorpay_id}/resume"):
        tell(stage, purchase, "resumed")


def cancel(stage: Stage, purchase: Purchase) -> None:
    """At Razorpay by the seller, or here by the buyer."""
    if purchase.case.chance.random() < 0.5:
        if stage.press(f"subscriptions/{purchase.razorpay_id}/cancel"):
            tell(stage, purchase, "cancelled by the seller")
        return
    subscription = Subscription.objects.select_related("order__price", "gateway").get(
        pk=purchase.subscription_id
    )
    kind = SubscriptionInstruction.Kind.CANCEL
    try:
        acting.instruct(subscription, kind, Instruction.MadeBy.BUYER)
    except objections.NotPossible:
        return
    tell(stage, purchase, "the buyer asks us to cancel")


def nothing(stage: Stage, purchase: Purchase) -> None:
    """Left halted."""


def tell(stage: Stage, purchase: Purchase, what: str) -> None:
    purchase.case.tell(stage.clock.now, what)


MEANWHILE = [
    (0.10, pay),
    (0.05, change_method),
    (0.05, press_attempt_charge),
    (0.10, fail_by_hand),
    (0.03, cancel),
]
STEPS = {
    "subscription.charged": settled,
    "subscription.activated": settled,
    "subscription.resumed": settled,
    "subscription.pending": failed,
    "subscription.halted": halted,
    "subscription.cancelled": over,
    "subscription.completed": over,
}
__all__ = ["begin", "heard", "shown"]
