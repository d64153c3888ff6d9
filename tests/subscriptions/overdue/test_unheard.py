"""A subscription was made, and every webhook of its buyer's first payment was lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from gateways.models import LookUp
from orders import linking, settling
from orders.looking_up import due
from tests.subscriptions.acting.conftest import EMAIL
from tests.subscriptions.overdue.conftest import MINUTE, Stage


@pytest.fixture
def made(unheard: Stage) -> Stage:
    """As whoever makes it at Razorpay writes it down."""
    with transaction.atomic():
        order = settling.locked(unheard.subscription.order_id)
        linking.be_placed(order)
    return unheard


def wait(stage: Stage, span: timedelta) -> int:
    stage.go(stage.now + span)
    return due.work_off()


def test_it_is_found_after_fifteen_minutes(made: Stage) -> None:
    name = made.subscription.razorpay_subscription_id
    made.shop.desk.press(f"subscriptions/{name}/pay", email=EMAIL, method="card")
    assert wait(made, 15 * MINUTE) == 1
    found = made.refresh()
    assert (found.status, found.order.status) == ("active", "paid")
    assert found.paid_until is not None
    assert LookUp.objects.get().done_at is not None


def test_while_nobody_pays_it_is_one_call_a_time(made: Stage) -> None:
    assert wait(made, 15 * MINUTE) == 1
    row = LookUp.objects.get()
    assert (row.kind, row.why, row.tries, row.done_at) == ("subscription", "open_order", 1, None)
    assert made.refresh().status == "created"


def test_its_webhooks_settle_it(made: Stage) -> None:
    made.begin(method="card")
    assert LookUp.objects.get(why="open_order").done_at is not None
    assert wait(made, 15 * MINUTE) == 0


def test_a_trial_that_was_allowed_is_not_asked_about_again(made: Stage) -> None:
    made.subscription.status = "authenticated"
    made.subscription.save(update_fields=["status"])
    assert wait(made, 15 * MINUTE) == 1
    assert LookUp.objects.get().done_at is not None
    assert LookUp.objects.get().tries == 0, "Razorpay was not asked"
