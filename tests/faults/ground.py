"""What is there before the first event: a seller, a gateway, and an order for each life."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import ground
from tests.faults.machines import Postgres, Redis
from tests.faults.told import ORDER, STRANGER, SUBSCRIPTION, Life

if TYPE_CHECKING:
    from gateways.models import Gateway

PLAN_ID = "plan_RsdPlan000001"  # the samples' own
PRICE = {"amount": 49900, "currency": "INR"}
TERMS = {**PRICE, "kind": "subscription", "period": "monthly", "total_count": 12}


def environment(postgres: Postgres, redis: Redis, folder: Path, *, brief: bool) -> None:
    """Every setting of the run, for this process and for those that it starts."""
    (folder / "data" / "static").mkdir(parents=True)
    os.environ.update(ground.environment(postgres.url, f"{redis.url}/0"))
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "REDIS_URL": f"{redis.url}/1",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(folder / "data"),
            "FAULTS_FOLDER": str(folder),
            "FAULTS_BRIEF": "1" if brief else "",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
    )


def set_up() -> None:
    """Django in this process, and its tables."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


@dataclass(frozen=True)
class Shop:
    """A gateway with what it sells, and an order of ours for every life that has one."""

    gateway: Gateway
    goods: dict[str, Any]
    email: str  # where its mails go

    def sell(self, lives: list[Life]) -> None:
        """One buyer and one order each; the rest is somebody else's."""
        for start in range(0, len(lives), 500):
            self.sell_some([life for life in lives[start : start + 500] if life.kind != STRANGER])

    def sell_some(self, lives: list[Life]) -> None:
        from orders.models import Customer, Order
        from subscriptions.models import Subscription

        account = self.gateway.account
        buyers = Customer.objects.bulk_create(
            Customer(account=account, email=life.email) for life in lives
        )
        orders = Order.objects.bulk_create(
            Order(gateway=self.gateway, customer=buyer, razorpay_order_id=own_order(life),
                  **self.goods[life.kind])
            for life, buyer in zip(lives, buyers, strict=True)
        )  # fmt: skip
        Subscription.objects.bulk_create(
            Subscription(gateway=self.gateway, order=order, plan=self.goods["plan"],
                         razorpay_subscription_id=own_subscription(life),
                         razorpay_plan_id=PLAN_ID)
            for life, order in zip(lives, orders, strict=True)
            if life.kind != ORDER
        )  # fmt: skip


def own_order(life: Life) -> str | None:
    return f"order_R{life.number}xOrder000001" if life.kind == ORDER else None


def own_subscription(life: Life) -> str:
    return f"sub_R{life.number}xSubscr00001"


def open_shop(name: str) -> Shop:
    """A seller of that name with a gateway, a course, and a plan."""
    from accounts import sellers
    from gateways.models import Gateway, WebhookSecret

    email = f"{name}@example.com"
    seller = sellers.create(email=email, business=name, password=secrets.token_urlsafe())
    gateway = Gateway.objects.create(
        account=seller.account,
        mode="test",
        key_id=f"rzp_test_{secrets.token_hex(7)}",
        key_secret=secrets.token_urlsafe(18),
    )
    WebhookSecret.objects.create(gateway=gateway)
    return Shop(gateway, goods_of(gateway), email)


def goods_of(gateway: Gateway) -> dict[str, Any]:
    """What an order asks for by the kind of life, and the plan at Razorpay."""
    from orders.catalogue import NewResource, create_product
    from subscriptions.models import Plan

    course = create_product(
        account=gateway.account,
        name="Natural Dyeing Masterclass",
        price=PRICE,
        resources=[
            NewResource("Videos", "https://example.com/v"),
            NewResource("Recipes", text="…"),
        ],
    )
    circle = create_product(
        account=gateway.account,
        name="Weavers' Circle",
        price=TERMS,
        resources=[NewResource("Circle", "https://example.com/c")],
    )
    price = circle.price
    assert price is not None
    return {
        ORDER: {"product": course, "price": course.price, **PRICE},
        SUBSCRIPTION: {"product": circle, "price": price, **PRICE},
        "plan": Plan.objects.create(gateway=gateway, price=price, razorpay_plan_id=PLAN_ID),
    }
