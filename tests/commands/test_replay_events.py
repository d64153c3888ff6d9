from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from gateways.models import Gateway
from orders import postman
from orders.models import Grant, Mail, Order, Payment
from tests.commands.terminal import refused, run
from tests.conftest import Razorpay, make_gateway
from tests.samples import sample
from tests.scripts import Api
from webhooks import replay, routes, work
from webhooks.models import Event

DONE = "All applied.\n"


def captured() -> dict[str, Any]:
    """A payment of now: news, of which the buyer hears."""
    now = int(timezone.now().timestamp())
    return sample("payment.captured", created_at=now, payment={"created_at": now})


def lose_the_books(order: Order) -> None:
    """As if a restored backup knew nothing of the payment."""
    Grant.objects.all().delete()
    Mail.objects.all().delete()
    Payment.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(status="created", amount_paid=0)


def applied() -> dict[str, str]:
    """Each event's outcome, and none is open."""
    assert not Event.objects.filter(processed_at=None).exists()
    return {str(event.event_id): event.status for event in Event.objects.all()}


@pytest.fixture
def told(razorpay: Razorpay, order: Order) -> Order:
    """A payment was applied, and its receipt sent."""
    razorpay.tell(captured())
    postman.send_due()
    assert len(mail.outbox) == 1
    mail.outbox.clear()
    return order


def test_lost_books_come_back_and_nobody_is_mailed(told: Order, api: Api) -> None:
    lose_the_books(told)
    assert not api.access(told.product)["allowed"]
    assert run("replay_events", "--all") == "Opened again: 1.\n" + DONE
    assert api.access(told.product)["allowed"]
    postman.send_due()
    assert mail.outbox == []
    assert Mail.objects.get().state == Mail.State.REPLAYED


def test_by_hand_the_buyer_is_mailed_and_so_the_test_above_can_fail(told: Order) -> None:
    lose_the_books(told)
    replay.process_again(Event.objects.all())
    work.work()
    postman.send_due()
    assert len(mail.outbox) == 1


def test_books_that_are_right_stay_as_they_are(told: Order, api: Api) -> None:
    before = list(Grant.objects.values()), list(Payment.objects.values())
    said = api.access(told.product)
    run("replay_events", "--all")
    assert (list(Grant.objects.values()), list(Payment.objects.values())) == before
    assert api.access(told.product) == said


@pytest.fixture
def inbox(gateway: Gateway, their_gateway: Gateway, order: Order) -> dict[str, Event]:
    """One processed, one parked, one that matches nothing, one of another account."""
    Razorpay(gateway).post(captured(), event_id="processed")
    other = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther00001"}
    Razorpay(gateway).post(sample("payment.failed", payment=other), event_id="unmatched")
    Razorpay(gateway).post(sample("order.paid"), event_id="parked")
    Razorpay(their_gateway).post(sample("payment.captured"), event_id="theirs")
    work.work()
    Event.objects.filter(event_id="parked").update(status=Event.Status.PARKED)
    return {str(event.event_id): event for event in Event.objects.all()}


def reopened(*options: str) -> set[str]:
    """Which events these options open."""
    run("replay_events", "--leave-to-worker", *options)
    return {str(event.event_id) for event in Event.objects.filter(processed_at=None)}


def test_all_means_all(inbox: dict[str, Event]) -> None:
    assert reopened("--all") == set(inbox)


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        (["--type", "payment.captured"], {"processed", "theirs"}),
        (["--status", "parked"], {"parked"}),
        (["--status", "processed"], {"processed"}),
        (["--event-id", "unmatched"], {"unmatched"}),
        (["--event-id", "never-came"], set()),
        (["--type", "payment.captured", "--status", "parked"], set()),
    ],
    ids=lambda value: " ".join(sorted(value)),  # a set has no order of its own
)
def test_events_are_chosen(inbox: dict[str, Event], options: list[str], chosen: set[str]) -> None:
    assert inbox["theirs"].status in {Event.Status.UNMATCHED, Event.Status.FOREIGN}
    assert reopened(*options) == chosen


def test_events_are_chosen_by_gateway_and_account(
    inbox: dict[str, Event], gateway: Gateway, their_gateway: Gateway
) -> None:
    assert reopened("--gateway", their_gateway.uid) == {"theirs"}
    work.work()
    ours = set(inbox) - {"theirs"}
    assert reopened("--account", gateway.account.uid) == ours


def test_events_are_chosen_by_time(inbox: dict[str, Event]) -> None:
    old = timezone.now() - timedelta(days=3)
    Event.objects.filter(event_id="parked").update(received_at=old)
    border = (old + timedelta(days=1)).isoformat()
    assert reopened("--until", border) == {"parked"}
    assert reopened("--since", border) == set(inbox)


def test_a_parked_event_is_applied(told: Order, api: Api) -> None:
    lose_the_books(told)
    Event.objects.update(status=Event.Status.PARKED)
    run("replay_events", "--status", "parked")
    assert set(applied().values()) == {"processed"}
    assert api.access(told.product)["allowed"]


def test_left_to_the_worker_nothing_is_applied_yet(told: Order, api: Api) -> None:
    lose_the_books(told)
    said = run("replay_events", "--all", "--leave-to-worker")
    assert said == "Opened again: 1.\nThe worker applies them.\n"
    assert not api.access(told.product)["allowed"]
    work.work()
    assert api.access(told.product)["allowed"]


def test_what_fails_is_not_called_applied(told: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise ValueError("broken handler")

    monkeypatch.setattr(routes, "handler_for", broken)
    said = run("replay_events", "--all")
    assert said == "Opened again: 1.\nStill open: 1. The worker has them or tries them again.\n"


def test_an_open_event_is_left_to_who_has_it(razorpay: Razorpay, order: Order) -> None:
    razorpay.post(captured())
    assert run("replay_events", "--all", "--leave-to-worker").startswith("Opened again: 0.")
    assert not Event.objects.get().replayed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Which events? Choose some, or say --all."),
        (["--gateway", "gw_nobody"], "There is no gateway “gw_nobody” here."),
        (["--account", "act_nobody"], "There is no account “act_nobody” here."),
        (["--type", "payment.caught"], "There is no type “payment.caught” here."),
        (["--status", "lost"], "invalid choice: 'lost'"),
        (["--since", "yesterday"], "“yesterday” is no time with a zone"),
        (["--since", "2026-11-23T10:00:00"], "is no time with a zone"),
        (["--until", "2026-13-45T10:00:00Z"], "is no time with a zone"),
    ],
)
def test_a_choice_that_is_none_opens_nothing(told: Order, options: list[str], words: str) -> None:
    assert words in refused("replay_events", *options)
    assert applied()


def test_many_gateways_are_replayed_in_one_go(told: Order, gateway: Gateway) -> None:
    live = make_gateway(gateway.account, "live")
    Razorpay(live).post(captured())
    work.work()
    assert run("replay_events", "--all").startswith("Opened again: 2.")
    assert applied()
