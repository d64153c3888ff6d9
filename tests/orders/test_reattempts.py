"""The ledger of an order that is paid once: three slots, a day apart, from the earliest failure."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from orders import fulfilment
from orders.causes import Cause, at
from orders.models import Order, Reattempt
from tests.conftest import Razorpay, make_order
from tests.lives import DAY, T
from tests.samples import sample


def failed(when: int, number: int = 1, **fields: Any) -> dict[str, Any]:
    payment = {"id": f"pay_RsdFailed0000{number}", **fields}
    return sample("payment.failed", created_at=when, payment=payment)


def slots(order: Order) -> list[Reattempt]:
    return list(order.reattempts.exclude(n=None).order_by("n"))


def states(order: Order) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in slots(order)]


def test_the_first_failure_plans_exactly_three_a_day_of_24_hours_apart(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(failed(T))
    rows = slots(order)
    assert [(row.n, row.due_at) for row in rows] == [(n, at(T + n * 86_400)) for n in (1, 2, 3)]
    assert {(row.state, row.made_by, row.counted) for row in rows} == {
        ("scheduled", "raseed", False)
    }
    assert order.reattempts.count() == 3


@pytest.mark.parametrize("earliest_last", [False, True])
def test_the_series_starts_at_the_earliest_failure_and_later_ones_join_it(
    razorpay: Razorpay, order: Order, earliest_last: bool
) -> None:
    told = [failed(T, 1), failed(T + 600, 2, error_reason="payment_cancelled"), failed(T + 900, 3)]
    razorpay.tell(*(reversed(told) if earliest_last else told))
    assert [row.due_at for row in slots(order)] == [at(T + n * DAY) for n in (1, 2, 3)]
    shown = order.reattempts.filter(n=None).order_by("due_at")
    assert [(row.made_by, row.state, row.counted, row.done_at) for row in shown] == [
        ("buyer", "failed", False, at(T + 600)),
        ("buyer", "failed", False, at(T + 900)),
    ]
    assert shown[0].reason == "payment_cancelled"


def test_the_first_success_however_it_comes_cancels_the_rest(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(failed(T, 1), failed(T + 60, 2), sample("order.paid", created_at=T + 300))
    assert states(order) == [("cancelled", "paid")] * 3
    assert {row.done_at for row in slots(order)} == {at(T + 300)}
    razorpay.tell(sample("refund.processed", created_at=T + 900))
    assert states(order) == [("cancelled", "paid")] * 3, "a refund is no reason to ask again"


def test_a_try_that_succeeded_after_all_is_no_failed_try(razorpay: Razorpay, order: Order) -> None:
    late = {"id": "pay_RsdFailed00002"}
    razorpay.tell(failed(T, 1), failed(T + 60, 2))
    assert order.reattempts.filter(n=None).count() == 1
    razorpay.tell(sample("payment.captured", created_at=T + 90, payment=late))
    assert order.reattempts.filter(n=None).count() == 0
    assert states(order) == [("cancelled", "paid")] * 3


@pytest.mark.parametrize(("age", "state"), [(48 * 3600, "scheduled"), (48 * 3600 + 1, "missed")])
def test_a_failure_older_than_48_hours_when_first_learnt_is_missed(
    clock: Any, razorpay: Razorpay, order: Order, age: int, state: str
) -> None:
    clock.move_to(at(T + age))
    razorpay.tell(failed(T))
    assert {row.state for row in slots(order)} == {state}
    assert len(slots(order)) == 3


def test_that_it_is_told_again_later_makes_a_failure_no_older(
    clock: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(failed(T))
    clock.move_to(at(T + 5 * DAY))
    razorpay.tell(failed(T + 1))
    assert {row.state for row in slots(order)} == {"scheduled"}


def begin(order: Order, n: int, when: int) -> None:
    """A reminder went out: our own record."""
    order.reattempts.filter(n=n).update(state="started", started_at=at(when))


def test_a_try_that_was_made_stays_what_it_was(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(failed(T))
    begin(order, 1, T + DAY)
    order.reattempts.filter(n=1).update(state="failed")
    razorpay.tell(sample("payment.captured", created_at=T + 2 * DAY + 60))
    assert states(order) == [("failed", "not_paid"), ("cancelled", "paid"), ("cancelled", "paid")]
    assert [(row.counted, row.done_at) for row in slots(order)] == [
        (True, at(T + 2 * DAY)), (False, at(T + 2 * DAY + 60)), (False, at(T + 2 * DAY + 60)),
    ]  # fmt: skip


@pytest.mark.parametrize("noticed_late", [False, True])
def test_paid_within_a_reminders_day_it_succeeded_whenever_that_is_learnt(
    razorpay: Razorpay, order: Order, noticed_late: bool
) -> None:
    razorpay.tell(failed(T))
    begin(order, 1, T + DAY)
    if noticed_late:
        order.reattempts.filter(n=1).update(state="failed")
        begin(order, 2, T + 2 * DAY)
    razorpay.tell(sample("payment.captured", created_at=T + DAY + 60))
    assert states(order) == [("succeeded", ""), ("cancelled", "paid"), ("cancelled", "paid")]
    assert [row.counted for row in slots(order)] == [True, False, False]


def test_paid_before_it_was_reminded_the_reminder_is_not_counted(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(failed(T))
    begin(order, 1, T + DAY)
    razorpay.tell(sample("payment.captured", created_at=T + DAY - 60))
    assert states(order) == [("cancelled", "paid")] * 3
    assert not order.reattempts.filter(counted=True).exists()


def test_the_reason_is_that_of_the_newest_try_of_its_day(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(failed(T))
    begin(order, 1, T + DAY)
    order.reattempts.filter(n=1).update(state="failed")
    razorpay.tell(
        failed(T + DAY + 60, 2, error_reason="card_expired"),
        failed(T + DAY + 50, 3, error_reason="payment_cancelled"),
        failed(T + 2 * DAY, 4, error_reason="payment_timed_out"),
    )
    assert slots(order)[0].reason == "card_expired"


def test_a_late_one_moves_those_that_follow(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(failed(T))
    late = T + DAY + 7 * 3600
    begin(order, 1, late)
    razorpay.tell(failed(T + 60, 2))
    due = [row.due_at for row in slots(order)]
    assert due == [at(T + DAY), at(late + DAY), at(late + 2 * DAY)]


@pytest.mark.parametrize(
    ("declined", "paid", "reason"),
    [(600, None, "cancelled_by_buyer"), (600, 900, "cancelled_by_buyer"), (900, 600, "paid")],
)
def test_it_ends_with_what_was_first(
    razorpay: Razorpay, order: Order, declined: int, paid: int | None, reason: str
) -> None:
    Order.objects.filter(pk=order.pk).update(declined_at=at(T + declined))
    razorpay.tell(failed(T))
    if paid is not None:
        razorpay.tell(sample("payment.captured", created_at=T + paid))
    assert states(order) == [("cancelled", reason)] * 3
    assert {row.done_at for row in slots(order)} == {at(T + 600)}


class TestWhenTheTaskLooksNext:
    def looks(self, order: Order) -> list[Any]:
        return [row.work_at for row in slots(order)]

    def test_what_is_open_is_looked_at_when_it_is_due(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(failed(T + 60, 2), failed(T, 1))
        assert self.looks(order) == [row.due_at for row in slots(order)]
        assert order.reattempts.get(n=None).work_at is None

    def test_what_is_over_is_not_looked_at(self, razorpay: Razorpay, order: Order) -> None:
        razorpay.tell(failed(T), sample("payment.captured", created_at=T + 300))
        assert self.looks(order) == [None] * 3

    def test_a_look_that_lies_further_ahead_stays(self, razorpay: Razorpay, order: Order) -> None:
        """A process may be at the row: an earlier failure must not hand it to a second one."""
        razorpay.tell(failed(T + 600, 2))
        ahead = at(T + DAY + 900)
        order.reattempts.filter(n=1).update(work_at=ahead, looks=1)
        razorpay.tell(failed(T, 1))
        assert self.looks(order) == [ahead, at(T + 2 * DAY), at(T + 3 * DAY)]


def test_there_is_no_fourth_and_no_second_of_a_number(order: Order) -> None:
    fields = {"order": order, "due_at": at(T), "state": "scheduled", "made_by": "raseed"}
    Reattempt.objects.create(n=1, **fields)
    for n in (1, 4, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reattempt.objects.create(n=n, **fields)


class TestAnotherOrderForTheSame:
    @pytest.fixture
    def again(self, order: Order) -> Order:
        return make_order(order.gateway, order.product, order.customer, "order_RsdAgain000001")

    def paid(self, when: int) -> dict[str, Any]:
        payment = {"id": "pay_RsdAgain000001", "order_id": "order_RsdAgain000001"}
        return sample("payment.captured", created_at=when, payment=payment)

    def returned(self, when: int) -> dict[str, Any]:
        payment = {
            "id": "pay_RsdAgain000001", "order_id": "order_RsdAgain000001", "status": "refunded",
            "refund_status": "full", "captured": True,
        }  # fmt: skip
        refund = {"payment_id": payment["id"]}
        return sample("refund.processed", created_at=when, refund=refund, payment=payment)

    @pytest.mark.parametrize("paid_last", [True, False])
    def test_when_it_is_paid_the_series_ends(
        self, razorpay: Razorpay, order: Order, again: Order, paid_last: bool
    ) -> None:
        told = [failed(T), self.paid(T + 300)]
        razorpay.tell(*(told if paid_last else reversed(told)))
        assert states(order) == [("cancelled", "paid")] * 3
        assert {row.done_at for row in slots(order)} == {at(T + 300)}
        assert slots(again) == []

    def test_a_purchase_given_back_before_does_not_end_it(
        self, razorpay: Razorpay, order: Order, again: Order
    ) -> None:
        razorpay.tell(self.paid(T - 900), self.returned(T - 600), failed(T))
        assert {row.state for row in slots(order)} == {"scheduled"}

    def test_giving_it_back_later_does_not_ask_again(
        self, razorpay: Razorpay, order: Order, again: Order
    ) -> None:
        razorpay.tell(failed(T), self.paid(T + 300), self.returned(T + 600))
        assert states(order) == [("cancelled", "paid")] * 3

    def test_another_product_or_customer_is_another_matter(
        self, razorpay: Razorpay, order: Order, again: Order
    ) -> None:
        stranger = order.customer.__class__.objects.create(
            account=order.customer.account, email="b@example.com"
        )
        Order.objects.filter(pk=again.pk).update(customer=stranger)
        razorpay.tell(failed(T), self.paid(T + 300))
        assert {row.state for row in slots(order)} == {"scheduled"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_orders_for_the_same_take_turns(razorpay: Razorpay, order: Order) -> None:
    """One fails while the other is being paid: whoever is second sees the first."""
    from threading import Thread

    again = make_order(order.gateway, order.product, order.customer, "order_RsdAgain000001")
    payment = {"id": "pay_RsdAgain000001", "order_id": "order_RsdAgain000001"}
    cause = Cause(order.grant_changes.model().why, at(T))

    def fail() -> None:
        razorpay.tell(failed(T))
        connection.close()

    with transaction.atomic():
        paid = Order.objects.select_for_update().get(pk=again.pk)
        paid.payments.create(
            gateway=order.gateway, razorpay_payment_id=payment["id"], captured=True,
            status="captured", amount=49900, currency="INR", captured_at=T + 300,
        )  # fmt: skip
        fulfilment.settle(paid, cause)
        thread = Thread(target=fail)
        thread.start()
        thread.join(1)
        assert thread.is_alive(), "it waits"
    thread.join(20)
    assert states(order) == [("cancelled", "paid")] * 3
