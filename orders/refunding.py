"""Refunds that a seller asks for: the instruction first, then Razorpay.

The instruction's uid is the idempotency key. So a refund whose answer was lost, or whose process
died, is asked for again until Razorpay answers, and is made once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sentences import say
from gateways import problems
from gateways.razorpay import errors
from gateways.razorpay.client import Json, Razorpay, notes_of
from orders import asking, by_hand, instructing, loose_ends, refunds, settling, totals
from orders.models import (
    AccessDecision,
    GrantChange,
    Instruction,
    Order,
    Payment,
    RefundInstruction,
    Resource,
)
from orders.refundable import TOLD, NotRefundable, check

log = structlog.get_logger(__name__)

BATCH = 50
BUDGET = 5.0  # seconds in which refunds are begun by one task; each may take as long as a call
# Razorpay does not say for how long it remembers a key. By then its lists have long caught up.
REMEMBERED = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)  # after it, whoever wrote an instruction has begun or died
State = RefundInstruction.State


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. No amount: all that is left. `uid` stands for this one deed."""

    made_by: Instruction.MadeBy
    user: User | None = None
    amount: int | None = None
    reason: str = ""
    ends: list[Resource] = field(default_factory=list)
    uid: str = field(default_factory=lambda: RefundInstruction().uid)


def give_back(payment: Payment, wish: Wish) -> RefundInstruction:
    """Refund a captured payment; the instruction comes back done.

    The same uid again is the same deed. Raises NotRefundable and gateways.razorpay.errors: after
    OutcomeUnknown the instruction stays requested, after others nothing was done.
    """
    instruction = RefundInstruction.objects.filter(payment=payment, uid=wish.uid).first()
    if instruction is None:
        instruction = write_down(payment, wish, what_razorpay_says(payment))
    refusal = attempt(instruction)
    if instruction.state == State.DONE:
        return instruction
    if instruction.state == State.REFUSED:
        raise refusal or NotRefundable(instruction.refusal, "refused_before", HTTPStatus.CONFLICT)
    raise errors.OutcomeUnknown(in_doubt())


def in_doubt() -> str:
    return _(
        "Razorpay has not answered, so it is not known yet whether the refund was made. Raseed "
        "keeps asking with the same key, so that it is made once."
    )


def what_razorpay_says(payment: Payment) -> int:
    """How much Razorpay says was refunded by now. Raises NotRefundable and RazorpayError."""
    gateway = payment.gateway
    if not gateway.is_connected:
        said = _("This Razorpay account is disconnected. Refund at Razorpay's own Dashboard.")
        raise NotRefundable(said, "no_gateway", HTTPStatus.CONFLICT)
    with problems.watching_keys(gateway):
        told = Razorpay.of(gateway).payment(payment.razorpay_payment_id)
    asking.pass_on(gateway.pk, "payment.fetched", {"payment": told})
    amount = told.get("amount_refunded")
    return amount if type(amount) is int else 0


@transaction.atomic
def write_down(payment: Payment, wish: Wish, told: int) -> RefundInstruction:
    """The instruction, if there is enough left. Whoever asks at the same time waits here."""
    settling.locked(payment.order_id)
    known = RefundInstruction.objects.filter(payment=payment, uid=wish.uid).first()
    if known is not None:
        return known
    now = Payment.objects.prefetch_related(*TOLD).get(pk=payment.pk)
    instruction = RefundInstruction.objects.create(
        uid=wish.uid,
        payment=payment,
        amount=check(now, wish.amount, told),
        reason=wish.reason,
        made_by=wish.made_by,
        user=wish.user,
    )
    instruction.ends.set(wish.ends)
    return instruction


def attempt(instruction: RefundInstruction) -> errors.RazorpayError | None:
    """Ask Razorpay, if it is this process's turn; how the call failed, if it did."""
    payment = instruction.payment
    failed: list[errors.RazorpayError] = []

    def call() -> None:
        try:
            made = ask_for(instruction, payment)
        except errors.RazorpayError as error:
            failed.append(error)
            raise
        asking.pass_on(payment.gateway_id, "refund.fetched", {"refund": made})
        refunds.made(instruction, str(made["id"]), str(made.get("status")))

    instructing.carry_out(instruction, payment.gateway, call)
    return failed[0] if failed else None


def ask_for(instruction: RefundInstruction, payment: Payment) -> Json:
    """The same words at every try: with the same key, other words would be refused."""
    razorpay = Razorpay.of(payment.gateway)
    if instruction.created_at < timezone.now() - REMEMBERED:
        for made in razorpay.refunds(payment.razorpay_payment_id):
            if notes_of(made).get(refunds.NOTE) == instruction.uid:
                return made
    return razorpay.refund(
        payment.razorpay_payment_id,
        amount=instruction.amount,
        key=instruction.uid,
        notes={refunds.NOTE: instruction.uid, "raseed_order": payment.order.uid},
    )


def make_due() -> int:
    """Make the refunds whose answer was lost; how many were asked for again."""
    now, ends = timezone.now(), time.monotonic() + BUDGET
    begun = Q(tries__gt=0) | Q(created_at__lte=now - A_MINUTE)
    due = RefundInstruction.objects.filter(begun, state=State.REQUESTED, due_at__lte=now)
    connected = due.filter(payment__gateway__disconnected_at=None)
    rows = connected.select_related("payment__gateway", "payment__order").order_by("due_at", "pk")
    waiting = list(rows[:BATCH])
    for looked_at, instruction in enumerate(waiting):
        if time.monotonic() >= ends:
            return looked_at
        try:
            attempt(instruction)
        except Exception as error:  # noqa: BLE001 - one row must not stop the others
            log.error("refund.not_made", instruction=instruction.uid, error=repr(error))
    return len(waiting)


@transaction.atomic
def decide(
    order: Order,
    refund_ids: list[str],
    *,
    kept: list[Resource],
    ended: list[Resource],
    user: User | None,
) -> bool:
    """What refunds in part, made elsewhere, mean for access. False: somebody has said it before."""
    order = settling.locked(order.pk)
    new = [name for name in refund_ids if name not in order.decided_refunds]
    if not new:
        return False
    order.decided_refunds = [*order.decided_refunds, *new]
    order.save(update_fields=["decided_refunds"])
    reason = refunds.why()
    for resource in ended:
        by_hand.decide(order, resource, AccessDecision.Kind.ENDED, reason=reason, user=user)
    if kept:
        titles = ", ".join(resource.title for resource in kept)
        what, why = say(by_hand.UNMOVED, title=titles), by_hand.said(reason, user)
        GrantChange.objects.create(order=order, what=what, why=why)
    loose_ends.ask_what_it_means(order, totals.payments_of(order))
    return True
