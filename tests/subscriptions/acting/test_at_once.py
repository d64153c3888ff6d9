"""Two people press at the same time, in two processes: one instruction, and one call."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Customer, Instruction
from subscriptions import acting, deeds
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.objections import NotPossible
from tests.conftest import make_gateway, make_subscription
from tests.lives import MONTH, T

Kind = SubscriptionInstruction.Kind
SELLER = Instruction.MadeBy.SELLER


@pytest.fixture
def gateway(account: Account) -> Gateway:
    return make_gateway(account)


@pytest.fixture
def subscription(gateway: Gateway, customer: Customer) -> Subscription:
    made = make_subscription(gateway, customer)
    Subscription.objects.update(status="active", current_start=T, current_end=T + MONTH)
    return made


@pytest.fixture
def called(subscription: Subscription, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The instructions of which Razorpay hears."""
    heard: list[str] = []

    def pause(instruction: SubscriptionInstruction) -> dict[str, Any]:
        heard.append(instruction.uid)
        return {"id": subscription.razorpay_subscription_id, "status": "paused"}

    monkeypatch.setattr(deeds, "done", pause)
    return heard


def at_once(work: Callable[[], Any], times: int = 4) -> list[Any]:
    """What came of the same work in several threads that begin together."""
    start, came = Barrier(times), []

    def one() -> None:
        start.wait(20)
        try:
            came.append(work())
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_many_presses_are_one_instruction(subscription: Subscription, called: list[str]) -> None:
    def press() -> str:
        try:
            return acting.instruct(subscription, Kind.PAUSE, SELLER).state
        except NotPossible as error:
            return error.code

    came = at_once(press)
    assert len(called) == SubscriptionInstruction.objects.count() == came.count("done") == 1
    assert set(came) - {"done"} <= {"instruction_open", "not_pausable"}
    assert len(came) == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_many_rounds_make_one_call(
    subscription: Subscription, called: list[str], clock: Any
) -> None:
    acting.keep(subscription, Kind.PAUSE, SELLER, None, None)
    clock.shift(60)
    assert len(at_once(acting.carry_out_due)) == 4
    assert len(called) == 1
