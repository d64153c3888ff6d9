"""Merge snapshots of disputes, and keep the seller's problem list in step with them.

Source: https://razorpay.com/docs/webhooks/disputes/
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.models import Problem
from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.causes import at
from orders.models import Dispute, Payment

LOST = "lost"
OVER = {"won", "lost", "closed"}
FIRST = ("amount", "currency", "created_at")
LATEST = ("status", "phase", "reason_code", "respond_by")


def merge(payment: Payment, entity: Entity, delivery: Delivery) -> Dispute:
    """Merge one snapshot into the dispute's row. The payment's order is locked."""
    dispute = Dispute.objects.filter(
        gateway=payment.gateway_id, razorpay_dispute_id=entity.id
    ).first() or Dispute(
        gateway_id=payment.gateway_id, payment=payment, razorpay_dispute_id=entity.id
    )
    # The event's name says it where the entity does not; a decision outranks a step towards it.
    status = entity.get("status") or delivery.type.rpartition(".")[2]
    given = {**entity.fields, "status": status}
    with merging.saving(dispute):
        mark = [int(status in OVER), delivery.as_of, delivery.digest]
        merging.latest(dispute, given, LATEST, mark)
        merging.first(dispute, given, FIRST, delivery.as_of)
    tell_seller(dispute)
    return dispute


def tell_seller(dispute: Dispute) -> None:
    """An open dispute has an answer-by date; a decided one is no longer a problem."""
    payment = dispute.payment
    if dispute.status in OVER:
        problems.clear(payment.gateway, Problem.Kind.DISPUTE, dispute.razorpay_dispute_id)
        return
    amount = (dispute.amount, dispute.currency or payment.currency)
    problems.report(
        payment.gateway,
        Problem.Kind.DISPUTE,
        subject=dispute.razorpay_dispute_id,
        what=say(
            gettext_noop("A buyer's bank disputes %(amount)s of payment %(payment)s."),
            amount=amount,
            payment=payment.razorpay_payment_id,
        ),
        mend=say(
            gettext_noop("Answer in the Razorpay dashboard, under Disputes, by %(date)s."),
            date=at(dispute.respond_by),
        )
        if dispute.respond_by
        else say(gettext_noop("Answer in the Razorpay dashboard, under Disputes.")),
    )
