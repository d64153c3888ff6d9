"""Three reminders, a day apart: each goes out once, in its turn, to somebody who has not paid."""

from __future__ import annotations

import pytest

from gateways.models import Problem
from gateways.razorpay import errors
from orders.answers import access
from orders.causes import at
from orders.models import Order
from tests.conftest import make_order
from tests.lives import DAY, T
from tests.orders.recovering.stage import Stage, entity, failed
from tests.samples import sample

HOUR = 3600


def test_nothing_is_made_before_its_day(stage: Stage) -> None:
    stage.fail()
    assert stage.make(DAY - 1) == 0
    assert stage.states == ["scheduled"] * 3
    assert stage.asked == []


def test_on_its_day_it_goes_out_once(stage: Stage) -> None:
    stage.fail()
    assert stage.make(DAY) == 1
    assert stage.states == ["started", "scheduled", "scheduled"]
    assert stage.rows[0].started_at == at(T + DAY)
    assert stage.mails == ["reminder 0/1"]
    assert stage.make(DAY) == 0
    assert stage.make(DAY + HOUR) == 0
    assert stage.mails == ["reminder 0/1"]


def test_a_day_without_payment_fails_it_and_the_next_begins(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY)
    stage.make(2 * DAY)
    assert stage.states == ["failed not_paid", "started", "scheduled"]
    assert [row.counted for row in stage.rows] == [True, False, False]
    assert stage.mails == ["reminder 0/1", "reminder 0/2"]


def test_after_the_third_both_are_told_once(stage: Stage) -> None:
    stage.fail()
    for day in range(1, 8):
        stage.make(day * DAY)
    assert stage.states == ["failed not_paid"] * 3
    assert [row.done_at for row in stage.rows] == [at(T + day * DAY) for day in (2, 3, 4)]
    assert stage.mails == [
        "reminder 0/1", "reminder 0/2", "reminder 0/3", "unpaid 0", "unpaid_seller 0",
    ]  # fmt: skip
    assert [row.work_at for row in stage.rows] == [None] * 3


def test_the_reason_is_what_the_buyers_newest_try_of_that_day_failed_with(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY)
    stage.fail(T + DAY + HOUR, 2, error_reason="card_expired")
    stage.make(2 * DAY)
    assert stage.states[0] == "failed card_expired"


def test_access_by_the_form_alone_ends_with_the_third(stage: Stage) -> None:
    created = at(T - 60)
    Order.objects.filter(pk=stage.order.pk).update(access_on_form=True, created_at=created)
    stage.fail()
    account = stage.order.gateway.account
    resource = stage.order.product.resources.order_by("pk")[0]

    def until() -> object:
        return access(account, "ananya.iyer@example.com", resource, "test").until

    stage.make(DAY)
    stage.make(2 * DAY)
    stage.make(3 * DAY)
    assert until() == created + 4 * (at(DAY) - at(0))
    # As if it had been made in less than four days.
    stage.order.reattempts.filter(n=3).update(started_at=at(T + 2 * DAY + HOUR))
    stage.make(4 * DAY)
    assert until() == at(T + 3 * DAY + HOUR)


def test_a_payment_after_a_reminder_is_its_success(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY)
    stage.go(DAY + HOUR)
    stage.pay(T + DAY + HOUR)
    assert stage.states == ["succeeded", "cancelled paid", "cancelled paid"]
    assert (stage.rows[0].counted, stage.rows[0].done_at) == (True, at(T + DAY + HOUR))
    assert stage.make(9 * DAY) == 0
    assert "reminder 0/2" not in stage.mails


def test_nobody_is_reminded_of_what_they_paid_unheard(stage: Stage) -> None:
    """Its webhook never came."""
    stage.fail()
    paid = sample("payment.captured", payment={"created_at": T + HOUR})
    stage.api = [entity(paid)]
    stage.make(DAY)
    assert stage.asked == ["order_RsdOrder000001"]
    assert stage.states == ["cancelled paid"] * 3
    assert not [mail for mail in stage.mails if mail.startswith("reminder")]
    stage.order.refresh_from_db()
    assert stage.order.status == "paid"


def test_while_razorpay_cannot_be_asked_it_waits_and_none_is_lost(stage: Stage) -> None:
    stage.fail()
    stage.api = errors.Unreachable("away")
    assert stage.make(DAY) == 1
    assert stage.make(DAY + 60) == 0, "not at once again"
    stage.make(DAY + HOUR)
    assert stage.states == ["scheduled"] * 3
    assert stage.mails == []
    stage.api = []
    stage.make(DAY + 5 * HOUR)
    stage.make(2 * DAY)
    assert stage.states[:2] == ["started", "scheduled"], "a day after it was made"
    stage.make(2 * DAY + 5 * HOUR)
    stage.make(3 * DAY + 5 * HOUR)
    stage.make(4 * DAY + 5 * HOUR)
    assert stage.states == ["failed not_paid"] * 3


def test_after_a_day_off_they_are_made_one_a_day_and_none_is_skipped(stage: Stage) -> None:
    stage.fail()
    stage.make(10 * DAY)
    assert stage.states == ["started", "scheduled", "scheduled"]
    stage.make(10 * DAY + HOUR)
    stage.make(11 * DAY - 1)
    assert stage.states == ["started", "scheduled", "scheduled"]
    stage.make(11 * DAY)
    stage.make(12 * DAY)
    stage.make(13 * DAY)
    assert stage.states == ["failed not_paid"] * 3
    assert [row.started_at for row in stage.rows] == [at(T + day * DAY) for day in (10, 11, 12)]


def test_a_clock_that_was_moved_back_makes_none_twice_and_none_early(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY)
    for moment in (0, HOUR, DAY - 1, DAY, DAY + 60, 2 * DAY - 1):
        stage.make(moment)
    assert stage.states == ["started", "scheduled", "scheduled"]
    assert stage.mails == ["reminder 0/1"]
    stage.make(2 * DAY)
    assert stage.states == ["failed not_paid", "started", "scheduled"]


@pytest.mark.parametrize("started", [False, True])
def test_who_declines_is_reminded_no_more(stage: Stage, started: bool) -> None:
    stage.fail()
    if started:
        stage.make(DAY)
    Order.objects.filter(pk=stage.order.pk).update(declined_at=at(T + DAY + 60))
    stage.make(DAY + 120 if not started else 2 * DAY)
    assert stage.states == ["cancelled cancelled_by_buyer"] * 3
    assert not any(row.counted for row in stage.rows)
    assert "reminder 0/2" not in stage.mails


def test_an_order_that_expired_is_asked_for_no_more(stage: Stage) -> None:
    stage.fail()
    Order.objects.filter(pk=stage.order.pk).update(expires_at=at(T + DAY - 60))
    stage.make(DAY)
    assert stage.states == ["cancelled too_late"] * 3
    assert stage.mails == []


def test_another_order_for_the_same_that_is_paid_ends_it(stage: Stage) -> None:
    order = stage.order
    make_order(order.gateway, order.product, order.customer, "order_RsdAgain000001")
    stage.fail()
    stage.make(DAY)
    payment = {"id": "pay_RsdAgain000001", "order_id": "order_RsdAgain000001"}
    stage.razorpay.tell(sample("payment.captured", created_at=T + DAY + 60, payment=payment))
    assert stage.states == ["cancelled paid"] * 3
    assert not any(row.counted for row in stage.rows)


def test_nobody_is_asked_while_a_payment_is_being_confirmed(stage: Stage) -> None:
    stage.fail()
    stage.razorpay.tell(sample("payment.authorized", created_at=T + DAY - 60))
    stage.make(DAY)
    assert stage.states == ["scheduled"] * 3
    assert stage.mails == []
    stage.make(DAY + HOUR)
    assert len(stage.asked) == 2


def test_a_failure_that_was_learnt_late_starts_none(stage: Stage) -> None:
    stage.go(3 * DAY)
    stage.fail()
    stage.make(9 * DAY)
    assert stage.states == ["missed too_late"] * 3
    assert stage.mails == []


def test_a_refused_key_pauses_the_series_until_it_is_mended(stage: Stage) -> None:
    stage.fail()
    stage.api = errors.KeysRefused("Authentication failed")
    stage.make(DAY)
    problem = Problem.objects.standing().get()
    assert problem.kind == Problem.Kind.KEYS_REFUSED
    stage.api = []
    assert stage.make(2 * DAY) == 0
    assert stage.states == ["scheduled"] * 3
    Problem.objects.update(cleared_at=at(T + 3 * DAY))
    stage.make(3 * DAY)
    assert stage.states == ["started", "scheduled", "scheduled"]


def test_a_disconnected_gateway_pauses_it(stage: Stage) -> None:
    stage.fail()
    gateway = stage.order.gateway
    gateway.disconnected_at = at(T)
    gateway.save()
    assert stage.make(2 * DAY) == 0
    gateway.disconnected_at = None
    gateway.save()
    assert stage.make(2 * DAY) == 1


def test_a_try_of_the_buyers_is_shown_and_moves_nothing(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY)
    stage.razorpay.tell(failed(T + DAY + HOUR, 2))
    stage.make(2 * DAY)
    assert stage.order.reattempts.filter(n=None, counted=False, made_by="buyer").count() == 1
    assert stage.rows[1].started_at == at(T + 2 * DAY)
