"""POST access: give and end by hand, told by a script."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders.models import AccessDecision, Order, Product, Resource
from tests.api.caller import Caller, problem, shape
from tests.conftest import Razorpay, make_gateway
from tests.lives import DAY, T
from tests.samples import sample
from tests.scripts import EMAIL, iso

pytestmark = pytest.mark.usefixtures("that_day")


@pytest.fixture
def videos(product: Product) -> Resource:
    return product.resources.order_by("pk")[0]


def body(order: Order, resource: Resource, decision: str = "given", **fields: Any) -> Any:
    told = {"order": order.uid, "resource": resource.uid, "decision": decision}
    return {**told, "reason": "A friend", **fields}


def decided(script: Caller, sent: Any) -> Any:
    response = script.post("access", sent)
    assert response.status_code == 200, response.content
    return response.json()


def test_the_answer_is_that_of_get(
    script: Caller, order: Order, videos: Resource, razorpay: Razorpay
) -> None:
    until = iso(T + 10 * DAY)
    answer = decided(script, body(order, videos, until=until))
    shape(answer, allowed=True, until=until, because="by_hand")
    assert answer == script.get("access", email=EMAIL, resource=videos.uid)
    (told,) = answer["story"]
    assert told["why"] == "By hand, through the API: A friend"
    razorpay.tell(sample("payment.captured"))
    shape(decided(script, body(order, videos, "ended")), because="ended_by_hand", allowed=False)
    shape(decided(script, body(order, videos, "undone")), because="paid", until=None)
    assert AccessDecision.objects.count() == 3


def test_a_time_in_any_zone_is_understood(script: Caller, order: Order, videos: Resource) -> None:
    sent = body(order, videos, until="2026-11-30T23:59:59+05:30")
    assert decided(script, sent)["until"] == "2026-11-30T18:29:59Z"


def test_the_answer_is_in_the_orders_mode(
    script: Caller, order: Order, videos: Resource, account: Account
) -> None:
    make_gateway(account, "live")
    shape(decided(script, body(order, videos)), allowed=True, because="by_hand")
    asked = script.get("access", email=EMAIL, resource=videos.uid)
    shape(asked, allowed=False, because="not_bought")


def test_what_the_order_does_not_open_can_be_given_but_not_ended(
    script: Caller, order: Order, account: Account
) -> None:
    other = Resource.objects.create(account=account, title="Other")
    for decision in ("ended", "undone"):
        said = script.refused("access", body(order, other, decision), "not_of_order")
        assert said["detail"] == "This order never opened “Other”."
    shape(decided(script, body(order, other)), allowed=True, because="by_hand")
    other.archived_at = timezone.now()
    other.save()
    shape(decided(script, body(order, other, "ended")), allowed=False, because="ended_by_hand")


def test_what_is_archived_is_given_to_nobody_new(
    script: Caller, order: Order, account: Account
) -> None:
    gone = Resource.objects.create(account=account, title="Gone", archived_at=timezone.now())
    script.refused("access", body(order, gone), "archived")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"decision": "lent"}, "invalid_choice"),
        ({"reason": ""}, "blank"),
        ({"reason": "x" * 201}, "max_length"),
        ({"reason": "\0"}, "null_characters_not_allowed"),
        ({"until": "tomorrow"}, "invalid"),
        ({"until": "2026-11-01T00:00:00Z"}, "in_the_past"),
        ({"until": "2027-01-01T00:00:00Z", "decision": "ended"}, "until_without_gift"),
        ({"untill": "2027-01-01T00:00:00Z"}, "unknown_field"),
    ],
)
def test_what_cannot_be_decided_is_told_in_words(
    script: Caller, order: Order, videos: Resource, fields: Any, code: str
) -> None:
    script.refused("access", body(order, videos, **fields), code)
    assert not AccessDecision.objects.exists()


@pytest.mark.parametrize("missing", ["order", "resource", "decision", "reason"])
def test_what_is_missing_is_named(
    script: Caller, order: Order, videos: Resource, missing: str
) -> None:
    sent = body(order, videos)
    del sent[missing]
    assert list(script.refused("access", sent, "required")["errors"]) == [missing]


def test_what_is_unknown_or_a_strangers_is_not_found(
    script: Caller, their_script: Caller, order: Order, videos: Resource, their_gateway: Gateway
) -> None:
    said = script.refused("access", body(order, videos) | {"order": "ord_none"}, "not_found", 404)
    assert said["detail"] == "There is no order ord_none."
    said = script.refused(
        "access", body(order, videos) | {"resource": "res_none"}, "not_found", 404
    )
    assert said["detail"] == "There is no resource res_none."
    problem(their_script.post("access", body(order, videos)), "not_found", 404)
    theirs = Resource.objects.create(account=their_gateway.account, title="Theirs")
    script.refused("access", body(order, theirs), "not_found", 404)
    their_script.refused("access", body(order, theirs), "not_found", 404)
    assert not AccessDecision.objects.exists()
