"""A price becomes a plan at Razorpay once, whoever asks at the same time and whatever is lost."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
import responses
from django.conf import settings
from django.db import connection
from requests import ReadTimeout

from gateways.models import Gateway
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import catalogue
from orders.checkout import NotPlaceable
from orders.models import Price
from subscriptions import plans
from subscriptions.models import Plan

URL = f"{settings.RAZORPAY_API_URL}/v1/plans"
TERMS = {"kind": "subscription", "amount": 49900, "period": "monthly", "total_count": 12}


@pytest.fixture
def price(gateway: Gateway) -> Price:
    product = catalogue.create_product(
        account=gateway.account, name="Circle", price=TERMS, resources=[]
    )
    assert product.price
    return product.price


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def made(wire: responses.RequestsMock) -> int:
    """How many plans Razorpay was asked to make."""
    return sum(call.request.method == "POST" for call in wire.calls)


def not_now(gateway: Gateway, price: Price) -> str:
    with pytest.raises(NotPlaceable) as caught:
        plans.ensure(gateway, price)
    return caught.value.code


def lose(gateway: Gateway, price: Price, wire: responses.RequestsMock) -> None:
    """The plan may have been made; the answer is lost."""
    wire.post(URL, body=ReadTimeout())
    with pytest.raises(errors.OutcomeUnknown):
        plans.ensure(gateway, price)


def listed(wire: responses.RequestsMock, *items: dict[str, Any]) -> None:
    wire.get(URL, json={"items": list(items)})


def test_it_is_made_once_and_known_from_then_on(
    gateway: Gateway, price: Price, wire: responses.RequestsMock
) -> None:
    wire.post(URL, json={"id": "plan_RsdMade0000001"})
    for _ in range(2):
        assert plans.ensure(gateway, price).razorpay_plan_id == "plan_RsdMade0000001"
    assert len(wire.calls) == 1


@pytest.mark.parametrize("status", [400, 401, 429])
def test_after_a_definite_failure_the_next_may_try_at_once(
    gateway: Gateway, price: Price, wire: responses.RequestsMock, status: int
) -> None:
    wire.post(URL, status=status, json={"error": {"description": "no"}})
    with pytest.raises(errors.RazorpayError):
        plans.ensure(gateway, price)
    wire.replace(responses.POST, URL, json={"id": "plan_RsdMade0000001"})
    assert plans.ensure(gateway, price).razorpay_plan_id == "plan_RsdMade0000001"


class TestALostAnswer:
    def test_nobody_tries_while_the_call_may_still_run(
        self, clock: Any, gateway: Gateway, price: Price, wire: responses.RequestsMock
    ) -> None:
        lose(gateway, price, wire)
        clock.shift(30)
        assert not_now(gateway, price) == "plan_being_made"
        assert made(wire) == 1

    def test_for_ten_minutes_it_is_looked_for_and_not_made_again(
        self, clock: Any, gateway: Gateway, price: Price, wire: responses.RequestsMock
    ) -> None:
        lose(gateway, price, wire)
        listed(wire, {"id": "plan_other", "notes": []})
        for _ in range(9):
            clock.shift(60)
            assert not_now(gateway, price) == "plan_in_doubt"
        clock.shift(61)
        wire.replace(responses.POST, URL, json={"id": "plan_RsdMade0000001"})
        assert plans.ensure(gateway, price).razorpay_plan_id == "plan_RsdMade0000001"
        assert made(wire) == 2

    def test_it_is_found_by_our_note(
        self, clock: Any, gateway: Gateway, price: Price, wire: responses.RequestsMock
    ) -> None:
        lose(gateway, price, wire)
        listed(wire, {"id": "plan_RsdLost0000001", "notes": {"raseed_price": price.uid}})
        clock.shift(60)
        assert plans.ensure(gateway, price).razorpay_plan_id == "plan_RsdLost0000001"
        assert made(wire) == 1

    def test_while_razorpay_cannot_be_asked_it_is_not_made_again(
        self, clock: Any, gateway: Gateway, price: Price, wire: responses.RequestsMock
    ) -> None:
        lose(gateway, price, wire)
        wire.get(URL, status=502)
        for _ in range(30):
            clock.shift(60)
            with pytest.raises(errors.Unreachable):
                plans.ensure(gateway, price)
        assert made(wire) == 1


def test_whoever_did_not_see_the_last_try_may_not_try(
    clock: Any, gateway: Gateway, price: Price, wire: responses.RequestsMock
) -> None:
    """A process that slept between looking and claiming knows of no try, and must not make one."""
    asleep = Plan.objects.create(gateway=gateway, price=price)
    lose(gateway, price, wire)
    clock.shift(60)
    assert plans.claim(asleep, asleep.requested_at) is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_many_buyers_at_once_make_one_plan(
    gateway: Gateway, price: Price, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Slow:
        def create_plan(self, **_terms: Any) -> dict[str, str]:
            asked.append("plan")
            meet.wait(20)  # the others come while this call runs
            return {"id": f"plan_RsdMade000000{len(asked)}"}

    monkeypatch.setattr(Razorpay, "of", lambda _gateway: Slow())
    meet, told = Barrier(6), []

    def buy() -> None:
        try:
            told.append(plans.ensure(gateway, price).razorpay_plan_id)
        except NotPlaceable as error:
            told.append(error.code)
            meet.wait(20)
        finally:
            connection.close()

    threads = [Thread(target=buy) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert asked == ["plan"]
    assert sorted(told, key=str) == ["plan_RsdMade0000001", *["plan_being_made"] * 5]
