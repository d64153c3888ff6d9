"""Lists narrowed by mode and by product, in the address; a stranger's product finds nothing."""

from __future__ import annotations

import pytest

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, Order, Product
from subscriptions.models import Subscription
from tests.conftest import make_gateway, make_order
from tests.orders.sales.conftest import See

ROW = 'class="when"'


def another(account: Account, name: str) -> Product:
    return catalogue.create_product(
        account=account,
        name=name,
        price={"amount": 9900, "currency": "INR"},
        resources=[NewResource("Notes", text="…")],
    )


@pytest.fixture
def book(account: Account) -> Product:
    return another(account, "Book of Knots")


@pytest.fixture
def live(account: Account) -> Gateway:
    return make_gateway(account, "live")


def test_one_mode_alone_is_no_choice(see: See, order: Order) -> None:
    assert 'class="chip' not in see("/orders/")


def test_the_mode_is_chosen_and_taken_back(
    see: See, live: Gateway, order: Order, product: Product, customer: Customer
) -> None:
    make_order(live, product, customer, "order_RsdLive000001")
    both = see("/orders/")
    assert both.count(ROW) == 2
    assert 'class="chip" href="?mode=live"' in both
    narrowed = see("/orders/", mode="live", status="created")
    assert narrowed.count(ROW) == 1
    assert 'class="chip set" href="?status=created"' in narrowed, "the rest of the address stays"
    assert 'href="?mode=live&amp;status=paid"' in narrowed, "so it does when a tab is chosen"


def test_a_products_page_leads_to_its_orders(
    see: See, order: Order, book: Product, gateway: Gateway, customer: Customer
) -> None:
    make_order(gateway, book, customer, "order_RsdBook000001", status="paid")
    link = f"/orders/?product={book.uid}&amp;mode=test"
    assert f'href="{link}"' in see(f"/products/{book.uid}/")
    shown = see("/orders/", product=book.uid)
    assert shown.count(ROW) == 1
    assert "Natural Dyeing" not in shown
    assert "Book of Knots" in shown.partition('class="chip set"')[2].partition("</a>")[0]


def test_subscriptions_are_narrowed_as_well(
    see: See, subscription: Subscription, book: Product
) -> None:
    ours = subscription.order.product.uid
    found = f'href="{subscription.get_absolute_url()}"'
    assert found in see("/subscriptions/", product=ours)
    assert found not in see("/subscriptions/", product=book.uid)
    assert found not in see("/subscriptions/", mode="live")


def test_a_strangers_product_is_not_named(see: See, order: Order, stranger: Seller) -> None:
    theirs = another(stranger.account, "Secret Plans")
    shown = see("/orders/", product=theirs.uid)
    assert "Secret Plans" not in shown
    assert shown.count(ROW) == 0
    assert "Clear filters" in shown


def test_nonsense_is_no_error(see: See, order: Order) -> None:
    assert see("/orders/", mode="both").count(ROW) == 1
    assert "Clear filters" in see("/orders/", product="<b>x</b>")
