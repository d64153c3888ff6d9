"""Starting a subscription: refused, unreachable or lost, nothing is half kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from django.conf import settings
from requests import ConnectTimeout, ReadTimeout

from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from orders import catalogue
from orders.causes import at
from orders.checkout import NotPlaceable, NotYet
from orders.models import Order, Product
from subscriptions import starting
from subscriptions.models import Doubt, Plan, Subscription
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T, charge_of, cycle
from tests.samples import sample

PLANS = f"{settings.RAZORPAY_API_URL}/v1/plans"
SUBSCRIPTIONS = f"{settings.RAZORPAY_API_URL}/v1/subscriptions"
TERMS = {"kind": "subscription", "amount": 49900, "period": "monthly", "total_count": 12}
MADE = "sub_RsdMade0000001"


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(PLANS, json={"id": "plan_RsdPlan000001"})
        yield mock


def make(gateway: Gateway, **terms: Any) -> Product:
    return catalogue.create_product(
        account=gateway.account, name="Circle", price={**TERMS, **terms}, resources=[]
    )


@pytest.fixture
def circle(gateway: Gateway) -> Product:
    return make(gateway)


def start(product: Product, email: str = "ananya.iyer@example.com") -> Subscription:
    return starting.start(product.account, product, email, "Ananya", None)


def terms_of(wire: responses.RequestsMock) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(wire.calls[-1].request.body or "")
    return sent


def test_it_is_started_with_our_note(circle: Product, wire: responses.RequestsMock) -> None:
    wire.post(SUBSCRIPTIONS, json={"id": MADE, "short_url": "https://rzp.io/i/a"})
    one = start(circle)
    assert (one.razorpay_subscription_id, one.short_url) == (MADE, "https://rzp.io/i/a")
    asked = terms_of(wire)
    assert asked["notes"]["raseed_order"] == one.order.uid
    assert (asked["plan_id"], asked["total_count"]) == ("plan_RsdPlan000001", 12)
    assert asked["expire_by"] == int(one.order.expires_at.timestamp())
    assert "start_at" not in asked


def test_a_trial_starts_later_and_an_amount_at_the_start_is_an_addon(
    gateway: Gateway, wire: responses.RequestsMock
) -> None:
    wire.post(SUBSCRIPTIONS, json={"id": MADE})
    start(make(gateway, trial_days=7, upfront_amount=9900))
    asked = terms_of(wire)
    assert asked["start_at"] == T + 3600 + 7 * DAY
    assert asked["addons"] == [{"item": {"name": "Circle", "amount": 9900, "currency": "INR"}}]


@pytest.mark.parametrize(("switch", "notify"), [(False, 0), (True, 1)])
def test_razorpay_keeps_quiet_unless_the_seller_wants_its_mails(
    circle: Product, wire: responses.RequestsMock, switch: bool, notify: int
) -> None:
    circle.account.razorpay_mails_buyers = switch
    circle.account.save()
    wire.post(SUBSCRIPTIONS, json={"id": MADE})
    start(circle)
    assert terms_of(wire)["customer_notify"] == notify


def test_a_call_is_written_down_before_it_is_made_and_its_answer_settles_it(
    circle: Product, wire: responses.RequestsMock
) -> None:
    seen = []

    def answer(_request: Any) -> tuple[int, dict[str, str], str]:
        seen.append(Doubt.objects.get().settled_at)
        return 200, {}, f'{{"id": "{MADE}"}}'

    wire.add_callback(responses.POST, SUBSCRIPTIONS, answer, content_type="application/json")
    started = start(circle)
    assert seen == [None]
    doubt = Doubt.objects.get()
    assert (doubt.subscription, doubt.razorpay_subscription_id) == (started, MADE)
    assert doubt.settled_at is not None


@pytest.mark.parametrize("url", [PLANS, SUBSCRIPTIONS], ids=["plan", "subscription"])
@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ({"status": 400, "json": {"error": {"description": "no"}}}, errors.Refused, "refused_sale"),
        ({"status": 401, "json": {"error": {}}}, errors.KeysRefused, "keys_refused"),
        ({"status": 429, "json": {}}, errors.TooManyRequests, ""),
        ({"body": ConnectTimeout()}, errors.Unreachable, ""),
    ],
    ids=["400", "401", "429", "never sent"],
)
def test_where_nothing_was_done_nothing_is_kept(
    circle: Product,
    wire: responses.RequestsMock,
    url: str,
    answer: dict[str, Any],
    error: type[Exception],
    told: str,
) -> None:
    wire.upsert(responses.POST, url, **answer)
    with pytest.raises(error):
        start(circle)
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()
    assert not Doubt.objects.exists()
    kinds = Problem.objects.standing().values_list("kind", flat=True)
    assert list(kinds) == ([told] if told else [])


def test_a_lost_plan_keeps_no_order_and_makes_no_second_plan(
    circle: Product, wire: responses.RequestsMock
) -> None:
    wire.upsert(responses.POST, PLANS, body=ReadTimeout())
    for code in ("outcome_unknown", "plan_being_made"):
        with pytest.raises(NotYet) as caught:
            start(circle)
        assert caught.value.code == code
        assert Plan.objects.get().requested_at is not None
    assert not Order.objects.exists()
    assert len(wire.calls) == 1


@pytest.mark.parametrize("answer", [{"body": ReadTimeout()}, {"status": 502}, {"json": {}}])
def test_after_a_lost_answer_the_subscription_is_found_by_our_note(
    circle: Product, wire: responses.RequestsMock, razorpay: Razorpay, answer: dict[str, Any]
) -> None:
    wire.post(SUBSCRIPTIONS, **answer)
    with pytest.raises(errors.OutcomeUnknown):
        start(circle)
    kept = Subscription.objects.get()
    assert kept.razorpay_subscription_id is None
    named = {"id": MADE, "notes": {"raseed_order": kept.order.uid}, **cycle(0)}
    razorpay.tell(
        sample("subscription.charged", created_at=T, subscription=named, payment=charge_of(0)),
        # From now on the id alone is enough.
        sample("subscription.paused", created_at=T + 9, subscription={"id": MADE, "notes": []}),
    )
    found = Subscription.objects.get()
    assert (found.razorpay_subscription_id, found.status) == (MADE, "paused")
    assert found.paid_until == at(T + MONTH)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"kind": "one_time"}, "one_time_product"),
        ({"charged_by": "raseed", "trial_days": 7}, "no_trial"),
        ({"charged_by": "raseed", "currency": "USD"}, "inr_only"),
        ({"charged_by": "raseed", "amount": 9999901}, "above_mandate"),
    ],
)
def test_what_nobody_can_charge_again_is_refused_before_it_is_asked(
    gateway: Gateway, wire: responses.RequestsMock, terms: dict[str, Any], code: str
) -> None:
    with pytest.raises(NotPlaceable) as caught:
        start(make(gateway, **terms))
    assert caught.value.code == code
    assert not wire.calls


def test_without_an_address_razorpay_is_not_called(
    circle: Product, wire: responses.RequestsMock
) -> None:
    with pytest.raises(NotPlaceable) as caught:
        start(circle, "void@razorpay.com")
    assert caught.value.code == "email_required"
    assert not wire.calls
    assert not Order.objects.exists()
