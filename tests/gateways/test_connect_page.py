"""Add > Razorpay: what the form says to each outcome, and that it never gives a secret back."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from gateways.models import Gateway
from tests.gateways.stand_in import (
    FAILURES,
    LIVE_KEYS,
    TEST_KEYS,
    WRONG,
    Desk,
    connect,
    other_keys,
    with_a_witness,
)

ADD = "/settings/gateways/add/razorpay/"


def send(meera: Client, keys: tuple[str, str], address: str = ADD, **how: Any) -> tuple[Any, str]:
    """The answer to this form, and its text."""
    form = {"key_id": keys[0], "key_secret": keys[1]}
    response = meera.post(address, form, follow=True, **how)
    return response, unescape(response.content.decode())


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (TEST_KEYS, "Connected in test mode: no real money moves."),
        (LIVE_KEYS, "Connected in live mode: real money moves."),
    ],
)
def test_accepted_keys_lead_to_their_page_which_says_the_mode(
    desk: Desk, meera: Client, keys: tuple[str, str], said: str
) -> None:
    response, page = send(meera, keys)
    gateway = Gateway.objects.get()
    assert response.redirect_chain == [(gateway.get_absolute_url(), 302)]
    assert said in page
    assert keys[1] not in page
    assert gateway.webhook_secrets.get().secret not in page


def test_what_is_pasted_with_blanks_around_it_is_taken(desk: Desk, meera: Client) -> None:
    send(meera, (f" {TEST_KEYS[0]}\n", f"\t{TEST_KEYS[1]} "))
    assert Gateway.objects.get().key_secret == TEST_KEYS[1]


def first_error(page: str) -> str:
    """The field with the cursor, which is where the mend stands."""
    (field,) = (part for part in page.split("<input") if "autofocus" in part.partition(">")[0])
    return field.partition('name="')[2].partition('"')[0]


def refused(desk: Desk, meera: Client, keys: tuple[str, str], said: tuple[str, str, str]) -> None:
    response, page = send(meera, keys)
    field, summary, mend = said
    assert response.status_code == 200
    assert 'role="alert"' in page
    assert summary in page
    assert mend in page
    assert first_error(page) == field
    assert keys[0] in page, "the key ID is kept"
    assert keys[1] not in page, "the secret is not"


@pytest.mark.parametrize("fail", FAILURES)
def test_each_failure_says_its_own_sentence_and_saves_nothing(
    desk: Desk, meera: Client, fail: str
) -> None:
    desk.press("api", fail=fail)
    refused(desk, meera, TEST_KEYS, FAILURES[fail])
    assert not Gateway.objects.exists()


def test_wrong_keys_and_a_wrong_form_and_a_second_gateway(
    desk: Desk, meera: Client, account: Account
) -> None:
    refused(desk, meera, WRONG, ("key_secret", "refused these keys", "Copy the secret again"))
    not_one = ("key_id", "not a Razorpay key ID", "begins with rzp_test_ or rzp_live_")
    refused(desk, meera, ("razorpay-key", "a-secret-canary"), not_one)
    connect(account)
    twice = ("key_id", "connected in test mode already", "Replace its keys")
    refused(desk, meera, other_keys(desk), twice)
    assert Gateway.objects.count() == 1


def test_a_secret_outside_latin_1_is_refused_by_razorpay_and_not_by_python(
    desk: Desk, meera: Client
) -> None:
    keys = (TEST_KEYS[0], "गुप्त-कुंजी")
    refused(desk, meera, keys, ("key_secret", "refused these keys", "Copy the secret again"))


@pytest.mark.parametrize("form", [{}, {"key_id": " ", "key_secret": " "}])
def test_an_empty_form_asks_for_both(meera: Client, form: dict[str, str]) -> None:
    page = meera.post(ADD, form).content.decode()
    assert "Paste the key ID from Razorpay." in page
    assert "Paste the key secret from Razorpay." in page


@pytest.mark.parametrize(
    "keys", [("rzp_test_" + "x" * 99, "s"), (TEST_KEYS[0], "s" * 999), (TEST_KEYS[0], "a\0b")]
)
def test_what_no_key_can_be_never_reaches_razorpay(
    desk: Desk, meera: Client, keys: tuple[str, str]
) -> None:
    _response, page = send(meera, keys)
    assert 'class="errorlist"' in page
    assert desk.read("books")["orders"] == []
    assert not Gateway.objects.exists()


def test_keys_are_replaced_on_their_own_page(desk: Desk, meera: Client, account: Account) -> None:
    gateway = with_a_witness(desk, account)
    address = reverse("gateways:replace_keys", args=[gateway.uid])
    assert TEST_KEYS[0] in meera.get(address).content.decode()
    _response, page = send(meera, other_keys(desk), address)
    assert "belong to another Razorpay account, so nothing was changed" in page
    keys = other_keys(desk, "acc_SandboxShop001")
    response, page = send(meera, keys, address)
    assert response.redirect_chain == [(gateway.get_absolute_url(), 302)]
    assert "Razorpay accepted the new keys." in page
    assert keys[1] not in page
    assert Gateway.objects.get().key_secret == keys[1]
