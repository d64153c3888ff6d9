"""A link: once, for thirty minutes, by a button; and the visit that it begins."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.sellers import Seller
from orders import visiting
from orders.models import BuyerLink, Customer, CustomerAlias
from tests.orders.buyer.conftest import path_for

pytestmark = pytest.mark.django_db
GONE = "This link no longer works"


def is_in(client: Client) -> bool:
    return "Signed in as" in client.get("/my/").content.decode()


class TestALink:
    def test_looking_at_it_uses_nothing_up(self, client: Client, customer: Customer) -> None:
        path = path_for(customer)
        for _ in range(3):
            assert "Open my purchases" in client.get(path).content.decode()
            client.head(path)
        assert BuyerLink.objects.get().used_at is None
        assert not is_in(client)
        client.post(path)
        assert is_in(client)

    def test_it_works_once(self, client: Client, customer: Customer) -> None:
        path = path_for(customer)
        client.post(path)
        other = Client()
        for answer in (other.get(path), other.post(path)):
            assert GONE in answer.content.decode()
        assert not is_in(other)

    def test_a_second_click_in_the_same_browser_is_no_reason_to_complain(
        self, client: Client, customer: Customer
    ) -> None:
        path = path_for(customer)
        client.post(path)
        assert client.post(path)["Location"] == "/my/"
        assert client.get(path)["Location"] == "/my/"

    def test_of_two_at_once_one_gets_in(
        self, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = path_for(customer).split("/")[3]
        link = visiting.find(token)
        monkeypatch.setattr(visiting, "find", lambda _token: link)
        assert visiting.use(token) == customer
        assert visiting.use(token) is None

    @pytest.mark.parametrize(("minutes", "works"), [(29, True), (30, False)])
    def test_it_works_for_thirty_minutes(
        self, client: Client, clock: Any, customer: Customer, minutes: int, works: bool
    ) -> None:
        path = path_for(customer)
        clock.shift(minutes * 60)
        assert (GONE not in client.get(path).content.decode()) is works
        client.post(path)
        assert is_in(client) is works

    def test_nobody_comes_in_by_a_digest_or_a_guess(
        self, client: Client, customer: Customer
    ) -> None:
        path_for(customer)
        for token in (BuyerLink.objects.get().digest, "x", str(customer.pk), customer.uid):
            assert GONE in client.post(f"/my/open/{token}/").content.decode()
        assert not is_in(client)

    def test_what_was_mailed_before_the_address_changed_lets_nobody_in(
        self, client: Client, clock: Any, customer: Customer
    ) -> None:
        path = path_for(customer)
        clock.shift(60)
        former = CustomerAlias(account=customer.account, customer=customer, email=customer.email)
        former.save()
        customer.email = "right@example.com"
        customer.save()
        assert GONE in client.post(path).content.decode()
        clock.shift(60)
        assert client.post(path_for(customer))["Location"] == "/my/", "a new one does"

    def test_old_ones_are_cleared_away_when_a_new_one_is_made(
        self, clock: Any, customer: Customer, same_email: Customer
    ) -> None:
        path_for(customer), path_for(same_email)
        clock.shift(31 * 60)
        path_for(customer)
        links = BuyerLink.objects.filter(customer=customer)
        assert [link.created_at for link in links] == [timezone.now()]
        assert BuyerLink.objects.filter(customer=same_email).exists(), "only their own"


class TestAVisit:
    def test_it_has_a_key_of_its_own_and_lasts_thirty_days(
        self, client: Client, clock: Any, customer: Customer
    ) -> None:
        client.get("/my/")
        answer = client.post(path_for(customer))
        assert answer.cookies["sessionid"]["max-age"] == timedelta(days=30).total_seconds()
        clock.shift(30 * 86400 - 1)
        assert is_in(client)
        clock.shift(2)
        assert not is_in(client)

    def test_a_session_planted_before_is_not_the_visits(
        self, client: Client, customer: Customer
    ) -> None:
        client.session["planted"] = 1
        session = client.session
        session["planted"] = 1
        session.save()
        client.cookies["sessionid"] = session.session_key or ""
        client.post(path_for(customer))
        assert client.session.session_key != session.session_key
        assert not is_in(thief(session.session_key or ""))

    def test_leaving_ends_it_by_post_alone(self, client: Client, buyer: Client) -> None:
        buyer.get("/my/leave/")
        assert is_in(buyer)
        key = buyer.session.session_key or ""
        buyer.post("/my/leave/")
        assert not is_in(buyer)
        assert not is_in(thief(key)), "nor does a copy of the cookie work on"
        assert not Session.objects.filter(session_key=key).exists()

    def test_a_seller_in_the_same_browser_stays_signed_in(
        self, client: Client, seller: Seller, customer: Customer
    ) -> None:
        client.force_login(seller.user)
        session = client.session
        session.set_expiry(0)
        session.save()
        client.post(path_for(customer))
        assert client.session.get_expire_at_browser_close(), "as the seller chose"
        assert is_in(client)
        assert client.get("/settings/gateways/").status_code == 200
        client.post("/my/leave/")
        assert not is_in(client)
        assert client.get("/settings/gateways/").status_code == 200

    def test_thirty_days_end_it_beside_a_seller_too(
        self, client: Client, clock: Any, seller: Seller, customer: Customer
    ) -> None:
        client.force_login(seller.user)
        session = client.session
        session.set_expiry(timedelta(days=90))
        session.save()
        client.post(path_for(customer))
        clock.shift(30 * 86400 + 1)
        assert client.get("/settings/gateways/").status_code == 200
        assert not is_in(client)

    def test_a_buyer_is_no_seller(self, buyer: Client) -> None:
        for path in ("/", "/settings/gateways/", "/events/"):
            answer = buyer.get(path, follow=True)
            assert "/accounts/login/" in str(answer.redirect_chain)

    def test_a_changed_address_ends_it(self, buyer: Client, customer: Customer) -> None:
        assert is_in(buyer)
        customer.email = "right@example.com"
        customer.save()
        assert not is_in(buyer)

    def test_somebody_elses_link_ends_the_visit_before(
        self, buyer: Client, customer: Customer
    ) -> None:
        vikram = Customer.objects.create(account=customer.account, email="vikram@example.com")
        buyer.post(path_for(vikram))
        page = buyer.get("/my/").content.decode()
        assert "vikram@example.com" in page
        assert customer.email not in page
        assert buyer.session[visiting.KEY]["customers"] == [vikram.pk]


def thief(key: str) -> Client:
    """Another browser with a copy of the session's cookie."""
    browser = Client()
    browser.cookies["sessionid"] = key
    return browser


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_four_browsers_at_once_one_gets_in(customer: Customer) -> None:
    path, start, told = path_for(customer), Barrier(4), []

    def click() -> None:
        browser = Client()
        start.wait()
        told.append(browser.post(path).status_code)
        connection.close()

    threads = [Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == [200, 200, 200, 302]
