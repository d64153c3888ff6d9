from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Account
from orders.looking_up import questions
from orders.looking_up.questions import Question
from orders.models import Customer, Product
from tests.gateways.stand_in import Desk, connect, desk
from tests.orders.looking_up.questions import Asked, Kind, Why
from tests.orders.looking_up.stage import Stage

__all__ = ["desk"]


@pytest.fixture
def stage(clock: Any, desk: Desk, account: Account, product: Product, customer: Customer) -> Stage:
    """A shop at the sandbox, of which no webhook ever arrives unless a test tells it."""
    return Stage(clock, desk, connect(account), product, customer)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    cache.clear()
    question = Asked()
    checked: Question = question
    monkeypatch.setitem(questions.questions, (Kind.PAYMENT, Why.STILL_AUTHORIZED), checked)
    return question
