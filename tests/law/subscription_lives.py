"""Lives of subscriptions that Razorpay charges, drawn by Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.law.order_lives import AMOUNT, WAYS_BACK, money_back
from tests.law.writing import HOUR, TRUE, Writer
from tests.lives import DAY, MONTH, Life, T, charge_of, cycle

PLANS = ("plan_RsdPlan000001", "plan_RsdLarger0001")
# What becomes of a period after the first.
TURNS = (
    "on time",
    "late",
    "recovered by itself",
    "recovered by hand",
    "left open",
    "halted",
    "halted, method changed",
    "halted, paid late",
    "halted, paid after its end",
    "paused and resumed",
    "paused beyond its end",
    "changed",
)
ENDS = ("none", "cancelled", "completed", "completed, then paid")


@dataclass
class Sub:
    """What its snapshots say at the moment."""

    writer: Writer
    plan: str = PLANS[0]
    quantity: int = 1
    paid: int = 0

    def snapshot(self, n: int, **fields: Any) -> dict[str, Any]:
        said = {
            **cycle(n),
            "start_at": T,
            "paid_count": self.paid,
            "plan_id": self.plan,
            "quantity": self.quantity,
            "charge_at": T + (n + 1) * MONTH,
        }
        return said | fields

    def step(self, name: str, n: int, **fields: Any) -> None:
        """One event that carries the subscription alone."""
        self.writer.say(f"subscription.{name}", subscription=self.snapshot(n, **fields))

    def charge(self, n: int) -> None:
        """One charge: up to five events, of which charged or the paid bill may be all."""
        writer, captured = self.writer, charge_of(n, amount=AMOUNT, status="captured")
        captured["captured"] = writer.one(TRUE)
        self.paid += 1
        told = writer.one(("charged", "all five", "invoice and charged", "invoice"))
        if told == "all five":
            before = {**captured, "status": "authorized"}
            writer.say("payment.authorized", payment=before)
            writer.say("payment.captured", payment=captured)
            order = {"id": captured["order_id"], "receipt": None}
            writer.say("order.paid", payment=captured, order=order)
        if told != "charged":
            self.bill(n, captured)
        if told != "invoice":
            said = self.snapshot(n)
            writer.say("subscription.charged", subscription=said, payment=captured)

    def bill(self, n: int, payment: dict[str, Any]) -> None:
        """invoice.paid: Razorpay's own bodies lack the subscription's id."""
        bill = {
            "id": payment["invoice_id"],
            "order_id": payment["order_id"],
            "payment_id": payment["id"],
            "billing_start": T + n * MONTH,
            "billing_end": T + (n + 1) * MONTH,
        }
        if self.writer.chance():
            bill["subscription_id"] = "sub_RsdSubscr00001"
        order = {"id": payment["order_id"], "receipt": None}
        self.writer.say("invoice.paid", payment=payment, order=order, invoice=bill)

    def fail(self, n: int, attempts: int) -> None:
        """So many charges of the period fail, a day apart; the fourth halts it."""
        start = T + n * MONTH
        for attempt in range(1, attempts + 1):
            self.writer.until(start + (attempt - 1) * DAY + 60)
            if self.writer.chance():
                tried = charge_of(n, id=f"pay_RsdTried0{n}{attempt}", status="failed")
                self.writer.say("payment.failed", payment=tried)
            fields = {"auth_attempts": attempt, "charge_at": start + attempt * DAY}
            if attempt == 4:
                self.step("halted", n, **fields | {"charge_at": T + (n + 1) * MONTH})
            else:
                self.step("pending", n, **fields)


@st.composite
def of_a_subscription(draw: st.DrawFn) -> Life:
    """Its start, up to two more periods, money that went back, and its end."""
    sub = Sub(Writer(draw, T - 500))
    began(sub)
    last = draw(st.integers(0, 2))
    for n in range(1, last + 1):
        turn(sub, n, sub.writer.one(TURNS))
    if sub.writer.chance():
        ways = sub.writer.one(WAYS_BACK[:4])
        money_back(sub.writer, charge_of(draw(st.integers(0, last)), amount=AMOUNT), ways)
    over(sub, last, sub.writer.one(ENDS))
    return sub.writer.told


def began(sub: Sub) -> None:
    """The mandate stands, it is activated (sometimes after the charge), the first charge."""
    writer = sub.writer
    if writer.chance():
        sub.step("authenticated", 0, current_start=None, current_end=None)
    writer.until(T)
    told = writer.one(("charged", "activated first", "activated after", "activated only"))
    if told in ("activated first", "activated only"):
        sub.step("activated", 0)
    if told != "activated only":
        writer.until(T + 5)
        sub.charge(0)
    if told == "activated after":
        sub.step("activated", 0)


def turn(sub: Sub, n: int, how: str) -> None:
    """One period."""
    writer, start = sub.writer, T + n * MONTH
    if how.startswith("halted"):
        sub.fail(n, 4)
        halted(sub, n, how)
    elif how.startswith("recovered"):
        attempts = writer.one((1, 2, 3))
        sub.fail(n, attempts)
        writer.until(start + attempts * DAY + (60 if how.endswith("itself") else 5 * HOUR))
        sub.charge(n)
        if writer.chance():
            sub.step("activated", n)
    elif how == "left open":
        sub.fail(n, writer.one((1, 2, 3)))
    elif how.startswith("paused"):
        writer.until(start - 5 * DAY)
        sub.step("paused", n - 1, charge_at=None)
        writer.until(start - 4 * DAY if how.endswith("resumed") else start + 2 * DAY)
        sub.step("resumed", n - 1)
    else:
        changed_or_charged(sub, n, how)


def halted(sub: Sub, n: int, how: str) -> None:
    """After the halt: nothing, another method, or money."""
    writer, end = sub.writer, T + (n + 1) * MONTH
    writer.wait(HOUR, 2 * DAY)
    if how.endswith("changed"):
        sub.step("activated", n)
    if "paid" in how:
        writer.until(end + 3 * DAY if how.endswith("end") else writer.now + DAY)
        sub.charge(n)


def changed_or_charged(sub: Sub, n: int, how: str) -> None:
    writer, start = sub.writer, T + n * MONTH
    if how == "changed":
        sub.plan, sub.quantity = writer.one(PLANS), writer.one((1, 3))
        sub.step("updated", n - 1)
    writer.until(start + (DAY if how == "late" else 60))
    sub.charge(n)


def over(sub: Sub, n: int, how: str) -> None:
    """How it ends, if it does."""
    if how == "none":
        return
    sub.writer.wait()
    sub.step(how.partition(",")[0], n, charge_at=None)
    if how.endswith("paid"):
        sub.writer.wait(HOUR, 3 * DAY)
        sub.charge(n + 1)
