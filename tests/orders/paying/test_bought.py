"""Who has bought the same meanwhile is told so, before anything opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders import checkout, visiting
from orders.models import Customer, Order, Product
from subscriptions import starting
from subscriptions.models import Subscription
from tests.api.test_subscriptions import make_circle
from tests.conftest import make_gateway, make_order
from tests.gateways.stand_in import Desk
from tests.orders.paying.conftest import EMAIL, Buyer

SAID = "You have bought this already on"


@pytest.fixture
def second(buyer: Buyer, account: Account, product: Product) -> Buyer:
    """Another order of the same customer for the same, made before the first is paid."""
    order = checkout.place(account, product, EMAIL, "", None)
    return Buyer(order, buyer.desk, Client())


def paid(buyer: Buyer) -> None:
    buyer.come_back(buyer.pay())
    buyer.order.refresh_from_db()
    assert buyer.order.status == "paid"


def test_it_says_so_first_and_opens_nothing(buyer: Buyer, second: Buyer) -> None:
    assert SAID not in second.page("")
    paid(buyer)
    page = second.page("")
    today = timezone.localdate()
    assert f"{SAID} {today.day} {today:%B %Y}" in page
    assert "checkout.js" not in page
    assert "pay.js" not in page
    assert str(second.order.razorpay_order_id) not in page
    assert 'href="/my/"' in page


def test_who_wants_it_twice_may_pay_all_the_same(buyer: Buyer, second: Buyer) -> None:
    paid(buyer)
    assert 'href="?again=1"' in second.page("")
    assert f'data-order="{second.order.razorpay_order_id}"' in second.page("?again=1")


def test_what_was_given_back_is_not_bought(buyer: Buyer, second: Buyer) -> None:
    paid(buyer)
    Order.objects.filter(pk=buyer.order.pk).update(status="refunded")
    assert SAID not in second.page("")
    Order.objects.filter(pk=buyer.order.pk).update(status="partially_refunded")
    assert SAID in second.page("")


def test_another_customer_another_product_and_another_mode_are_not_meant(
    buyer: Buyer, account: Account, product: Product
) -> None:
    neighbour = Customer.objects.create(account=account, email="ravi@example.com")
    other = make_circle(buyer.order.gateway)
    live = make_gateway(account, "live")
    orders = [
        make_order(buyer.order.gateway, product, neighbour, "order_RsdOther000001"),
        make_order(buyer.order.gateway, other, buyer.order.customer, "order_RsdOther000002"),
        make_order(live, product, buyer.order.customer, "order_RsdOther000003"),
    ]
    paid(buyer)
    for order in orders:
        assert SAID not in Buyer(order, buyer.desk, Client()).page("")


def test_what_was_bought_before_is_told_to_the_customer_alone(
    buyer: Buyer, account: Account, product: Product, client: Client
) -> None:
    """Whoever types a known address must not learn what its owner bought."""
    paid(buyer)
    year_ago = int(timezone.now().timestamp()) - 365 * 86_400
    buyer.order.payments.update(captured_at=year_ago)
    later = Buyer(checkout.place(account, product, EMAIL, "", None), buyer.desk, Client())
    assert SAID not in later.page("")
    request = client.get("/my/").wsgi_request
    visiting.enter(request, buyer.order.customer)
    request.session.save()
    later.client.cookies["sessionid"] = str(request.session.session_key)
    assert f"{SAID} {datetime.fromtimestamp(year_ago, UTC).day} " in later.page("")


class TestASubscription:
    @pytest.fixture
    def circle(self, desk: Desk, connected: Gateway, account: Account) -> list[Order]:
        product = make_circle(connected)
        return [
            starting.start(account, product, EMAIL, "Ananya Iyer", None).order for _turn in range(2)
        ]

    def page(self, order: Order) -> str:
        return str(Client().get(f"/pay/{order.uid}/").content.decode())

    @pytest.mark.parametrize("status", ["authenticated", "active", "pending", "halted", "paused"])
    def test_that_is_not_over_is_bought(self, circle: list[Order], status: str) -> None:
        first, second = circle
        now = int(timezone.now().timestamp()) + 1
        Subscription.objects.filter(order=first).update(status=status, authenticated_at=now)
        assert SAID in self.page(second)

    @pytest.mark.parametrize("status", ["created", "cancelled", "expired", "completed"])
    def test_that_is_over_may_be_bought_anew(self, circle: list[Order], status: str) -> None:
        first, second = circle
        now = int(timezone.now().timestamp()) + 1
        Subscription.objects.filter(order=first).update(status=status, authenticated_at=now)
        assert SAID not in self.page(second)

    def test_that_is_paid_off_is_bought_for_good(self, circle: list[Order]) -> None:
        first, second = circle
        now = int(timezone.now().timestamp()) + 1
        first.product.prices.update(kind="instalments")
        Subscription.objects.filter(order=first).update(status="completed", authenticated_at=now)
        assert SAID in self.page(second)


def test_the_question_costs_one_query_however_often_it_was_bought(
    buyer: Buyer, second: Buyer, product: Product, django_assert_num_queries: Any
) -> None:
    from orders.pages.paying import earlier

    paid(buyer)
    for number in range(5):
        make_order(
            buyer.order.gateway, product, buyer.order.customer, f"order_RsdMore00000{number}",
            status="paid",
        )  # fmt: skip
    with django_assert_num_queries(1):
        assert earlier.bought_at(second.order, since=None)


def test_the_page_of_thanks_leads_to_what_was_bought(buyer: Buyer) -> None:
    paid(buyer)
    shown = buyer.page()
    assert "Mail me the link that opens it" in shown
    assert f'<input type="hidden" name="email" value="{EMAIL}">' in shown
    link = urlsplit(visiting.make(buyer.order.customer)).path
    signed_in = Client()
    signed_in.post(link)
    there = signed_in.get(f"/pay/{buyer.order.uid}/thanks/").content.decode()
    assert 'class="btn" href="/my/"' in there
