"""Make the cast: four sellers who sell the same kinds of things, and their many buyers."""

from __future__ import annotations

import random
from typing import Any

from accounts import sellers
from accounts.models import Account
from gateways import connecting
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Product
from sandbox import merchants
from sandbox.world import World
from tests.simulation.cases import Case, Shop
from tests.simulation.options import Plan

# Summer time: none, northern, northern on other days, southern.
ZONES = ("Asia/Kolkata", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
PERIODS = [
    {"period": "weekly", "interval": 2},
    {"period": "monthly", "interval": 1},
    {"period": "monthly", "interval": 1},
    {"period": "monthly", "interval": 1},
    {"period": "monthly", "interval": 2},
    {"period": "monthly", "interval": 2},
    {"period": "quarterly", "interval": 1},
    {"period": "quarterly", "interval": 1},
]
SHORT_PERIODS = [{"period": "weekly", "interval": 1}, {"period": "weekly", "interval": 2}]
AMOUNT = 49_900


def make_shops(plan: Plan, world: World) -> list[Shop]:
    periods = SHORT_PERIODS if plan.short else PERIODS
    return [make_shop(world, number, zone, periods) for number, zone in enumerate(ZONES)]


def make_shop(world: World, number: int, zone: str, periods: list[dict[str, Any]]) -> Shop:
    seller = sellers.create(
        email=f"seller{number}@example.com", business=f"Shop {number}", password="pw"
    )
    account = seller.account
    account.time_zone = zone
    account.save()
    with world.turn():
        key = merchants.make_key(world, "test", None)
    gateway = connecting.connect(account, key["id"], key["secret"], user=None)
    secret = gateway.webhook_secrets.get().secret
    shop = Shop(number, gateway, key_id=key["id"], secret=secret)
    shop.products = {
        "follow": [recurring(account, period, "razorpay") for period in periods],
        "act": [recurring(account, period, "raseed") for period in periods],
        "ask": [once(account)],
    }
    return shop


def recurring(account: Account, period: dict[str, Any], charged_by: str) -> Product:
    price = {"kind": "subscription", "amount": AMOUNT, "currency": "INR", "total_count": 120}
    return catalogue.create_product(
        account=account,
        name=f"Circle ({period['interval']} x {period['period']})",
        price={**price, **period, "charged_by": charged_by},
        resources=[NewResource("Circle", "https://example.com/circle")],
    )


def once(account: Account) -> Product:
    return catalogue.create_product(
        account=account,
        name="Masterclass",
        price={"amount": AMOUNT, "currency": "INR"},
        resources=[NewResource("Videos", "https://example.com/videos")],
    )


def make_cases(plan: Plan, shops: list[Shop], share: tuple[int, int]) -> list[Case]:
    """The cases of this share: every so manieth pair. Numbers mean the same in every run."""
    part, parts = share
    wanted = [(number, kind) for number, kind in numbered(plan) if plan.case in (None, number)]
    return [
        Case(
            number,
            kind,
            shops[number // 2 % len(shops)],
            random.Random(f"{plan.seed}/{number}"),
            plan.seed,
        )
        for place, (number, kind) in enumerate(wanted)
        if place // 2 % parts == part
    ]


def numbered(plan: Plan) -> list[tuple[int, str]]:
    """Half are followed, half are charged by us; a tenth besides is paid once."""
    found: list[tuple[int, str]] = []
    recurring_kinds = [kind for kind in plan.kinds if kind != "ask"]
    if recurring_kinds:
        for number in range(plan.objects):
            found.append((number, recurring_kinds[number % len(recurring_kinds)]))
    if "ask" in plan.kinds:
        count = plan.objects if not recurring_kinds else max(1, plan.objects // 10)
        found += [(100_000 + number, "ask") for number in range(count)]
    return found
