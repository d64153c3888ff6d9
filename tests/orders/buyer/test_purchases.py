"""My purchases: what was bought, how far it is open, what is to be paid; nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.causes import at
from orders.models import Customer, Order, Product
from orders.pages.buyer.failures import web_address
from subscriptions.models import Invoice, Subscription
from tests import lives
from tests.conftest import Razorpay, make_gateway, make_order
from tests.lives import DAY, MONTH, T
from tests.samples import sample

pytestmark = pytest.mark.django_db
ONLY_A_TEST = "TEST: this opens nothing for real"
FIX = "Change how you pay"


def page(browser: Client) -> str:
    """The page's words, with single blanks."""
    return " ".join(browser.get("/my/").content.decode().split())


def another(order: Order) -> Product:
    """Something else that the same business sells."""
    return catalogue.create_product(
        account=order.gateway.account,
        name="Block Printing",
        price={"amount": 19900, "currency": "INR"},
        resources=[NewResource("Blocks", text="…")],
    )


class TestWhatWasBought:
    def test_it_is_open_without_end_and_has_its_receipt(
        self, buyer: Client, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.captured", created_at=T))
        shown = page(buyer)
        for words in (
            "Dastakari Store", "Times are in India Time.", "Natural Dyeing Masterclass",
            "Videos", "Recipes", "Open, no end.", "₹499.00", "Paid", "Receipts (1)",
            "pay_RsdCard0000001", order.uid,
        ):  # fmt: skip
            assert words in shown, words
        assert "Pay ₹499.00" not in shown

    def test_before_it_is_paid_it_says_so_and_leads_to_the_payment(
        self, buyer: Client, order: Order
    ) -> None:
        shown = page(buyer)
        assert shown.count("Opens with the payment.") == 2
        assert "Not paid yet" in shown
        assert f'href="/pay/{order.uid}/"' in shown

    @pytest.mark.parametrize("change", ["expired", "disconnected", "unknown to Razorpay"])
    def test_what_cannot_be_paid_has_no_button(
        self, buyer: Client, order: Order, change: str
    ) -> None:
        if change == "expired":
            Order.objects.update(status="expired")
        elif change == "disconnected":
            Gateway.objects.update(disconnected_at=at(T))
        else:
            Order.objects.update(razorpay_order_id=None)
        assert f"/pay/{order.uid}/" not in page(buyer)

    def test_money_given_back_closes_it_and_is_shown(
        self, buyer: Client, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(*lives.paid_and_refunded())
        clock.move_to(at(T + DAY))
        shown = page(buyer)
        assert shown.count("Closed: the money was given back.") == 2
        assert "₹499.00 given back" in shown
        assert "Over" in shown

    def test_access_on_the_form_is_open_for_now(self, buyer: Client, order: Order) -> None:
        order.grants.create(
            customer=order.customer, resource=order.product.resources.all()[0], starts_at=at(T),
            covered_until=at(T + DAY), ends_at=at(T + DAY), because="form_sent",
            ended_because="not_paid",
        )  # fmt: skip
        assert "Open for now" in page(buyer)
        assert "while your payment is awaited." in page(buyer)

    def test_a_test_purchase_is_marked(
        self, buyer: Client, account: Any, product: Product, customer: Customer, order: Order
    ) -> None:
        assert page(buyer).count("Test mode") == 1
        assert ONLY_A_TEST not in page(buyer)
        live = make_order(make_gateway(account, "live"), product, customer, "order_RsdLive0000001")
        shown = page(buyer)
        assert shown.count("Test mode") == 1
        assert shown.count(ONLY_A_TEST) == 2, "beside what is sold for real"
        assert shown.index(live.uid) < shown.index(order.uid)

    def test_names_are_text(self, buyer: Client, order: Order) -> None:
        order.product.name = "<script>alert(1)</script>"
        order.product.save()
        assert "<script>alert" not in page(buyer)

    def test_who_bought_nothing_is_told(self, buyer: Client) -> None:
        assert "Nothing was bought here yet." in page(buyer)

    def test_what_was_paid_comes_before_what_was_not(
        self, buyer: Client, gateway: Gateway, razorpay: Razorpay, order: Order
    ) -> None:
        """Anybody may order in the name of an address; nobody is to push away what was paid."""
        razorpay.tell(sample("payment.captured", created_at=T))
        unpaid = make_order(gateway, another(order), order.customer, "order_RsdNewer000001")
        shown = page(buyer)
        assert shown.index(order.uid) < shown.index(f"/pay/{unpaid.uid}/")


class TestASubscription:
    def test_it_says_until_when_it_is_paid_and_when_it_is_charged_next(
        self, buyer: Client, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(lives.charged(0, T + 8))
        shown = page(buyer)
        for words in ("Weavers' Circle", "Active", "Next charge", "Paid until", "24 Dec, 11:30"):
            assert words.replace("'", "&#x27;") in shown, words
        assert f"/my/subscriptions/{subscription.uid}/cancel/" in shown
        assert "To cancel a subscription" not in shown
        assert "did not go through" not in shown

    @pytest.mark.parametrize("life", ["pending", "halted"])
    def test_a_charge_that_failed_is_told_with_the_link_that_mends_it(
        self, come_in: Any, clock: Any, razorpay: Razorpay, subscription: Subscription, life: str
    ) -> None:
        subscription.short_url = "https://rzp.io/i/mend"
        subscription.save()
        razorpay.tell(lives.charged(0, T + 8), lives.pending(1, 1))
        if life == "halted":
            razorpay.tell(lives.pending(1, 2), lives.pending(1, 3), lives.halted(1))
        clock.move_to(at(T + MONTH + 4 * DAY))
        shown = page(come_in(subscription.order.customer))
        assert f'href="/pay/{subscription.order.uid}/method/"' in shown
        assert FIX in shown
        if life == "halted":
            assert "Suspended: the charge failed." in shown
        else:
            assert "In grace until" in shown
            assert "while the payment is open." in shown

    def test_the_newest_open_invoice_is_what_pays_it(
        self, buyer: Client, subscription: Subscription
    ) -> None:
        Subscription.objects.update(status="halted", short_url="https://rzp.io/i/sub")
        for n, status in enumerate(["issued", "issued", "paid"]):
            Invoice.objects.create(
                gateway=subscription.gateway, subscription=subscription, status=status,
                razorpay_invoice_id=f"inv_{n}", created_at=T + n, short_url=f"https://rzp.io/i/{n}",
            )  # fmt: skip
        assert 'href="https://rzp.io/i/1"' in page(buyer)

    def test_without_a_link_there_is_somebody_to_write_to(
        self, buyer: Client, subscription: Subscription
    ) -> None:
        Subscription.objects.update(status="halted", short_url="javascript:alert(1)")
        Gateway.objects.update(disconnected_at=at(T))
        shown = page(buyer)
        assert "javascript:" not in shown
        assert "To pay, write to Dastakari Store." in shown

    def test_one_that_was_never_started_leads_to_razorpays_page(
        self, buyer: Client, subscription: Subscription
    ) -> None:
        Subscription.objects.update(short_url="https://rzp.io/i/start")
        assert 'href="https://rzp.io/i/start"' in page(buyer)
        Subscription.objects.update(status="authenticated")
        assert "https://rzp.io/i/start" not in page(buyer)


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://rzp.io/i/a", True),
        ("http://127.0.0.1:8001/l/a", True),
        ("http: //rzp.io/i/a", False),
        ("javascript://rzp.io/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("//rzp.io", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_links(link: str, good: bool) -> None:
    assert web_address(link) == (link if good else "")


class TestNobodyElses:
    def test_another_buyer_of_the_same_business_sees_nothing_of_it(
        self, razorpay: Razorpay, order: Order, come_in: Any
    ) -> None:
        razorpay.tell(sample("payment.captured", created_at=T))
        vikram = Customer.objects.create(account=order.customer.account, email="vikram@example.com")
        assert "Natural Dyeing" not in page(come_in(vikram))

    def test_a_link_of_one_business_opens_nothing_of_another(
        self, buyer: Client, order: Order, their_order: Order
    ) -> None:
        shown = page(buyer)
        assert "Natural Dyeing" in shown
        assert "Elsewhere" not in shown
        assert their_order.uid not in shown

    def test_with_both_links_both_are_there_each_under_its_own_name(
        self, buyer: Client, order: Order, their_order: Order, come_in: Any
    ) -> None:
        come_in(their_order.customer, buyer)
        shown = page(buyer)
        assert shown.index("Natural Dyeing") < shown.index("Pottery at Elsewhere")
        assert shown.count("Signed in as ananya.iyer@example.com.") == 1
        assert shown.count("Times are") == 2

    def test_times_are_in_each_accounts_own_zone(
        self, buyer: Client, order: Order, their_order: Order, come_in: Any
    ) -> None:
        their_order.gateway.account.time_zone = "America/New_York"
        their_order.gateway.account.save()
        Order.objects.update(created_at=at(T) - timedelta(days=40))
        come_in(their_order.customer, buyer)
        shown = page(buyer)
        assert "Oct, 11:30" in shown
        assert "Oct, 02:00" in shown

    def test_no_browser_and_no_proxy_keeps_it(self, buyer: Client, order: Order) -> None:
        thing = order.product.resources.all()[0]
        for path in ("/my/", "/my/sent/", "/my/open/x/", "/my/leave/", f"/my/r/{thing.uid}/"):
            for browser in (buyer, Client()):
                kept = browser.get(path)["Cache-Control"]
                assert "no-store" in kept, path
                assert "private" in kept, path


def test_the_number_of_queries_does_not_grow(
    buyer: Client, gateway: Gateway, razorpay: Razorpay, order: Order, subscription: Subscription
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T), lives.charged(0, T + 8))
    buyer.get("/my/")
    with CaptureQueriesContext(connection) as first:
        buyer.get("/my/")
    plan = subscription.plan
    for n in range(5):
        more = make_order(gateway, order.product, order.customer, f"order_RsdMore000000{n}")
        more.grants.create(
            customer=more.customer,
            resource=more.product.resources.all()[0],
            starts_at=at(T),
            because="paid",
        )
        Subscription.objects.create(gateway=gateway, order=more, plan=plan)
    Subscription.objects.update(status="halted")
    with CaptureQueriesContext(connection) as second:
        buyer.get("/my/")
    assert len(second) == len(first)
