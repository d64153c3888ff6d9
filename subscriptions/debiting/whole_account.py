"""Razorpay debits nobody for a seller: the seller is told until it does, and no buyer's re-attempt
is used up meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.models import Problem
from gateways.razorpay import errors
from orders import refused_sales
from subscriptions.debiting import refusals, tries
from subscriptions.models import Debit

KIND, SUBJECT = Problem.Kind.REFUSED_SALE, "debits"
# When such a debit is tried again: only the seller and Razorpay can mend it, which takes a while.
GAPS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
# Longer than the longest gap.
QUIET = timedelta(days=1)

WHAT = gettext_noop("Razorpay charges no mandate of your buyers: %(answer)s")
MEND = gettext_noop(
    "Ask Razorpay to allow recurring payments for your account. Raseed tries again by itself, and "
    "no re-attempt is lost."
)


def judge(debit: Debit, error: errors.Refused) -> str:
    """The reason of a refusal that names nothing of this debit; the seller is told, if it is the
    account's.

    It is this debit's after all where Razorpay took another since it refused this try first.
    """
    gateway = debit.bill.subscription.order.gateway
    before = Debit.objects.filter(bill=debit.bill, n=debit.n, reason=tries.ACCOUNT_REFUSED)
    first = before.order_by("pk").first()
    if first is not None and was_taken_since(gateway.pk, first):
        return refusals.REFUSED
    answer = f"“{refused_sales.printable(error.description)}”"
    problems.report(gateway, KIND, what=say(WHAT, answer=answer), mend=say(MEND), subject=SUBJECT)
    return tries.ACCOUNT_REFUSED


def was_taken_since(gateway_id: int, refused: Debit) -> bool:
    """Whether Razorpay took a debit of the gateway that was made after this one."""
    made = Debit.objects.filter(bill__subscription__gateway=gateway_id, pk__gt=refused.pk)
    return made.filter(state=Debit.State.ACCEPTED).exists()


def clear_mended(now: datetime) -> None:
    """Take back what is mended, whoever brought the news that a debit was taken; and what nothing
    is tried for any more."""
    rows = Problem.objects.standing().filter(kind=KIND, subject=SUBJECT)
    for problem in rows.select_related("gateway"):
        gateway = problem.gateway
        if gateway and (problem.last_seen_at < now - QUIET or is_mended(gateway.pk)):
            problems.clear(gateway, KIND, SUBJECT)


def is_mended(gateway_id: int) -> bool:
    rows = Debit.objects.filter(bill__subscription__gateway=gateway_id)
    last = rows.filter(reason=tries.ACCOUNT_REFUSED).order_by("pk").last()
    return last is None or was_taken_since(gateway_id, last)
