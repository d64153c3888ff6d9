"""Start a subscription: our rows first, then Razorpay's subscription, whose note names our order;
or, where Razorpay does not charge, the order with which the buyer gives a mandate.

Razorpay makes another subscription at every call. So while it is not known what became of the last
call, its list is asked, which lags behind by minutes; only after ten minutes a new one is made.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from gateways import problems
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import by_mandate, checkout, linking, refused_sales
from orders.checkout import NotPlaceable, NotYet
from orders.models import Order, Product
from orders.refused_sales import Asked
from subscriptions import adopting, authorising, doubts, plans
from subscriptions.models import Doubt, Plan, Subscription


def start(
    account: Account, product: Product, email: str, name: str, mode: str | None
) -> Subscription:
    """Place the order of a subscription and make it at Razorpay; see `orders.checkout.anew`."""
    check(product)
    order = checkout.anew(account, product, email, name, mode)
    return Subscription.objects.get(order=order)


def check(product: Product) -> None:
    """Raises NotPlaceable for a product that is not paid by a subscription."""
    price = product.price
    if price is not None and not price.recurs:
        said = _("This product is paid once: use /orders/.")
        raise NotPlaceable(said, "one_time_product")
    limit = by_mandate.of_price(price) if price and by_mandate.is_chosen(price) else None
    if limit is not None:
        raise NotPlaceable(limit.said, limit.code)


class Repeatedly:
    """The way of orders that repeat (orders.checkout.Way): as their price says who charges."""

    def prepare(self, order: Order) -> None:
        check(order.product)
        way_of(order).prepare(order)

    def complete(self, order: Order) -> None:
        way_of(order).complete(order)

    def forget(self, order: Order) -> bool:
        return way_of(order).forget(order)


def way_of(order: Order) -> checkout.Way:
    return ByMandate() if by_mandate.is_chosen(order.price) else BySubscription()


class ByMandate:
    """The way of orders that Raseed charges itself. Every call to Razorpay can be repeated."""

    def prepare(self, order: Order) -> None:
        authorising.first(rows_of(order))

    def complete(self, order: Order) -> None:
        authorising.make(authorising.first(rows_of(order)))

    def forget(self, order: Order) -> bool:
        Subscription.objects.filter(order=order).delete()
        return True


class BySubscription:
    """The way of orders that a subscription of Razorpay's pays (orders.checkout.Way)."""

    def prepare(self, order: Order) -> None:
        rows_of(order)

    def complete(self, order: Order) -> None:
        subscription = rows_of(order)
        if subscription.razorpay_subscription_id:
            return
        with problems.watching_keys(order.gateway):
            if not subscription.plan.razorpay_plan_id:
                subscription.plan = plan_of(order)
            seen = doubts.standing(subscription)
            if not (seen and was_made(subscription, seen[-1])):
                make(subscription, seen)

    def forget(self, order: Order) -> bool:
        subscription = Subscription.objects.get(order=order)
        if subscription.razorpay_subscription_id or doubts.standing(subscription):
            return False
        subscription.delete()
        return True


def rows_of(order: Order) -> Subscription:
    """The order's subscription and its plan, as rows: made if need be, and named later."""
    plan, _made = Plan.objects.get_or_create(gateway=order.gateway, price=order.price)
    subscription, _made = Subscription.objects.select_related("plan").get_or_create(
        order=order, defaults={"gateway": order.gateway, "plan": plan}
    )
    subscription.order, subscription.gateway = order, order.gateway
    return subscription


def plan_of(order: Order) -> Plan:
    """As plans.ensure; but after a lost answer nothing was asked of the order itself yet."""
    try:
        with refused_sales.watching(order.gateway, order.price, Asked.PLAN):
            return plans.ensure(order.gateway, order.price)
    except errors.OutcomeUnknown as error:
        raise NotYet(str(error), "outcome_unknown") from error


def was_made(subscription: Subscription, latest: Doubt) -> bool:
    """Whether Razorpay's list shows that an earlier call made it after all; then it is ours.

    Raises NotYet while it may still appear there.
    """
    overdue = timezone.now() - latest.asked_at >= plans.DOUBT
    razorpay = Razorpay.of(subscription.gateway)
    plan_id = subscription.plan.razorpay_plan_id or ""
    found = razorpay.subscriptions_of(plan_id, subscription.order.uid)
    for item in sorted(found, key=adopting.age):
        adopting.listed(subscription, item)
    if subscription.razorpay_subscription_id:
        return True
    if not overdue:
        said = _("Razorpay has not said yet whether the subscription was made. Please try later.")
        raise NotYet(said, "subscription_in_doubt")
    return False


def make(subscription: Subscription, seen: list[Doubt]) -> None:
    """One call, if no other process makes it. A definite failure leaves no doubt about it."""
    doubt = doubts.begin(subscription, seen)
    if doubt is None:
        raise NotYet(_("The subscription is being made. Please try again."), "being_placed")
    gateway, price = subscription.gateway, subscription.order.price
    try:
        with refused_sales.watching(gateway, price, Asked.SUBSCRIPTION):
            created = Razorpay.of(gateway).create_subscription(terms(subscription))
    except (errors.Refused, errors.TryAgain):
        doubts.settle(doubt)
        raise
    adopting.answered(subscription, created, doubt)


def terms(subscription: Subscription) -> dict[str, Any]:
    """What is asked of Razorpay.

    https://razorpay.com/docs/api/payments/subscriptions/create-subscription/
    """
    order, price = subscription.order, subscription.order.price
    asked: dict[str, Any] = {
        "plan_id": subscription.plan.razorpay_plan_id,
        "total_count": price.total_count,
        "quantity": 1,
        # Else buyers would be written to twice about one failed charge.
        "customer_notify": int(order.gateway.account.razorpay_mails_buyers),
        "notes": linking.notes_for(order),
    }
    if price.trial_days:
        starts = timezone.now() + timedelta(days=price.trial_days)
        asked["start_at"] = int(starts.timestamp())
    else:
        asked["expire_by"] = int(linking.pay_until(order).timestamp())
    if price.upfront_amount:
        item = {
            "name": order.product.name[:100],
            "amount": price.upfront_amount,
            "currency": price.currency,
        }
        asked["addons"] = [{"item": item}]
    return asked
