"""Parked events: why in words, one problem for each cause, and process again one, some, all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.test import Client
from django.utils import timezone

from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from orders.models import Order
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks import claims, replay, routes, work
from webhooks.models import MOST_ATTEMPTS, Event
from webhooks.story import Story

PARKED = "/events/?status=parked"


@pytest.fixture
def meera(seller: Seller) -> Client:
    client = Client()
    client.force_login(seller.user)
    return client


@pytest.fixture
def park(
    razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int, Exception], None]:
    """So many payments whose handler fails at its last try."""

    def fail(count: int, error: Exception) -> None:
        def handler(story: Story) -> Any:
            raise error

        monkeypatch.setitem(routes.ROUTES, "payment.captured", handler)
        for _number in range(count):
            other = {"id": f"pay_Other{Event.objects.count():09}"}
            assert razorpay.post(sample("payment.captured", payment=other)).status_code == 200
        Event.objects.filter(processed_at=None).update(attempts=MOST_ATTEMPTS - 1)
        work.work()

    return fail


def standing() -> list[tuple[str, str, int]]:
    rows = Problem.objects.standing().filter(kind="parked_event").order_by("pk")
    return [(problem.subject, str(problem.what), problem.count) for problem in rows]


DEFECT = "Raseed met an error of its own (KeyError). The event is not to blame."
DATABASE = "The database did not do its work, or could not be reached."


def test_many_parked_events_are_one_problem_for_each_cause(
    park: Callable[[int, Exception], None],
) -> None:
    park(3, KeyError("x"))
    park(2, OperationalError("server closed the connection"))
    assert standing() == [("KeyError", DEFECT, 3), ("OperationalError", DATABASE, 2)]


def test_the_problem_goes_when_none_is_parked_any_more(
    park: Callable[[int, Exception], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    park(3, KeyError("x"))
    park(1, DataError("too long"))
    one = Event.objects.order_by("pk")[:1]
    assert replay.process_again(Event.objects.filter(pk__in=one.values("pk"))) == 1
    assert [(subject, count) for subject, _what, count in standing()] == [
        ("KeyError", 2),
        ("DataError", 1),
    ]
    left = Event.objects.filter(status="parked", error="KeyError('x')")
    assert replay.process_again(left) == 2
    assert [subject for subject, _what, _count in standing()] == ["DataError"]
    monkeypatch.undo()
    replay.process_again(Event.objects.all())
    assert standing() == []
    work.work()
    assert set(Event.objects.values_list("status", flat=True)) == {"processed"}


def test_an_event_that_kills_its_worker_is_parked_and_its_neighbours_go_on(
    razorpay: Razorpay, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try was counted before it was made, and nobody came back to say what happened."""
    razorpay.post(sample("payment.captured"))
    Event.objects.update(attempts=MOST_ATTEMPTS)
    razorpay.post(sample("order.paid"))
    monkeypatch.setitem(routes.ROUTES, "payment.captured", lambda story: pytest.fail("once more"))
    work.work()
    killer, neighbour = Event.objects.order_by("pk")
    assert (killer.status, killer.attempts) == ("parked", MOST_ATTEMPTS)
    assert "Each try ended the process that made it" in str(killer.outcome)
    assert neighbour.status == "processed"


def test_a_slow_event_keeps_nobody_waiting_behind_its_batch(
    razorpay: Razorpay, their_gateway: Gateway, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock runs on by a whole turn with each event; a stranger's comes during the first."""
    for number in range(5):
        razorpay.post(sample("payment.failed", payment={"id": f"pay_Slow{number:010}"}))
    clock, order_of_work = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    real = work.process

    def slow(pk: int, name: str) -> None:
        order_of_work.append(Event.objects.get(pk=pk).gateway_id)
        clock[0] += work.TURN
        if len(order_of_work) == 1:
            Razorpay(their_gateway).post(sample("payment.captured"))
        real(pk, name)

    monkeypatch.setattr(work, "process", slow)
    assert work.work(budget=3 * work.TURN) is True
    assert their_gateway.pk in order_of_work[:3]
    assert not Event.objects.filter(processed_at=None).exclude(claimed_by="").exists()
    assert len(claims.take()[1]) == 3, "what was not begun is free"


def test_the_seller_reads_words_and_the_operator_the_error(
    meera: Client, admin_client: Client, park: Callable[[int, Exception], None]
) -> None:
    park(1, KeyError("the_field"))
    event = Event.objects.get()
    shown = meera.get(event.get_absolute_url()).content.decode()
    assert DEFECT in shown
    assert "the_field" not in shown
    admin = admin_client.get(f"/admin/webhooks/event/{event.pk}/change/").content.decode()
    assert "the_field" in admin


def test_the_tab_counts_and_says_why(meera: Client, park: Callable[[int, Exception], None]) -> None:
    park(3, KeyError("x"))
    shown = meera.get(PARKED).content.decode()
    assert "3 events: Stopped after 5 tries: " + DEFECT in shown
    assert "Process all 3 again" in shown
    assert shown.count('name="event"') == 3
    assert '<span class="badge-state bad">3</span>' in meera.get("/events/").content.decode()


def press(client: Client, **fields: Any) -> str:
    response = client.post("/events/again/", fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def opened() -> int:
    return Event.objects.filter(processed_at=None).count()


def test_chosen_ones_or_all_are_processed_again(
    meera: Client, park: Callable[[int, Exception], None]
) -> None:
    park(4, KeyError("x"))
    first, second = Event.objects.order_by("pk").values_list("pk", flat=True)[:2]
    assert "Choose the events to process again." in press(meera)
    assert "2 events are being processed again." in press(meera, event=[first, second, "x"])
    assert opened() == 2
    assert "2 events are being processed again." in press(meera, all="1")
    assert opened() == 4


def test_once_opened_nothing_is_said_of_the_tries_that_failed(
    meera: Client, park: Callable[[int, Exception], None]
) -> None:
    park(1, KeyError("x"))
    press(meera, all="1")
    url = Event.objects.get().get_absolute_url()
    for shown in (meera.get(url).content.decode(), meera.get("/events/").content.decode()):
        assert DEFECT not in shown
    assert "Waiting to be processed." in meera.get(url).content.decode()


def test_opening_all_costs_the_same_however_many_they_are(
    park: Callable[[int, Exception], None], django_assert_num_queries: Any
) -> None:
    park(5, KeyError("x"))
    rows = Event.objects.filter(status="parked")
    # The UPDATE, three savepoints, and for the one gateway: its problems and what is left of them.
    with django_assert_num_queries(9):
        replay.process_again(rows)


def test_a_stranger_and_who_may_only_look_open_nothing(
    stranger: Seller, park: Callable[[int, Exception], None]
) -> None:
    park(2, KeyError("x"))
    client = Client()
    client.force_login(stranger.user)
    pks = list(Event.objects.values_list("pk", flat=True))
    press(client, all="1")
    press(client, event=pks)
    stranger.account.memberships.update(role="read_only")
    assert client.post("/events/again/", {"all": "1"}).status_code == 403
    assert opened() == 0


def test_old_ones_that_were_parked_before_causes_were_kept_are_opened_too(
    gateway: Gateway, park: Callable[[int, Exception], None]
) -> None:
    park(1, KeyError("x"))
    Event.objects.update(outcome={}, processed_at=timezone.now())
    assert replay.process_again(Event.objects.all()) == 1
    assert standing() == []
