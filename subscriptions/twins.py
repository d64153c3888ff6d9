"""Subscriptions that Razorpay may have made without our hearing of it: found, and cancelled.

Razorpay's lists lag behind by minutes, so what is in doubt is looked for again and again, for a day
after the call. Nobody was ever shown a twin: an order has the one subscription that it heard of
first.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay, notes_of
from subscriptions import adopting, doubts
from subscriptions.models import Doubt, Subscription

log = structlog.get_logger(__name__)

BATCH = 50
BUDGET = 8.0  # seconds after which nothing new is begun: a call may take long
OFTEN = timedelta(minutes=1)
LONG_ENOUGH = timedelta(hours=24)


def look() -> int:
    """Look for what is in doubt; how many doubts were looked at.

    The trouble of one gateway is not that of the others. May run twice at once: what is found is
    named under the order's lock, and cancelling is safe to repeat.
    """
    ends = time.monotonic() + BUDGET
    looked = 0
    for gateway, rows in by_gateway(due().order_by("look_at")[:BATCH]):
        if time.monotonic() > ends:
            break
        put_off(rows)
        looked += len(rows)
        with suppress(errors.KeysRefused), problems.watching_keys(gateway):
            look_at(gateway, rows, ends)
    return looked


def due() -> QuerySet[Doubt]:
    """A gateway that is disconnected can be asked when it is connected again."""
    rows = Doubt.objects.filter(
        settled_at=None,
        look_at__lte=timezone.now(),
        subscription__gateway__disconnected_at=None,
    )
    return rows.select_related(
        "subscription__gateway", "subscription__plan", "subscription__order__gateway"
    )


def by_gateway(rows: Iterable[Doubt]) -> list[tuple[Gateway, list[Doubt]]]:
    ordered = sorted(rows, key=lambda doubt: doubt.subscription.gateway_id)
    groups = groupby(ordered, key=lambda doubt: doubt.subscription.gateway)
    return [(gateway, list(doubts)) for gateway, doubts in groups]


def put_off(rows: list[Doubt]) -> None:
    """Every minute for ten minutes, then less and less often. Whatever happens, they come again."""
    now = timezone.now()
    for doubt in rows:
        doubt.look_at = now + gap(now - doubt.asked_at)
        Doubt.objects.filter(pk=doubt.pk, settled_at=None).update(look_at=doubt.look_at)


def gap(age: timedelta) -> timedelta:
    return max(OFTEN, age / 10)


def look_at(gateway: Gateway, rows: list[Doubt], ends: float) -> None:
    """Name what can be found, then cancel the twins among it. Raises KeysRefused."""
    razorpay = Razorpay.of(gateway)
    nameless = [doubt for doubt in rows if not doubt.razorpay_subscription_id]
    by_plan = sorted(nameless, key=lambda doubt: doubt.subscription.plan_id)
    for plan, asked in groupby(by_plan, key=lambda doubt: doubt.subscription.plan):
        with going_on(plan=plan.uid):
            search(razorpay, list(asked))
    named = due().filter(subscription__gateway=gateway).exclude(razorpay_subscription_id="")
    for doubt in [*(row for row in rows if row.razorpay_subscription_id), *named]:
        if time.monotonic() > ends:
            return
        with going_on(twin=doubt.razorpay_subscription_id):
            cancel(razorpay, doubt)


@contextmanager
def going_on(**about: str) -> Iterator[None]:
    """What fails is tried again when it is due; with keys that are refused nothing is."""
    try:
        yield
    except errors.KeysRefused:
        raise
    except errors.RazorpayError as error:
        log.warning("twins.not_asked", error=error.log, **about)


def search(razorpay: Razorpay, asked: list[Doubt]) -> None:
    """Ask for a plan's subscriptions once, and see which of them answer these doubts."""
    now = timezone.now()
    orders = {doubt.subscription.order.uid: doubt.subscription for doubt in asked}
    plan_id = asked[0].subscription.plan.razorpay_plan_id or ""
    found = razorpay.subscriptions_of(plan_id, *orders)
    for item in sorted(found, key=adopting.age):
        adopting.listed(orders[notes_of(item)["raseed_order"]], item)
    give_up(asked, now)


def give_up(asked: list[Doubt], now: datetime) -> None:
    """Of what the list does not show a day later, Razorpay has made nothing."""
    old = [doubt.pk for doubt in asked if now - doubt.asked_at >= LONG_ENOUGH]
    Doubt.objects.filter(pk__in=old, razorpay_subscription_id="", settled_at=None).update(
        settled_at=now
    )


def cancel(razorpay: Razorpay, doubt: Doubt) -> None:
    """Cancel one twin, in whatever state it is. Raises gateways.razorpay.errors."""
    subscription, twin = doubt.subscription, doubt.razorpay_subscription_id
    if twin == subscription.razorpay_subscription_id:
        doubts.settle(doubt)
    elif is_over(razorpay, twin):
        doubts.settle(doubt)
        problems.clear(subscription.gateway, Problem.Kind.LATE_TWIN, twin)
    else:
        report(subscription, twin)


def is_over(razorpay: Razorpay, twin: str) -> bool:
    """Whether it is over now; what was over before is not cancelled, and is fine."""
    try:
        told = razorpay.cancel_subscription(twin)
    except errors.KeysRefused:
        raise
    except errors.Refused:
        told = razorpay.subscription(twin)
    return told.get("status") in Subscription.FINAL


def report(subscription: Subscription, twin: str) -> None:
    problems.report(
        subscription.gateway,
        Problem.Kind.LATE_TWIN,
        subject=twin,
        what=say(
            gettext_noop(
                "An answer of Razorpay's was lost, and so order %(order)s has a second subscription"
                " there: %(twin)s. Razorpay refuses to cancel it."
            ),
            order=subscription.order.uid,
            twin=twin,
        ),
        mend=say(
            gettext_noop(
                "Cancel %(twin)s in Razorpay's dashboard, and give back what was paid for it."
            ),
            twin=twin,
        ),
    )
