"""Claim mails to be sent: one by one, but what a seller hears of failures does not flood them.

Three mails a day of each kind and mode: of charges that failed, of those that stopped or were not
paid after all, of money that came after all. What is beyond that is told next morning in one mail.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Account
from orders.models import Mail, Order

Kind, State = Mail.Kind, Mail.State
# What many buyers may cause in one morning.
DIGESTED = {Kind.FAILURE_SELLER, Kind.HALTED_SELLER, Kind.UNPAID_SELLER, Kind.RECOVERED_SELLER}
A_DAY = 3
# In the account's zone. That a mail is due at this very moment says that it waits for the digest.
MORNING = time(9)
A_WEEK = 7


def claim(pk: int) -> list[int]:
    """The mails that go out together with this one, marked as started. None of them: somebody else
    has it, or it was put off until the morning."""
    mail = Mail.objects.select_related("order__customer__account", "order__gateway").get(pk=pk)
    if mail.kind not in DIGESTED or mail.order is None:
        return start([pk])
    with transaction.atomic():
        # Of two processes, one counts what the other has claimed.
        Account.objects.select_for_update(no_key=True).get(pk=mail.order.customer.account_id)
        return claim_one(mail, mail.order)


def claim_one(mail: Mail, order: Order) -> list[int]:
    """By itself, with others, or not yet. The account is locked."""
    account = order.customer.account
    theirs = Mail.objects.filter(
        kind__in=DIGESTED,
        order__customer__account=account,
        order__gateway__mode=order.gateway.mode,
    )
    if is_put_off(mail, account):
        due = theirs.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("pk")
        return start([row.pk for row in due if is_put_off(row, account)])
    if told_today(theirs.filter(kind=mail.kind), account).count() < A_DAY:
        return start([mail.pk])
    theirs.filter(pk=mail.pk, state=State.WAITING).update(due_at=next_morning(account))
    return []


def start(pks: list[int]) -> list[int]:
    """Mark them; none if somebody else was first. Several are only started under the lock."""
    waiting = Mail.objects.filter(pk__in=pks, state=State.WAITING)
    return pks if waiting.update(state=State.STARTED) else []


def is_put_off(mail: Mail, account: Account) -> bool:
    return timezone.localtime(mail.due_at, account.zone).time() == MORNING


def told_today(same: QuerySet[Mail], account: Account) -> QuerySet[Mail]:
    """Those that went out by themselves since midnight, or may have."""
    midnight = morning_of(account).replace(hour=0)
    begun = Q(state__in=[State.STARTED, State.FAILED], due_at__gte=midnight)
    mornings = [morning_of(account, -days) for days in range(A_WEEK)]
    return same.filter(Q(sent_at__gte=midnight) | begun).exclude(due_at__in=mornings)


def next_morning(account: Account) -> datetime:
    today = morning_of(account)
    return today if timezone.now() < today else morning_of(account, 1)


def morning_of(account: Account, days: int = 0) -> datetime:
    """Nine o'clock there, so many days from today."""
    day = timezone.localtime(timezone=account.zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, account.zone)
