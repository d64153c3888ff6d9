"""The account's switch "give access as soon as the order form is sent", for scripts that buy."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Product
from tests.api.caller import Caller
from tests.api.test_subscriptions import make_circle

EMAIL = "ananya.iyer@example.com"

pytestmark = pytest.mark.usefixtures("connected")


def answer(script: Caller, product: Product) -> dict[str, Any]:
    resource = product.resources.order_by("pk")[0]
    found: dict[str, Any] = script.get("access", email=EMAIL, resource=resource.uid)
    return found


@pytest.mark.parametrize("resource", ["orders", "subscriptions"])
def test_access_is_there_as_soon_as_the_order_is_placed(
    script: Caller, connected: Gateway, product: Product, account: Account, resource: str
) -> None:
    Account.objects.filter(pk=account.pk).update(access_on_form=True)
    bought = product if resource == "orders" else make_circle(connected)
    script.make(resource, product=bought.uid, email=EMAIL)
    found = answer(script, bought)
    assert (found["allowed"], found["because"]) == (True, "form_sent")
    assert found["story"][0]["why"] == "The order form was sent."


@pytest.mark.parametrize("resource", ["orders", "subscriptions"])
def test_the_switch_is_off_by_itself(
    script: Caller, connected: Gateway, product: Product, resource: str
) -> None:
    bought = product if resource == "orders" else make_circle(connected)
    script.make(resource, product=bought.uid, email=EMAIL)
    found = answer(script, bought)
    assert (found["allowed"], found["because"], found["story"]) == (False, "not_paid", [])
