"""A day of mixed lives at the sandbox: what buyers, banks and a seller do in 24 hours."""

from __future__ import annotations

from dataclasses import dataclass, field

from orders.models import Customer, Order
from subscriptions.models import Subscription
from tests.webhooks.reconciling.shop import DAY, HOUR, Shop

NEXT_MONTH = 31 * DAY


@dataclass
class Before:
    """What the books knew before the webhooks were lost."""

    paid: list[str] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    running: list[Subscription] = field(default_factory=list)
    mandate: Subscription | None = None


def before(shop: Shop) -> Before:
    """A month ago: orders, paid and open, and subscriptions, of which each has paid once."""
    shop.stage.delivers = True
    found = Before()
    for _ in range(3):
        found.orders.append(shop.order())
    found.paid = [shop.pay(order) for order in found.orders[:2]]
    for method in ("upi", "card", "card", "upi", "card"):
        found.running.append(shop.subscription())
        shop.on(found.running[-1], "pay", method=method)
    found.mandate = shop.stage.subscription(customer(shop))
    shop.stage.authorise(found.mandate, method="upi")
    shop.stage.hear()
    return found


def customer(shop: Shop) -> Customer:
    return Customer.objects.create(account=shop.gateway.account, email=shop.email())


def play(shop: Shop, known: Before) -> None:
    """A day, and nothing of it is told."""
    one_time(shop, known)
    shop.go(HOUR)
    new_subscriptions(shop)
    shop.go(HOUR)
    old_subscriptions(shop, known)
    shop.press("strangers", n=3)
    shop.go(20 * HOUR)


def one_time(shop: Shop, known: Before) -> None:
    shop.pay(shop.order(), method="upi")
    failed = shop.order()
    shop.at(failed, "fail", reason="insufficient_funds")
    late = shop.order()
    shop.at(late, "fail")
    shop.at(late, "authorise-late")
    again = shop.order()
    shop.at(again, "fail")
    shop.pay(again)
    half = shop.pay(shop.order())
    shop.press(f"payments/{half}/refund", amount=10_000)
    shop.press(f"payments/{half}/refund", amount=5_000)
    whole = shop.pay(shop.order())
    shop.press(f"payments/{whole}/refund")
    waiting = shop.pay(shop.order())
    shop.press(f"payments/{waiting}/refund", amount=700, status="pending")
    for steps in ([], ["review", "win"], ["lose"]):
        disputed = shop.press(f"payments/{shop.pay(shop.order())}/dispute", amount=9_000)
        for step in steps:
            shop.press(f"disputes/{disputed['dispute']['id']}/{step}")
    shop.at(shop.order(), "start")
    shop.order()
    # Of a month ago.
    shop.pay(known.orders[2])
    shop.press(f"payments/{known.paid[0]}/refund", amount=9_900)
    shop.press(f"payments/{known.paid[1]}/refund")


def new_subscriptions(shop: Shop) -> None:
    for switch in ("pay", "fail"):
        shop.on(shop.subscription(), switch)
    later = shop.subscription(trial_days=7)
    shop.on(later, "pay")
    upfront = shop.subscription(trial_days=7, upfront_amount=5_000)
    shop.on(upfront, "pay")
    shop.on(shop.subscription(upfront_amount=5_000), "pay")
    shop.subscription()


def old_subscriptions(shop: Shop, known: Before) -> None:
    charged, failing, halted, paused, cancelled = known.running
    shop.on(charged, "charge")
    shop.on(failing, "fail", reason="insufficient_funds")
    shop.on(failing, "fail", reason="card_declined")
    for _ in range(4):
        shop.on(halted, "fail")
    shop.on(paused, "pause")
    shop.on(charged, "refund", amount=1_000)
    shop.on(cancelled, "cancel")
    shop.press(f"tokens/{shop.stage.token}/pause")
