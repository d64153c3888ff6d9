"""A mandate that nobody will charge any more is given back, as each method has it; nobody is
debited meanwhile, whatever Razorpay answers."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Problem
from gateways.razorpay.client import Razorpay as Client
from orders.models import Customer
from subscriptions.models import Bill, Mandate, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, captured, status
from tests.subscriptions.debiting.test_told import Kind, tell

Calls = list[tuple[str, str]]


@pytest.fixture
def given_back(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The calls that gave a mandate back: its token, and the method."""
    calls: Calls = []
    cancel = Client.cancel_token

    def noted(self: Client, customer: str, token: str, *, method: str) -> str:
        calls.append((token, method))
        return cancel(self, customer, token, method=method)

    monkeypatch.setattr(Client, "cancel_token", noted)
    return calls


def at_razorpay(stage: Stage) -> Any:
    """The mandate, whoever may still see it."""
    return stage.desk.read("books")["tokens"][-1]


@pytest.mark.parametrize("method", ["upi", "card"])
def test_when_it_has_ended_with_its_period(
    stage: Stage, placed: Subscription, given_back: Calls, method: str
) -> None:
    stage.authorise(placed, method=method)
    end = stage.due(placed)
    tell(placed, Kind.CANCEL_AT_END, ends=end)
    stage.until(end - HOUR)
    assert given_back == [], "the buyer may change their mind"
    assert Mandate.objects.get().status == "confirmed"
    stage.wait(5 * HOUR)
    assert given_back == [(stage.token, method)], "once"
    assert Mandate.objects.get().status == "cancelled"
    if method == "upi":
        assert at_razorpay(stage)["recurring_details"]["status"] == "cancelled", "at the bank, too"
    assert len(captured(stage)) == 1


def test_when_every_charge_is_paid(stage: Stage, customer: Customer, given_back: Calls) -> None:
    made = stage.subscription(customer, total_count=2)
    stage.authorise(made, method="upi")
    stage.until(stage.due(made) - HOUR)
    assert given_back == []
    stage.wait(5 * HOUR)
    assert status(made) == "completed"
    assert given_back == [(stage.token, "upi")]


def test_until_the_bank_has_done_it_that_is_what_is_said(
    stage: Stage, customer: Customer, given_back: Calls
) -> None:
    made = stage.subscription(customer, total_count=1)
    stage.authorise(made, method="upi")
    stage.go(stage.now + HOUR)
    stage.delivers = False
    stage.work()
    stage.work()
    assert Mandate.objects.get().status == "cancellation_initiated"


def test_no_answer_and_it_is_tried_again(
    stage: Stage, customer: Customer, given_back: Calls
) -> None:
    made = stage.subscription(customer, total_count=1)
    stage.authorise(made, method="upi")
    stage.desk.press("api", fail="lost", paths="/v1/customers", count=1)
    stage.work()
    assert Bill.objects.get().given_back_at is None
    stage.work()
    assert len(given_back) == 1, "not every minute"
    stage.wait(3 * HOUR)
    assert len(given_back) == 2
    assert Bill.objects.get().given_back_at is not None
    assert Mandate.objects.get().status == "cancelled"


def test_keys_that_are_refused_are_waited_for(
    stage: Stage, customer: Customer, given_back: Calls
) -> None:
    made = stage.subscription(customer, total_count=1)
    stage.authorise(made, method="card")
    stage.desk.press("api", fail="401", share=1)
    stage.wait(2 * DAY, step=6 * HOUR)
    assert Problem.objects.standing().get().kind == "keys_refused"
    assert len(given_back) == 1
    stage.desk.press("api", fail="", share=0)
    Problem.objects.all().delete()
    stage.wait(2 * HOUR)
    assert Mandate.objects.get().status == "cancelled"


def test_the_mandate_of_a_replaced_one_is_given_back_too(
    stage: Stage, due: Subscription, given_back: Calls
) -> None:
    stage.fails(4)
    stage.wait(4 * DAY, step=2 * HOUR)
    former = stage.token
    stage.authorise(due, method="card")
    told = tell(due, Kind.CANCEL)
    stage.wait(HOUR)
    assert sorted(given_back) == sorted([(former, "upi"), (stage.token, "card")]), told
