"""Refunds that scripts ask for. With an Idempotency-Key, the same request is the same refund."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Known, Whole
from gateways.razorpay import errors
from orders import by_hand, once, refunding
from orders.api.buying import KEY, in_words, key_of
from orders.api.pricing import LARGEST_AMOUNT, check_least
from orders.models import Instruction, Order, Payment, Refund, RefundInstruction, Resource
from orders.refundable import NotRefundable
from orders.refunding import Wish

KEPT = timedelta(days=30)
ONCE = OpenApiParameter(
    KEY.name,
    str,
    OpenApiParameter.HEADER,
    pattern=KEY.pattern,
    description="Any text of your own. Sent again with the same body within 30 days, the answer is"
    " the same refund. Without it each request is another refund.",
)
LONGEST_REASON = RefundInstruction._meta.get_field("reason").max_length


class RefundRequest(Known):
    """Which payment, by our id or Razorpay's; how much; why; and what the buyer may no longer open.

    No amount: all that is left of the payment.
    """

    payment = serializers.CharField(max_length=64)
    amount = Whole(min_value=1, max_value=LARGEST_AMOUNT, required=False, allow_null=True)
    reason = serializers.CharField(
        default="", allow_blank=True, allow_null=True, max_length=LONGEST_REASON
    )
    ends = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, allow_null=True
    )


def refund(request: Request) -> Refund:
    """Make the refund that was asked for. Raises Refused, in the API's words."""
    fields = RefundRequest(data=request.data)
    fields.is_valid(raise_exception=True)
    asked = fields.validated_data
    payment = payment_of(request, asked["payment"])
    amount = asked.get("amount")
    if amount is not None:
        check_least("amount", amount, payment.currency)
    ends = resources_of(payment.order, asked.get("ends") or [])
    said = [payment.uid, amount, asked["reason"] or "", sorted(one.uid for one in ends)]
    with deed(request, said) as uid:
        wish = Wish(
            made_by=Instruction.MadeBy.SCRIPT,
            amount=amount,
            reason=asked["reason"] or "",
            ends=ends,
            uid=uid,
        )
        instruction = refunding.give_back(payment, wish)
    return made(instruction)


def payment_of(request: Request, name: str) -> Payment:
    """The account's payment with this id, ours or Razorpay's."""
    ours = Payment.objects.filter(gateway__account=account_of(request))
    rows = ours.select_related("gateway", "order__product", "order__price", "order__gateway")
    column = "razorpay_payment_id" if name.startswith("pay_") else "uid"
    found = rows.filter(**{column: name}).order_by("-pk").first()
    if found is None:
        said = _("There is no payment %(id)s.") % {"id": name}
        raise Refused(said, "unknown_payment")
    return found


def resources_of(order: Order, names: list[str]) -> list[Resource]:
    """What is to end: only what the order opens."""
    known = {resource.uid: resource for resource in by_hand.on_order(order)}
    for name in names:
        if name not in known:
            said = _("This order opens no resource %(id)s.") % {"id": name}
            raise Refused(said, "unknown_resource")
    return [known[name] for name in dict.fromkeys(names)]


@contextmanager
def deed(request: Request, said: list[Any]) -> Iterator[str]:
    """The uid of the refund that this request stands for, and its failures in the API's words.

    What was definitely not made frees its key: then the same may be sent again.
    """
    name, row = key_of(request), None
    if name:
        row = reserve([account_of(request).uid, name], once.key_of("refunds.said", said))
    try:
        with in_words():
            yield row.session_data.split()[0] if row else RefundInstruction().uid
    except NotRefundable as error:
        release(row)
        raise Refused(str(error), error.code, error.status) from error
    except Refused as error:
        if not isinstance(error.__cause__, errors.OutcomeUnknown):
            release(row)
        raise


def reserve(name: list[str], said: str) -> Session:
    """One uid for each key: a row of the session table, of which only one can be inserted."""
    key, now = once.key_of("refunds.once", name), timezone.now()
    Session.objects.filter(session_key=key, expire_date__lte=now).delete()
    row, _made = Session.objects.get_or_create(
        session_key=key,
        defaults={
            "session_data": f"{RefundInstruction().uid} {said}",
            "expire_date": now + KEPT,
        },
    )
    if row.session_data.split()[1] != said:
        told = _("This Idempotency-Key was sent with another request before.")
        raise Refused(told, "idempotency_key_reused", HTTPStatus.CONFLICT)
    return row


def release(row: Session | None) -> None:
    if row is not None:
        Session.objects.filter(session_key=row.session_key, session_data=row.session_data).delete()


def made(instruction: RefundInstruction) -> Refund:
    """The refund's row: Razorpay's answer was merged into the books at once."""
    rows = Refund.objects.select_related("gateway", "payment__order")
    found = rows.filter(
        gateway=instruction.payment.gateway_id, razorpay_refund_id=instruction.razorpay_refund_id
    ).first()
    if found is None:
        said = _("Razorpay made the refund. It will be in these books within a minute.")
        raise Refused(said, "outcome_unknown", HTTPStatus.GATEWAY_TIMEOUT)
    return found
