"""The seller's pages of comparisons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from accounts.sellers import Seller
from gateways.models import Gateway, Reconciliation
from orders.models import Order
from tests.samples import sample
from webhooks import answers
from webhooks.reconciling import places, runs

LIST = "/events/reconcile/"


@pytest.fixture
def meera(seller: Seller) -> Client:
    client = Client()
    client.force_login(seller.user)
    return client


@pytest.fixture
def done(gateway: Gateway, order: Order) -> Reconciliation:
    """A run that has brought one payment."""
    run = runs.begin(gateway, since=timezone.now() - timedelta(days=3))
    payment = sample("payment.captured")["payload"]["payment"]["entity"]
    raw = answers.body_of("payment.fetched", {"payment": payment})
    answers.keep(gateway.pk, raw, "payment.fetched", run.pk)
    now = timezone.now()
    Reconciliation.objects.update(mended=1, looked_at=7, state="done", finished_at=now)
    run.refresh_from_db()
    return run


def page(client: Client, url: str = LIST) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_what_a_run_brought_is_listed_with_its_orders(
    meera: Client, done: Reconciliation, order: Order
) -> None:
    order.refresh_from_db()
    assert order.status == "paid"
    assert f'href="{LIST}{done.uid}/"' in page(meera)
    shown = page(meera, f"{LIST}{done.uid}/")
    assert order.get_absolute_url() in shown
    assert "payment.fetched" in shown
    assert "hx-get" not in shown


def test_a_run_that_is_open_shows_its_progress_and_looks_again(
    meera: Client, gateway: Gateway
) -> None:
    run = runs.begin(gateway, since=timezone.now() - timedelta(days=3))
    Reconciliation.objects.update(state="running", place={**run.place, "stage": "refunds"})
    shown = page(meera, f"{LIST}{run.uid}/")
    assert "42 %" in shown, "three of seven stages"
    assert "every 5s" in shown


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (places.AWAY, "Razorpay does not answer."),
        (places.SLOWED_DOWN, "Razorpay asks Raseed to slow down."),
        (places.KEYS_REFUSED, "Razorpay refuses the keys."),
        (places.BROKEN, "It failed in Raseed itself, not at Razorpay."),
        ("", "Goes on"),
    ],
)
def test_a_run_that_waits_says_what_for(
    meera: Client, gateway: Gateway, why: str, said: str
) -> None:
    run = runs.begin(gateway, since=timezone.now() - timedelta(days=3))
    Reconciliation.objects.update(state="waiting", place={**run.place, "waits_for": why})
    assert said in page(meera, f"{LIST}{run.uid}/")


def test_compare_now(meera: Client, gateway: Gateway, owner: User) -> None:
    response = meera.post(LIST, {"gateway": gateway.uid}, follow=True)
    run = Reconciliation.objects.get()
    assert response.redirect_chain[-1][0] == f"{LIST}{run.uid}/"
    assert (run.made_by, run.subject, run.until) == (owner, "", run.created_at)
    assert timedelta(days=3) <= run.created_at - run.since < timedelta(days=4)
    again = meera.post(LIST, {"gateway": gateway.uid}, follow=True)
    assert "This comparison is not finished yet." in again.content.decode()
    assert Reconciliation.objects.count() == 1


def test_what_was_not_begun_because_another_runs_is_said(meera: Client, gateway: Gateway) -> None:
    meera.post(LIST, {"gateway": gateway.uid})
    run = Reconciliation.objects.get()
    for asked in (
        {"subject": "pay_RsdCard0000001"},
        {"first_day": f"{run.since - timedelta(days=2):%Y-%m-%d}"},
    ):
        response = meera.post(LIST, {"gateway": gateway.uid, **asked}, follow=True)
        assert response.redirect_chain[-1][0] == f"{LIST}{run.uid}/"
        assert "so yours was not begun" in response.content.decode()
    assert Reconciliation.objects.count() == 1


def test_one_object_by_its_id(meera: Client, gateway: Gateway) -> None:
    asked = {"gateway": gateway.uid, "subject": " pay_RsdCard0000001 "}
    meera.post(LIST, asked)
    run = Reconciliation.objects.get()
    assert run.subject == "pay_RsdCard0000001"
    assert [question[0] for question in run.place["ask"]] == ["payment", "refunds"]


def test_an_unfinished_one_can_be_stopped(meera: Client, gateway: Gateway, owner: User) -> None:
    meera.post(LIST, {"gateway": gateway.uid})
    first = Reconciliation.objects.get()
    assert "Stop this comparison" in page(meera, f"{LIST}{first.uid}/")
    response = meera.post(f"{LIST}{first.uid}/", follow=True)
    assert "Stopped. What was fetched stays in the books." in response.content.decode()
    first.refresh_from_db()
    assert (first.state, str(first.outcome)) == ("stopped", f"Stopped by {owner}.")
    shown = page(meera, f"{LIST}{first.uid}/")
    assert "Stop this comparison" not in shown
    assert str(first.outcome) in shown
    meera.post(LIST, {"gateway": gateway.uid})
    assert Reconciliation.objects.count() == 2


def test_what_has_ended_or_is_the_days_own_is_not_stopped(
    meera: Client, gateway: Gateway, done: Reconciliation
) -> None:
    daily = runs.begin(gateway, since=timezone.now() - timedelta(days=3))
    for run in (done, daily):
        assert "Stop this comparison" not in page(meera, f"{LIST}{run.uid}/")
        before = run.state
        response = meera.post(f"{LIST}{run.uid}/", follow=True)
        assert "cannot be stopped, or it has ended already" in response.content.decode()
        run.refresh_from_db()
        assert run.state == before


def test_only_who_may_change_things_stops_one(
    meera: Client, seller: Seller, stranger: Seller, gateway: Gateway
) -> None:
    meera.post(LIST, {"gateway": gateway.uid})
    run = Reconciliation.objects.get()
    person = User.objects.create_user("bookkeeper@example.com", "pw")
    role = Membership.Role.READ_ONLY
    Membership.objects.create(account=seller.account, user=person, role=role)
    for user, status in ((person, 403), (stranger.user, 404)):
        client = Client()
        client.force_login(user)
        assert client.post(f"{LIST}{run.uid}/").status_code == status
    run.refresh_from_db()
    assert run.finished_at is None


def test_while_what_failed_waits_the_page_says_so(meera: Client, gateway: Gateway) -> None:
    run = runs.begin(gateway, since=timezone.now() - timedelta(days=3))
    place = {**run.place, "stage": "", "ask": [["payment", "pay_x"]], "rounds": 1}
    Reconciliation.objects.update(place=place)
    assert "All else is done. What failed is asked again" in page(meera, f"{LIST}{run.uid}/")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"gateway": "gw_nobody"}, "Choose one of these."),
        ({"first_day": "2026-01-01"}, "Compare at most 31 days at once."),
        ({"first_day": "2026-01-40"}, "Write the day as 2026-12-31."),
        ({"first_day": "2999-01-01"}, "This day is not here yet."),
        ({"last_day": "2020-01-01"}, "The last day lies before the first one."),
        ({"subject": "hello"}, "is no ID of an order"),
    ],
)
def test_what_cannot_be_compared_is_said(
    meera: Client, gateway: Gateway, asked: dict[str, str], said: str
) -> None:
    response = meera.post(LIST, {"gateway": gateway.uid, **asked})
    assert said in response.content.decode()
    assert not Reconciliation.objects.exists()


def test_a_bookkeeper_may_look_and_begin_nothing(
    seller: Seller, gateway: Gateway, done: Reconciliation
) -> None:
    person = User.objects.create_user("bookkeeper@example.com", "pw")
    role = Membership.Role.READ_ONLY
    Membership.objects.create(account=seller.account, user=person, role=role)
    client = Client()
    client.force_login(person)
    assert "Compare now" not in page(client)
    assert "payment.fetched" in page(client, f"{LIST}{done.uid}/")
    assert client.post(LIST, {"gateway": gateway.uid}).status_code == 403
    assert Reconciliation.objects.count() == 1


def test_a_stranger_sees_nothing(stranger: Seller, gateway: Gateway, done: Reconciliation) -> None:
    client = Client()
    client.force_login(stranger.user)
    assert done.uid not in page(client)
    assert client.get(f"{LIST}{done.uid}/").status_code == 404
    client.post(LIST, {"gateway": gateway.uid})
    assert Reconciliation.objects.count() == 1


def test_a_list_costs_the_same_whatever_it_holds(
    meera: Client, gateway: Gateway, done: Reconciliation, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        runs.begin(gateway, since=timezone.now())
    with django_assert_max_num_queries(8):
        shown = page(meera)
    assert shown.count('class="row-link"') == 50
    assert "before=" in shown
