"""What cannot be done is said in plain words, with a code, before Razorpay is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue
from orders.causes import at
from orders.models import Customer, Instruction, Price
from subscriptions import acting, objections
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.objections import NotPossible
from tests.conftest import make_gateway, make_subscription
from tests.lives import MONTH, T
from tests.subscriptions.acting.conftest import fresh, sell

Kind = SubscriptionInstruction.Kind
State = SubscriptionInstruction.State
SELLER = Instruction.MadeBy.SELLER

ALL = set(Kind)
CANCELS = {Kind.CANCEL, Kind.CANCEL_AT_END}
CHANGES = {Kind.CHANGE_PLAN, Kind.CHANGE_PLAN_AT_END}
POSSIBLE = {
    "created": CANCELS,
    "authenticated": CANCELS | CHANGES,
    "active": ALL - {Kind.RESUME},
    "pending": CANCELS,
    "halted": CANCELS,
    "paused": CANCELS | {Kind.RESUME},
    "cancelled": set(),
    "completed": set(),
    "expired": set(),
}


@pytest.fixture
def gateway(account: Account) -> Gateway:
    """No Razorpay at all: nothing here may call it."""
    return make_gateway(account)


@pytest.fixture
def subscription(gateway: Gateway, customer: Customer) -> Subscription:
    return make_subscription(gateway, customer)


def make(subscription: Subscription, **fields: Any) -> Subscription:
    """With a running period, and these fields."""
    Subscription.objects.update(**{"status": "active", "current_end": T + MONTH, **fields})
    return fresh(subscription)


def possible(subscription: Subscription) -> set[Kind]:
    return {kind for kind in Kind if objections.to(subscription, kind) is None}


def refusal(subscription: Subscription, kind: Kind, price: Price | None = None) -> tuple[str, str]:
    with pytest.raises(NotPossible) as caught:
        acting.instruct(subscription, kind, SELLER, price=price)
    assert not SubscriptionInstruction.objects.filter(tries__gt=0)
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize("status", POSSIBLE)
def test_each_status_allows_its_own(subscription: Subscription, status: str) -> None:
    assert possible(make(subscription, status=status)) == POSSIBLE[status]


@pytest.mark.parametrize(
    ("status", "kind", "code", "sentence"),
    [
        ("cancelled", Kind.CANCEL, "not_cancellable",
         "The subscription cannot be cancelled: it is over."),
        ("authenticated", Kind.PAUSE, "not_pausable",
         "The subscription cannot be paused: it is not active."),
        ("active", Kind.RESUME, "not_resumable",
         "The subscription cannot be resumed: it is not paused."),
        ("halted", Kind.CHANGE_PLAN, "not_changeable",
         "The plan cannot be changed: it is not active."),
    ],
)  # fmt: skip
def test_it_is_said_with_a_code(
    subscription: Subscription, status: str, kind: Kind, code: str, sentence: str
) -> None:
    assert refusal(make(subscription, status=status), kind) == (code, sentence)
    assert not SubscriptionInstruction.objects.exists()


def test_without_a_period_nothing_is_done_at_its_end(subscription: Subscription) -> None:
    found = possible(make(subscription, current_end=None))
    assert found == ALL - {Kind.RESUME, Kind.CANCEL_AT_END, Kind.CHANGE_PLAN_AT_END}


def test_what_razorpay_has_not_confirmed_cannot_be_told_to_it(subscription: Subscription) -> None:
    made = make(subscription, razorpay_subscription_id=None)
    assert not possible(made)
    assert "has not confirmed it yet" in refusal(made, Kind.CANCEL)[1]


def test_a_disconnected_gateway_is_told_nothing(subscription: Subscription) -> None:
    Gateway.objects.update(disconnected_at=timezone.now())
    made = make(subscription)
    assert not possible(made)
    assert refusal(made, Kind.PAUSE) == (
        "no_gateway", "The subscription cannot be paused: Razorpay is disconnected.",
    )  # fmt: skip


@pytest.mark.parametrize(("state", "open_"), [("requested", True), ("done", False)])
def test_one_at_a_time(subscription: Subscription, state: str, open_: bool) -> None:
    made = make(subscription)
    SubscriptionInstruction.objects.create(
        subscription=made, kind=Kind.PAUSE, made_by=SELLER, state=state
    )
    assert (possible(fresh(made)) == set()) is open_
    if open_:
        assert refusal(made, Kind.CANCEL)[0] == "instruction_open"


class TestItsEnd:
    @pytest.fixture
    def ending(self, subscription: Subscription) -> Subscription:
        made = make(subscription, current_start=T)
        SubscriptionInstruction.objects.create(
            subscription=made, kind=Kind.CANCEL_AT_END, made_by=SELLER, state=State.DONE,
            effective_at=at(T + MONTH),
        )  # fmt: skip
        return fresh(made)

    def test_is_not_asked_for_twice(self, ending: Subscription) -> None:
        code, said = refusal(ending, Kind.CANCEL_AT_END)
        assert code == "not_cancellable"
        assert said == "The subscription cannot be cancelled: it ends on 24 Dec 2026 already."

    def test_may_come_sooner(self, ending: Subscription) -> None:
        assert objections.to(ending, Kind.CANCEL) is None

    def test_is_forgotten_where_another_period_began(self, ending: Subscription) -> None:
        made = make(ending, current_start=T + MONTH, current_end=T + 2 * MONTH)
        assert objections.to(made, Kind.CANCEL_AT_END) is None


@pytest.mark.parametrize(("method", "name"), [("upi", "UPI"), ("emandate", "e-mandate")])
def test_the_plan_of_some_methods_stays(subscription: Subscription, method: str, name: str) -> None:
    made = make(subscription, payment_method=method)
    for kind in CHANGES:
        assert refusal(made, kind) == (
            "not_changeable",
            f"The plan cannot be changed: Razorpay does not change what is paid by {name}.",
        )


@pytest.mark.parametrize(("method", "by_hand"), [("upi", False), ("card", True)])
def test_what_a_buyer_paused_in_a_upi_app_is_resumed_there(
    subscription: Subscription, method: str, by_hand: bool
) -> None:
    made = make(subscription, status="paused", pause_initiated_by="customer", payment_method=method)
    assert (objections.to(made, Kind.RESUME) is None) is by_hand


class TestThePlan:
    @pytest.mark.parametrize(
        ("terms", "reason"),
        [
            ({}, ""),
            ({"currency": "USD"}, "the new one is in another currency"),
            ({"kind": "instalments"}, "the new one is paid in another way"),
            ({"kind": "one_time"}, "the new one is paid in another way"),
            ({"charged_by": "raseed"}, "the new one is paid in another way"),
        ],
    )
    def test_is_of_the_same_kind(
        self, subscription: Subscription, account: Account, terms: Any, reason: str
    ) -> None:
        price = sell(account, "Gold", amount=99_900, **terms)
        found = objections.to(make(subscription), Kind.CHANGE_PLAN, price)
        assert (found.reason if found else "") == reason

    def test_is_for_sale(self, subscription: Subscription, account: Account) -> None:
        former = sell(account, "Gold", amount=99_900)
        catalogue.change_price(former.product, {"amount": 1, "currency": "INR"})
        archived = sell(account, "Silver", amount=99_900)
        catalogue.archive(archived.product)
        for price in (former, archived):
            price.refresh_from_db()
            said = refusal(make(subscription), Kind.CHANGE_PLAN, price)[1]
            assert "the new one is not for sale" in said

    def test_is_another(self, subscription: Subscription) -> None:
        made = make(subscription)
        said = refusal(made, Kind.CHANGE_PLAN, made.order.price)[1]
        assert "it is this plan already" in said
