"""A shop at the sandbox whose webhooks are all lost: what is learnt is learnt by asking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gateways.models import Gateway, LookUp
from gateways.razorpay.session import Session
from orders import linking
from orders.looking_up import due
from orders.models import Customer, Order, Payment, Product
from sandbox import timetable
from tests.conftest import Razorpay, make_order
from tests.gateways.stand_in import Desk
from webhooks import work

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Stage:
    """One clock for both: time passes only through `wait`."""

    clock: Any
    desk: Desk
    gateway: Gateway
    product: Product
    customer: Customer

    def __post_init__(self) -> None:
        self.wait(timedelta())

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, span: timedelta) -> None:
        to = self.now + span
        timetable.march(self.desk.sandbox.world, to.timestamp())
        self.desk.sandbox.world.clock.offset = 0.0
        self.clock.move_to(to)

    def work(self, span: timedelta = timedelta()) -> int:
        """Let so much time pass, then do what beat does every minute; how many rows were due."""
        self.wait(span)
        return due.work_off()

    def work_next(self) -> timedelta:
        """To when the next question is due, and ask; how long that was."""
        due_at = LookUp.objects.filter(done_at=None).earliest("due_at").due_at
        gap = due_at - self.now
        assert self.work(gap) == 1
        return gap

    def place(self, **at_razorpay: Any) -> Order:
        """An order that Razorpay made, as our checkout writes it down."""
        order = make_order(self.gateway, self.product, self.customer, None)
        terms = {"amount": order.amount, "currency": order.currency, "receipt": order.uid}
        notes = {"notes": linking.notes_for(order)}
        made = self.desk.order(**{**terms, **notes, **at_razorpay})
        linking.link_order(order, made["id"])
        return order

    def straggler(self, **how: Any) -> tuple[Order, Payment]:
        """An order whose payment was authorized, as its webhook told, and stays so."""
        order = self.place(payment={"capture": "manual"})
        told = self.desk.press(f"orders/{order.razorpay_order_id}/pay", **how)
        self.hear()
        payment = order.payments.get(razorpay_payment_id=told["payment"]["id"])
        assert payment.status == "authorized"
        return order, payment

    def hear(self) -> None:
        """Every webhook that was ever sent arrives."""
        for event in sorted(self.desk.all_events(), key=lambda event: int(event["seq"])):
            Razorpay(self.gateway).post(event["body"].encode())
        work.work()

    def pay(self, order: Order, **how: Any) -> None:
        self.desk.press(f"orders/{order.razorpay_order_id}/pay", **how)

    def fails(self, kind: str, **how: Any) -> None:
        self.desk.press("api", fail=kind, **how)

    def captures(self) -> list[str]:
        """The payments that the sandbox captured, once for each time."""
        told = [event for event in self.desk.all_events() if event["type"] == "payment.captured"]
        return [event["body"] for event in told]


def row(why: str) -> LookUp:
    return LookUp.objects.get(why=why)


def status(order: Order) -> str:
    order.refresh_from_db()
    return order.status


@contextmanager
def calls() -> Iterator[list[str]]:
    """What is asked of Razorpay meanwhile: method and path."""
    from unittest.mock import patch

    asked: list[str] = []
    request = Session.request

    def noted(session: Session, method: Any, url: Any, **options: Any) -> Any:
        asked.append(f"{str(method).upper()} {str(url).partition('/v1/')[2]}")
        return request(session, method, url, **options)

    with patch.object(Session, "request", noted):
        yield asked
