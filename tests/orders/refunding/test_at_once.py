"""Two people at one payment at once: only a database with real locks can show it."""

from __future__ import annotations

import pytest

from gateways.razorpay.errors import OutcomeUnknown
from orders import refunding
from orders.models import Instruction, Payment, RefundInstruction
from orders.refundable import NotRefundable
from orders.refunding import Wish
from tests.orders.refunding.conftest import Shop
from tests.webhooks.test_concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def ask(payment: Payment, wish: Wish) -> str:
    try:
        return refunding.give_back(payment, wish).state
    except NotRefundable as error:
        return error.code
    except OutcomeUnknown:
        return "in_doubt"


def wish(amount: int | None = None) -> Wish:
    return Wish(made_by=Instruction.MadeBy.SELLER, amount=amount)


@pytest.mark.parametrize("_again", range(3))
def test_the_whole_amount_asked_for_twice_at_once_goes_back_once(
    shop: Shop, payment: Payment, _again: int
) -> None:
    said = at_once(*[lambda: ask(payment, wish())] * 4)
    assert sorted(said) == ["done", *["nothing_left"] * 3]
    assert RefundInstruction.objects.count() == 1
    assert [made["amount"] for made in shop.refunds(payment)] == [49900]


def test_parts_asked_for_at_once_never_come_to_more_than_there_is(
    shop: Shop, payment: Payment
) -> None:
    said = at_once(*[lambda: ask(payment, wish(20000))] * 4)
    assert sorted(said) == ["done", "done", "too_much", "too_much"]
    assert shop.given_back(payment) == 40000


def test_one_page_pressed_by_four_at_once_is_one_refund(shop: Shop, payment: Payment) -> None:
    same = wish(1000)
    said = at_once(*[lambda: ask(payment, same)] * 4)
    assert set(said) <= {"done", "in_doubt"}
    assert "done" in said
    assert RefundInstruction.objects.get().state == "done"
    assert [made["amount"] for made in shop.refunds(payment)] == [1000]


def test_four_workers_resume_one_refund_once(shop: Shop, payment: Payment) -> None:
    instruction = refunding.write_down(payment, wish(1000), 0)
    RefundInstruction.objects.update(tries=1)
    at_once(*[refunding.make_due] * 4)
    instruction.refresh_from_db()
    assert (instruction.state, instruction.tries) == ("done", 2)
    assert [made["amount"] for made in shop.refunds(payment)] == [1000]
