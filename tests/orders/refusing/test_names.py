"""A name goes into mails to whatever address was typed beside it: it is one line, and no link."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orders.models import Customer, OrderForm
from tests.orders.forms.conftest import buyer, draft, form, razorpay_makes, send
from tests.orders.refusing.conftest import Wire

__all__ = ["buyer", "draft", "form", "razorpay_makes", "send"]


@pytest.mark.parametrize("typed", ["Ananya\r\nIyer", " Ananya \t Iyer ", "Ananya\x0b\u2028Iyer"])
def test_it_is_one_line(send: Any, razorpay_makes: Wire, typed: str) -> None:
    assert send(name=typed).status_code == 302
    assert Customer.objects.get().name == "Ananya Iyer"


def test_it_is_no_link(buyer: Client, form: OrderForm, send: Any, wire: Wire) -> None:
    response = send(name="Your account is closed, see https://evil.example")
    assert "Please give your name, and no link." in response.content.decode()
    assert not Customer.objects.exists()
    assert not wire.calls
