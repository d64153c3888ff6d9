"""The switch "give access as soon as the order form is sent", where a subscription follows."""

from __future__ import annotations

from typing import Any

import pytest

from orders.causes import at
from orders.models.grants import Because
from subscriptions.models import Subscription
from tests.lives import DAY, MONTH, T, charge_of, charged
from tests.subscriptions.test_access import RENEWAL, said, step


class TestAsSoonAsTheFormIsSent:
    @pytest.fixture
    def promised(self, subscription: Subscription) -> Subscription:
        order = subscription.order
        order.access_on_form, order.created_at = True, at(T)
        order.expires_at = at(T + MONTH)
        order.save()
        return subscription

    def test_the_buyers_mandate_does_not_take_it_away(
        self, tell: Any, answer: Any, promised: Subscription
    ) -> None:
        tell(step("authenticated", T + 60, start_at=T + 9 * DAY))
        found = answer(promised, T + DAY)
        assert said(found) == (True, at(T + 4 * DAY), Because.FORM_SENT)
        assert said(answer(promised, T + 4 * DAY)) == (False, at(T + 4 * DAY), Because.NOT_PAID)

    def test_giving_up_does(self, tell: Any, answer: Any, promised: Subscription) -> None:
        tell(step("authenticated", T + 60, start_at=T + 9 * DAY), step("cancelled", T + 90))
        assert answer(promised, T + DAY).allowed is False

    def test_money_takes_its_place(self, tell: Any, answer: Any, promised: Subscription) -> None:
        tell(charged(0, T + 60))
        assert said(answer(promised, T + DAY)) == (True, at(RENEWAL), Because.PAID)
        assert charge_of(0)["id"] == promised.order.payments.get().razorpay_payment_id
