"""A resource opens with a grant that is live right now; else the page says why, and what helps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from orders.causes import at
from orders.models import Customer, Grant, Order, Product, Resource
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay, make_gateway, make_order
from tests.lives import DAY, MONTH, T
from tests.samples import sample

pytestmark = pytest.mark.django_db


def give(order: Order, title: str, until: datetime | None = None, **fields: Any) -> Grant:
    given = {"because": "paid", "covered_until": until, "ends_at": until, **fields}
    resource = Resource.objects.get(title=title)
    return order.grants.create(
        customer=order.customer, resource=resource, starts_at=at(T), **given
    )  # fmt: skip


def path(title: str) -> str:
    return f"/my/r/{Resource.objects.get(title=title).uid}/"


def words(browser: Client, title: str) -> str:
    answer = browser.get(path(title))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestOpen:
    def test_a_link_leads_away_without_telling_from_where(
        self, buyer: Client, order: Order
    ) -> None:
        give(order, "Videos")
        answer = buyer.get(path("Videos"))
        assert (answer.status_code, answer["Location"]) == (302, "https://example.com/v")
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]

    def test_a_text_is_shown_as_text(self, buyer: Client, order: Order) -> None:
        give(order, "Recipes")
        Resource.objects.filter(title="Recipes").update(text="<b>boil</b>\n{{ stir }}")
        page = buyer.get(path("Recipes"))
        assert "&lt;b&gt;boil&lt;/b&gt;\n{{ stir }}" in page.content.decode()
        assert page["Referrer-Policy"] == "same-origin", "as everywhere"

    def test_what_is_no_longer_sold_stays_open_to_who_bought_it(
        self, buyer: Client, order: Order
    ) -> None:
        give(order, "Recipes")
        Resource.objects.update(archived_at=at(T))
        Product.objects.update(archived_at=at(T))
        assert "…" in words(buyer, "Recipes")

    def test_one_live_grant_is_enough(self, buyer: Client, gateway: Gateway, order: Order) -> None:
        give(order, "Recipes", at(T), ended_because="refunded")
        again = make_order(gateway, order.product, order.customer, "order_RsdAgain000001")
        give(again, "Recipes")
        assert "Open, no end." in words(buyer, "Recipes")

    def test_grace_opens_and_says_until_when(self, buyer: Client, order: Order) -> None:
        give(order, "Recipes", at(T + DAY), covered_until=at(T))
        assert "In grace until" in words(buyer, "Recipes")

    def test_it_shuts_at_the_very_moment(self, buyer: Client, clock: Any, order: Order) -> None:
        give(order, "Videos", at(T + DAY))
        clock.move_to(at(T + DAY - 1))
        assert buyer.get(path("Videos")).status_code == 302
        clock.move_to(at(T + DAY))
        assert buyer.get(path("Videos")).status_code == 200

    def test_a_link_to_no_web_address_leads_nowhere(self, buyer: Client, order: Order) -> None:
        give(order, "Videos")
        Resource.objects.filter(title="Videos").update(url="javascript:alert(1)")
        assert buyer.get(path("Videos")).status_code == 400


class TestClosed:
    @pytest.mark.parametrize(
        ("because", "said"),
        [
            ("period_over", "What was paid for is over"),
            ("refunded", "The money was given back"),
            ("suspended", "Suspended: the charge failed"),
            ("ended_by_hand", "Dastakari Store ended it"),
        ],
    )
    def test_it_says_why_and_since_when_and_gives_nothing(
        self, buyer: Client, order: Order, because: str, said: str
    ) -> None:
        give(order, "Recipes", at(T), ended_because=because)
        page = words(buyer, "Recipes")
        assert said in page
        assert "Closed since" in page
        assert "today, 11:30" in page
        assert "Write to Dastakari Store." in page
        assert "…" not in page

    def test_not_paid_leads_to_the_payment(self, buyer: Client, order: Order) -> None:
        page = words(buyer, "Videos")
        assert "It is not paid yet" in page
        assert f'href="/pay/{order.uid}/"' in page
        assert "example.com/v" not in page

    def test_suspended_leads_to_what_mends_it(
        self, come_in: Any, clock: Any, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        Subscription.objects.update(short_url="https://rzp.io/i/mend")
        razorpay.tell(*lives.halted_after_four_failures())
        clock.move_to(at(T + MONTH + 4 * DAY))
        page = words(come_in(subscription.order.customer), "Circle")
        assert "Suspended: the charge failed" in page
        assert f'href="/pay/{subscription.order.uid}/method/"' in page
        assert "example.com/c" not in page

    def test_money_opens_it_and_a_refund_shuts_it(
        self, buyer: Client, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.captured", created_at=T))
        assert buyer.get(path("Videos")).status_code == 302
        razorpay.tell(*lives.paid_and_refunded())
        clock.move_to(at(T + DAY))
        assert "The money was given back" in words(buyer, "Videos")


class TestTestAndLive:
    @pytest.fixture
    def live(self, account: Account) -> Gateway:
        return make_gateway(account, "live")

    def test_where_nothing_is_live_a_test_opens_and_says_that_it_is_one(
        self, buyer: Client, order: Order
    ) -> None:
        give(order, "Recipes")
        assert "Test mode" in words(buyer, "Recipes")

    @pytest.mark.parametrize("connected", [True, False])
    def test_a_test_opens_nothing_that_is_sold_for_real(
        self, buyer: Client, order: Order, live: Gateway, connected: bool
    ) -> None:
        give(order, "Recipes")
        if not connected:
            Gateway.objects.filter(pk=live.pk).update(disconnected_at=at(T))
        page = words(buyer, "Recipes")
        assert "TEST: this opens nothing for real" in page
        assert "…" not in page

    def test_what_was_paid_for_real_opens_whatever_was_tried(
        self, buyer: Client, order: Order, live: Gateway
    ) -> None:
        give(order, "Recipes", at(T), ended_because="refunded")
        paid = make_order(live, order.product, order.customer, "order_RsdLive0000001")
        give(paid, "Recipes")
        page = words(buyer, "Recipes")
        assert "…" in page
        assert "Test mode" not in page

    def test_a_test_does_not_mend_what_was_not_paid_for_real(
        self, buyer: Client, order: Order, live: Gateway
    ) -> None:
        give(order, "Recipes")
        unpaid = make_order(live, order.product, order.customer, "order_RsdLive0000001")
        page = words(buyer, "Recipes")
        assert "It is not paid yet" in page
        assert f"/pay/{unpaid.uid}/" in page


class TestNobodyElses:
    def test_a_visitor_is_asked_for_the_address(self, client: Client, order: Order) -> None:
        give(order, "Recipes")
        assert client.get(path("Recipes"))["Location"] == "/my/"

    def test_what_was_never_ordered_is_not_told_from_nothing(
        self, order: Order, customer: Customer, come_in: Any
    ) -> None:
        give(order, "Recipes")
        vikram = Customer.objects.create(account=customer.account, email="vikram@example.com")
        browser = come_in(vikram)
        assert browser.get(path("Recipes")).status_code == 404
        assert browser.get("/my/r/res_0000000000000000/").status_code == 404

    def test_the_same_address_at_another_business_opens_nothing_there(
        self, buyer: Client, their_order: Order, order: Order, come_in: Any
    ) -> None:
        give(their_order, "Clay notes")
        assert buyer.get(path("Clay notes")).status_code == 404
        come_in(their_order.customer, buyer)
        assert "secret of the clay" in words(buyer, "Clay notes")

    def test_nor_does_another_business_open_ours(
        self, order: Order, their_order: Order, come_in: Any
    ) -> None:
        give(order, "Recipes")
        assert come_in(their_order.customer).get(path("Recipes")).status_code == 404

    def test_after_leaving_nothing_opens(self, buyer: Client, order: Order) -> None:
        give(order, "Recipes")
        buyer.post("/my/leave/")
        assert buyer.get(path("Recipes"))["Location"] == "/my/"
