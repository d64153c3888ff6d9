"""Where lives are told: gateways with an order and a subscription each, and arrivals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue, linking
from orders.catalogue import NewResource
from orders.models import Customer, Order
from orders.models.orders import LIFETIME
from subscriptions.models import Plan
from tests.conftest import Razorpay, make_order, make_subscription
from tests.law import telling
from tests.law.facts import fact
from tests.law.order_lives import AGAIN, ORDER
from tests.law.subscription_lives import PLANS
from tests.lives import DAY, Life, T
from tests.samples import sample
from webhooks import work


def stranger(number: int, account_id: str, event: str = "payment.captured") -> dict[str, Any]:
    """What Razorpay tells of another shop."""
    payment = {"id": f"pay_RsdOther0000{number}", "order_id": f"order_RsdOther00{number}"}
    body = sample("payment.captured", created_at=T, payment=payment)
    return {**body, "event": event, "account_id": account_id}


STRANGERS = (
    stranger(1, "acc_RsdTestAcc0001"),
    stranger(2, "acc_RsdElsewhere01"),
    stranger(3, "acc_RsdTestAcc0001", "payment.downtime.started"),
)
ENOUGH = 600.0  # seconds for a worker, on a busy machine
TERMS: tuple[dict[str, Any], ...] = (
    {},
    {"trial_days": 7},
    {"kind": "instalments", "total_count": 2},
)


@dataclass
class Arrival:
    """How the bodies of one gateway come in: batches, each stored as a whole and then worked."""

    batches: list[Life]
    # Before this batch our order learns its Razorpay id: what came earlier matched nothing.
    linked_at: int = 0
    # How long after the last fact we look, in seconds.
    later: int = 60
    bodies: Life = field(default_factory=list)

    def __repr__(self) -> str:
        """Short enough to be read where a test fails."""
        told = [
            [(body["event"], body.get("created_at")) for body in batch] for batch in self.batches
        ]
        return f"Arrival({told}, linked_at={self.linked_at}, later={self.later})"

    @property
    def now(self) -> int:
        """When all of it is told."""
        return max((fact(body).as_of for body in self.bodies), default=T) + self.later


@st.composite
def arrivals(draw: st.DrawFn, *lives: st.SearchStrategy[Life]) -> Arrival:
    """Lives, mixed, shuffled, with losses and repeats, in batches."""
    bodies = [body for life in lives for body in draw(life)]
    bodies += draw(st.lists(st.sampled_from(STRANGERS), max_size=2))
    if draw(st.booleans()):
        lost = draw(st.sets(st.integers(0, len(bodies) - 1), max_size=3))
        bodies = [body for number, body in enumerate(bodies) if number not in lost]
    shuffled = draw(st.permutations(bodies))
    repeats = draw(st.lists(st.sampled_from(bodies), max_size=3)) if bodies else []
    batches, rest = [], [*shuffled, *repeats]
    while rest:
        size = draw(st.sampled_from([1, 2, 5]))
        batches.append(rest[:size])
        rest = rest[size:]
    linked_at = draw(st.sampled_from([0, 0, 1, 3]))
    later = draw(st.sampled_from([60, 10 * DAY, 40 * DAY]))
    return Arrival(batches, min(linked_at, len(batches)), later, bodies)


def cast(gateway: Gateway, terms: dict[str, Any]) -> Razorpay:
    """An order and a subscription as the lives name them, and a larger plan."""
    account: Account = gateway.account
    customer, _ = Customer.objects.get_or_create(account=account, email="ananya.iyer@example.com")
    dyeing = product(account, "Natural Dyeing", {"amount": 49900, "currency": "INR"})
    make_order(gateway, dyeing, customer, None)
    make_order(gateway, dyeing, customer, AGAIN)
    make_subscription(gateway, customer, **terms)
    larger = product(
        account,
        "Weavers' Studio",
        {"kind": "subscription", "amount": 99900, "period": "monthly", "total_count": 12},
    )
    Plan.objects.create(gateway=gateway, price=larger.price, razorpay_plan_id=PLANS[1])
    made = datetime.fromtimestamp(T - DAY, UTC)
    Order.objects.filter(gateway=gateway).update(created_at=made, expires_at=made + LIFETIME)
    return Razorpay(gateway)


def product(account: Account, name: str, price: dict[str, Any]) -> Any:
    return catalogue.create_product(
        account=account, name=name, price=price, resources=[NewResource(name, text="…")]
    )


def play(razorpay: Razorpay, arrival: Arrival) -> None:
    """Batch after batch."""
    for number, batch in enumerate([*arrival.batches, []]):
        if number == arrival.linked_at:
            link(razorpay.gateway)
        for body in batch:
            telling.deliver(razorpay, body)
        work.work(budget=ENOUGH)


def link(gateway: Gateway) -> None:
    """Razorpay answers at last: the order learns its id."""
    order = Order.objects.get(gateway=gateway, subscription=None, razorpay_order_id=None)
    linking.link_order(order, ORDER)
