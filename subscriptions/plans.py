"""Razorpay's plan of a price: made when first needed, never twice.

Plans have no idempotency key, so a lost answer is resolved by looking: for ten minutes Razorpay's
list (which lags behind by minutes) is searched for our note before another plan is made.
Source: https://razorpay.com/docs/api/payments/subscriptions/create-plan/
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gateways.models import Gateway
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders.checkout import NotPlaceable
from orders.models import Price
from subscriptions.models import Plan

CALL = timedelta(seconds=30)  # longer than any call may take
DOUBT = timedelta(minutes=10)


def ensure(gateway: Gateway, price: Price) -> Plan:
    """The plan of a price at this gateway, made at Razorpay if need be.

    Raises NotPlaceable while another request makes it or its making is in doubt, and
    gateways.razorpay.errors.
    """
    plan, _made = Plan.objects.get_or_create(gateway=gateway, price=price)
    if plan.razorpay_plan_id:
        return plan
    first_asked = plan.requested_at
    if not claim(plan, first_asked):
        raise NotPlaceable(_("The plan is being made. Please try again."), "plan_being_made")
    razorpay = Razorpay.of(gateway)
    if first_asked is not None:
        found = razorpay.find_plan(price.uid)
        if found is None and timezone.now() - first_asked < DOUBT:
            Plan.objects.filter(pk=plan.pk).update(requested_at=first_asked)
            said = _("Razorpay has not said yet whether the plan was made. Please try later.")
            raise NotPlaceable(said, "plan_in_doubt")
        if found is not None:
            return keep(plan, found)
    return make(plan, razorpay)


def claim(plan: Plan, first_asked: datetime | None) -> bool:
    """Only one request at a time makes a plan; not one that has not seen the last who tried."""
    now = timezone.now()
    if first_asked is not None and first_asked >= now - CALL:
        return False
    free = Plan.objects.filter(pk=plan.pk, razorpay_plan_id=None, requested_at=first_asked)
    return bool(free.update(requested_at=now))


def make(plan: Plan, razorpay: Razorpay) -> Plan:
    """Create it at Razorpay. A definite failure frees the claim, a lost answer keeps it."""
    price = plan.price
    try:
        created = razorpay.create_plan(
            period=price.period,
            interval=price.interval,
            item={
                "name": price.product.name[:100],
                "amount": price.amount,
                "currency": price.currency,
            },
            notes={"raseed_price": price.uid},
        )
    except (errors.Refused, errors.TryAgain):
        Plan.objects.filter(pk=plan.pk).update(requested_at=None)
        raise
    return keep(plan, str(created["id"]))


def keep(plan: Plan, razorpay_plan_id: str) -> Plan:
    plan.razorpay_plan_id = razorpay_plan_id
    plan.save(update_fields=["razorpay_plan_id"])
    return plan
