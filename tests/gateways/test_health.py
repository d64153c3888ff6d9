"""What a gateway's page says about its webhook."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from gateways.health import Health
from gateways.models import Gateway, Refusal, Sighting
from gateways.razorpay.events import EVENTS

NOW = timezone.now()
HOUR = timedelta(hours=1)


def see(gateway: Gateway, name: str, at: datetime = NOW) -> None:
    Sighting.objects.create(gateway=gateway, type=name, first_at=at, last_at=at)


def refuse(gateway: Gateway, reason: str, count: int, at: datetime = NOW) -> None:
    Refusal.objects.create(
        gateway=gateway, reason=reason, count=count, first_at=at - HOUR, last_at=at
    )


def test_nothing_has_come_yet(gateway: Gateway) -> None:
    health = Health.of(gateway)
    assert (health.seen, health.total) == (0, 17)
    assert (health.last_type, health.last_at) == ("", None)
    assert (health.refused, health.last_refusal, health.refused_since) == (0, None, False)


def test_every_event_to_tick_is_in_one_group(gateway: Gateway) -> None:
    names = [name for group in Health.of(gateway).groups for name, _last in group.events]
    assert tuple(names) == EVENTS


def test_what_was_seen_is_counted_by_group(gateway: Gateway, their_gateway: Gateway) -> None:
    see(gateway, "payment.captured", NOW - HOUR)
    see(gateway, "order.paid", NOW)
    see(gateway, "payment.downtime.started", NOW - 2 * HOUR)  # not one of the 17
    see(their_gateway, "invoice.paid")
    health = Health.of(gateway)
    assert [(group.name, group.seen) for group in health.groups] == [
        ("payment", 1),
        ("order", 1),
        ("invoice", 0),
        ("subscription", 0),
        ("refund", 0),
    ]
    assert (health.seen, health.last_type, health.last_at) == (2, "order.paid", NOW)


@pytest.mark.parametrize(
    ("event_at", "refused_at", "since"),
    [
        (None, NOW, True),
        (NOW - HOUR, NOW, True),
        (NOW, NOW - HOUR, False),
        (NOW, NOW, False),
        (NOW, None, False),
    ],
)
def test_a_refusal_matters_when_it_is_the_newest_thing_that_happened(
    gateway: Gateway, event_at: datetime | None, refused_at: datetime | None, since: bool
) -> None:
    if event_at:
        see(gateway, "payment.captured", event_at)
    if refused_at:
        refuse(gateway, "signature_mismatch", 1, refused_at)
    assert Health.of(gateway).refused_since is since


def test_refusals_are_summed_and_the_last_one_is_told(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    refuse(gateway, "signature_missing", 3, NOW)
    refuse(gateway, "signature_mismatch", 40, NOW - HOUR)
    refuse(their_gateway, "signature_mismatch", 999)
    health = Health.of(gateway)
    assert health.refused == 43
    assert health.last_refusal is not None
    assert health.last_refusal.reason == "signature_missing"
