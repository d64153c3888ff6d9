"""A subscription that is over: what was charged before, unheard, is found by its buyer."""

from __future__ import annotations

from accounts.sellers import Seller
from subscriptions.models import Subscription
from tests.gateways.stand_in import connect
from tests.subscriptions.debiting.stage import Stage
from tests.webhooks.reconciling import day, ledger
from tests.webhooks.reconciling.shop import HOUR, Shop
from webhooks.models import Event


def other_shop(shop: Shop, stranger: Seller) -> Shop:
    """On the same keys."""
    stage = Stage(shop.stage.desk, connect(stranger.account), shop.stage.travelled, False)
    return Shop(stage, 50)


def test_a_renewal_nobody_heard_of_before_the_buyer_cancelled(shop: Shop) -> None:
    subscription = shop.sold()
    shop.go(day.NEXT_MONTH)
    shop.stage.delivers = True
    shop.on(subscription, "cancel")
    shop.stage.hear()
    assert Subscription.objects.get().status == "cancelled"
    before = subscription.paid_until
    shop.go(HOUR)
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert run.place["not_ours"] == 0
    subscription.refresh_from_db()
    assert before is not None
    assert subscription.paid_until is not None
    assert subscription.paid_until > shop.stage.now > before
    assert shop.reconcile().mended == 0


def test_a_bill_of_somebody_elses_buyer_is_not_asked_about(shop: Shop, stranger: Seller) -> None:
    shop.sold()
    Subscription.objects.update(razorpay_customer_id="cust_NobodyElses001")
    theirs = other_shop(shop, stranger)
    theirs.on(theirs.subscription(), "pay")
    shop.go(HOUR)
    run = shop.reconcile()
    # Our subscription and its payment, and theirs.
    assert (run.place["not_ours"], run.looked_at) == (1, 3)


def test_what_our_buyer_pays_to_another_shop_is_not_ours(shop: Shop, stranger: Seller) -> None:
    shop.sold()
    theirs = other_shop(shop, stranger)
    bought = theirs.subscription()
    theirs.on(bought, "pay")
    found = shop.stage.desk.read("books")["subscriptions"]
    (customer,) = [s["customer_id"] for s in found if s["id"] == bought.razorpay_subscription_id]
    Subscription.objects.filter(gateway=shop.gateway).update(razorpay_customer_id=customer)
    shop.go(HOUR)
    run = shop.reconcile()
    assert run.place["not_ours"] == 1
    assert not Event.objects.filter(reconciliation=run).exists()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
