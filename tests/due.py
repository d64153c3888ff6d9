"""Is anything due for our tasks? One statement: a beat that finds nothing costs a story most of its
time."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

DUE = """
SELECT EXISTS(SELECT 1 FROM webhooks_event WHERE processed_at IS NULL
              AND (not_before IS NULL OR not_before <= %(now)s))
    OR EXISTS(SELECT 1 FROM orders_reattempt WHERE work_at <= %(now)s)
    OR EXISTS(SELECT 1 FROM subscriptions_bill WHERE work_at <= %(now)s)
    OR EXISTS(SELECT 1 FROM subscriptions_subscription
              WHERE razorpay_subscription_id IS NULL AND status = 'active'
              AND charge_at <= %(seconds)s)
    OR EXISTS(SELECT 1 FROM subscriptions_subscriptioninstruction told
              JOIN subscriptions_subscription s ON s.id = told.subscription_id
              WHERE told.kind = 'cancel_at_end' AND told.effective_at <= %(now)s
              AND s.status NOT IN ('cancelled', 'completed', 'expired'))
    OR EXISTS(SELECT 1 FROM subscriptions_bill bill
              JOIN subscriptions_subscription s ON s.id = bill.subscription_id
              WHERE bill.authorises AND bill.given_back_at IS NULL AND bill.work_at IS NULL
              AND s.status IN ('cancelled', 'completed', 'expired'))
"""


def anything_due() -> bool:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": now, "seconds": int(now.timestamp())})
        return bool(cursor.fetchone()[0])
