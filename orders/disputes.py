"""Merge snapshots of disputes, and keep the seller's problem list in step with them.

Source: https://razorpay.com/docs/webhooks/disputes/
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Problem
from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import merging
from orders.causes import at
from orders.models import Dispute, Payment

LOST = "lost"
# The seller sent evidence. https://razorpay.com/docs/api/disputes/entity
ANSWERED = "under_review"
OVER = {"won", "lost", "closed"}
LABELS = {
    "open": gettext_noop("open"),
    ANSWERED: gettext_noop("with the bank"),
    "won": gettext_noop("won"),
    LOST: gettext_noop("lost"),
    "closed": gettext_noop("closed"),
}
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


def status(dispute: Dispute) -> str:
    """How it stands, in words; one that Razorpay invents is shown as it is."""
    label = LABELS.get(dispute.status)
    return _(label) if label else dispute.status


def tell_seller(dispute: Dispute) -> None:
    """One that is not decided stands among the problems; told again the same, it is one still."""
    kind, payment = Problem.Kind.DISPUTE, dispute.payment
    said = None if dispute.status in OVER else (what(dispute), mend(dispute))
    problems.keep(payment.gateway, kind, dispute.razorpay_dispute_id, said)


def what(dispute: Dispute) -> Sentence:
    payment = dispute.payment
    return say(
        gettext_noop("A buyer's bank disputes %(amount)s of payment %(payment)s."),
        amount=(dispute.amount, dispute.currency or payment.currency),
        payment=payment.razorpay_payment_id,
        order_uid=payment.order.uid,
    )


def mend(dispute: Dispute) -> Sentence:
    """What the seller can do: answer in time, and then wait."""
    if dispute.status == ANSWERED:
        return say(
            gettext_noop(
                "You have answered, and the bank is looking at it. There is nothing to do until it "
                "decides."
            )
        )
    if not dispute.respond_by:
        return say(gettext_noop("Answer in the Razorpay dashboard, under Disputes."))
    text = gettext_noop("Answer in the Razorpay dashboard, under Disputes, by %(date)s.")
    return say(text, date=at(dispute.respond_by))
