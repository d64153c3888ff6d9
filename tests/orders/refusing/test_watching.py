"""A refused sale is the seller's problem until Razorpay agrees or nothing is sold at the price."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.sellers import Seller
from gateways.models import Gateway
from gateways.razorpay import errors
from orders import catalogue, refused_sales
from orders.models import Product
from orders.refused_sales import Asked
from tests.conftest import make_gateway
from tests.orders.refusing.conftest import make_circle, price_of, refuse, standing

ONCE = {"amount": 59900, "currency": "INR"}


def agree(gateway: Gateway, product: Product, asked: Asked = Asked.ORDER) -> None:
    with refused_sales.watching(gateway, price_of(product), asked):
        pass


def test_it_is_told_with_razorpays_words_and_counted(gateway: Gateway, product: Product) -> None:
    refuse(gateway, product)
    problem = refuse(gateway, product)
    assert problem
    assert (problem.account, problem.subject) == (product.account, price_of(product).uid)
    assert (problem.count, problem.get_kind_display()) == (2, "Razorpay refuses a sale")
    assert str(problem.what) == (
        "Razorpay refused an order of “Natural Dyeing Masterclass”: "
        "“Amount exceeds maximum amount allowed.” (amount)"
    )
    assert "Change the price, or ask Razorpay" in str(problem.mend)
    assert problem.what.values["product_uid"] == product.uid


def test_the_next_sale_that_goes_through_clears_it(gateway: Gateway, product: Product) -> None:
    refuse(gateway, product)
    agree(gateway, product)
    assert not standing().exists()


@pytest.mark.parametrize(
    "error",
    [
        errors.KeysRefused("Authentication failed"),
        errors.Unreachable("x"),
        errors.TooManyRequests("x"),
        errors.OutcomeUnknown("x"),
        ValueError("x"),
    ],
)
def test_other_failures_say_nothing_of_the_sale(
    gateway: Gateway, product: Product, error: Exception
) -> None:
    for before in (0, 1):
        with (
            pytest.raises(type(error)),
            refused_sales.watching(gateway, price_of(product), Asked.ORDER),
        ):
            raise error
        assert standing().count() == before
        refuse(gateway, product)


@pytest.mark.parametrize(
    ("refused", "made", "stays"),
    [
        (Asked.PLAN, Asked.PLAN, False),
        (Asked.PLAN, Asked.SUBSCRIPTION, False),
        (Asked.SUBSCRIPTION, Asked.SUBSCRIPTION, False),
        # The add-on may be refused all the same.
        (Asked.SUBSCRIPTION, Asked.PLAN, True),
    ],
)
def test_a_plan_that_is_made_says_nothing_of_what_is_sold_by_it(
    gateway: Gateway, refused: Asked, made: Asked, stays: bool
) -> None:
    circle = make_circle(gateway)
    refuse(gateway, circle, refused)
    agree(gateway, circle, made)
    assert standing().exists() is stays


class TestNothingIsSoldAnyMore:
    def test_another_price_or_the_archive_clears_it(
        self, gateway: Gateway, product: Product
    ) -> None:
        refuse(gateway, product)
        catalogue.change_price(product, ONCE)
        assert not standing().exists()
        refuse(gateway, product)
        catalogue.archive(product)
        assert not standing().exists()

    def test_the_same_price_again_clears_nothing(self, gateway: Gateway, product: Product) -> None:
        refuse(gateway, product)
        catalogue.change_price(product, {"amount": 49900, "currency": "INR"})
        assert standing().exists()

    def test_a_refusal_that_comes_too_late_is_not_told(
        self, gateway: Gateway, product: Product
    ) -> None:
        """An order of a former price may still be made: nobody is sold anything at it."""
        former = price_of(product)
        catalogue.change_price(product, ONCE)
        with pytest.raises(errors.Refused), refused_sales.watching(gateway, former, Asked.ORDER):
            raise errors.Refused("no")
        catalogue.archive(product)
        assert refuse(gateway, product) is None

    def test_what_others_sell_is_not_touched(
        self, gateway: Gateway, product: Product, stranger: Seller, their_gateway: Gateway
    ) -> None:
        theirs = catalogue.create_product(
            account=stranger.account, name="Theirs", price=ONCE, resources=[]
        )
        other = make_circle(gateway)
        live = make_gateway(gateway.account, "live")
        for at, sold in ((gateway, product), (live, product), (gateway, other)):
            refuse(at, sold)
        refuse(their_gateway, theirs)
        agree(gateway, product)
        assert standing().count() == 3
        catalogue.archive(product)
        assert {row.account for row in standing()} == {product.account, stranger.account}
        assert standing().count() == 2

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_a_price_that_is_replaced_at_this_moment_leaves_no_problem(
        self, gateway: Gateway, product: Product
    ) -> None:
        """The refusal waits for whoever changes the price, and sees that it is changed."""

        def late() -> None:
            try:
                refuse(gateway, product)
            finally:
                connection.close()

        thread = Thread(target=late)
        with transaction.atomic():
            catalogue.change_price(product, ONCE)
            product.refresh_from_db()
            thread.start()
            thread.join(0.5)
            assert thread.is_alive(), "it did not wait"
        thread.join(20)
        assert not standing().exists()


@pytest.mark.parametrize(
    ("asked", "terms", "named", "place"),
    [
        (Asked.ORDER, {}, ("no", "amount"), "amount"),
        (Asked.ORDER, {}, ("no", "currency"), "currency"),
        (Asked.ORDER, {}, ("no", "receipt"), ""),
        (Asked.ORDER, {}, ("Amount exceeds maximum amount allowed.", ""), "amount"),
        (Asked.ORDER, {}, ("Currency is not supported", ""), "currency"),
        (Asked.ORDER, {}, ("The requested URL was not found on the server.", ""), ""),
        (Asked.PLAN, {}, ("no", "item.amount"), "amount"),
        (Asked.PLAN, {}, ("no", "item[currency]"), "currency"),
        (Asked.PLAN, {}, ("no", "period"), "period"),
        (Asked.PLAN, {}, ("no", "interval"), "interval"),
        (Asked.PLAN, {"upfront_amount": 9900}, ("no", "amount"), "amount"),
        (Asked.SUBSCRIPTION, {}, ("no", "total_count"), "total_count"),
        (Asked.SUBSCRIPTION, {}, ("no", "start_at"), "trial_days"),
        (Asked.SUBSCRIPTION, {}, ("no", "currency"), "currency"),
        (Asked.SUBSCRIPTION, {}, ("no", "plan_id"), ""),
        (Asked.SUBSCRIPTION, {"upfront_amount": 9900}, ("no", "addons"), "upfront_amount"),
        (Asked.SUBSCRIPTION, {"upfront_amount": 9900}, ("no", "amount"), "upfront_amount"),
        (Asked.SUBSCRIPTION, {"upfront_amount": 9900}, ("no", "addons.0.item"), "upfront_amount"),
        (
            Asked.SUBSCRIPTION,
            {"upfront_amount": 9900},
            ("Add-ons are not supported for this account.", ""),
            "upfront_amount",
        ),
        (Asked.SUBSCRIPTION, {"upfront_amount": 9900}, ("no", "total_count"), "total_count"),
    ],
)
def test_it_belongs_to_the_field_that_razorpay_names(
    gateway: Gateway, asked: Asked, terms: dict[str, Any], named: tuple[str, str], place: str
) -> None:
    problem = refuse(gateway, make_circle(gateway, **terms), asked, *named)
    assert problem
    assert problem.what.values["field"] == place
    assert ("add-ons deprecated" in str(problem.mend)) is (place == "upfront_amount")


def test_whatever_razorpay_says_can_be_kept(gateway: Gateway, product: Product) -> None:
    problem = refuse(
        gateway, product, description="\0\ud800\x1b[31m" + "ж" * 5000, field="\0x\udfff"
    )
    assert problem
    problem.refresh_from_db()
    assert problem.what.values["words"].startswith("[31mжж")
    assert len(str(problem.what)) < 500
    assert str(problem.what).isprintable()
