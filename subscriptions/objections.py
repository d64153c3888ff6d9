"""Why something cannot be done with a subscription now, in plain words, before Razorpay is asked.

What Razorpay itself allows: https://razorpay.com/docs/payments/subscriptions/states/ and
https://razorpay.com/docs/payments/subscriptions/update/. Our books may be behind, so Razorpay has
the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import ending
from orders.models import Price
from subscriptions.models import Subscription, SubscriptionInstruction

Kind = SubscriptionInstruction.Kind
Status = Subscription.Status

CODES = {
    Kind.CANCEL: "not_cancellable",
    Kind.CANCEL_AT_END: "not_cancellable",
    Kind.PAUSE: "not_pausable",
    Kind.RESUME: "not_resumable",
    Kind.CHANGE_PLAN: "not_changeable",
    Kind.CHANGE_PLAN_AT_END: "not_changeable",
}
SENTENCES: dict[str, Any] = {
    "not_cancellable": gettext_lazy("The subscription cannot be cancelled: %(reason)s."),
    "not_pausable": gettext_lazy("The subscription cannot be paused: %(reason)s."),
    "not_resumable": gettext_lazy("The subscription cannot be resumed: %(reason)s."),
    "not_changeable": gettext_lazy("The plan cannot be changed: %(reason)s."),
}
CHANGEABLE = {Status.AUTHENTICATED, Status.ACTIVE}
UNCHANGEABLE_METHODS = {"upi": "UPI", "emandate": "e-mandate"}


@dataclass(frozen=True)
class Objection:
    """`reason` is half a sentence, for buttons; `sentence` is whole; `code` is for scripts."""

    code: str
    reason: str
    sentence: str


class NotPossible(Exception):
    """It cannot be done now; `code` is for scripts, the message for people."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(objection.sentence)
        self.code = objection.code


def check(subscription: Subscription, kind: Kind, price: Price | None = None) -> None:
    """Raises NotPossible."""
    objection = to(subscription, kind, price)
    if objection is not None:
        raise NotPossible(objection)


def to(subscription: Subscription, kind: Kind, price: Price | None = None) -> Objection | None:
    """What speaks against it, or None. Without a price: against any change of plan.

    Asks nothing where `instructions` were fetched with the subscription.
    """
    code, reason = CODES[kind], ""
    if subscription.status in Subscription.FINAL:
        reason = _("it is over")
    elif not (subscription.razorpay_subscription_id or subscription.order.razorpay_order_id):
        reason = _("Razorpay has not confirmed it yet")
    elif not subscription.gateway.is_connected:
        code, reason = "no_gateway", _("Razorpay is disconnected")
    elif is_waiting(subscription):
        code, reason = "instruction_open", _("an instruction waits for Razorpay")
    else:
        reason = REASONS[kind](subscription) or (against(subscription, price) if price else "")
    if not reason:
        return None
    return Objection(code, reason, str(SENTENCES[CODES[kind]] % {"reason": reason}))


def is_waiting(subscription: Subscription) -> bool:
    """Whether Razorpay has not answered yet what it was told."""
    requested = SubscriptionInstruction.State.REQUESTED
    return any(row.state == requested for row in subscription.instructions.all())


def to_end_later(subscription: Subscription) -> str:
    end = ending.of(subscription)
    if end is not None:
        return _("it ends on %(date)s already") % {"date": day(end)}
    return no_period(subscription)


def no_period(subscription: Subscription) -> str:
    return "" if subscription.current_end else _("no billing period is running")


def to_pause(subscription: Subscription) -> str:
    """One that waits for its first charge is not: Razorpay would cancel it."""
    return "" if subscription.status == Status.ACTIVE else _("it is not active")


def to_resume(subscription: Subscription) -> str:
    if subscription.status != Status.PAUSED:
        return _("it is not paused")
    by_buyer = subscription.pause_initiated_by == "customer"
    if by_buyer and subscription.payment_method == "upi":
        return _("the buyer paused it in a UPI app, and resumes it there")
    return ""


def to_change(subscription: Subscription) -> str:
    if subscription.is_ours_to_charge:
        return _("a mandate allows its own plan alone")
    if subscription.status not in CHANGEABLE:
        return _("it is not active")
    method = UNCHANGEABLE_METHODS.get(subscription.payment_method or "")
    if method:
        return _("Razorpay does not change what is paid by %(method)s") % {"method": method}
    # Also what tells, after a lost answer, whether a change was put down.
    if subscription.has_scheduled_changes:
        return _("a change is planned already")
    return ""


def to_change_later(subscription: Subscription) -> str:
    return to_change(subscription) or to_end_later(subscription)


REASONS: dict[Kind, Callable[[Subscription], str]] = {
    Kind.CANCEL: lambda _subscription: "",
    Kind.CANCEL_AT_END: to_end_later,
    Kind.PAUSE: to_pause,
    Kind.RESUME: to_resume,
    Kind.CHANGE_PLAN: to_change,
    Kind.CHANGE_PLAN_AT_END: to_change_later,
}


def against(subscription: Subscription, price: Price) -> str:
    """What speaks against this price. It is one of the account's own."""
    present = subscription.order.price
    if price.product.archived_at is not None or price.replaced_at is not None:
        return _("the new one is not for sale")
    if price.kind != present.kind or price.charged_by != present.charged_by:
        return _("the new one is paid in another way")
    if price.currency != present.currency:
        return _("the new one is in another currency")
    if is_in_force(subscription, price):
        return _("it is this plan already")
    return ""


def is_in_force(subscription: Subscription, price: Price) -> bool:
    plans = price.plans.filter(gateway=subscription.gateway_id)
    return plans.filter(razorpay_plan_id=subscription.razorpay_plan_id).exists()


def day(moment: datetime) -> str:
    return date_format(localtime(moment), "j M Y")
