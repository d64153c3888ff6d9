"""What a visitor sees without signing in. This is the one list; nothing else is public.

A new address that is not meant for everybody needs no line here: the first test finds it in the
URLconf, whatever its name. One that is public fails until it is in the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.permissions import AllowAny

from gateways.models import Gateway
from orders.models import Order
from orders.recovering import links

PUBLIC = {
    # The sign-in itself, and what one needs who cannot sign in.
    "account_login": "",
    "account_logout": "nobody is signed out twice",
    "account_signup": "says that there is none",
    "account_inactive": "",
    "account_reset_password": "",
    "account_reset_password_done": "",
    "account_reset_password_from_key": "",
    "account_reset_password_from_key_done": "",
    "set_language": "",
    # Who pays has no sign-in; the address cannot be guessed.
    "orders:pay": "",
    "orders:form": "a form that is published; else a page that says it is not open",
    "orders:thanks": "",
    "orders:returned": "the way back from Checkout",
    # Nor has who reads a mail about an unpaid order: the link is signed.
    "orders:reopen": "",
    "orders:decline": "",
    # A buyer has no sign-in either: what was bought needs a link from a mail.
    "orders:my": "asks for the address",
    "orders:my_sent": "",
    "orders:my_open": "says that the link is used or too old",
    "orders:my_leave": "",
    "orders:my_resource": "leads to the question for the address",
    "subscriptions:buyer_cancel": "the same",
    # What could not be charged is paid like an order, and a mandate given.
    "subscriptions:give_mandate": "",
    "subscriptions:pay_bill": "",
    "subscriptions:bill_thanks": "",
    "subscriptions:may_pay": "the page of a bill asks it before Checkout opens",
    "subscriptions:bill_returned": "the way back from Checkout",
    "subscriptions:renew_mandate": "",
    "subscriptions:change_method": "",
    "subscriptions:method_returned": "the way back from Checkout",
    "subscriptions:method_changed": "",
    # Razorpay signs what it posts.
    "webhooks:receive": "",
    # For whoever watches the processes; say nothing about anybody.
    "healthz": "",
    "readyz": "",
    # What the API is, not what is in it.
    "schema": "",
    "docs": "",
}
METHODS = ("get", "post", "put", "patch", "delete")
# Opened with rows of their own in tests/subscriptions/selling.
OF_SUBSCRIPTIONS = {
    name
    for name in PUBLIC
    if name.startswith("subscriptions:") and name != "subscriptions:buyer_cancel"
}


def addresses(
    resolver: URLResolver, spaces: tuple[str, ...] = (), known: dict[str, object] | None = None
) -> Iterator[tuple[str, URLPattern, dict[str, object]]]:
    """Every pattern of the URLconf with its whole name and the parameters on its way."""
    for entry in resolver.url_patterns:
        taken = {**(known or {}), **entry.pattern.converters}
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, inside, taken)
        else:
            name = ":".join((*spaces, entry.name or "?"))
            taken |= dict.fromkeys(entry.pattern.regex.groupindex)
            yield name, entry, taken


EVERY = [(name, taken) for name, _entry, taken in addresses(get_resolver())]
NAMES = sorted({name for name, _taken in EVERY})
SHUT = [name for name in NAMES if name not in PUBLIC and not name.endswith("?")]


def values(taken: dict[str, object]) -> dict[str, object]:
    """Something for each parameter."""
    return {name: "accounts" if name == "app_label" else "1" for name in taken}


def paths(wanted: str) -> Iterator[str]:
    for name, taken in EVERY:
        if name == wanted:
            yield reverse(name, kwargs=values(taken))


def is_shut(client: Client, method: str, path: str) -> bool:
    """Led to the sign-in, asked for a token, or told that there is nothing."""
    response = getattr(client, method)(path)
    if response.status_code == 302:
        target: str = response["Location"]
        return target.startswith(("/accounts/login/", "/admin/login/"))
    return response.status_code in {401, 404, 405}


def test_the_list_names_nothing_that_does_not_exist() -> None:
    assert set(PUBLIC) <= set(NAMES)


def test_every_address_has_a_name() -> None:
    nameless = [entry for name, entry, _ in addresses(get_resolver()) if name.endswith("?")]
    # The admin's own: former addresses of a row, and all that is not there.
    assert {str(entry.pattern) for entry in nameless} == {"<path:object_id>/", "(?P<url>.*)$"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", SHUT)
def test_what_is_not_in_the_list_is_shut_to_a_visitor(client: Client, name: str) -> None:
    for path in paths(name):
        shut = {method: is_shut(client, method, path) for method in METHODS}
        assert shut == dict.fromkeys(METHODS, True), path


def asks_by_itself(entry: URLPattern) -> bool:
    """A view of the API wants a token; the admin's door leads to the sign-in."""
    view = getattr(entry.callback, "cls", None)
    asks = view and view.permission_classes and AllowAny not in view.permission_classes
    return bool(asks) or entry.callback == admin.site.login


def test_no_view_opts_out_of_the_sign_in_that_is_not_in_the_list() -> None:
    """A 404 for a row that is not there would hide it from the test above."""
    out = {
        name
        for name, entry, _taken in addresses(get_resolver())
        if not getattr(entry.callback, "login_required", True) and not asks_by_itself(entry)
    }
    assert out == set(PUBLIC)


@pytest.mark.django_db
def test_the_admins_nameless_addresses_are_shut_too(client: Client) -> None:
    for path in ("/admin/accounts/user/1/", "/admin/webhooks/event/1/", "/admin/nothing/"):
        assert is_shut(client, "get", path)


@pytest.mark.parametrize(
    "name",
    sorted(set(PUBLIC) - OF_SUBSCRIPTIONS - {"webhooks:receive", "orders:returned", "orders:form"}),
)
def test_what_is_in_the_list_opens(client: Client, order: Order, name: str) -> None:
    ((_, taken),) = [entry for entry in EVERY if entry[0] == name]
    kwargs = values(taken) | (
        {"uid": order.uid} if name.startswith("orders:") and "uid" in taken else {}
    )
    if name in {"orders:reopen", "orders:decline"}:
        kwargs = {"token": links.token(order)}
    response = client.get(reverse(name, kwargs=kwargs))
    assert response.status_code in {200, 302}
    assert not response.get("Location", "").startswith("/accounts/login/")


def test_the_webhook_url_asks_for_a_signature_and_for_nothing_else(
    client: Client, gateway: Gateway
) -> None:
    answer = client.post(f"/webhooks/razorpay/{gateway.token}/", b"{}", "application/json")
    assert answer.json()["error"]["code"] == "signature_missing"


@pytest.mark.django_db
def test_an_address_that_does_not_exist_tells_a_visitor_nothing(client: Client) -> None:
    assert client.get(f"/{uuid4()}/").status_code == 404
