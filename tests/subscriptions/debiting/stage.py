"""A seller with a plan that Raseed charges, the sandbox as Razorpay, and one clock for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer
from orders.recovering import due
from sandbox import timetable
from subscriptions import authorising
from subscriptions.debiting import billing
from subscriptions.models import Debit, Plan, Subscription
from tests.conftest import Razorpay, make_order
from tests.due import anything_due
from tests.sandbox.desk import Desk
from webhooks import work

BEGIN = datetime(2027, 1, 31, 4, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTHLY = {"kind": "subscription", "amount": 49900, "currency": "INR", "period": "monthly",
           "interval": 1, "total_count": 12, "charged_by": "raseed"}  # fmt: skip


@dataclass
class Stage:
    """Time passes only through `wait`: the sandbox acts, its webhooks arrive, our tasks run."""

    desk: Desk
    gateway: Gateway
    travelled: Any
    delivers: bool = True
    heard: int = 0

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def subscription(self, customer: Customer, **price: Any) -> Subscription:
        """Placed, with its first order at Razorpay; nothing is paid yet."""
        product = catalogue.create_product(
            account=self.gateway.account,
            name="Weavers' Circle",
            price={**MONTHLY, **price},
            resources=[NewResource("Circle", "https://example.com/c")],
        )
        order = make_order(self.gateway, product, customer, None)
        plan = Plan.objects.create(gateway=self.gateway, price=order.price)
        made = Subscription.objects.create(gateway=self.gateway, order=order, plan=plan)
        authorising.make(authorising.first(made))
        return made

    def authorise(self, subscription: Subscription, method: str, **how: Any) -> str:
        """The buyer pays in Checkout, and gives the mandate; its token."""
        bill = authorising.by(subscription, method)
        bill.subscription = subscription
        authorising.make(bill)
        done = self.desk.press(f"orders/{bill.razorpay_order_id}/pay", method=method, **how)
        self.hear()
        return str(done["token"]["id"])

    def hear(self) -> None:
        """Razorpay's webhooks arrive, unless all are lost."""
        found = self.desk.read(f"events?after={self.heard}")["events"]
        for event in found:
            self.heard = event["seq"]
            if self.delivers:
                Razorpay(self.gateway).tell(event["body"].encode())

    def wait(self, span: timedelta, step: timedelta | None = None) -> None:
        """Let time pass, in steps, with all that happens in each: hour by hour, over many days
        every other hour."""
        step = step or (HOUR if span <= 2 * DAY else 2 * HOUR)
        ends = self.now + span
        while self.now < ends:
            self.go(min(self.now + step, ends))
            self.work()
            self.hear()

    def go(self, to: datetime) -> None:
        """Move both clocks; Razorpay does what is due, and tells."""
        world = self.desk.sandbox.world
        timetable.march(world, to.timestamp())
        self.travelled.move_to(to)
        world.clock.offset = 0.0
        self.hear()

    def until(self, when: datetime) -> None:
        """Nothing of interest happens until then."""
        self.wait(when - self.now, step=when - self.now)

    def due(self, subscription: Subscription) -> datetime:
        """When the next period begins."""
        subscription.refresh_from_db()
        return datetime.fromtimestamp(subscription.charge_at or 0, UTC)

    def fails(self, n: int = 9, reason: str = "insufficient_funds") -> None:
        """So many of the debits that come."""
        self.desk.press(f"tokens/{self.token}/fail-next", n=n, reason=reason)

    def answers(self, fail: str, count: int = 1) -> None:
        """How Razorpay answers the next calls that charge a mandate."""
        self.desk.press("api", fail=fail, paths="/v1/payments/create/recurring", count=count)

    @property
    def token(self) -> str:
        return str(self.desk.read("books")["tokens"][-1]["id"])

    def work(self) -> None:
        """What beat starts every minute."""
        if not anything_due():
            return
        billing.charge_due()
        due.make()
        work.work()


def debits(subscription: Subscription) -> list[tuple[int, str, str]]:
    rows = Debit.objects.filter(bill__subscription=subscription).order_by("pk")
    return [(row.n, row.state, row.reason) for row in rows]


def ledger(subscription: Subscription) -> list[tuple[int | None, str, bool, str]]:
    rows = subscription.order.reattempts.order_by("cycle", "n", "pk")
    return [(row.n, row.state, row.counted, row.reason) for row in rows]


def status(subscription: Subscription) -> str:
    subscription.refresh_from_db()
    return subscription.status


def captured(stage: Stage) -> list[dict[str, Any]]:
    """By the sandbox's own books: the payments that took money."""
    found = stage.desk.read("books")["payments"]
    return [payment for payment in found if payment["status"] in {"captured", "refunded"}]
