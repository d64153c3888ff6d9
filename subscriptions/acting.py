"""What a person does to a subscription: the instruction first, then Razorpay."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway
from gateways.razorpay import errors
from orders import asking, instructing, mails, settling
from orders.causes import Cause, at
from orders.checkout import NotYet
from orders.mails import Letter
from orders.models import Instruction, Mail, Price
from subscriptions import deeds, objections, plans
from subscriptions.debiting import ending
from subscriptions.models import Subscription, SubscriptionInstruction

log = structlog.get_logger(__name__)

Kind = SubscriptionInstruction.Kind
MadeBy = Instruction.MadeBy
State = Instruction.State

BATCH = 50
BUDGET = 5.0  # seconds after which no further one is begun: a call may take long
# Older than this, and never called: the process that kept it is gone.
UNCALLED = timedelta(minutes=1)
TO_BOTH = (Mail.Kind.CANCELLED, Mail.Kind.CANCELLED_SELLER)
BY_BUYER = gettext_noop("The buyer cancelled it under “My purchases”.")


def instruct(
    subscription: Subscription,
    kind: Kind,
    made_by: Instruction.MadeBy,
    user: User | None = None,
    price: Price | None = None,
) -> SubscriptionInstruction:
    """Have Razorpay do it. What comes back says what became of it: done; refused, in the words of
    `refusal`; or requested still, since the answer was lost, and then it is asked again.

    `price` is of a change of plan, and one of the account's own. Raises objections.NotPossible; for
    a change also NotYet and gateways.razorpay.errors other than OutcomeUnknown, while its plan
    cannot be had. Then nothing is kept.
    """
    if price is not None:
        objections.check(subscription, kind, price)
        have_plan(subscription.gateway, price)
    instruction = keep(subscription, kind, made_by, user, price)
    carry_out(instruction)
    return instruction


def have_plan(gateway: Gateway, price: Price) -> None:
    """Made before anything is kept: a plan that is used by nothing does no harm."""
    try:
        with problems.watching_keys(gateway):
            plans.ensure(gateway, price)
    except errors.OutcomeUnknown as error:
        said = _("Razorpay has not said yet whether the plan was made. Please try later.")
        raise NotYet(said, "plan_in_doubt") from error


@transaction.atomic
def keep(
    subscription: Subscription,
    kind: Kind,
    made_by: Instruction.MadeBy,
    user: User | None,
    price: Price | None,
) -> SubscriptionInstruction:
    """Commit it before Razorpay hears of it. Of two presses at once the second is refused."""
    settling.locked(subscription.order_id)
    rows = Subscription.objects.select_related("gateway", "order__price")
    held = rows.get(pk=subscription.pk)
    objections.check(held, kind, price)
    ends = at(held.current_end) if kind in deeds.AT_END and held.current_end else None
    return SubscriptionInstruction.objects.create(
        subscription=held, kind=kind, made_by=made_by, user=user, price=price, effective_at=ends
    )


def carry_out(instruction: SubscriptionInstruction) -> None:
    """Call Razorpay, or ask it what became of an earlier call."""
    subscription = instruction.subscription
    if not subscription.is_ours_to_charge:
        instructing.carry_out(instruction, subscription.gateway, lambda: tell(instruction))
        return
    # What we charge ourselves follows from the instruction, at once; and from one that is refused.
    ending.follow(subscription)
    instructing.carry_out(instruction, subscription.gateway, lambda: tell(instruction))
    ending.follow(subscription)


def tell(instruction: SubscriptionInstruction) -> None:
    """Have it done, let the books merge what Razorpay answers, and say that it is done.

    The answer may be merged twice, if the process ends before the last step: the same fact.
    """
    if instruction.subscription.is_ours_to_charge:
        ending.done(instruction)
        close(instruction, instruction.effective_at)
        return
    answer = deeds.done(instruction)
    gateway_id = instruction.subscription.gateway_id
    asking.pass_on(gateway_id, "subscription.fetched", {"subscription": answer})
    close(instruction, deeds.effective_at(instruction, answer))


@transaction.atomic
def close(instruction: SubscriptionInstruction, takes_effect: datetime | None) -> None:
    """Done. The buyer's own cancellation is told to both, once: both together or not at all."""
    if not instructing.finish(instruction, effective_at=takes_effect):
        return
    if instruction.made_by == MadeBy.BUYER:
        now = timezone.now()
        letters = [Letter(kind, instruction.uid, now) for kind in TO_BOTH]
        mails.owe(instruction.subscription.order, letters, Cause(say(BY_BUYER), now))


def carry_out_due() -> int:
    """Carry out what is due again because its answer was lost, or because the process that kept it
    ended before it called; how many were looked at.

    A disconnected gateway is not called: what it was told waits.
    """
    now = timezone.now()
    left = Q(tries__gt=0) | Q(created_at__lte=now - UNCALLED)
    due = SubscriptionInstruction.objects.filter(
        left, state=State.REQUESTED, due_at__lte=now, subscription__gateway__disconnected_at=None
    )
    rows = due.select_related("subscription__gateway", "subscription__order__price")
    ends = time.monotonic() + BUDGET
    looked_at = 0
    for instruction in rows.order_by("due_at")[:BATCH]:
        if time.monotonic() > ends:
            break
        looked_at += 1
        try:
            carry_out(instruction)
        except Exception:  # the others are not held up; this one stays requested
            log.exception("instruction.failed", instruction=instruction.uid)
    return looked_at
