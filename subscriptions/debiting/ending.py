"""End, pause and resume a subscription that Raseed charges itself.

Our own record decides at once: nobody is charged after they said no (`told`). At Razorpay there is
only the mandate to be given back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import asking
from subscriptions.debiting import allowing, holding, recording
from subscriptions.models import Bill, Subscription, SubscriptionInstruction

Kind = SubscriptionInstruction.Kind
TOLD = gettext_noop("It was asked for.")


def done(instruction: SubscriptionInstruction) -> None:
    """Have it done at Razorpay. Safe to repeat. Raises gateways.razorpay.errors.

    Only a cancellation that takes effect now gives the mandate back here. One that ends with its
    period leaves it until then (`giving_back`).
    """
    if instruction.kind == Kind.CANCEL:
        for bill in instruction.subscription.bills.filter(authorises=True, given_back_at=None):
            give_back(bill, timezone.now())


def give_back(bill: Bill, now: datetime) -> None:
    """Give back the mandates that were given with a bill: of one that was tried more than once
    there may be several. What Razorpay no longer knows, or has ended, is given back already."""
    subscription = bill.subscription
    names = allowing.tokens_of(bill)
    if not names or not subscription.razorpay_customer_id:
        return
    razorpay = Razorpay.of(subscription.gateway)
    for token_id in names:
        token = given_back(bill, token_id, razorpay)
        asking.pass_on(subscription.gateway_id, "token.fetched", {"token": token})
    Bill.objects.filter(pk=bill.pk).update(given_back_at=now)


def given_back(bill: Bill, token_id: str, razorpay: Razorpay) -> dict[str, Any]:
    """What became of the mandate: of one that is deleted no event tells."""
    customer = bill.subscription.razorpay_customer_id
    try:
        status = razorpay.cancel_token(customer, token_id, method=bill.method)
    except errors.KeysRefused:
        raise
    except errors.Refused:
        return allowing.asked_of(bill.subscription, token_id, razorpay)
    return {"id": token_id, "recurring_details": {"status": status}}


def follow(subscription: Subscription, now: datetime | None = None) -> None:
    """Bring the books in step with what was told: kept, done, or refused."""
    with holding.held(subscription.order_id) as held:
        recording.follow(held, TOLD, now or timezone.now())
