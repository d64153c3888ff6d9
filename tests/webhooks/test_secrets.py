"""Which secrets open a webhook URL while they are rotated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gateways import rotation
from gateways.models import Gateway, Problem, WebhookSecret
from tests.conftest import Razorpay, sign
from tests.samples import as_bytes, sample
from webhooks import doors, work


@pytest.fixture
def old(gateway: Gateway) -> WebhookSecret:
    return gateway.webhook_secrets.get()


def post(gateway: Gateway, secret: WebhookSecret, at: int) -> int:
    body = as_bytes(sample("payment.captured", created_at=at))
    signature = sign(body, secret.secret)
    response = Razorpay(gateway).post(body, **{"X-Razorpay-Signature": signature})
    return int(response.status_code)


def test_both_secrets_work_until_the_new_one_was_used_for_seven_days(
    gateway: Gateway, old: WebhookSecret
) -> None:
    new = rotation.rotate(gateway, None)
    assert Problem.objects.standing().get().kind == "new_secret"
    assert post(gateway, old, 1) == 200
    work.work()
    assert Problem.objects.standing().exists(), "the old secret mends nothing"
    assert post(gateway, new, 2) == 200
    work.work()
    assert not Problem.objects.standing().exists()
    old.refresh_from_db()
    assert old.expires_at is not None
    week = old.expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < week <= timedelta(days=7)
    assert post(gateway, old, 3) == 200


def test_an_old_secret_that_ran_out_no_longer_opens(gateway: Gateway, old: WebhookSecret) -> None:
    new = rotation.rotate(gateway, None)
    assert post(gateway, old, 1) == 200
    WebhookSecret.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert post(gateway, old, 2) == 401, "this process still remembers the secret"
    assert post(gateway, new, 3) == 200


def test_a_secret_that_leaked_is_ended_at_once(gateway: Gateway, old: WebhookSecret) -> None:
    rotation.rotate(gateway, None)
    rotation.end_now(old, None)
    assert post(gateway, old, 1) == 401


def test_a_new_secret_works_in_a_process_that_does_not_know_it_yet(
    gateway: Gateway, old: WebhookSecret
) -> None:
    assert post(gateway, old, 1) == 200
    remembered = dict(doors.remembered)
    new = rotation.rotate(gateway, None)
    doors.remembered.update(remembered)
    assert post(gateway, new, 2) == 200


def test_at_most_three_live_at_a_time(gateway: Gateway, old: WebhookSecret) -> None:
    for _turn in range(4):
        rotation.rotate(gateway, None)
    assert WebhookSecret.objects.filter(gateway=gateway).live().count() == 3
    assert post(gateway, old, 1) == 401
