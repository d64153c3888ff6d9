"""What the seller and the buyer do to a subscription that Raseed charges: our word, then the
mandate at Razorpay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from razorpay.errors import BadRequestError

from orders.models import Customer, Instruction
from subscriptions import acting, objections
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.subscriptions.debiting.stage import DAY, Stage, captured
from tests.subscriptions.mending.conftest import browser_of, words

Kind = SubscriptionInstruction.Kind
SELLER = Instruction.MadeBy.SELLER


def tell(subscription: Subscription, kind: Kind) -> SubscriptionInstruction:
    found = Subscription.objects.get(pk=subscription.pk)
    made = acting.instruct(found, kind, SELLER)
    subscription.refresh_from_db()
    return made


def stands(stage: Stage) -> bool:
    """Whether Razorpay has a mandate that can be charged. One that is being cancelled takes a
    minute, one that was removed is not found any more."""
    customer = Subscription.objects.get().razorpay_customer_id
    stage.go(stage.now + timedelta(minutes=2))
    try:
        token = stage.desk.client.token.fetch(customer, stage.token)
    except BadRequestError:
        return False
    return bool(token["recurring_details"]["status"] == "confirmed")


def test_cancelled_it_is_never_charged_again_and_the_mandate_is_given_back(
    stage: Stage, paid: Subscription
) -> None:
    assert stands(stage)
    assert tell(paid, Kind.CANCEL).state == "done"
    assert paid.status == "cancelled"
    assert not stands(stage)
    stage.wait(36 * DAY, step=3 * DAY)
    assert len(captured(stage)) == 1


def test_cancelled_with_its_period_it_ends_then(stage: Stage, paid: Subscription) -> None:
    until = paid.order.grants.get().covered_until
    assert tell(paid, Kind.CANCEL_AT_END).state == "done"
    assert (paid.status, paid.charge_at) == ("active", None)
    assert paid.order.grants.get().covered_until == until
    stage.wait(36 * DAY, step=3 * DAY)
    paid.refresh_from_db()
    assert paid.status == "cancelled"
    assert len(captured(stage)) == 1


def test_paused_nothing_is_charged_until_it_is_resumed(stage: Stage, paid: Subscription) -> None:
    tell(paid, Kind.PAUSE)
    assert paid.status == "paused"
    stage.wait(36 * DAY, step=3 * DAY)
    assert len(captured(stage)) == 1
    assert tell(paid, Kind.RESUME).state == "done"
    stage.wait(2 * DAY, step=DAY)
    assert len(captured(stage)) == 2


def test_cancelled_in_the_middle_of_its_re_attempts_they_end(
    stage: Stage, failing: Subscription
) -> None:
    tell(failing, Kind.CANCEL)
    stage.wait(6 * DAY, step=DAY)
    states = [row.state for row in failing.order.reattempts.exclude(n=None)]
    assert states == ["cancelled"] * 3
    assert len(captured(stage)) == 1


def test_with_keys_that_are_refused_nothing_is_half_done(stage: Stage, paid: Subscription) -> None:
    stage.desk.press("api", fail="401", share=1)
    made = tell(paid, Kind.CANCEL)
    assert made.state == "refused"
    assert paid.status == "active", "it was told that it was not cancelled"


def test_after_a_lost_answer_it_holds_and_is_carried_out_later(
    stage: Stage, paid: Subscription
) -> None:
    stage.desk.press("api", fail="502", share=1)
    assert tell(paid, Kind.CANCEL).state == "requested"
    assert paid.status == "cancelled", "nobody is charged after they said no"
    stage.desk.press("api", fail="", share=0)
    stage.wait(2 * DAY, step=DAY)
    acting.carry_out_due()
    assert SubscriptionInstruction.objects.get().state == "done"
    assert not stands(stage)


@pytest.mark.parametrize("kind", [Kind.CHANGE_PLAN, Kind.CHANGE_PLAN_AT_END])
def test_its_plan_cannot_be_changed(paid: Subscription, kind: Kind) -> None:
    with pytest.raises(objections.NotPossible) as caught:
        acting.instruct(Subscription.objects.get(), kind, SELLER, price=paid.order.price)
    assert str(caught.value) == ("The plan cannot be changed: a mandate allows its own plan alone.")


def test_one_that_nobody_paid_can_be_cancelled_and_not_be_paid_any_more(
    stage: Stage, customer: Customer, client: Client
) -> None:
    made = stage.subscription(customer)
    tell(made, Kind.CANCEL)
    assert made.status == "cancelled"
    assert 'id="pay"' not in words(client, f"/pay/{made.order.uid}/")


class TestTheBuyer:
    def test_cancels_at_the_end_of_what_is_paid(
        self, stage: Stage, paid: Subscription, customer: Customer
    ) -> None:
        browser = browser_of(customer)
        path = f"/my/subscriptions/{paid.uid}/cancel/"
        assert "It ends with what you have paid for." in words(browser, path)
        browser.post(path)
        assert "and is not charged again." in words(browser)
        stage.wait(36 * DAY, step=3 * DAY)
        assert len(captured(stage)) == 1

    def test_cancels_a_failed_one_at_once(
        self, stage: Stage, failing: Subscription, customer: Customer
    ) -> None:
        browser_of(customer).post(f"/my/subscriptions/{failing.uid}/cancel/")
        failing.refresh_from_db()
        assert failing.status == "cancelled"
        reasons = {row.reason for row in failing.order.reattempts.exclude(n=None)}
        assert reasons == {"cancelled_by_buyer"}

    def test_does_nothing_to_what_others_bought(
        self, paid: Subscription, customer: Customer
    ) -> None:
        other = Customer.objects.create(account=customer.account, email="farhan@example.com")
        path = f"/my/subscriptions/{paid.uid}/cancel/"
        assert browser_of(other).post(path).status_code == 404
        paid.refresh_from_db()
        assert paid.status == "active"
