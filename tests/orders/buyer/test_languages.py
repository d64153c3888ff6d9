"""Buyers are spoken to in their language, sellers in the account's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from orders import postman
from orders.letters import Letter
from orders.models import Customer, Mail, Order
from tests.conftest import Razorpay
from tests.lives import T
from tests.orders.buyer.conftest import path_for
from tests.samples import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages in which mails are written."""
    heard: list[str] = []
    real = postman.compose

    def listening(letter: Letter) -> Any:
        heard.append(translation.get_language() or "")
        return real(letter)

    monkeypatch.setattr(postman, "compose", listening)
    return heard


@pytest.mark.parametrize(
    ("kind", "of_buyer", "of_account", "spoken"),
    [
        (Mail.Kind.RECEIPT, "hi", "en", "hi"),
        (Mail.Kind.RECEIPT, "", "hi", "hi"),
        (Mail.Kind.RECEIPT, "en", "hi", "en"),
        (Mail.Kind.HALTED_SELLER, "hi", "en", "en"),
        (Mail.Kind.HALTED_SELLER, "en", "hi", "hi"),
    ],
)
def test_each_reads_their_own(
    speaking: list[str], monkeypatch: pytest.MonkeyPatch, order: Order,
    kind: Mail.Kind, of_buyer: str, of_account: str, spoken: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(postman, "still_true", lambda _mail: True)
    order.customer.language, order.customer.account.language = of_buyer, of_account
    order.customer.save()
    order.customer.account.save()
    Mail.objects.create(order=order, kind=kind, fact="x")
    assert postman.send_due() == 1
    assert speaking == [spoken]


def test_a_receipt_says_where_what_was_bought_is_opened(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    postman.send_due()
    assert "\nhttp://127.0.0.1:8000/my/\n" in str(mail.outbox[0].body)


def test_the_pages_speak_the_buyers_language_after_the_link(
    client: Client, customer: Customer
) -> None:
    customer.language = "hi"
    customer.save()
    assert client.get("/my/")["Content-Language"] == "en"
    client.post(path_for(customer))
    assert client.get("/my/")["Content-Language"] == "hi"


def test_unless_this_browser_was_told_another(client: Client, customer: Customer) -> None:
    customer.language = "hi"
    customer.save()
    client.post("/language/", {"language": "en", "next": "/my/"})
    client.post(path_for(customer))
    assert client.get("/my/")["Content-Language"] == "en"


@pytest.mark.parametrize("path", ["/my/", "/my/sent/", "/my/open/x/"])
def test_every_page_has_both_languages_to_choose(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert 'value="hi"' in page
    assert 'value="en"' in page
