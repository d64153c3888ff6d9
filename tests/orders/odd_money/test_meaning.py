"""The seller says that money is meant: a decision, kept with the order."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEntry
from gateways.models import Problem
from orders import auditing, meaning
from orders.models import Order
from tests.conftest import Razorpay
from tests.gateways.people import Who, meera, signed_in
from tests.orders.odd_money.cases import came, went
from webhooks import replay, work
from webhooks.models import Event

__all__ = ["meera", "signed_in"]


@pytest.fixture
def twice(razorpay: Razorpay, order: Order) -> Order:
    """Paid twice."""
    razorpay.tell(came(1, 1), came(2, 60))
    return order


def noted(order: Order) -> list[AuditEntry]:
    """As the buyer's page shows it."""
    return list(auditing.about(order.customer))


def asked() -> bool:
    return Problem.objects.standing().filter(kind="odd_money").exists()


def test_the_question_is_taken_back_and_nothing_else_changes(meera: Client, twice: Order) -> None:
    page = meera.get(f"/orders/{twice.uid}/meant/").content.decode()
    assert "₹499.00 more than was asked came in and was kept." in page
    assert asked(), "looking changes nothing"
    said = meera.post(f"/orders/{twice.uid}/meant/", follow=True)
    assert said.redirect_chain == [(f"/orders/{twice.uid}/", 302)]
    assert "Noted: the money is meant. Nothing else changed." in said.content.decode()
    assert not asked()
    twice.refresh_from_db()
    assert (twice.status, twice.amount_paid, twice.grants.count()) == ("paid", 99800, 2)
    assert "more than was asked" in said.content.decode(), "the fact stays on the order's page"
    (entry,) = noted(twice)
    assert str(entry.what) == f"The money of order {twice.uid} was said to be meant."
    assert entry.user is not None


def test_it_stays_said_through_repeats_and_replays(razorpay: Razorpay, twice: Order) -> None:
    assert meaning.say_meant(twice, None)
    razorpay.tell(came(1, 1), came(2, 60), went(2, 90, 100))
    replay.replay(Event.objects.all())
    work.work()
    assert not asked()


def test_money_that_comes_later_is_asked_about_again(razorpay: Razorpay, twice: Order) -> None:
    meaning.say_meant(twice, None)
    razorpay.tell(came(3, 120))
    assert asked()


def test_said_twice_is_said_once(meera: Client, twice: Order) -> None:
    for _turn in range(2):
        assert meera.post(f"/orders/{twice.uid}/meant/").status_code == 302
    assert len(noted(twice)) == 1
    twice.refresh_from_db()
    assert len(twice.decided_refunds) == 2


def test_where_nothing_is_asked_nothing_is_said(
    meera: Client, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(came(1, 1))
    for response in (
        meera.get(f"/orders/{order.uid}/meant/"),
        meera.post(f"/orders/{order.uid}/meant/"),
    ):
        assert response["Location"] == f"/orders/{order.uid}/"
    order.refresh_from_db()
    assert order.decided_refunds == []
    assert noted(order) == []


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("read_only", 403), ("staff", 302), ("owner", 302)]
)
def test_who_may_say_so(signed_in: Who, twice: Order, who: str, status: int) -> None:
    browser = signed_in(who)
    assert browser.post(f"/orders/{twice.uid}/meant/").status_code == status
    assert asked() is (status != 302)


def test_a_member_who_only_reads_sees_no_way_to_say_it(signed_in: Who, twice: Order) -> None:
    page = signed_in("read_only").get("/problems/").content.decode()
    assert "Open the order" in page
    assert "/meant/" not in page
