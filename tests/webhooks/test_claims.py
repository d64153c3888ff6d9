"""Who is worked on next: gateways take turns, and nobody waits for what waits."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from gateways.models import Gateway
from tests.webhooks import inboxes
from webhooks import claims, replay, work
from webhooks.models import Event

LATER = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nobody_was_served() -> None:
    claims.Turn.served = 0


def taken() -> list[Event]:
    """The next batch, in the order in which it is worked on."""
    _name, batch = claims.take()
    rows = Event.objects.in_bulk(batch)
    return [rows[pk] for pk in batch]


def test_a_flood_of_one_gateway_does_not_hold_up_another(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    inboxes.fill(gateway, 20_000)
    inboxes.fill(their_gateway, 1)
    batch = taken()
    assert [event.gateway_id for event in batch[:2]] == [gateway.pk, their_gateway.pk]
    assert len(batch) < claims.BATCH


def test_alone_a_gateway_has_the_whole_batch_and_its_oldest_come_first(gateway: Gateway) -> None:
    inboxes.fill(gateway, 60)
    oldest = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert [event.pk for event in taken()] == oldest[:25]
    assert [event.pk for event in taken()] == oldest[25:50], "what is leased is passed over"
    assert [event.pk for event in taken()] == oldest[50:]
    assert taken() == []


def test_each_of_many_gateways_has_a_turn(db: None) -> None:
    """More than a batch holds: whoever is not in one is in the next."""
    many = inboxes.gateways(2 * claims.BATCH + 5)
    for each in many:
        inboxes.fill(each, 3)
    served = [{event.gateway_id for event in taken()} for _turn in range(3)]
    assert set.union(*served) == {each.pk for each in many}


@pytest.mark.parametrize("in_the_way", ["waiting", "leased"])
def test_what_cannot_be_worked_on_is_passed_over(
    gateway: Gateway, their_gateway: Gateway, in_the_way: str
) -> None:
    for each in [gateway, *inboxes.gateways(claims.BATCH + 1)]:
        inboxes.fill(each, 30)
    then = timezone.now() + LATER
    column = {"waiting": "not_before", "leased": "claimed_until"}[in_the_way]
    Event.objects.update(**{column: then})
    inboxes.fill(gateway, 1)
    inboxes.fill(their_gateway, 1)
    assert {event.gateway_id for event in taken()} == {gateway.pk, their_gateway.pk}
    assert taken() == []


def test_what_was_opened_again_does_not_jump_the_queue(gateway: Gateway) -> None:
    """10,000 parked events of a month ago, and what comes today."""
    inboxes.fill(gateway, 10_000, status="parked", done=True, attempts=5)
    inboxes.fill(gateway, 40)
    assert replay.process_again(Event.objects.filter(status="parked")) == 10_000
    new = set(Event.objects.order_by("-pk").values_list("pk", flat=True)[:40])
    first, second = taken(), taken()
    assert {event.pk for event in first[:25]} | {event.pk for event in second[:15]} == new
    assert len(first) == 26, "and yet they are not held up for ever by what is new"
    oldest = Event.objects.order_by("pk").values_list("pk", flat=True)
    assert [event.pk for event in [first[25], *second[15:]]] == list(oldest[: 1 + len(second[15:])])
    assert len(second) >= 25


def test_one_whose_pause_is_over_is_tried_even_in_a_flood(gateway: Gateway) -> None:
    inboxes.fill(gateway, 1)
    inboxes.wait_until(timezone.now() - LATER, Event.objects.all())
    inboxes.fill(gateway, 100)
    tried = Event.objects.order_by("pk")[0]
    assert tried in taken()


def test_what_is_given_back_unbegun_is_free_at_once_and_not_counted(gateway: Gateway) -> None:
    inboxes.fill(gateway, 30)
    name, batch = claims.take()
    claims.let_go(batch[10:], name)
    assert [event.pk for event in taken()][:15] == batch[10:]
    assert set(Event.objects.values_list("attempts", flat=True)) == {0}


def test_after_a_slow_event_comes_the_next_gateways_turn(
    gateway: Gateway, their_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each event takes a whole turn, so that only the first of each batch is worked on."""
    for each in (gateway, their_gateway):
        inboxes.fill(each, 5)
    clock, served = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def slow(pk: int, name: str) -> None:
        event = claims.held(pk, name).get()
        served.append(event.gateway_id)
        claims.held(pk, name).update(processed_at=timezone.now())
        clock[0] += work.TURN

    monkeypatch.setattr(work, "process", slow)
    assert work.work(budget=4 * work.TURN) is True
    assert served == [gateway.pk, their_gateway.pk] * 2
