"""What people told us to have Razorpay do is told in the story, also where a room to the right
keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.orders.refunding.conftest import text_of


@pytest.fixture
def told(meera: Client, subscription: Subscription) -> Any:
    def story(**fields: Any) -> str:
        SubscriptionInstruction.objects.all().delete()
        made: dict[str, Any] = {"kind": "cancel", "made_by": "buyer", **fields}
        SubscriptionInstruction.objects.create(subscription=subscription, **made)
        page = text_of(meera.get(f"/orders/{subscription.order.uid}/"))
        return page.partition("Story")[2]

    return story


def test_by_whom_and_that_it_waits(told: Any, owner: User) -> None:
    story = told()
    asked, _next, coming = story.partition("Next")
    assert "Requested: cancel now By the buyer" in asked
    assert "Done" not in asked
    assert "Razorpay is asked again: cancel now" in coming
    assert "Requested: cancel now By Meera Joshi" in told(made_by="seller", user=owner)
    assert "Requested: cancel now By the API" in told(made_by="script")


def test_done(told: Any) -> None:
    later = timezone.now() + timedelta(minutes=3)
    story = told(kind="pause", state="done", done_at=later)
    assert story.index("Requested: pause") < story.index("Done at Razorpay: pause")
    assert "is asked again" not in story


def test_refused_and_why(told: Any) -> None:
    story = told(state="refused", refusal="Already cancelled", done_at=timezone.now())
    assert "Not done: cancel now Why: Already cancelled" in story


def test_what_only_some_have(told: Any, subscription: Subscription) -> None:
    end: datetime = timezone.now() + timedelta(days=9)
    story = told(kind="change_at_end", price=subscription.order.price, effective_at=end)
    assert "To Weavers' Circle, ₹499.00" in story
    assert "Takes effect on 3 Dec 2026" in story
