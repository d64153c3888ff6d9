"""What is due for our tasks, in one statement: beats that find nothing cost a story most of its
time."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

# By whose work it is: webhooks.work, orders.recovering.due, subscriptions.debiting.billing.
DUE = """
SELECT EXISTS(SELECT 1 FROM webhooks_event WHERE processed_at IS NULL
              AND (not_before IS NULL OR not_before <= %(now)s)),
       EXISTS(SELECT 1 FROM orders_reattempt WHERE work_at <= %(now)s),
       EXISTS(SELECT 1 FROM subscriptions_bill WHERE work_at <= %(now)s)
       OR EXISTS(SELECT 1 FROM subscriptions_subscription
                 WHERE razorpay_subscription_id IS NULL AND status = 'active'
                 AND charge_at <= %(seconds)s
                 AND NOT EXISTS(SELECT 1 FROM subscriptions_bill bill
                                WHERE bill.subscription_id = subscriptions_subscription.id
                                AND NOT bill.authorises AND bill.work_at IS NOT NULL))
       OR EXISTS(SELECT 1 FROM subscriptions_subscriptioninstruction told
                 JOIN subscriptions_subscription s ON s.id = told.subscription_id
                 WHERE told.kind = 'cancel_at_end' AND told.effective_at <= %(now)s
                 AND told.state <> 'refused' AND s.razorpay_subscription_id IS NULL
                 AND s.status NOT IN ('cancelled', 'completed', 'expired'))
       OR EXISTS(SELECT 1 FROM subscriptions_bill bill
                 JOIN subscriptions_subscription s ON s.id = bill.subscription_id
                 JOIN orders_payment paid ON paid.order_id = s.order_id AND paid.captured
                 AND paid.razorpay_order_id = bill.razorpay_order_id
                 AND paid.razorpay_token_id <> ''
                 WHERE bill.authorises AND bill.given_back_at IS NULL AND bill.work_at IS NULL
                 AND s.status IN ('cancelled', 'completed', 'expired'))
"""
INBOX, REATTEMPTS, BILLS = "inbox", "re-attempts", "bills"
ALL = frozenset({INBOX, REATTEMPTS, BILLS})


def what_is_due() -> frozenset[str]:
    """Whose tasks have something to do now."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": now, "seconds": int(now.timestamp())})
        found = cursor.fetchone()
    return frozenset(
        name for name, due in zip((INBOX, REATTEMPTS, BILLS), found, strict=True) if due
    )


def anything_due() -> bool:
    return bool(what_is_due())
