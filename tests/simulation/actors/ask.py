"""One-time orders: the first payment fails, and then the buyer pays, tries, leaves, or says no."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from orders import checkout
from orders.models import Order
from orders.recovering import links
from tests.simulation.cases import Case, Purchase
from tests.simulation.clock import DAY, HOUR
from tests.simulation.stage import Stage


def begin(stage: Stage, case: Case) -> None:
    """An order, and a first payment that fails. Now and then another order for the same."""
    if not stage.sells(case):
        stage.later(stage.clock.now + HOUR, partial(begin, stage, case))
        return
    product = case.shop.products["ask"][0]
    fresh = case.chance.random() < 0.7 or not case.purchases
    email = f"once{case.number}.{len(case.purchases)}@example.com" if fresh else case.purchase.email
    with stage.calmly():
        order = checkout.anew(case.shop.gateway.account, product, email, "Buyer", None)
    purchase = Purchase(
        case, order.pk, order.uid, product.pk, email, stage.clock.now,
        razorpay_id=order.razorpay_order_id or "",
    )  # fmt: skip
    case.purchases.append(purchase)
    stage.knows(purchase.razorpay_id, purchase)
    stage.knows(purchase.uid, purchase)
    tell(stage, purchase, f"ordered {purchase.razorpay_id}")
    soon(stage, purchase, case.chance.uniform(60, 3 * HOUR), fail)
    plan(stage, purchase)
    wait = int(case.chance.uniform(5, 45) * DAY)
    stage.later(stage.clock.now + wait, partial(begin, stage, case))


def plan(stage: Stage, purchase: Purchase) -> None:
    """What the buyer does in the days after."""
    chance = purchase.case.chance
    for _ in range(chance.choice((0, 0, 1, 2))):
        soon(stage, purchase, chance.uniform(0.15, 4) * DAY, fail)
    deeds = (pay, pay_quickly, authorise_late, decline, nothing)
    deed = chance.choices(deeds, (40, 10, 10, 10, 30))[0]
    wait = 4 * HOUR if deed is pay_quickly else chance.uniform(0.15, 6) * DAY
    soon(stage, purchase, wait, deed)


def heard(stage: Stage, purchase: Purchase, name: str, entities: dict[str, Any]) -> None:
    if name in ("payment.failed", "order.paid"):
        tell(stage, purchase, name)


def soon(stage: Stage, purchase: Purchase, seconds: float, deed: Any) -> None:
    stage.later(stage.clock.now + int(seconds), partial(deed, stage, purchase))


def fail(stage: Stage, purchase: Purchase) -> None:
    stage.press(f"orders/{purchase.razorpay_id}/fail", email=purchase.email)


def pay(stage: Stage, purchase: Purchase) -> None:
    stage.press(f"orders/{purchase.razorpay_id}/pay", email=purchase.email)


def pay_quickly(stage: Stage, purchase: Purchase) -> None:
    pay(stage, purchase)


def authorise_late(stage: Stage, purchase: Purchase) -> None:
    stage.press(f"orders/{purchase.razorpay_id}/authorise-late")


def decline(stage: Stage, purchase: Purchase) -> None:
    """By the link in the mail."""
    order = Order.objects.get(pk=purchase.order_id)
    path = links.decline_url(order).removeprefix(settings.PUBLIC_URL)
    if stage.browser.post(path).status_code >= 400:
        raise RuntimeError(f"Saying no to {purchase.uid} failed.")
    purchase.declined_at = int(timezone.now().timestamp())
    tell(stage, purchase, "the buyer says no")


def nothing(stage: Stage, purchase: Purchase) -> None:
    """The buyer is never heard of again."""


def tell(stage: Stage, purchase: Purchase, what: str) -> None:
    purchase.case.tell(stage.clock.now, what)
