"""Grants of orders that are paid once: money, or the switch "as soon as the form is sent"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Account
from gateways.models import Gateway
from orders import answers, fulfilment
from orders.causes import Cause, at
from orders.models import Customer, CustomerAlias, Grant, GrantChange, Order, Product, Reattempt
from orders.models.grants import Because
from tests.conftest import Razorpay, make_gateway, make_order
from tests.lives import DAY, T
from tests.samples import sample


def settle(order: Order) -> None:
    fulfilment.settle(order, Cause(GrantChange().why, datetime.fromtimestamp(T, UTC)))


def answer(order: Order, mode: str = "test", email: str = "ananya.iyer@example.com") -> Any:
    resource = order.product.resources.order_by("pk")[0]
    return answers.access(order.gateway.account, email, resource, mode)


def test_access_starts_with_money(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.authorized", created_at=T), sample("payment.failed"))
    found = answer(order)
    assert (found.allowed, found.until, found.because) == (False, None, Because.NOT_PAID)
    razorpay.tell(sample("payment.captured", created_at=T + 9))
    found = answer(order)
    assert (found.allowed, found.until, found.because) == (True, None, Because.PAID)
    assert {grant.starts_at for grant in Grant.objects.all()} == {at(T + 9)}


def test_a_full_refund_ends_only_its_own_order(razorpay: Razorpay, order: Order) -> None:
    again = make_order(order.gateway, order.product, order.customer, "order_RsdAgain000001")
    other = {"id": "pay_RsdAgain000001", "order_id": "order_RsdAgain000001"}
    razorpay.tell(
        sample("payment.captured", created_at=T),
        sample("payment.captured", created_at=T + 1, payment=other),
        sample("refund.processed", created_at=T + 2),
    )
    assert {grant.ends_at for grant in order.grants.all()} == {at(T + 2)}
    assert {grant.ends_at for grant in again.grants.all()} == {None}
    assert answer(order).allowed is True


def test_every_change_is_told_with_its_reason_and_only_changes_are(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T), sample("order.paid", created_at=T))
    razorpay.tell(sample("refund.processed", created_at=T + 9))
    told = [(str(change.what), str(change.why)) for change in answer(order).story]
    assert [what for what, _why in told] == [
        "Access to Videos, without end.",
        "Access to Recipes, without end.",
        "Access to Videos until 24 Nov 2026, 06:00.",
        "Access to Recipes until 24 Nov 2026, 06:00.",
    ]
    assert told[0][1] == "Razorpay reported it (payment.captured)."
    assert told[2][1] == "Razorpay reported it (refund.processed)."


def test_grants_answer_for_their_mode_only(
    razorpay: Razorpay, order: Order, account: Account
) -> None:
    make_gateway(account, "live")
    razorpay.tell(sample("payment.captured", created_at=T))
    assert answer(order, "test").allowed is True
    assert answer(order, "live").because == Because.NOT_BOUGHT


def test_a_former_address_still_answers_and_a_strangers_does_not(
    razorpay: Razorpay, order: Order, account: Account
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    CustomerAlias.objects.create(
        account=account, customer=order.customer, email="former@example.com"
    )
    assert answer(order, email=" Former@Example.com ").allowed is True
    assert answer(order, email="nobody@example.com").because == Because.NOT_BOUGHT


class TestAsSoonAsTheFormIsSent:
    @pytest.fixture
    def order(self, gateway: Gateway, product: Product, customer: Customer) -> Order:
        order = make_order(
            gateway, product, customer, "order_RsdOrder000001", access_on_form=True,
            created_at=at(T), expires_at=at(T + 30 * DAY),
        )  # fmt: skip
        settle(order)
        return order

    def test_it_lasts_four_days(self, clock: Any, order: Order) -> None:
        found = answer(order)
        assert (found.allowed, found.because) == (True, Because.FORM_SENT)
        assert found.until == at(T + 4 * DAY)
        clock.move_to(at(T + 4 * DAY))
        found = answer(order)
        assert (found.allowed, found.because) == (False, Because.NOT_PAID)

    def test_it_ends_with_the_orders_expiry(self, order: Order) -> None:
        order.expires_at = at(T + DAY)
        settle(order)
        assert answer(order).until == at(T + DAY)

    def test_it_ends_with_the_third_failed_reattempt_and_not_with_the_second(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.failed", created_at=T))
        ended = at(T + 3 * DAY + 3600)
        for n in (1, 2):
            made = order.reattempts.filter(n=n)
            made.update(state=Reattempt.State.FAILED, started_at=at(T + n * DAY))
        settle(order)
        assert answer(order).until == at(T + 4 * DAY)
        third = order.reattempts.filter(n=3)
        third.update(state=Reattempt.State.FAILED, started_at=ended - timedelta(days=1))
        settle(order)
        assert answer(order).until == ended

    def test_money_takes_its_place(self, razorpay: Razorpay, order: Order) -> None:
        razorpay.tell(sample("payment.captured", created_at=T))
        found = answer(order)
        assert (found.until, found.because) == (None, Because.PAID)

    def test_after_a_full_refund_it_is_not_given_again(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("refund.processed", created_at=T + 60))
        found = answer(order)
        assert (found.allowed, found.because) == (False, Because.REFUNDED)


def test_the_switch_is_off_unless_the_order_was_made_with_it(
    account: Account, order: Order
) -> None:
    account.access_on_form = True
    account.save()
    settle(order)
    assert not Grant.objects.exists(), "what was promised then is what counts"


def test_four_days_are_not_business_days(order: Order) -> None:
    from orders.access import FORM_ACCESS

    assert timedelta(hours=96) == FORM_ACCESS
