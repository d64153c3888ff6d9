"""Which webhook secrets live, and which one has to go when a fourth is made."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from gateways import rotation
from gateways.models import Gateway, Problem, WebhookSecret

NOW = timezone.now()
DAY = timedelta(days=1)


def live(gateway: Gateway) -> list[WebhookSecret]:
    return list(WebhookSecret.objects.filter(gateway=gateway).live())


@pytest.fixture
def first(gateway: Gateway) -> WebhookSecret:
    return gateway.webhook_secrets.get()


def use(secret: WebhookSecret, at: datetime = NOW) -> None:
    rotation.note_use(secret.pk, at)


def test_the_secret_that_razorpay_signs_with_is_never_ended_by_making_others(
    gateway: Gateway, first: WebhookSecret
) -> None:
    """Nobody pastes the new ones: Razorpay would be refused for ever."""
    use(first)
    made = [rotation.rotate(gateway, None) for _turn in range(5)]
    assert live(gateway) == [made[-1], made[-2], first]
    first.refresh_from_db()
    assert first.expires_at is None


def test_of_used_ones_the_longest_unused_goes_first(gateway: Gateway, first: WebhookSecret) -> None:
    use(first, NOW - 3 * DAY)
    second = rotation.rotate(gateway, None)
    use(second, NOW - 2 * DAY)
    third = rotation.rotate(gateway, None)
    use(third, NOW - DAY)
    use(first, NOW)  # an older event, sent again
    fourth = rotation.rotate(gateway, None)
    assert live(gateway) == [fourth, third, first]


def test_the_first_use_of_a_new_secret_starts_the_clock_of_all_older_ones(
    gateway: Gateway, first: WebhookSecret
) -> None:
    second, third = rotation.rotate(gateway, None), rotation.rotate(gateway, None)
    use(second, NOW)
    assert Problem.objects.standing().exists(), "the newest one is not in use yet"
    use(third, NOW + DAY)
    assert not Problem.objects.standing().exists()
    ends = {secret.pk: secret.expires_at for secret in gateway.webhook_secrets.all()}
    assert ends == {
        first.pk: NOW + rotation.OVERLAP,
        second.pk: NOW + DAY + rotation.OVERLAP,
        third.pk: None,
    }


def test_a_later_use_changes_nothing_but_its_time(gateway: Gateway, first: WebhookSecret) -> None:
    use(first, NOW)
    use(first, NOW + DAY)
    use(first, NOW)
    first.refresh_from_db()
    assert (first.first_used_at, first.last_used_at) == (NOW, NOW + DAY)


def test_another_gateways_secrets_are_left_alone(
    gateway: Gateway, their_gateway: Gateway, first: WebhookSecret
) -> None:
    for _turn in range(4):
        use(rotation.rotate(gateway, None))
    (theirs,) = live(their_gateway)
    assert theirs.expires_at is None


def test_who_made_and_who_ended_a_secret_is_written_down(
    gateway: Gateway, first: WebhookSecret, owner: User
) -> None:
    rotation.rotate(gateway, owner)
    rotation.end_now(first, owner)
    said = [(entry.user, str(entry.what)) for entry in AuditEntry.objects.order_by("pk")][-2:]
    assert said == [
        (owner, "Made a new webhook secret."),
        (owner, "Ended an old webhook secret at once."),
    ]
