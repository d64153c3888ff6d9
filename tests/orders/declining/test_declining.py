"""The links in mails to who has not paid: to the order, and to say that it is not wanted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.core import signing
from django.test import Client

from orders import mails, postman
from orders.causes import at
from orders.models import Mail, Order
from orders.recovering import links
from subscriptions.models import Subscription
from tests.conftest import Razorpay
from tests.lives import DAY, T
from tests.samples import sample


@pytest.fixture
def failed(razorpay: Razorpay, order: Order) -> Order:
    razorpay.tell(sample("payment.failed", created_at=T, payment={"id": "pay_RsdFirst000001"}))
    order.refresh_from_db()
    return order


@pytest.fixture
def program() -> Client:
    """A mail program: no session, no token against forged posts."""
    return Client(enforce_csrf_checks=True)


def no(order: Order) -> str:
    return f"/r/{links.token(order)}/no/"


def series(order: Order) -> set[tuple[str, str]]:
    return set(order.reattempts.values_list("state", "reason"))


def test_the_link_in_a_mail_leads_to_the_same_orders_page(client: Client, failed: Order) -> None:
    response = client.get(urlsplit(links.reopen_url(failed)).path)
    assert response["Location"] == f"/pay/{failed.uid}/"


def test_looking_at_the_question_answers_nothing(client: Client, failed: Order) -> None:
    shown = client.get(no(failed)).content.decode()
    assert "You no longer want this?" in shown
    assert "₹499.00" in shown
    failed.refresh_from_db()
    assert failed.declined_at is None
    assert series(failed) == {("scheduled", "")}


def test_a_no_ends_the_reminders(clock: Any, program: Client, failed: Order) -> None:
    shown = program.post(no(failed))
    assert shown.status_code == 200, "one click of a mail program follows no redirect"
    assert "nobody reminds you any more" in shown.content.decode()
    failed.refresh_from_db()
    assert failed.declined_at == at(T + 3600)
    assert series(failed) == {("cancelled", "cancelled_by_buyer")}
    clock.move_to(at(T + DAY))
    postman.send_due()
    assert outbox.outbox == []
    assert set(Mail.objects.values_list("state", flat=True)) == {"not_needed"}


def test_one_click_of_a_mail_program_is_a_no(program: Client, failed: Order) -> None:
    """RFC 8058: the body that its header names, without cookies and without a token."""
    response = program.post(no(failed), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    failed.refresh_from_db()
    assert failed.declined_at is not None


def test_a_second_no_changes_nothing(clock: Any, program: Client, failed: Order) -> None:
    program.post(no(failed))
    clock.shift(3600)
    assert program.post(no(failed)).status_code == 200
    failed.refresh_from_db()
    assert failed.declined_at == at(T + 3600)


def test_who_changes_their_mind_simply_pays(
    client: Client, razorpay: Razorpay, failed: Order
) -> None:
    client.post(no(failed))
    shown = client.get(no(failed)).content.decode()
    assert "If you change your mind, simply pay" in shown
    assert f'href="/r/{links.token(failed)}/"' in shown
    assert client.get(f"/pay/{failed.uid}/").status_code == 200, "it can be paid"
    razorpay.tell(sample("payment.captured", created_at=T + DAY))
    failed.refresh_from_db()
    assert failed.status == "paid"
    assert failed.grants.exists()
    assert "This order is paid" in client.get(no(failed)).content.decode()


@pytest.mark.parametrize("status", ["paid", "refunded", "expired"])
def test_what_is_over_is_not_declined(client: Client, order: Order, status: str) -> None:
    Order.objects.update(status=status)
    shown = client.post(no(order)).content.decode()
    assert "You no longer want this?" not in shown
    order.refresh_from_db()
    assert order.declined_at is None


def test_a_subscription_is_cancelled_elsewhere(client: Client, subscription: Subscription) -> None:
    for method in (client.get, client.post):
        shown = method(no(subscription.order)).content.decode()
        assert "A subscription is cancelled under “My purchases”" in shown
        assert 'href="/my/"' in shown
    subscription.order.refresh_from_db()
    assert subscription.order.declined_at is None


def tampered(token: str) -> list[str]:
    uid, _dot, signed = token.partition(".")
    other = signed[:-1] + ("A" if signed[-1] != "A" else "B")
    return [uid, f"{uid}.", f"{uid}.{other}", f"ord_x.{signed}", token[:-3], "nonsense"]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("page", ["", "no/"])
def test_a_link_that_was_changed_opens_nothing_and_says_so(
    program: Client, failed: Order, number: int, page: str
) -> None:
    path = f"/r/{tampered(links.token(failed))[number]}/{page}"
    for response in [program.get(path), *([program.post(path)] if page else [])]:
        assert response.status_code == 404
        assert "This link is not complete" in response.content.decode()
    failed.refresh_from_db()
    assert failed.declined_at is None


def test_a_token_of_another_purpose_is_none(client: Client, failed: Order) -> None:
    other = signing.Signer(salt="something else", sep=".").sign(failed.uid)
    assert client.get(f"/r/{other}/").status_code == 404


def test_the_link_outlives_the_order(clock: Any, client: Client, failed: Order) -> None:
    token = links.token(failed)
    clock.move_to(at(T + 400 * DAY))
    assert client.get(f"/r/{token}/").status_code == 302


def test_a_failure_after_the_no_starts_no_reminders(
    clock: Any, client: Client, razorpay: Razorpay, failed: Order
) -> None:
    client.post(no(failed))
    razorpay.tell(
        sample("payment.failed", created_at=T + 7200, payment={"id": "pay_RsdSecond00001"})
    )
    named = failed.reattempts.filter(n__gt=0).values_list("state", flat=True)
    assert set(named) == {"cancelled"}
    clock.move_to(at(T + DAY))
    letter = mails.reminder(0, 1, at(T + DAY))
    Mail.objects.create(order=failed, kind=letter.kind, fact=letter.fact)
    postman.send_due()
    assert outbox.outbox == []
