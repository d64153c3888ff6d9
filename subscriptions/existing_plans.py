"""Link a plan that exists at Razorpay to a product, so that what it pays for is known.

A plan says how much and how often; how many charges a subscription makes is said when it is made.
Source: https://razorpay.com/docs/api/payments/subscriptions/fetch-plan/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import money
from accounts.models import User
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway
from gateways.razorpay.client import CHECK_LIMITS, Razorpay
from orders import auditing, catalogue, refused_sales
from orders import settling as orders_
from orders.api.pricing import LARGEST_AMOUNT
from orders.causes import Cause
from orders.models import Price, Product
from orders.refused_sales import Asked
from subscriptions import plans, settling
from subscriptions.models import Plan, Subscription

BATCH = 25  # settled while the seller waits; what is more follows in the background
USUAL_COUNT = 12
LINKED = gettext_noop("Plan %(plan)s pays for “%(product)s” now.")


class NotLinkable(Exception):
    """Nothing was linked; the message is for people."""


@dataclass(frozen=True)
class Terms:
    """What Razorpay says of a plan; the amount in the currency's smallest unit."""

    plan_id: str
    name: str
    amount: int
    currency: str
    period: str
    interval: int

    def price_of(self, product: Product, total_count: int) -> dict[str, Any]:
        """As a price of this product, which starts as it starts now: with its trial, for one."""
        present = product.price
        kept = ("kind", "trial_days", "upfront_amount")
        goes_on = present is not None and present.recurs and present.currency == self.currency
        return {
            **({name: getattr(present, name) for name in kept} if goes_on else {}),
            **({} if goes_on else {"kind": Price.Kind.SUBSCRIPTION}),
            "amount": self.amount,
            "currency": self.currency,
            "period": self.period,
            "interval": self.interval,
            "total_count": total_count,
            "charged_by": Price.ChargedBy.RAZORPAY,
        }


def usual_count(product: Product) -> int:
    """How many charges new orders make, if nobody says otherwise."""
    present = product.price
    return (present.total_count if present else None) or USUAL_COUNT


def fetch(gateway: Gateway, plan_id: str) -> Terms:
    """Ask Razorpay what the plan says.

    Raises NotLinkable where it is linked or cannot be sold, and gateways.razorpay.errors.
    """
    refuse_linked(gateway, plan_id)
    with problems.watching_keys(gateway):
        answer = Razorpay.of(gateway, CHECK_LIMITS).plan(plan_id)
    item = answer.get("item")
    item = item if isinstance(item, dict) else {}
    found = Terms(
        plan_id=plan_id,
        name=str(item.get("name") or ""),
        amount=whole(item.get("amount")),
        currency=str(item.get("currency") or ""),
        period=str(answer.get("period") or ""),
        interval=whole(answer.get("interval")),
    )
    refuse_unreadable(found)
    return found


def whole(value: Any) -> int:
    """A number as Razorpay sends it; what is none is 0, and refused."""
    return value if isinstance(value, int) else 0


def refuse_unreadable(found: Terms) -> None:
    """Raises NotLinkable for terms that no price of ours can have."""
    fits = 0 < found.amount <= LARGEST_AMOUNT and 0 < found.interval < 2**15
    if not fits or found.period not in Price.Period.values or not money.is_currency(found.currency):
        said = _("Raseed does not understand the terms of this plan, so it cannot be linked.")
        raise NotLinkable(said)


def refuse_linked(gateway: Gateway, plan_id: str) -> None:
    linked = Plan.objects.filter(gateway=gateway, razorpay_plan_id=plan_id)
    plan = linked.select_related("price__product").first()
    if plan is not None:
        said = _("This plan is linked already, to “%(product)s”.")
        raise NotLinkable(said % {"product": plan.price.product})


def link(
    gateway: Gateway,
    product: Product,
    terms: Terms,
    *,
    total_count: int,
    sells: bool,
    user: User | None,
) -> Plan:
    """Tie the plan to the product and settle the subscriptions that it charges.

    `sells`: new orders of the product are made with it, and its terms become the product's price;
    else it is only recognised. Raises NotLinkable.
    """
    try:
        with transaction.atomic():
            former = product.price
            plan = tied(gateway, product, terms, total_count=total_count, sells=sells)
            if sells:
                auditing.price_changed(plan.price, former, user)
    except IntegrityError:
        refuse_linked(gateway, terms.plan_id)
        raise
    refused_sales.agreed(gateway, plan.price, Asked.PLAN)
    settling.take_back(gateway)
    last = settle_subscribers(plan)
    if last is not None:
        ring(plan, last)
    return plan


@transaction.atomic
def tied(
    gateway: Gateway, product: Product, terms: Terms, *, total_count: int, sells: bool
) -> Plan:
    """The plan's row; one plan pays for one price at a gateway."""
    wanted = terms.price_of(product, total_count)
    if not sells:
        price = Price.objects.create(product=product, replaced_at=timezone.now(), **wanted)
        return Plan.objects.create(gateway=gateway, price=price, razorpay_plan_id=terms.plan_id)
    price = catalogue.change_price(product, wanted)
    plan, _made = Plan.objects.get_or_create(gateway=gateway, price=price)
    plans.keep(plan, terms.plan_id)
    if plan.razorpay_plan_id != terms.plan_id:
        said = _(
            "New orders are made with %(plan)s already, which has the same terms. Only recognise "
            "this one."
        )
        raise NotLinkable(said % {"plan": plan})
    return plan


def settle_subscribers(plan: Plan, after: int = 0) -> int | None:
    """Settle one batch of the subscriptions that it charges or charged; the last one's key."""
    named = Q(razorpay_plan_id=plan.razorpay_plan_id) | Q(
        cycles__razorpay_plan_id=plan.razorpay_plan_id
    )
    rows = Subscription.objects.filter(named, gateway=plan.gateway_id, pk__gt=after).distinct()
    last = None
    for subscription in rows.select_related("order").order_by("pk")[:BATCH]:
        settle(subscription, plan)
        last = subscription.pk
    return last


@transaction.atomic
def settle(subscription: Subscription, plan: Plan) -> None:
    why = say(LINKED, plan=str(plan), product=plan.price.product.name)
    orders_.settle(orders_.locked(subscription.order_id), Cause(why, timezone.now()))


def ring(plan: Plan, after: int) -> None:
    """Have the rest settled in the background. A broker that is down fails nobody's page."""
    from subscriptions import tasks

    transaction.on_commit(lambda: tasks.settle_subscribers.delay(plan.pk, after), robust=True)
