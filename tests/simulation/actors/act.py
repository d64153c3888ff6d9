"""Subscriptions that Raseed charges from a mandate: the bank says no, the buyer pays, or leaves."""

from __future__ import annotations

from functools import partial
from typing import Any

from orders import checkout
from orders.models import Instruction
from subscriptions import acting, authorising, objections
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.simulation.cases import Case, Purchase
from tests.simulation.clock import DAY, HOUR
from tests.simulation.knowing import of_a_debit
from tests.simulation.stage import Stage

FAILURES, WEIGHTS = (0, 1, 2, 3, 4), (40, 18, 12, 10, 20)
REASONS = (
    *["insufficient_funds"] * 8, "payment_timed_out", "bank_technical_error", "card_declined",
    "mandate_cancelled", "transaction_limit_exceeded",
)  # fmt: skip
MEANS: tuple[dict[str, Any], ...] = (
    {"method": "card"},
    {"method": "card", "international": True},
    {"method": "upi"},
)


def begin(stage: Stage, case: Case) -> None:
    """Order it, and pay for the first time: the payment allows the debits that follow."""
    if not stage.sells(case):
        stage.later(stage.clock.now + HOUR, partial(begin, stage, case))
        return
    product = case.chance.choice(case.shop.products["act"])
    email = f"mandate{case.number}.{len(case.purchases)}@example.com"
    with stage.calmly():
        order = checkout.anew(case.shop.gateway.account, product, email, "Buyer", None)
    purchase = Purchase(
        case, order.pk, order.uid, product.pk, email, stage.clock.now, order.subscription.pk,
        order.razorpay_order_id or "", period=order.price.period, interval=order.price.interval,
    )  # fmt: skip
    case.purchases.append(purchase)
    stage.knows(purchase.razorpay_id, purchase)
    stage.knows(purchase.uid, purchase)
    give_mandate(stage, purchase)


def give_mandate(stage: Stage, purchase: Purchase) -> None:
    """The buyer chooses a method on the pay page, and pays there."""
    means = purchase.case.chance.choice(MEANS)
    subscription = Subscription.objects.select_related("order__price", "gateway").get(
        pk=purchase.subscription_id
    )
    with stage.calmly():
        bill = authorising.by(subscription, means["method"])
        authorising.make(bill)
    order_id = bill.razorpay_order_id or ""
    purchase.authorising.add(order_id)
    tell(stage, purchase, f"{purchase.uid}: allows debits by paying {order_id} with {means}")
    done = stage.press(f"orders/{order_id}/pay", **means, email=purchase.email)
    assert done is not None
    renewed(stage, purchase, done["token"]["id"])


def renewed(stage: Stage, purchase: Purchase, token_id: str) -> None:
    """A mandate stands: how the next bill will go by it."""
    purchase.token_id, purchase.mandate_ended_at = token_id, None
    stage.knows(token_id, purchase)
    plan_next(stage, purchase)


def plan_next(stage: Stage, purchase: Purchase) -> None:
    chance = purchase.case.chance
    failures, reason = chance.choices(FAILURES, WEIGHTS)[0], chance.choice(REASONS)
    tell(stage, purchase, f"the next {failures} debits fail: {reason}")
    stage.press(f"tokens/{purchase.token_id}/fail-next", n=failures, reason=reason)
    luck = chance.random()
    for share, deed in AT_PEACE:
        luck -= share
        if luck < 0:
            soon(stage, purchase, chance.uniform(0.1, 40) * DAY, deed)
            return


def heard(stage: Stage, purchase: Purchase, name: str, entities: dict[str, Any]) -> None:
    if name == "payment.captured":
        tell(stage, purchase, f"{entities['payment']['id']} was captured")
        plan_next(stage, purchase)
    elif name == "payment.failed":
        failed(stage, purchase, entities)
    elif name == "token.paused":
        purchase.was_paused = True
    elif name == "token.cancelled":
        tell(stage, purchase, name)
        purchase.mandate_ended_at = stage.clock.now
        if purchase.ended != "cancelled":  # else it was given back
            purchase.ended_mandates[entities["token"]["id"]] = stage.clock.now


def failed(stage: Stage, purchase: Purchase, entities: dict[str, Any]) -> None:
    """While we try again people do things too."""
    payment, chance = entities["payment"], purchase.case.chance
    tell(stage, purchase, f"{payment['id']} on {payment['order_id']} failed")
    if not of_a_debit(entities):
        return
    for share, deed in MEANWHILE:
        if chance.random() < share:
            soon(stage, purchase, chance.uniform(0.01, 1.99) * DAY, deed, payment)
    if chance.random() < 0.5:
        # For whoever is halted; while it is still tried, the order is paid and that is that.
        deed = chance.choice((pay, pay, renew))
        soon(stage, purchase, chance.uniform(4, 40) * DAY, deed, payment)


def soon(stage: Stage, purchase: Purchase, seconds: float, deed: Any, *more: Any) -> None:
    stage.later(stage.clock.now + int(seconds), partial(deed, stage, purchase, *more))


def pay(stage: Stage, purchase: Purchase, payment: dict[str, Any]) -> None:
    """The buyer, on the page of the open bill."""
    path = f"orders/{payment['order_id']}/pay"
    if stage.press(path, email=purchase.email, recurring=False):
        tell(stage, purchase, f"the buyer pays {payment['order_id']}")


def fail_by_hand(stage: Stage, purchase: Purchase, payment: dict[str, Any]) -> None:
    done = stage.press(f"orders/{payment['order_id']}/fail", email=purchase.email)
    if done is not None:
        purchase.by_hand.add(done["payment"]["id"])


def leave_at_bank(stage: Stage, purchase: Purchase, payment: dict[str, Any]) -> None:
    stage.press(f"orders/{payment['order_id']}/start", email=purchase.email)


def authorise_late(stage: Stage, purchase: Purchase, payment: dict[str, Any]) -> None:
    if stage.press(f"payments/{payment['id']}/authorise-late"):
        tell(stage, purchase, f"the bank says yes to {payment['id']} after all")


def cancel_mandate(stage: Stage, purchase: Purchase, payment: Any = None) -> None:
    """In the buyer's UPI app, or at the bank."""
    if stage.press(f"tokens/{purchase.token_id}/cancel"):
        tell(stage, purchase, "the buyer cancels the mandate")


def pause_mandate(stage: Stage, purchase: Purchase, payment: Any = None) -> None:
    if stage.press(f"tokens/{purchase.token_id}/pause"):
        tell(stage, purchase, "the buyer pauses the mandate")
        wait = purchase.case.chance.uniform(0.5, 9) * DAY
        soon(stage, purchase, wait, resume_mandate)


def resume_mandate(stage: Stage, purchase: Purchase) -> None:
    if stage.press(f"tokens/{purchase.token_id}/resume"):
        tell(stage, purchase, "the buyer resumes the mandate")


def cancel(stage: Stage, purchase: Purchase, payment: Any = None) -> None:
    """Here, by buyer or seller; the buyer comes back with a new one."""
    if not instruct(purchase, SubscriptionInstruction.Kind.CANCEL):
        return
    tell(stage, purchase, "cancelled here")
    purchase.ended = "cancelled"
    case = purchase.case
    if case.purchase is purchase:
        wait = int(case.chance.uniform(1, 20)) * DAY
        stage.later(stage.clock.now + wait, partial(begin, stage, case))


def pause(stage: Stage, purchase: Purchase, payment: Any = None) -> None:
    """Here, while all is paid; perhaps for longer than that reaches."""
    if instruct(purchase, SubscriptionInstruction.Kind.PAUSE):
        purchase.ended = "paused"
        tell(stage, purchase, "paused here")
        soon(stage, purchase, purchase.case.chance.uniform(1, 40) * DAY, resume)


def resume(stage: Stage, purchase: Purchase) -> None:
    if instruct(purchase, SubscriptionInstruction.Kind.RESUME):
        purchase.ended = None
        purchase.resumed.append(stage.clock.now - stage.clock.behind)
        tell(stage, purchase, "resumed here")


def renew(stage: Stage, purchase: Purchase, payment: Any = None) -> None:
    """Charging has stopped, and the buyer allows debits anew."""
    stands = Subscription.objects.get(pk=purchase.subscription_id)
    if stands.status == Subscription.Status.HALTED and stage.sells(purchase.case):
        give_mandate(stage, purchase)


def instruct(purchase: Purchase, kind: SubscriptionInstruction.Kind) -> bool:
    rows = Subscription.objects.select_related("order__price", "gateway")
    subscription = rows.get(pk=purchase.subscription_id)
    who = purchase.case.chance.choice((Instruction.MadeBy.BUYER, Instruction.MadeBy.SELLER))
    if kind != SubscriptionInstruction.Kind.CANCEL:  # buyers can do nothing else
        who = Instruction.MadeBy.SELLER
    try:
        told = acting.instruct(subscription, kind, who)
    except objections.NotPossible:
        return False
    # While Razorpay is away, a person is told that nothing was done.
    return told.state != Instruction.State.REFUSED


def before_debit(stage: Stage, purchase: Purchase, order_id: str) -> None:
    """Between our last look and the charge."""
    chance = purchase.case.chance
    if stage.plan.calm or chance.random() >= 0.04:
        return
    deed = chance.choice((pay, cancel_mandate, fail_by_hand))
    deed(stage, purchase, {"order_id": order_id})


def tell(stage: Stage, purchase: Purchase, what: str) -> None:
    purchase.case.tell(stage.clock.now, what)


AT_PEACE = [(0.03, cancel), (0.02, cancel_mandate), (0.02, pause_mandate), (0.03, pause)]
MEANWHILE = [
    (0.08, pay),
    (0.08, fail_by_hand),
    (0.04, leave_at_bank),
    (0.04, authorise_late),
    (0.02, cancel),
    (0.02, cancel_mandate),
    (0.02, pause_mandate),
]
