"""The problem stands while the seller is needed, says what to do, and goes by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from orders import fulfilment, odd_money, totals
from orders.causes import Cause, at
from orders.lines import payments_of
from orders.models import GrantChange, Order, Product
from tests.conftest import Razorpay, make_gateway, make_order
from tests.gateways.people import meera, signed_in
from tests.lives import DAY, T
from tests.orders.odd_money.cases import came, lost, went
from tests.samples import sample

__all__ = ["meera", "signed_in"]


def standing(order: Order) -> Problem | None:
    return Problem.objects.standing().filter(kind="odd_money", subject=order.uid).first()


def must_stand(order: Order) -> Problem:
    problem = standing(order)
    assert problem is not None
    return problem


def settle(order: Order) -> None:
    fulfilment.settle(order, Cause(GrantChange().why, at(T)))


def test_it_says_whose_order_what_came_and_what_to_do(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(came(1, 1), came(2, 60))
    problem = must_stand(order)
    assert (problem.gateway, problem.account) == (order.gateway, order.gateway.account)
    assert str(problem.what) == (
        f"Order {order.uid}: ₹499.00 more than was asked came in and was kept."
    )
    assert str(problem.mend) == "Refund the extra under the order, or say that it is meant."


def test_several_things_are_one_problem_and_what_is_to_be_done_is_said_once(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(came(1, 1, currency="USD"), came(2, 2, currency="EUR"), came(3, 3, 20000))
    problem = must_stand(order)
    for amount in ("€499.00 came in", "$499.00 came in", "₹200.00 came in; ₹299.00 is missing"):
        assert amount in str(problem.what)
    assert str(problem.mend).count("Refund it under the order") == 1


def test_it_is_written_when_it_changes_and_only_then(
    razorpay: Razorpay, order: Order, clock: Any
) -> None:
    razorpay.tell(came(1, 1), came(2, 60))
    first = must_stand(order)
    clock.shift(DAY)
    razorpay.tell(came(1, 5), sample("payment.authorized", created_at=T + 6))
    settle(order)
    again = must_stand(order)
    assert (again.pk, again.count, again.last_seen_at) == (first.pk, 1, first.last_seen_at)
    razorpay.tell(came(3, 120))
    changed = must_stand(order)
    assert (changed.pk, changed.count) == (first.pk, 2)
    assert "₹998.00 more" in str(changed.what)


def test_it_is_the_same_in_every_language(razorpay: Razorpay, order: Order) -> None:
    """The worker speaks one language, a page that settles another."""
    razorpay.tell(came(1, 1), came(2, 60))
    with translation.override("hi"):
        settle(order)
    assert must_stand(order).count == 1


@pytest.mark.parametrize("end", [went, lost])
def test_what_goes_back_clears_it(razorpay: Razorpay, order: Order, end: Any) -> None:
    razorpay.tell(came(1, 1), came(2, 60), end(2, 90, 49000))
    assert "₹9.00 more than was asked" in str(must_stand(order).what)
    razorpay.tell(went(2, 120, 900))
    assert standing(order) is None
    razorpay.tell(came(3, 150))
    assert must_stand(order).count == 1, "new money is a new question"


def test_the_rest_of_a_part_clears_it(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(came(1, 1, 20000))
    assert must_stand(order)
    razorpay.tell(came(2, 60, 29900))
    assert standing(order) is None


def test_each_order_has_its_own(
    razorpay: Razorpay, order: Order, gateway: Gateway, product: Product
) -> None:
    other = make_order(gateway, product, order.customer, "order_RsdOther000001")
    theirs = came(5, 1, 20000)
    theirs["payload"]["payment"]["entity"]["order_id"] = "order_RsdOther000001"
    razorpay.tell(came(1, 1), came(2, 60), theirs)
    assert "more than was asked" in str(must_stand(order).what)
    assert "is missing" in str(must_stand(other).what)
    razorpay.tell(went(2, 90))
    assert standing(order) is None
    assert must_stand(other)


def test_it_costs_one_query_and_none_while_nothing_was_captured(
    razorpay: Razorpay, order: Order, django_assert_num_queries: Any
) -> None:
    razorpay.tell(sample("payment.authorized", created_at=T))
    rows = totals.payments_of(order)
    with django_assert_num_queries(0):
        odd_money.watch(order, rows, totals.of(order, rows))
    for body in (came(1, 1), came(2, 60)):
        razorpay.tell(body)
        rows = totals.payments_of(order)
        with django_assert_num_queries(1):
            odd_money.watch(order, rows, totals.of(order, rows))


class TestOnThePages:
    def test_the_problem_leads_to_the_order(
        self, meera: Client, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(came(1, 1), came(2, 60))
        page = meera.get("/problems/").content.decode()
        assert "Money that does not fit the order" in page
        assert f'href="/orders/{order.uid}/">Open the order</a>' in page
        assert f'href="/orders/{order.uid}/meant/"' in page

    def test_a_stranger_sees_nothing_of_it(
        self, stranger: Seller, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(came(1, 1), came(2, 60))
        charlie = Client()
        charlie.force_login(stranger.user)
        assert order.uid not in charlie.get("/problems/").content.decode()

    def test_a_late_payment_is_remarked_and_asks_nothing(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(came(1, 31 * DAY))
        (said,) = odd_money.remarks(order, payments_of(order))
        assert str(said) == (
            "Paid on 25 Dec 2026, 06:00, after the order had expired. It counts all the same."
        )
        assert standing(order) is None

    def test_the_story_calls_more_only_what_was_more(
        self, meera: Client, razorpay: Razorpay, order: Order
    ) -> None:
        more = "The order was paid already: this is more than was asked."
        for life, times in (
            ([came(1, 1), went(1, 60), came(2, 90)], 0),
            ([came(3, 120)], 1),
            ([went(3, 150), came(4, 200)], 2),
        ):
            razorpay.tell(*life)
            assert meera.get(f"/orders/{order.uid}/").content.decode().count(more) == times

    def test_what_fits_is_not_remarked(self, razorpay: Razorpay, order: Order) -> None:
        razorpay.tell(came(1, 1), went(1, 60, 100))
        assert odd_money.remarks(order, payments_of(order)) == []

    def test_test_and_live_are_apart(
        self, razorpay: Razorpay, order: Order, product: Product
    ) -> None:
        live = make_gateway(order.gateway.account, "live")
        make_order(live, product, order.customer, order.razorpay_order_id)
        razorpay.tell(came(1, 1), came(2, 60))
        assert [problem.gateway for problem in Problem.objects.standing()] == [order.gateway]
