"""GET access: may this customer use this resource, until when, and why?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Customer, CustomerAlias, Order, Product, Resource
from subscriptions.models import Subscription
from tests.api.caller import ISO, Caller, problem, shape
from tests.conftest import Razorpay, make_gateway, make_order, make_subscription
from tests.lives import DAY, MONTH, T, charged, halted, pending
from tests.samples import sample
from tests.scripts import EMAIL, iso

pytestmark = pytest.mark.usefixtures("that_day")

NOT_BOUGHT: dict[str, Any] = {"allowed": False, "until": None, "because": "not_bought", "story": []}


@pytest.fixture
def videos(product: Product) -> Resource:
    return product.resources.order_by("pk")[0]


def asked(script: Caller, resource: Resource, **query: str) -> Any:
    return script.get("access", **{"email": EMAIL, "resource": resource.uid, **query})


def at(seconds: int) -> time_machine.travel:
    return time_machine.travel(datetime.fromtimestamp(seconds, UTC), tick=False)


def test_an_unknown_address_has_not_bought(script: Caller, videos: Resource) -> None:
    assert asked(script, videos) == NOT_BOUGHT
    assert asked(script, videos, email="what is no address") == NOT_BOUGHT


def test_who_bought_something_else_has_not_bought(
    script: Caller, order: Order, razorpay: Razorpay, account: Account
) -> None:
    razorpay.tell(sample("payment.captured"))
    other = Resource.objects.create(account=account, title="Other")
    assert asked(script, other) == NOT_BOUGHT


def test_an_unknown_resource_is_not_found_whatever_the_address(
    script: Caller, their_script: Caller, customer: Customer, videos: Resource
) -> None:
    for email in (EMAIL, "nobody@example.com"):
        said = problem(script.ask(f"access/?email={email}&resource=res_none"), "not_found", 404)
        assert said["detail"] == "There is no resource res_none."
    path = f"access/?email={EMAIL}&resource={videos.uid}"
    problem(their_script.ask(path), "not_found", 404)


def test_before_the_money_it_is_not_paid(script: Caller, order: Order, videos: Resource) -> None:
    assert asked(script, videos) == {**NOT_BOUGHT, "because": "not_paid"}


def test_money_opens_without_end_and_the_story_says_why(
    script: Caller, order: Order, razorpay: Razorpay, videos: Resource
) -> None:
    razorpay.tell(sample("payment.captured"))
    answer = asked(script, videos)
    shape(answer, allowed=True, until=None, because="paid")
    assert answer.keys() == {"allowed", "until", "because", "story"}
    told = answer["story"][0]
    assert told.keys() == {"at", "what", "why"}
    assert ISO.fullmatch(told["at"])
    assert told["what"] == "Access to Videos, without end."
    assert told["why"]
    assert asked(script, videos, email=f" {EMAIL.upper()} ") == answer


def test_a_full_refund_ends_it_when_the_money_went_back(
    script: Caller, order: Order, razorpay: Razorpay, videos: Resource
) -> None:
    razorpay.tell(sample("payment.captured"), sample("refund.processed", created_at=T + 1800))
    shape(asked(script, videos), allowed=False, until=iso(T + 1800), because="refunded")


def test_a_partial_refund_takes_nothing_away(
    script: Caller, order: Order, razorpay: Razorpay, videos: Resource
) -> None:
    part = {"status": "captured", "refund_status": "partial", "amount_refunded": 100}
    razorpay.tell(
        sample("payment.captured"),
        sample("refund.processed", refund={"amount": 100}, payment=part),
    )
    shape(asked(script, videos), allowed=True, until=None, because="paid")


def test_two_orders_for_one_resource_stand_for_themselves(
    script: Caller, gateway: Gateway, customer: Customer, order: Order, razorpay: Razorpay,
    videos: Resource,
) -> None:  # fmt: skip
    make_order(gateway, order.product, customer, "order_RsdOther000001")
    razorpay.tell(
        sample("payment.captured"),
        sample("payment.captured", payment={
            "id": "pay_RsdOther000001", "order_id": "order_RsdOther000001", "notes": [],
        }),
        sample("refund.processed"),
    )  # fmt: skip
    shape(asked(script, videos), allowed=True, until=None, because="paid")


def test_a_former_address_is_answered_for(
    script: Caller, order: Order, razorpay: Razorpay, customer: Customer, videos: Resource
) -> None:
    razorpay.tell(sample("payment.captured"))
    customer.email = "ananya@example.org"
    customer.save()
    assert asked(script, videos) == NOT_BOUGHT
    CustomerAlias.objects.create(account=customer.account, customer=customer, email=EMAIL)
    shape(asked(script, videos), allowed=True, because="paid")
    shape(asked(script, videos, email="ananya@example.org"), allowed=True, because="paid")


def test_an_alias_of_another_account_opens_nothing(
    their_script: Caller, script: Caller, order: Order, razorpay: Razorpay, customer: Customer,
    their_gateway: Gateway, videos: Resource,
) -> None:  # fmt: skip
    razorpay.tell(sample("payment.captured"))
    theirs = Customer.objects.create(account=their_gateway.account, email="ravi@example.com")
    CustomerAlias.objects.create(account=theirs.account, customer=theirs, email="x@example.com")
    assert asked(script, videos, email="x@example.com") == NOT_BOUGHT


def test_test_purchases_never_open_live_doors(
    script: Caller, order: Order, razorpay: Razorpay, videos: Resource, account: Account
) -> None:
    razorpay.tell(sample("payment.captured"))
    assert asked(script, videos)["allowed"] is True, "no live gateway: test is meant"
    assert asked(script, videos, mode="live") == NOT_BOUGHT
    live = make_gateway(account, "live")
    assert asked(script, videos) == NOT_BOUGHT, "a live gateway: live is meant"
    assert asked(script, videos, mode="test")["allowed"] is True
    live.disconnected_at = timezone.now()
    live.save()
    assert asked(script, videos)["allowed"] is True, "the live one is no longer connected"


def test_live_purchases_do_not_open_test_doors(
    script: Caller, product: Product, customer: Customer, account: Account, videos: Resource
) -> None:
    live = make_gateway(account, "live")
    make_order(live, product, customer, "order_RsdOrder000001")
    Razorpay(live).tell(sample("payment.captured"))
    assert asked(script, videos)["because"] == "paid"
    assert asked(script, videos, mode="test") == NOT_BOUGHT


def circle_of(subscription: Subscription) -> Resource:
    return subscription.order.product.resources.get()


def test_a_subscription_opens_to_the_end_of_what_is_paid_then_in_grace_then_not(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    circle = circle_of(subscription)
    razorpay.tell(charged(0, T + 8))
    shape(asked(script, circle), allowed=True, until=iso(T + MONTH), because="paid")
    with at(T + MONTH + DAY):
        razorpay.tell(pending(1, 1))
        shape(asked(script, circle), allowed=True, until=iso(T + MONTH + 7 * DAY), because="grace")
    with at(T + MONTH + 4 * DAY):
        razorpay.tell(halted(1))
        answer = asked(script, circle)
        shape(answer, allowed=False, until=iso(T + MONTH + 3 * DAY + 60), because="suspended")
    assert len(answer["story"]) >= 2


def test_a_trial_opens_to_its_end(
    script: Caller, gateway: Gateway, customer: Customer, razorpay: Razorpay
) -> None:
    subscription = make_subscription(gateway, customer, trial_days=14)
    start = {"start_at": T + 14 * DAY, "current_start": None, "current_end": None}
    razorpay.tell(sample("subscription.authenticated", created_at=T, subscription=start))
    shape(asked(script, circle_of(subscription)), allowed=True, because="trial")


def test_the_switch_keeps_open_what_was_promised_with_the_form(
    script: Caller, gateway: Gateway, product: Product, customer: Customer, razorpay: Razorpay,
    videos: Resource,
) -> None:  # fmt: skip
    order = make_order(gateway, product, customer, "order_RsdOrder000001", access_on_form=True)
    razorpay.tell(sample("payment.failed", created_at=T))
    ends = order.created_at.timestamp() + 4 * DAY
    shape(asked(script, videos), allowed=True, until=iso(int(ends)), because="form_sent")
    with at(int(ends)):
        shape(asked(script, videos), allowed=False, until=iso(int(ends)), because="not_paid")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("resource=res_x", "email", "required"),
        ("email=a@example.com", "resource", "required"),
        ("email=&resource=res_x", "email", "blank"),
        ("email=a@example.com&resource=res_x&mode=sandbox", "mode", "invalid_choice"),
        ("email=%00&resource=res_x", "email", "null_characters_not_allowed"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    script: Caller, query: str, field: str, code: str
) -> None:
    assert list(problem(script.ask(f"access/?{query}"), code)["errors"]) == [field]
