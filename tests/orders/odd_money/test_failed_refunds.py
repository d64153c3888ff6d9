"""A refund that was called processed and failed after all: told until it is mended."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from gateways.models import Problem
from orders import meaning, odd_money
from orders.lines import payments_of
from orders.models import Order
from tests.conftest import Razorpay
from tests.gateways.people import meera, signed_in
from tests.law.telling import undone
from tests.orders.both_ends import (
    CAPTURED,
    CREATED,
    FAILED,
    answered,
    tell,
    told,
)

__all__ = ["meera", "signed_in"]

LIFE = (CAPTURED, CREATED, FAILED, answered("failed", 180))
ANOTHER = "rfnd_RsdAnother001"


def asked(order: Order) -> str:
    """What the seller is told of this order, without its name."""
    found = Problem.objects.standing().filter(kind="odd_money", subject=order.uid).first()
    return str(found.what).removeprefix(f"Order {order.uid}: ") if found else ""


def words(amount: str) -> str:
    return (
        f"A refund of {amount} failed, after Razorpay had called it processed: the buyer was not "
        "repaid."
    )


def test_the_seller_is_told_whatever_came_first(razorpay: Razorpay, order: Order) -> None:
    for arrival in itertools.permutations(LIFE):
        with undone():
            tell(razorpay, *arrival)
            assert asked(order) == words("₹499.00"), arrival
            (problem,) = Problem.objects.standing()
            assert str(problem.mend) == (
                "Refund it again under the order, or, if the buyer was repaid otherwise, say that "
                "it is meant."
            )


def test_the_pages_say_it(meera: Client, razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *LIFE)
    for page in ("/problems/", f"/orders/{order.uid}/"):
        assert words("₹499.00") in meera.get(page).content.decode(), page


@pytest.mark.parametrize("until", [2, 3], ids=["only processed", "in doubt"])
def test_nothing_is_said_before_it_is_sure(razorpay: Razorpay, order: Order, until: int) -> None:
    tell(razorpay, *LIFE[:until])
    assert asked(order) == ""


def test_one_that_was_never_called_processed_is_as_before(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, CAPTURED, FAILED)
    assert asked(order) == ""


def test_a_newer_answer_takes_it_back(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *LIFE, told("processed", "processed", 240))
    assert asked(order) != "", "Razorpay has not been asked again yet"
    tell(razorpay, answered("processed", 300))
    assert asked(order) == ""


def test_another_refund_of_as_much_takes_it_back(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *LIFE, told("processed", "processed", 240, ANOTHER, 10000))
    assert asked(order) == words("₹399.00")
    tell(razorpay, told("processed", "processed", 300, ANOTHER + "b", 39900))
    assert asked(order) == ""


def test_a_part_that_failed_is_owed_though_another_part_went_before(
    razorpay: Razorpay, order: Order
) -> None:
    part = [
        told("created", "processed", 60, amount=10000),
        told("failed", "failed", 120, amount=10000),
    ]
    tell(razorpay, CAPTURED, told("processed", "processed", 30, ANOTHER, 20000), *part)
    tell(razorpay, answered("failed", 180))
    assert asked(order) == words("₹100.00")
    tell(razorpay, told("processed", "processed", 240, ANOTHER + "b", 10000))
    assert asked(order) == "", "as much went back since"


def test_it_may_be_meant_and_is_still_remarked(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *LIFE)
    assert meaning.say_meant(order, None)
    assert asked(order) == ""
    (said,) = odd_money.remarks(order, payments_of(order))
    assert str(said) == words("₹499.00")
