"""What a subscription gives, sentence by sentence of the contract's fifth section."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.causes import at
from orders.models import Customer, Resource
from orders.models.grants import Because
from subscriptions.models import Plan, Subscription
from tests import lives
from tests.conftest import make_subscription
from tests.lives import DAY, MONTH, T, charged, halted, pending
from tests.samples import sample

RENEWAL = T + MONTH


def step(name: str, when: int, **fields: Any) -> dict[str, Any]:
    return sample(f"subscription.{name}", created_at=when, subscription=fields)


def said(found: Any) -> tuple[bool, Any, str]:
    return found.allowed, found.until, found.because


class TestWhatWasPaidFor:
    @pytest.mark.parametrize("name", ["paused", "cancelled", "completed", "halted"])
    def test_it_stays_to_its_end_and_no_longer(
        self, tell: Any, answer: Any, subscription: Subscription, name: str
    ) -> None:
        tell(charged(0, T), step(name, T + 5 * DAY, **lives.cycle(5)))
        assert said(answer(subscription, RENEWAL - 1)) == (True, at(RENEWAL), Because.PAID)
        found = answer(subscription, RENEWAL)
        assert (found.allowed, found.until) == (False, at(RENEWAL))
        subscription.refresh_from_db()
        assert subscription.paid_until == subscription.access_until == at(RENEWAL)

    @pytest.mark.parametrize("name", ["end_at", "ended_at", "current_end", "charge_at"])
    def test_no_other_date_moves_it(
        self, tell: Any, answer: Any, subscription: Subscription, name: str
    ) -> None:
        tell(charged(0, T), step("cancelled", T + DAY, **{name: T + 12 * MONTH}))
        assert answer(subscription, T + 2 * DAY).until == at(RENEWAL)
        tell(step("completed", T + 2 * DAY, **{name: T + DAY}))
        assert answer(subscription, T + 2 * DAY).until == at(RENEWAL)


class TestGrace:
    @pytest.mark.parametrize("late", [DAY, 2 * DAY], ids=["a day", "two days"])
    def test_a_renewal_debited_late_locks_nobody_out(
        self, tell: Any, answer: Any, subscription: Subscription, late: int
    ) -> None:
        tell(charged(0, T))
        for moment in (RENEWAL, RENEWAL + late - 1):
            found = answer(subscription, moment)
            assert said(found) == (True, at(RENEWAL + 7 * DAY), Because.GRACE)
        tell(charged(1, RENEWAL + late))
        found = answer(subscription, RENEWAL + late + 60)
        assert said(found) == (True, at(T + 2 * MONTH), Because.PAID)

    def test_it_is_seven_days_and_not_a_second_more(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(charged(0, T), pending(1, 1), pending(1, 2))
        assert answer(subscription, RENEWAL + 7 * DAY - 1).because == Because.GRACE
        found = answer(subscription, RENEWAL + 7 * DAY)
        assert said(found) == (False, at(RENEWAL + 7 * DAY), Because.SUSPENDED)

    def test_it_ends_at_halted_and_says_when(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(charged(0, T), pending(1, 1), halted(1))
        found = answer(subscription, RENEWAL + 3 * DAY + 120)
        assert said(found) == (False, at(RENEWAL + 3 * DAY + 60), Because.SUSPENDED)

    def test_a_halt_of_long_ago_does_not_shorten_the_grace_of_today(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        third = T + 3 * MONTH
        tell(charged(0, T), pending(1, 1), halted(1), charged(2, T + 2 * MONTH), halted(3))
        found = answer(subscription, third + 4 * DAY)
        assert said(found) == (False, at(third + 3 * DAY + 60), Because.SUSPENDED)

    @pytest.mark.parametrize("name", ["cancelled", "paused"])
    def test_it_ends_with_the_cancellation_or_the_pause(
        self, tell: Any, answer: Any, subscription: Subscription, name: str
    ) -> None:
        tell(charged(0, T), pending(1, 1), step(name, RENEWAL + DAY))
        found = answer(subscription, RENEWAL + DAY + 60)
        assert (found.allowed, found.until) == (False, at(RENEWAL + DAY))

    def test_an_activated_one_is_in_grace_until_its_first_charge_is_settled(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(step("activated", T, start_at=T))
        found = answer(subscription, T + 60)
        assert said(found) == (True, at(T + 7 * DAY), Because.GRACE)
        tell(charged(0, T + DAY))
        assert said(answer(subscription, T + 2 * DAY)) == (True, at(RENEWAL), Because.PAID)

    def test_there_is_none_for_a_charge_that_was_given_back(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(*lives.one_charge_refunded())
        found = answer(subscription, RENEWAL + DAY + 60)
        assert said(found) == (False, at(RENEWAL), Because.REFUNDED)


class TestTrial:
    @pytest.fixture
    def trial(self, gateway: Gateway, customer: Customer) -> Subscription:
        return make_subscription(gateway, customer, trial_days=7)

    def test_it_opens_with_the_mandate_and_lasts_until_the_first_charge_is_due(
        self, tell: Any, answer: Any, trial: Subscription
    ) -> None:
        start = T + 7 * DAY
        assert answer(trial, T).allowed is False
        tell(step("authenticated", T, start_at=start))
        assert said(answer(trial, T + 60)) == (True, at(start), Because.TRIAL)
        trial.refresh_from_db()
        assert trial.paid_until == at(start)
        found = answer(trial, start + 3600)
        assert said(found) == (True, at(start + 7 * DAY), Because.GRACE)

    def test_a_cancelled_trial_keeps_what_was_promised(
        self, tell: Any, answer: Any, trial: Subscription
    ) -> None:
        start = T + 7 * DAY
        tell(step("authenticated", T, start_at=start), step("cancelled", T + DAY, start_at=start))
        assert said(answer(trial, T + 2 * DAY)) == (True, at(start), Because.TRIAL)
        assert answer(trial, start).allowed is False

    def test_one_that_was_never_authenticated_gives_nothing(
        self, tell: Any, answer: Any, trial: Subscription
    ) -> None:
        tell(step("cancelled", T, start_at=T + 7 * DAY))
        assert said(answer(trial, T + 60)) == (False, None, Because.NOT_PAID)

    def test_without_a_trial_a_mandate_alone_gives_nothing(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(step("authenticated", T, start_at=T + 7 * DAY))
        assert said(answer(subscription, T + 60)) == (False, None, Because.NOT_PAID)


class TestAfterAHalt:
    def test_money_gives_its_full_length_from_the_moment_of_payment(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        paid_at = RENEWAL + 10 * DAY
        tell(charged(0, T), pending(1, 1), halted(1), charged(1, paid_at))
        found = answer(subscription, paid_at + 60)
        assert said(found) == (True, at(paid_at + MONTH), Because.PAID)

    def test_so_does_a_charge_after_its_periods_end_that_never_halted(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        paid_at = T + 2 * MONTH + DAY
        tell(charged(0, T), charged(1, paid_at))
        assert answer(subscription, paid_at + 60).until == at(paid_at + MONTH)

    def test_a_changed_method_alone_gives_nothing(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(charged(0, T), pending(1, 1), halted(1))
        tell(step("activated", RENEWAL + 20 * DAY, **lives.cycle(1)))
        found = answer(subscription, RENEWAL + 20 * DAY + 60)
        assert (found.allowed, found.because) == (False, Because.SUSPENDED)

    def test_nor_within_the_days_that_the_grace_would_have_lasted(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(charged(0, T), pending(1, 1), halted(1))
        tell(step("activated", RENEWAL + 4 * DAY, **lives.cycle(1)))
        found = answer(subscription, RENEWAL + 4 * DAY + 60)
        assert said(found) == (False, at(RENEWAL + 3 * DAY + 60), Because.SUSPENDED)
        subscription.refresh_from_db()
        assert subscription.access_until == subscription.paid_until == at(RENEWAL)

    def test_once_money_came_later_charges_give_their_own_dates(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        late = T + 2 * MONTH + DAY
        tell(charged(0, T), halted(1), charged(1, RENEWAL + 5 * DAY), charged(2, late))
        assert answer(subscription, late + 60).until == at(T + 3 * MONTH)


class TestPausing:
    def test_resumed_in_time_access_goes_on(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        tell(*lives.paused_and_resumed_in_time())
        found = answer(subscription, RENEWAL + DAY)
        assert said(found) == (True, at(RENEWAL + 7 * DAY), Because.GRACE)

    def test_resumed_after_its_end_access_comes_with_the_next_charge(
        self, tell: Any, answer: Any, subscription: Subscription
    ) -> None:
        resumed = RENEWAL + 2 * DAY
        tell(*lives.paused_beyond_its_end())
        found = answer(subscription, resumed + 60)
        assert said(found) == (False, at(RENEWAL), Because.PERIOD_OVER)
        tell(charged(2, T + 2 * MONTH))
        assert answer(subscription, T + 2 * MONTH + 60).until == at(T + 3 * MONTH)
        found = answer(subscription, T + 3 * MONTH + DAY)
        assert said(found) == (True, at(T + 3 * MONTH + 7 * DAY), Because.GRACE)
        assert answer(subscription, T + 4 * MONTH).because == Because.SUSPENDED


class TestInstalments:
    def plan(self, gateway: Gateway, customer: Customer) -> Subscription:
        return make_subscription(gateway, customer, kind="instalments", total_count=2)

    def test_paid_off_whenever_the_last_one_is_there_is_no_end(
        self, tell: Any, answer: Any, gateway: Gateway, customer: Customer
    ) -> None:
        plan = self.plan(gateway, customer)
        tell(charged(0, T), step("completed", T + MONTH))
        assert answer(plan, T + 2 * MONTH).allowed is False
        tell(charged(1, T + 9 * MONTH))
        assert said(answer(plan, T + 99 * MONTH)) == (True, None, Because.PAID)

    def test_one_that_was_given_back_is_not_paid(
        self, tell: Any, answer: Any, gateway: Gateway, customer: Customer
    ) -> None:
        plan = self.plan(gateway, customer)
        tell(*lives.one_charge_refunded())
        assert said(answer(plan, T + 2 * MONTH)) == (False, at(RENEWAL), Because.REFUNDED)

    def test_a_subscription_has_an_end_however_often_it_was_paid(
        self, tell: Any, answer: Any, gateway: Gateway, customer: Customer
    ) -> None:
        one = make_subscription(gateway, customer, total_count=2)
        tell(charged(0, T), charged(1, RENEWAL), step("completed", RENEWAL + 1))
        assert answer(one, T + 2 * MONTH).allowed is False


class TestChangingThePlan:
    @pytest.fixture
    def larger(self, gateway: Gateway) -> Resource:
        """Of a product with a plan of its own."""
        product = catalogue.create_product(
            account=gateway.account,
            name="Weavers' Studio",
            price={"kind": "subscription", "amount": 99900, "period": "monthly", "total_count": 12},
            resources=[NewResource("Studio", "https://example.com/s")],
        )
        assert product.price
        Plan.objects.create(
            gateway=gateway, price=product.price, razorpay_plan_id="plan_RsdLarger0001"
        )
        return product.resources.get()

    def test_a_downgrade_keeps_the_larger_plan_to_the_end_of_what_is_paid(
        self, tell: Any, answer: Any, subscription: Subscription, larger: Resource
    ) -> None:
        tell(charged(0, T, plan_id="plan_RsdLarger0001"))
        assert answer(subscription, T + DAY, larger).allowed is True
        tell(step("updated", T + 2 * DAY, plan_id="plan_RsdPlan000001"))
        assert said(answer(subscription, T + 3 * DAY, larger)) == (True, at(RENEWAL), Because.PAID)
        assert answer(subscription, T + 3 * DAY).allowed is True, "and the smaller one as well"
        found = answer(subscription, RENEWAL, larger)
        assert said(found) == (False, at(RENEWAL), Because.PERIOD_OVER), "without grace"
        assert answer(subscription, RENEWAL).because == Because.GRACE

    def test_an_upgrade_opens_at_once(
        self, tell: Any, answer: Any, subscription: Subscription, larger: Resource
    ) -> None:
        tell(charged(0, T), step("updated", T + DAY, plan_id="plan_RsdLarger0001"))
        assert said(answer(subscription, T + 2 * DAY, larger)) == (True, at(RENEWAL), Because.PAID)

    def test_an_unknown_plan_keeps_the_former_resources(
        self, tell: Any, answer: Any, subscription: Subscription, larger: Resource
    ) -> None:
        tell(charged(0, T, plan_id="plan_RsdLarger0001"))
        tell(step("updated", T + DAY, plan_id="plan_RsdUnknown001"))
        assert answer(subscription, T + 2 * DAY, larger).allowed is True
        assert answer(subscription, RENEWAL, larger).because == Because.GRACE, "and not left over"
