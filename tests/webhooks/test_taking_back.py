"""Taking an assignment by hand back: nothing of it is left, in the books and in what follows."""

from __future__ import annotations

import time

import pytest

from accounts.sellers import Seller
from gateways.models import Gateway, LookUp, Problem
from gateways.razorpay.deliveries import Delivery
from orders.models import Customer, Order, Product, Reattempt
from tests.conftest import Razorpay, make_order
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import differences
from tests.webhooks.strays import STRAY, assign, books, paid_elsewhere
from webhooks import assigning, matching, work
from webhooks.models import Assignment, Event


@pytest.fixture
def stray(razorpay: Razorpay, order: Order) -> Event:
    return paid_elsewhere(razorpay, "payment.authorized")


def test_taken_back_the_order_is_as_if_it_had_never_been_said(
    seller: Seller, stray: Event, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.failed"))
    before = books(order)
    made = assign(seller, stray, order)
    assert order.status == "paid"
    assigning.undo(made, seller.user)
    work.work()
    assert books(order) == before
    stray.refresh_from_db()
    assert (stray.status, stray.order) == ("unmatched", None)


def test_what_was_taken_back_can_be_said_of_another_order(
    seller: Seller, stray: Event, order: Order, product: Product, customer: Customer
) -> None:
    other = make_order(stray.gateway, product, customer, None)
    assigning.undo(assign(seller, stray, order), seller.user)
    work.work()
    stray.refresh_from_db()
    assign(seller, stray, other)
    assert (other.payments.count(), other.status, order.payments.count()) == (1, "paid", 0)
    assert Assignment.objects.count() == 2, "both are kept"


def test_taken_back_while_a_worker_waits_for_the_order_it_is_not_merged_after_all(
    seller: Seller, stray: Event, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker had found the order before it was taken back, and got its lock after that."""
    assigning.undo(assign(seller, stray, order), seller.user)
    real, looks = matching.find, []

    def found_too_early(gateway: Gateway, delivery: Delivery) -> int | None:
        looks.append(delivery.type)
        return order.pk if len(looks) == 1 else real(gateway, delivery)

    monkeypatch.setattr(matching, "find", found_too_early)
    work.work()
    assert order.payments.count() == 0
    assert set(Event.objects.values_list("status", flat=True)) == {"unmatched"}


def test_taken_back_razorpay_is_no_longer_asked_what_becomes_of_it(
    seller: Seller, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.authorized", payment=STRAY))
    made = assign(seller, Event.objects.get(), order)
    asked = LookUp.objects.filter(done_at=None, why="still_authorized")
    assert asked.filter(razorpay_id=STRAY["id"]).exists()
    assigning.undo(made, seller.user)
    work.work()
    assert not asked.exists()


def test_once_money_went_back_it_stays(
    seller: Seller, stray: Event, order: Order, razorpay: Razorpay
) -> None:
    made = assign(seller, stray, order)
    refund = {"payment_id": STRAY["id"], "id": "rfnd_Stray0000001"}
    razorpay.tell(sample("refund.processed", refund=refund, payment=STRAY))
    with pytest.raises(assigning.NotAssignable):
        assigning.undo(made, seller.user)
    assert order.payments.count() == 1


def test_taken_back_its_problem_and_its_reminders_go_with_it(
    seller: Seller, razorpay: Razorpay, order: Order
) -> None:
    """It had failed before it was captured, and is more than was asked."""
    stray = paid_elsewhere(razorpay, "payment.failed", amount=60000)
    made = assign(seller, stray, order)
    assert Reattempt.objects.filter(reason="paid").count() == 3
    assert Problem.objects.standing().get().kind == "odd_money"
    assert differences(order) == []
    assigning.undo(made, seller.user)
    work.work()
    assert not Problem.objects.standing().exists()
    assert not Reattempt.objects.exists()
    assert differences(order) == []


def test_taken_back_what_is_odd_of_the_rest_stands_as_before(
    seller: Seller, stray: Event, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.captured", payment={"amount": 9900}))
    [before] = Problem.objects.standing()
    made = assign(seller, stray, order)
    assigning.undo(made, seller.user)
    work.work()
    [after] = Problem.objects.standing()
    assert (after.pk, after.what, after.mend) == (before.pk, before.what, before.mend)
    assert differences(order) == []


def test_taken_back_the_reminders_of_the_buyers_other_order_for_the_same_go_on(
    seller: Seller, razorpay: Razorpay, order: Order, product: Product, customer: Customer
) -> None:
    now = int(time.time())
    other = make_order(order.gateway, product, customer, None)
    razorpay.tell(sample("payment.failed", created_at=now - 60))
    made = assign(seller, paid_elsewhere(razorpay, at=now), other)
    states = order.reattempts.filter(n__gt=0).values_list("state", flat=True)
    assert list(states) == ["cancelled"] * 3
    assigning.undo(made, seller.user)
    work.work()
    assert list(states.all()) == ["scheduled"] * 3
    assert differences(order) == []


def test_taken_back_the_reminders_of_the_order_itself_go_on(
    seller: Seller, razorpay: Razorpay, order: Order
) -> None:
    now = int(time.time())
    razorpay.tell(sample("payment.failed", created_at=now - 60))
    rows = order.reattempts.filter(n__gt=0).order_by("n")
    before = list(rows.values_list("uid", "due_at", "state"))
    made = assign(seller, paid_elsewhere(razorpay, at=now), order)
    assert list(rows.values_list("state", flat=True)) == ["cancelled"] * 3
    assigning.undo(made, seller.user)
    work.work()
    assert list(rows.values_list("uid", "due_at", "state")) == before
    assert differences(order) == []


def test_two_taken_back_at_once_leave_no_event_at_the_order(
    seller: Seller, stray: Event, order: Order, razorpay: Razorpay
) -> None:
    """The first opens all events of the order again, and the second finds them open."""
    second = paid_elsewhere(razorpay, id="pay_Stray00000002", order_id="order_Elsewhere0002")
    for made in [assign(seller, event, order) for event in (stray, second)]:
        assigning.undo(made, seller.user)
    work.work()
    assert not Event.objects.exclude(status="unmatched", order=None).exists()
    assert differences(order) == []
