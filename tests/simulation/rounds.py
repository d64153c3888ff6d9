"""Raseed's tasks, as the beat starts them: by several processes at once, late, and again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from orders import expiring, postman
from orders.looking_up import due as looking_up
from orders.recovering import due
from subscriptions import acting, twins
from subscriptions.debiting import billing
from tests.due import ALL, BILLS, INBOX, REATTEMPTS, what_is_due
from webhooks import work

MOST_ROUNDS = 20  # of one moment: an inbox that never empties is a finding


class Schedulers:
    """So many processes of ours. Threads on PostgreSQL; on SQLite, one after the other."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pool = ThreadPoolExecutor(count) if self.at_once else None

    @property
    def at_once(self) -> bool:
        return connection.vendor == "postgresql" and self.count > 1

    def run(self, *, whole: bool) -> None:
        """Each does all that is due, until nothing is. Tasks that will find nothing are played now
        and then only: they would cost most of the time of a run."""
        tasks = ALL if whole else what_is_due()
        for _ in range(MOST_ROUNDS):
            if not tasks:
                return
            done, left = self.round(tasks), what_is_due()
            # What could not be done is not tried over and over: Razorpay may be away.
            if not done and left <= tasks:
                return
            tasks = left

    def round(self, tasks: frozenset[str]) -> int:
        if self.pool is None:
            done = [one_process(tasks) for _ in range(self.count)]
        else:
            futures = [self.pool.submit(one_process, tasks) for _ in range(self.count)]
            done = [future.result() for future in futures]
        return sum(done)

    def close(self) -> None:
        if self.pool is not None:
            # Each thread its own: none may come twice before the last has come.
            together = threading.Barrier(self.count)
            for _ in range(self.count):
                self.pool.submit(leave, together)
            self.pool.shutdown()


def leave(together: threading.Barrier) -> None:
    together.wait()
    connections.close_all()


def one_process(tasks: frozenset[str]) -> int:
    """What one beat starts; how many re-attempts and bills were looked at."""
    if INBOX in tasks:
        work.work()
    made = due.make() if REATTEMPTS in tasks else 0
    return made + (billing.charge_due() if BILLS in tasks else 0)


def housekeeping(*, hourly: bool) -> int:
    """What needs no three of a kind: mails, instructions, look-ups; how many mails went out."""
    if hourly:
        looking_up.work_off()
        acting.carry_out_due()
        twins.look()
    sent = 0
    while batch := postman.send_due():
        sent += batch
    return sent


def daily() -> None:
    expiring.expire()


# When our tasks look at something next, by table. One statement: it is asked at every moment.
MOMENTS = """
SELECT (SELECT MIN(work_at) FROM orders_reattempt WHERE work_at > %(now)s),
       (SELECT MIN(work_at) FROM subscriptions_bill WHERE work_at > %(now)s),
       (SELECT MIN(due_at) FROM orders_mail WHERE state = 'waiting' AND due_at > %(now)s),
       (SELECT MIN(due_at) FROM subscriptions_subscriptioninstruction
        WHERE state = 'requested' AND due_at > %(now)s),
       (SELECT MIN(not_before) FROM webhooks_event WHERE processed_at IS NULL),
       (SELECT MIN(charge_at) FROM subscriptions_subscription
        WHERE razorpay_subscription_id IS NULL
        AND status IN ('active', 'authenticated', 'pending') AND charge_at > %(seconds)s),
       (SELECT COUNT(*) FROM orders_reattempt WHERE work_at <= %(now)s)
       + (SELECT COUNT(*) FROM subscriptions_bill WHERE work_at <= %(now)s)
"""


def next_due() -> tuple[int | None, bool]:
    """When our tasks have something to do next, in their own seconds; and whether something is
    overdue already, because Razorpay or its keys are waited for."""
    now = timezone.now()
    seconds = int(now.timestamp())
    with connection.cursor() as cursor:
        cursor.execute(MOMENTS, {"now": now, "seconds": seconds})
        *moments, overdue = cursor.fetchone()
    known = [as_seconds(moment) for moment in moments if moment is not None]
    return min(known, default=None), bool(overdue)


def as_seconds(moment: datetime | str | int) -> int:
    """SQLite keeps times as text, in UTC."""
    if isinstance(moment, int):
        return moment + 1
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return int(moment.timestamp()) + 1


def outbox() -> list[mail.EmailMessage]:
    return mail.outbox
