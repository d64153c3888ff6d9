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
from orders.checkout import NotYet
from orders.models import Price
from subscriptions.models import Plan

CALL = timedelta(seconds=30)  # longer than any call may take
DOUBT = timedelta(minutes=10)


def ensure(gateway: Gateway, price: Price) -> Plan:
    """The plan of a price at this gateway, made at Razorpay if need be.

    Raises NotYet while another request makes it or its making is in doubt, and
    gateways.razorpay.errors.
    """
    plan, _made = Plan.objects.get_or_create(gateway=gateway, price=price)
    if plan.razorpay_plan_id:
        return plan
    first_asked = plan.requested_at
    if not claim(plan, first_asked):
        raise NotYet(_("The plan is being made. Please try again."), "plan_being_made")
    razorpay = Razorpay.of(gateway)
    if first_asked is not None and was_made(plan, razorpay, first_asked):
        return plan
    return make(plan, razorpay)


def was_made(plan: Plan, razorpay: Razorpay, first_asked: datetime) -> bool:
    """Whether Razorpay's list shows that an earlier call made it. Raises NotYet while it may still
    appear there; a process that ended before it called is waited for just as long."""
    overdue = timezone.now() - first_asked >= DOUBT
    try:
        found = razorpay.find_plan(plan.price.uid)
    except errors.RazorpayError:
        give_back(plan, first_asked)
        raise
    if found is not None:
        keep(plan, found)
    elif not overdue:
        give_back(plan, first_asked)
        said = _("Razorpay has not said yet whether the plan was made. Please try later.")
        raise NotYet(said, "plan_in_doubt")
    return found is not None


def claim(plan: Plan, first_asked: datetime | None) -> bool:
    """Only one request at a time makes a plan; not one that has not seen the last who tried."""
    now = timezone.now()
    if first_asked is not None and first_asked >= now - CALL:
        return False
    free = Plan.objects.filter(pk=plan.pk, razorpay_plan_id=None, requested_at=first_asked)
    plan.requested_at = now
    return bool(free.update(requested_at=now))


def give_back(plan: Plan, first_asked: datetime | None) -> None:
    """The claim, unless somebody else has it by now: it counts from when it was first asked for."""
    Plan.objects.filter(pk=plan.pk, requested_at=plan.requested_at).update(requested_at=first_asked)


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
        give_back(plan, None)
        raise
    return keep(plan, str(created["id"]))


def keep(plan: Plan, razorpay_plan_id: str) -> Plan:
    """The id that was heard first stays: subscriptions are looked for by it."""
    Plan.objects.filter(pk=plan.pk, razorpay_plan_id=None).update(razorpay_plan_id=razorpay_plan_id)
    plan.refresh_from_db(fields=["razorpay_plan_id"])
    return plan
