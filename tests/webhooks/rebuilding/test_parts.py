"""A part of the books, some orders, is compared as the whole would be, and nothing else is touched.

To hunt for more lives by hand:

    LIVES=200 FIRST_LIFE=1000 .venv/bin/python -m pytest tests/webhooks/rebuilding -k parts
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
import time_machine

from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from orders import fulfilment
from orders.models import Customer, Dispute, Grant, Mail, Order, Payment, Product, Reattempt, Refund
from subscriptions.models import Charge, Cycle, Invoice, Mandate, Subscription
from tests import lives, random_lives
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import dump, moves_in
from tests.webhooks.rebuilding.shop import FRESH, Shop
from webhooks.models import Event
from webhooks.rebuilding import parts, rebuild, shadow
from webhooks.rebuilding.rebuild import Outcome
from webhooks.rebuilding.scope import Scope

pytestmark = pytest.mark.timeout(600)

FIRST_LIFE = int(os.environ.get("FIRST_LIFE", "0"))
LIVES = range(FIRST_LIFE, FIRST_LIFE + int(os.environ.get("LIVES", "1")))


@pytest.fixture
def shop(gateway: Gateway, product: Product) -> Shop:
    return Shop(gateway, product)


@pytest.fixture
def many(shop: Shop) -> Shop:
    """Buyers of every kind, an order that nobody has heard of, and events that match nothing."""
    shop.sell(lives.paid_and_partly_refunded_twice())
    shop.sell([*lives.paid_and_refunded(), sample("payment.dispute.created")])
    shop.sell(lives.failed_then_paid_with_another())
    token = {"token_id": "token_RsdToken0001"}
    shop.sell([sample("payment.captured", payment=token), sample("token.confirmed")])
    shop.subscribe(lives.renewed_after_two_failures())
    unknown = {"plan_id": "plan_RsdUnknown001"}
    updated = sample("subscription.updated", subscription=unknown)
    shop.subscribe([*lives.first_charge_in_five_events(), updated])
    fulfilment.begin(shop.sell([], access_on_form=True))
    shop.number += 1
    shop.tell(lives.paid_and_refunded())
    return shop


def pieces(gateway: Gateway) -> list[tuple[int, ...]]:
    """All orders, in parts as small as they can be."""
    groups = parts.together(parts.in_turn(gateway.account, 0, 1000))
    return [tuple(theirs) for pk, theirs in groups.items() if pk == min(theirs)]


def told(*outcomes: Outcome) -> list[str]:
    """Each difference, in words."""
    return sorted(str(said) for outcome in outcomes for _name, said in outcome.differences)


def of_no_order(gateway: Gateway) -> int:
    """How many rows a part leaves out: the gateway itself, events that match nothing, and the
    question which product a plan is."""
    asked = Problem.objects.standing().filter(kind=Problem.Kind.UNKNOWN_PLAN)
    return 1 + Event.objects.filter(gateway=gateway, order=None).count() + asked.count()


def agree(gateway: Gateway) -> list[str]:
    """What all parts tell, which is what the whole tells."""
    whole = rebuild.compare(gateway.account)
    found = [rebuild.compare(gateway.account, orders) for orders in pieces(gateway)]
    assert told(*found) == told(whole)
    assert (
        sum(one.events for one in found)
        == whole.events - Event.objects.filter(gateway=gateway, order=None).count()
    )
    # A row that was lost is compared, too, and not counted.
    assert sum(one.rows for one in found) == whole.rows - of_no_order(gateway)
    return told(whole)


def spoil() -> None:
    """Something in every table, of some orders."""
    odd = Order.objects.filter(pk__in=list(Order.objects.values_list("pk", flat=True))[::2])
    odd.update(amount_refunded=1)
    for column, model in (
        ("method", Payment), ("speed_processed", Refund), ("phase", Dispute),
        ("failure_reason", Mandate), ("short_url", Invoice), ("status", Subscription),
    ):  # fmt: skip
        model._default_manager.update(**{column: "odd"})
    Cycle.objects.update(end=1)
    Charge.objects.earliest("pk").delete()
    Grant.objects.latest("pk").delete()
    Mail.objects.earliest("pk").delete()
    Reattempt.objects.filter(started_at=None).earliest("pk").delete()
    Refund.objects.latest("pk").delete()
    Dispute.objects.all().delete()
    Problem.objects.filter(kind=Problem.Kind.PARTIAL_REFUND).delete()
    Event.objects.exclude(order=None).filter(type="order.paid").update(status="unmatched")


def test_all_parts_together_compare_what_the_whole_compares(many: Shop) -> None:
    kinds = set(Problem.objects.standing().values_list("kind", flat=True))
    assert kinds == {"dispute", "partial_refund", "unknown_plan"}
    assert len(pieces(many.gateway)) == 7
    assert of_no_order(many.gateway) == 1 + 5 + 1
    assert agree(many.gateway) == []


def test_each_part_tells_what_the_whole_tells_of_it(many: Shop) -> None:
    spoil()
    found = agree(many.gateway)
    tables = {
        "order", "payment", "refund", "dispute", "grant", "mail", "re-attempt", "problem",
        "subscription", "billing period", "charge", "invoice", "mandate", "event",
    }  # fmt: skip
    assert {said for said in tables if any(one.startswith(f"{said} ") for one in found)} == tables


@pytest.mark.parametrize("seed", LIVES)
def test_parts_of_a_shop_that_nobody_thought_of(shop: Shop, seed: int) -> None:
    """As it happened, and shuffled with a repeat; then with something wrong in every table."""
    rng = random.Random(seed)
    kinds: list[Callable[[int], lives.Life]] = [
        random_lives.of_an_order, random_lives.of_an_order, random_lives.of_a_subscription,
        random_lives.of_a_subscription,
    ]  # fmt: skip
    for number, make_life in enumerate(rng.sample(kinds, 4)):
        life = make_life(seed * 10 + number)
        arrival = rng.choice([life, [*rng.sample(life, len(life)), *rng.sample(life, 1)]])
        sell = shop.subscribe if make_life is random_lives.of_a_subscription else shop.sell
        sell(arrival)
    two = shop.another(shop.buyer(), "Order000001"), random_lives.of_two_orders(seed)
    shop.another(two[0].customer, "Again000001")
    shop.tell(two[1])
    assert len(pieces(shop.gateway)) == 5
    with time_machine.travel(FRESH, tick=False):
        assert agree(shop.gateway) == []
        Payment.objects.update(method="odd")
        Order.objects.update(amount_paid=7)
        Grant.objects.all().delete()
        assert len(agree(shop.gateway)) > 6


def test_orders_of_a_buyer_for_the_same_are_one_part(shop: Shop, customer: Customer) -> None:
    """Money for one ends the asking for the other: each by itself would tell what is not so."""
    failed = shop.sell([sample("payment.failed", created_at=lives.T)])
    shop.number += 1
    paid = shop.another(failed.customer, "Order000001")
    shop.tell([sample("payment.captured", created_at=lives.T + 90)])
    assert set(Reattempt.objects.values_list("state", flat=True)) == {"cancelled"}
    account = shop.gateway.account
    assert pieces(shop.gateway) == [(failed.pk, paid.pk)]
    assert told(rebuild.compare(account, (failed.pk, paid.pk))) == []
    assert told(rebuild.compare(account, (failed.pk,))) != []
    shop.another(customer, "Other000001")
    assert len(pieces(shop.gateway)) == 2


def test_what_is_of_no_order_is_left_out(many: Shop) -> None:
    """The whole rebuild tells of it."""
    Gateway.objects.update(razorpay_account_id="acc_Odd")
    Event.objects.filter(order=None).update(status="foreign")
    Problem.objects.filter(kind=Problem.Kind.UNKNOWN_PLAN).delete()
    account = many.gateway.account
    assert told(*(rebuild.compare(account, orders) for orders in pieces(many.gateway))) == []
    assert len(told(rebuild.compare(account))) == 1 + 5 + 1


def test_only_the_parts_rows_are_in_the_shadow(many: Shop, stranger: Seller) -> None:
    moves_in(stranger.account).tell(sample("payment.captured"))
    one = Order.objects.filter(gateway=many.gateway).earliest("pk")
    told = set(one.events.values_list("pk", flat=True))
    with (
        shadow.snapshot(),
        shadow.of(Scope(many.gateway.account, (one.pk,)), many=False),
    ):
        assert list(Order.objects.all()) == [one]
        assert list(Customer.objects.all()) == [one.customer]
        assert set(Event.objects.values_list("pk", flat=True)) == told
        assert list(Gateway.objects.all()) == [many.gateway]
        assert not Subscription.objects.exists()
        assert not Payment.objects.exists()


def test_an_order_of_a_stranger_is_never_looked_at(many: Shop, stranger: Seller) -> None:
    """Not even if somebody asks for it under the wrong account."""
    moves_in(stranger.account).tell(sample("payment.captured"))
    theirs = Order.objects.get(gateway__account=stranger.account)
    Payment.objects.filter(order=theirs).update(amount=1)
    found = rebuild.compare(many.gateway.account, (theirs.pk,))
    assert (found.events, found.rows, found.differences) == (0, 0, [])


def test_nothing_in_the_database_changes(many: Shop) -> None:
    before = dump()
    for orders in pieces(many.gateway):
        rebuild.of(many.gateway.account, parts.Part(orders, 0, orders[-1]))
    Payment.objects.update(fee=7)
    spoilt = dump()
    assert spoilt != before
    for orders in pieces(many.gateway):
        rebuild.of(many.gateway.account, parts.Part(orders, 0, orders[-1]))
    assert dump() == spoilt


def test_what_waits_is_in_no_part(many: Shop, razorpay: Razorpay) -> None:
    """An event that is open has no order yet; one that was opened again is in both books."""
    one = Order.objects.earliest("pk")
    before = rebuild.compare(many.gateway.account, (one.pk,))
    razorpay.post(sample("payment.dispute.created"))
    Event.objects.filter(order=one, type="payment.captured").update(
        status="received", processed_at=None
    )
    found = rebuild.compare(many.gateway.account, (one.pk,))
    assert (found.events, found.open, found.parked) == (before.events, 0, 0)
    assert found.differences == []
