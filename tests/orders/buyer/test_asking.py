"""Asking for a link: told alike to everybody, mailed to the known, so many and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from orders import visiting
from orders.models import BuyerLink, Customer, CustomerAlias
from tests.orders.buyer.conftest import mailed

pytestmark = pytest.mark.django_db


def ask(client: Client, email: str, **headers: str) -> Any:
    return client.post("/my/", {"email": email}, **headers)  # type: ignore[arg-type]


def test_a_buyer_is_mailed_a_link_and_only_its_digest_is_kept(
    client: Client, customer: Customer
) -> None:
    ask(client, " Ananya.Iyer@Example.com ")
    (message,) = mail.outbox
    assert message.to == ["ananya.iyer@example.com"]
    assert message.subject == "Your link to what you bought at Dastakari Store"
    assert message.from_email == "Dastakari Store <raseed@localhost>"
    (path,) = mailed()
    token = path.split("/")[3]
    assert len(token) == 43, "32 random bytes"
    link = BuyerLink.objects.get()
    assert link.digest == visiting.digest(token)
    assert token not in str(BuyerLink.objects.values())


def test_the_answer_does_not_tell_whether_an_address_is_known(
    client: Client, customer: Customer
) -> None:
    known = ask(client, customer.email)
    unknown = ask(client, "nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert dict(known.headers) == dict(unknown.headers)
    assert len(mail.outbox) == 1
    assert customer.email not in client.get(known["Location"]).content.decode()


def test_what_goes_out_goes_out_beside_the_answer(
    client: Client, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time that a mail takes would tell who is known."""
    monkeypatch.undo()
    handed: list[Any] = []
    monkeypatch.setattr(visiting.outbox, "submit", lambda *work: handed.append(work))
    ask(client, customer.email)
    ask(client, "nobody@example.com")
    assert [email for _function, email in handed] == [customer.email, "nobody@example.com"]
    assert not mail.outbox
    assert not BuyerLink.objects.exists()


def test_a_mail_server_that_fails_in_the_thread_is_noted_and_frees_the_database(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_email: str) -> None:
        raise ConnectionRefusedError

    closed: list[int] = []
    monkeypatch.setattr(visiting, "mail_links", away)
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(1))
    visiting.mail_in_thread(customer.email)
    assert closed == [1]


def test_what_is_no_address_is_said_and_nothing_sent(client: Client) -> None:
    page = ask(client, "ananya at home")
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert not mail.outbox


def test_a_former_address_is_known_and_the_mail_goes_to_the_present_one(
    client: Client, customer: Customer
) -> None:
    CustomerAlias.objects.create(
        account=customer.account, customer=customer, email="old@example.com"
    )
    ask(client, "old@example.com")
    assert [message.to for message in mail.outbox] == [["ananya.iyer@example.com"]]


def test_a_customer_of_two_businesses_gets_one_mail_with_a_link_for_each(
    client: Client, customer: Customer, same_email: Customer
) -> None:
    ask(client, customer.email)
    (message,) = mail.outbox
    assert len(set(mailed())) == 2
    for account in (customer.account, same_email.account):
        assert f"\n{account.name}\nhttp" in str(message.body)


def test_the_letter_speaks_the_buyers_language(client: Client, customer: Customer) -> None:
    customer.language = "hi"
    customer.save()
    assert client.get("/my/").headers["Content-Language"] == "en"
    seen = []

    def watched(*args: Any) -> str:
        seen.append(translation.get_language())
        return render_to_string(*args)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visiting, "render_to_string", watched)
        ask(client, customer.email)
    assert seen == ["hi"]


@pytest.mark.parametrize("email", ["ananya.iyer@example.com", "nobody@example.com"])
def test_an_address_is_mailed_to_five_times_an_hour_whoever_asks(
    customer: Customer, email: str
) -> None:
    for n in range(visiting.PER_ADDRESS):
        assert ask(Client(), email, REMOTE_ADDR=f"10.0.0.{n}").status_code == 302
    page = ask(Client(), email.upper(), REMOTE_ADDR="10.0.0.99")
    assert page.status_code == 429
    assert "Please wait an hour" in page.content.decode()
    assert len(mail.outbox) in {0, visiting.PER_ADDRESS}


def test_a_visitor_asks_so_often_and_then_waits(client: Client, clock: Any) -> None:
    for n in range(visiting.PER_VISITOR):
        assert ask(client, f"somebody{n}@example.com").status_code == 302
    assert ask(client, "another@example.com").status_code == 429
    assert ask(client, "another@example.com", REMOTE_ADDR="10.0.0.9").status_code == 302
    clock.shift(visiting.WINDOW + 1)
    assert ask(client, "another@example.com").status_code == 302


def test_who_must_wait_takes_nothing_from_the_address(client: Client, customer: Customer) -> None:
    for n in range(visiting.PER_VISITOR):
        ask(client, f"somebody{n}@example.com")
    for _ in range(visiting.PER_ADDRESS + 1):
        ask(client, customer.email)
    assert ask(client, customer.email, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_page_of_another_site_cannot_ask(customer: Customer) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in ("/my/", "/my/leave/", "/my/open/x/"):
        assert strict.post(path, {"email": customer.email}).status_code == 403
    assert not mail.outbox
