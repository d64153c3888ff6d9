"""A repeat of what is stored: its pause is over, and nothing turns the answer into a failure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from structlog.testing import capture_logs

from gateways import connecting
from gateways.models import Gateway
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks import inboxes
from tests.webhooks.test_concurrency import at_once
from webhooks.models import Event

BODY = sample("payment.captured")
DUPLICATE = (200, {"status": "duplicate"})


def post(gateway: Gateway) -> tuple[int, Any]:
    response = Razorpay(gateway).post(BODY)
    return response.status_code, response.json()


def pause() -> None:
    """It failed once."""
    inboxes.wait_until(timezone.now() + timedelta(minutes=1), Event.objects.all())


def test_the_pause_of_an_event_that_failed_is_over(
    gateway: Gateway, razorpay: Razorpay, rings: list[int]
) -> None:
    razorpay.post(BODY)
    pause()
    rings.clear()
    assert post(gateway) == DUPLICATE
    assert (Event.objects.get().not_before, rings) == (None, [1])


def test_what_is_due_already_is_not_written_to(gateway: Gateway, razorpay: Razorpay) -> None:
    razorpay.post(BODY)
    due = timezone.now() - timedelta(minutes=1)
    inboxes.wait_until(due, Event.objects.all())
    assert post(gateway) == DUPLICATE
    assert Event.objects.get().not_before == due


def test_a_database_that_fails_now_fails_no_answer(
    gateway: Gateway, razorpay: Razorpay, rings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    razorpay.post(BODY)
    pause()
    rings.clear()

    def fails(*_args: object, **_fields: object) -> int:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(QuerySet, "update", fails)
    assert post(gateway) == DUPLICATE
    monkeypatch.undo()
    assert Event.objects.get().not_before is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "receiving"])
class TestWhileAWorkerHoldsTheRow:
    """On the receiving connection, with its own limits."""

    @pytest.fixture(autouse=True)
    def _the_real_way_in(self, settings: Any, gateway: Gateway) -> None:
        settings.RECEIVING_DATABASE = "receiving"
        assert post(gateway) == (200, {"status": "accepted"})
        pause()

    def test_nobody_waits_for_its_lock(self, gateway: Gateway) -> None:
        with capture_logs() as said, transaction.atomic():
            Event.objects.select_for_update().get()
            [answer] = at_once(lambda: post(gateway))
        assert answer == DUPLICATE
        assert "webhook.not_woken" not in {line["event"] for line in said}, "it waited in vain"

    def test_one_that_is_being_closed_is_a_duplicate(self, gateway: Gateway) -> None:
        """PostgreSQL lets the INSERT wait until it knows what becomes of the row."""
        with transaction.atomic():
            Event.objects.update(status="processed", processed_at=timezone.now())
            [answer] = at_once(lambda: post(gateway))
        assert answer == DUPLICATE

    def test_keys_that_are_being_saved_hold_up_no_delivery(self, gateway: Gateway) -> None:
        with transaction.atomic():
            connecting.lock(gateway)
            [response] = at_once(lambda: Razorpay(gateway).post(sample("order.paid")))
        assert response.status_code == 200

    def test_a_gateway_that_is_held_tells_nothing_of_a_new_body(self, gateway: Gateway) -> None:
        with transaction.atomic():
            Gateway.objects.select_for_update().get()
            [response] = at_once(lambda: Razorpay(gateway).post(sample("order.paid")))
        assert response.status_code == 503
        assert Event.objects.count() == 1
