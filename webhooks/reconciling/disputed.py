"""Disputes as Razorpay has them now. Its list tells which there are; how one stands is asked by its
id, for lists lag and a dispute does not say since when it stands so.

Source: https://razorpay.com/docs/api/disputes/fetch-all/
"""

from __future__ import annotations

from datetime import timedelta

from gateways.razorpay.client import PAGE
from orders.models import Dispute
from webhooks.reconciling import news, ours
from webhooks.reconciling.asker import Asker, asked_after

# They are few, and take weeks to be decided: each run lists all that may have moved.
# https://razorpay.com/docs/payments/disputes/
UNTIL_DECIDED = timedelta(days=90)


def listed(asker: Asker, skip: int) -> None:
    """A page of those that were opened not too long ago; up to now, whatever the run's window."""
    since = int((asker.run.since - UNTIL_DECIDED).timestamp())
    items = asker.razorpay.listed("dispute", since=since, until=None, skip=skip)
    if len(items) == PAGE:
        asker.place.then(["disputes", skip + PAGE])
    paid = ours.payments(asker.gateway, ours.values(items, "payment_id"))
    rows = ours.disputes(asker.gateway, ours.values(items, "id"))
    for item in items:
        if item.get("payment_id") in paid and news.of_dispute(rows.get(str(item.get("id"))), item):
            asker.place.then(["dispute", item["id"]])
            continue
        asker.looked(1)
        asker.place.not_ours += item.get("payment_id") not in paid


def one(asker: Asker, razorpay_id: str, payment_asked: bool = False) -> None:
    """How one stands, dated by the moment of asking. It belongs to whom its payment belongs to; of
    one that a person names the payment may not be known yet."""
    row = Dispute.objects.filter(gateway=asker.gateway, razorpay_dispute_id=razorpay_id).first()
    asked_at = asked_after(row)
    item = asker.razorpay.dispute(razorpay_id)
    payment_ids = ours.values([item], "payment_id")
    is_ours = row is not None or bool(ours.payments(asker.gateway, payment_ids))
    if asker.run.subject and payment_ids and not is_ours and not payment_asked:
        asker.place.then(["payment", *payment_ids], ["dispute", razorpay_id, True])
        return
    asker.looked(1)
    if not is_ours:
        asker.place.not_ours += 1
    elif news.of_dispute(row, item):
        asker.tell("dispute", item, asked_at=asked_at)
