"""Merge snapshots of refunds.

pending < failed < processed, upwards only; the entity's own status counts, whichever event brings
it (published refund.created bodies are already processed). Both ends seen: Razorpay is asked, and
its newest answer counts.
Source: https://razorpay.com/docs/api/refunds/entity/
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gateways import lookups
from gateways.models import LookUp
from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from orders import by_hand, merging, settling
from orders.models import AccessDecision, Payment, Refund, RefundInstruction

RANK = {status: rank for rank, status in enumerate(Refund.Status.values)}
ENDS = {Refund.Status.PROCESSED, Refund.Status.FAILED}
# What Razorpay answered when it was asked which of the two ends is true. It bears the moment of
# asking, so that the same answer, given later, is not taken for the earlier one.
ANSWER = "refund.resolved"
# In a refund's marks: the newest such answer, as [as_of, digest, status].
RESOLVED = "resolved"
SAID_BY_EVENT = {
    "refund.processed": Refund.Status.PROCESSED,
    "refund.failed": Refund.Status.FAILED,
}
FIRST = ("amount", "currency", "notes", "created_at")
LATEST = ("speed_processed",)
Kind, State = AccessDecision.Kind, RefundInstruction.State
Why = LookUp.Why
# In a refund's notes: which instruction of ours asked for it.
NOTE = "raseed_refund"


def merge(payment: Payment, entity: Entity, delivery: Delivery) -> Refund:
    """Merge one snapshot into the refund's row. The payment's order is locked."""
    refund = Refund.objects.filter(
        gateway=payment.gateway_id, razorpay_refund_id=entity.id
    ).first() or Refund(
        gateway_id=payment.gateway_id, payment=payment, razorpay_refund_id=entity.id
    )
    before = refund.status if refund.pk else None
    was_in_doubt = is_in_doubt(refund)
    with merging.saving(refund):
        status = said(entity, delivery)
        mark = [RANK[status], delivery.as_of, delivery.digest]
        merging.latest(refund, entity.fields, LATEST, mark)
        merging.first(refund, entity.fields, FIRST, delivery.as_of)
        note(refund, status, entity, delivery)
        refund.status = derived(refund)
    if is_in_doubt(refund) and not was_in_doubt:
        ask(refund, Why.BOTH_ENDS)
    elif was_in_doubt and not is_in_doubt(refund):
        lookups.settled(refund.gateway_id, [refund.razorpay_refund_id], Why.BOTH_ENDS)
    if refund.status != before:
        follow(refund, before)
    tie(payment, refund)
    return refund


def said(entity: Entity, delivery: Delivery) -> str:
    """The status that a snapshot gives."""
    status = str(entity.get("status"))
    return status if status in RANK else SAID_BY_EVENT.get(delivery.type, Refund.Status.PENDING)


def note(refund: Refund, status: str, entity: Entity, delivery: Delivery) -> None:
    """Note that an end was told, since when, and the newest answer to which of them is true."""
    when = delivery.as_of or entity.get("created_at") or 0
    if status == Refund.Status.PROCESSED:
        refund.processed_at = merging.earliest(refund.processed_at, when)
    if status == Refund.Status.FAILED:
        refund.failed_at = merging.earliest(refund.failed_at, when)
    if delivery.type == ANSWER and status in ENDS:
        answer = [delivery.as_of, delivery.digest, status]
        refund.marks[RESOLVED] = max(refund.marks.get(RESOLVED, []), answer)


def derived(refund: Refund) -> str:
    """How it stands: as Razorpay's newest answer says, without one as the greatest rank seen."""
    if RESOLVED in refund.marks:
        return str(refund.marks[RESOLVED][2])
    if refund.processed_at is not None:
        return Refund.Status.PROCESSED
    return Refund.Status.PENDING if refund.failed_at is None else Refund.Status.FAILED


def has_both_ends(refund: Refund) -> bool:
    """It was said to be processed and to be failed: only asking can tell."""
    return refund.processed_at is not None and refund.failed_at is not None


def is_in_doubt(refund: Refund) -> bool:
    """Whether Razorpay has not said yet which of the two ends is true."""
    return has_both_ends(refund) and RESOLVED not in refund.marks


def doubt(refund: Refund, entity: Entity, delivery: Delivery) -> None:
    """Ask once more, where a snapshot that may be younger than the answer says otherwise.

    The answer counts until the next one: no snapshot but an answer settles which end is true.
    """
    answer, status = refund.marks.get(RESOLVED), said(entity, delivery)
    if answer is None or status not in ENDS or status == refund.status:
        return
    if not delivery.is_dated or delivery.as_of >= answer[0]:
        ask(refund, Why.BOTH_ENDS)


def follow(refund: Refund, before: str | None) -> None:
    """While it is on its way somebody asks for its end."""
    if refund.status == Refund.Status.PENDING:
        ask(refund, Why.PENDING_REFUND, wait=lookups.PATIENCE)
    elif before == Refund.Status.PENDING:
        lookups.settled(refund.gateway_id, [refund.razorpay_refund_id], Why.PENDING_REFUND)


def ask(refund: Refund, why: LookUp.Why, wait: timedelta = timedelta()) -> None:
    lookups.ask(refund.gateway_id, LookUp.Kind.REFUND, refund.razorpay_refund_id, why, wait)


def tie(payment: Payment, refund: Refund) -> None:
    """A refund that bears our note is what somebody asked for here."""
    uid = (refund.notes or {}).get(NOTE)
    if uid:
        asked = RefundInstruction.objects.filter(payment=payment, uid=uid)
        for instruction in asked.select_related("payment__order", "user"):
            made(instruction, refund.razorpay_refund_id, refund.status)


@transaction.atomic
def made(instruction: RefundInstruction, razorpay_refund_id: str, status: str) -> None:
    """Razorpay has made it: the instruction is done, and access to what it names ends, once.

    Also one that was refused: then an earlier try, whose answer was lost, had been heard. Of a
    refund that failed nothing follows: no money went back.
    """
    order = settling.locked(instruction.payment.order_id)
    not_done = RefundInstruction.objects.filter(pk=instruction.pk).exclude(state=State.DONE)
    not_done.update(
        state=State.DONE,
        done_at=timezone.now(),
        refusal="",
        razorpay_refund_id=razorpay_refund_id,
    )
    instruction.refresh_from_db()
    another = instruction.razorpay_refund_id != razorpay_refund_id
    if another or status == Refund.Status.FAILED or razorpay_refund_id in order.decided_refunds:
        return
    order.decided_refunds = [*order.decided_refunds, razorpay_refund_id]
    order.save(update_fields=["decided_refunds"])
    reason = why(instruction.reason)
    for resource in instruction.ends.order_by("pk"):
        by_hand.decide(order, resource, Kind.ENDED, reason=reason, user=instruction.user)


def why(reason: str = "") -> str:
    """The reason of a decision, within its length."""
    if not reason:
        return _("Refunded in part")
    return (_("Refunded in part: %(reason)s") % {"reason": reason})[:200]
