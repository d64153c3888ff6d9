"""Start a subscription: our order and row first, then Razorpay's subscription, which names ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from gateways import problems
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import checkout, linking
from orders.checkout import NotPlaceable
from orders.models import Order, Price, Product
from subscriptions import plans, settling
from subscriptions.models import Plan, Subscription


def start(
    account: Account, product: Product, email: str, name: str, mode: str | None
) -> Subscription:
    """Place the order of a subscription and create it at Razorpay.

    Raises NotPlaceable, gateways.choosing.NoGateway and gateways.razorpay.errors. After a definite
    refusal nothing is kept; after a lost answer the rows are, and they expire unpaid.
    """
    check(product)
    order = checkout.draft(account, product, email, name, mode)
    with problems.watching_keys(order.gateway):
        try:
            plan = plans.ensure(order.gateway, order.price)
        except (NotPlaceable, errors.RazorpayError):
            order.delete()
            raise
        subscription = Subscription.objects.create(gateway=order.gateway, order=order, plan=plan)
        try:
            created = Razorpay.of(order.gateway).create_subscription(terms(order, plan))
        except (errors.Refused, errors.TryAgain):
            subscription.delete()
            order.delete()
            raise
    link(subscription, created)
    return subscription


def check(product: Product) -> None:
    """Raises NotPlaceable for a product that is not paid by a subscription of Razorpay's."""
    price = product.price
    if price is not None and not price.recurs:
        said = _("This product is paid once: use /orders/.")
        raise NotPlaceable(said, "one_time_product")
    if price is not None and price.charged_by == Price.ChargedBy.RASEED:
        said = _("Charging mandates is not offered yet: choose a plan that Razorpay charges.")
        raise NotPlaceable(said, "mandates_not_offered")


def terms(order: Order, plan: Plan) -> dict[str, Any]:
    """What is asked of Razorpay.

    https://razorpay.com/docs/api/payments/subscriptions/create-subscription/
    """
    price = order.price
    asked: dict[str, Any] = {
        "plan_id": plan.razorpay_plan_id,
        "total_count": price.total_count,
        "quantity": 1,
        "customer_notify": 1,
        "notes": checkout.notes_for(order),
    }
    if price.trial_days:
        starts = timezone.now() + timedelta(days=price.trial_days)
        asked["start_at"] = int(starts.timestamp())
    else:
        asked["expire_by"] = int(order.expires_at.timestamp())
    if price.upfront_amount:
        item = {
            "name": order.product.name[:100],
            "amount": price.upfront_amount,
            "currency": price.currency,
        }
        asked["addons"] = [{"item": item}]
    return asked


@transaction.atomic
def link(subscription: Subscription, created: dict[str, Any]) -> None:
    """Razorpay has answered: from now on its events find this subscription."""
    subscription.razorpay_subscription_id = str(created["id"])
    subscription.razorpay_plan_id = subscription.plan.razorpay_plan_id or ""
    subscription.short_url = str(created.get("short_url") or "")[:255]
    subscription.save(update_fields=["razorpay_subscription_id", "razorpay_plan_id", "short_url"])
    linking.announce(subscription.gateway_id, [subscription.razorpay_subscription_id])
    if subscription.order.access_on_form:
        settling.begin(subscription)
