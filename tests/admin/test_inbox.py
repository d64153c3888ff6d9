"""The inbox in the admin: read-only, with filter, search and "process again"."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from orders.models import Order
from tests.admin.conftest import changelist, unmatched
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks import work
from webhooks.models import Event

LIST = changelist(Event)


@pytest.fixture
def events(order: Order, razorpay: Razorpay) -> list[Event]:
    """A payment, its order, and one about nobody's order."""
    for number, body in enumerate(
        [sample("payment.captured"), sample("order.paid"), unmatched()], start=1
    ):
        assert razorpay.post(body, event_id=f"evt_{number}").status_code == 200
    work.work()
    return list(Event.objects.order_by("pk"))


def shown(client: Client, **query: str) -> list[str | None]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [event.event_id for event in response.context["cl"].result_list]


def process(client: Client, *events: Event, **query: str) -> list[str]:
    """Tick these and choose "process again"; what the page then says."""
    chosen = {"action": "process_again", "_selected_action": [event.pk for event in events]}
    response: Any = client.post(f"{LIST}?{urlencode(query)}", chosen, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


def open_events() -> list[str | None]:
    rows = Event.objects.filter(status=Event.Status.RECEIVED, processed_at=None)
    return list(rows.order_by("pk").values_list("event_id", flat=True))


def test_the_newest_event_comes_first(desk: Client, events: list[Event]) -> None:
    assert shown(desk) == ["evt_3", "evt_2", "evt_1"]


def test_it_can_be_filtered_by_status_and_by_type(desk: Client, events: list[Event]) -> None:
    assert shown(desk, status__exact="unmatched") == ["evt_3"]
    assert shown(desk, type="payment.captured") == ["evt_1"]
    assert shown(desk, gateway__mode__exact="live") == []


def test_it_is_searched_by_whole_ids(desk: Client, events: list[Event], order: Order) -> None:
    payment_id = order.payments.get().razorpay_payment_id
    assert shown(desk, q="evt_2") == ["evt_2"]
    for whole in (order.uid, str(order.razorpay_order_id), payment_id):
        assert shown(desk, q=whole) == ["evt_2", "evt_1"]
    assert shown(desk, q=order.gateway.key_id) == ["evt_3", "evt_2", "evt_1"]
    assert shown(desk, q="evt_") == []


def test_a_row_shows_the_body_escaped_and_the_outcome(
    desk: Client, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.captured", payment={"description": "<script>x</script>"}))
    page = desk.get(f"{LIST}{Event.objects.get().pk}/change/").content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page
    assert "captured" in page


def test_one_event_is_processed_again(
    desk: Client, events: list[Event], rings: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    rings.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert process(desk, events[0]) == ["1 event is being processed again."]
    assert open_events() == ["evt_1"]
    assert rings == [1]


def test_some_events_are_processed_again(desk: Client, events: list[Event]) -> None:
    assert process(desk, *events[1:]) == ["2 events are being processed again."]
    assert open_events() == ["evt_2", "evt_3"]


def test_what_is_open_already_is_left_alone_and_said(desk: Client, events: list[Event]) -> None:
    process(desk, events[0])
    assert process(desk, *events[:2]) == [
        "1 event is being processed again.",
        "Events that are open, ignored or unreadable were left alone.",
    ]


def test_in_a_filtered_list_it_is_also_said_what_was_left_alone(
    desk: Client, events: list[Event]
) -> None:
    """What is opened leaves the filter; the second one, under way right now, stays in it."""
    Event.objects.filter(pk=events[1].pk).update(processed_at=None)
    assert process(desk, *events[:2], status__exact="processed") == [
        "1 event is being processed again.",
        "Events that are open, ignored or unreadable were left alone.",
    ]


def test_no_event_is_made_changed_or_deleted_by_hand(desk: Client, events: list[Event]) -> None:
    pk = events[0].pk
    for path in ("add/", f"{pk}/change/", f"{pk}/delete/"):
        assert desk.post(LIST + path, {"status": "ignored"}).status_code == 403
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert Event.objects.count() == 3
    assert Event.objects.get(pk=pk).status == Event.Status.PROCESSED


def test_who_may_only_look_does_not_process_again(client: Client, events: list[Event]) -> None:
    person = User.objects.create_user("ravi@example.com", "pw", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_event"))
    client.force_login(person)
    assert len(shown(client)) == 3
    process(client, events[0])
    assert open_events() == []
