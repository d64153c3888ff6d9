"""One way in: by e-mail and password, through allauth, with limits."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.sellers import Seller

SIGN_IN = "/accounts/login/"
WRONG = "The e-mail address or the password is wrong."
WAIT = "Too many attempts. Please wait a few minutes."

pytestmark = pytest.mark.usefixtures("_fresh_counts")


@pytest.fixture
def _fresh_counts(db: None) -> None:
    """Limits are counted in the cache."""
    cache.clear()


def sign_in(
    client: Client, email: str = "meera@example.com", password: str = "pw", **more: str
) -> HttpResponse:
    headers = {"X-Forwarded-For": more.pop("via")} if "via" in more else {}
    form = {"login": email, "password": password, **more}
    return client.post(SIGN_IN, form, headers=headers)  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def said(response: HttpResponse) -> str:
    return response.content.decode()


def test_the_right_password_lets_in(client: Client, seller: Seller) -> None:
    assert sign_in(client)["Location"] == "/"
    assert client.get("/", follow=True).status_code == 200


@pytest.mark.parametrize("email", ["MEERA@example.com", " Meera@Example.Com "])
def test_the_letters_of_the_address_do_not_matter(
    client: Client, seller: Seller, email: str
) -> None:
    sign_in(client, email)
    assert is_in(client)


@pytest.mark.parametrize("password", ["PW", "pw ", "", "wrong"])
def test_a_wrong_password_does_not(client: Client, seller: Seller, password: str) -> None:
    assert sign_in(client, password=password).status_code == 200
    assert not is_in(client)


def test_an_unknown_address_is_not_told_from_a_wrong_password(
    client: Client, seller: Seller
) -> None:
    for email in ("meera@example.com", "nobody@example.com"):
        assert WRONG in said(sign_in(client, email, "wrong"))


def test_who_may_not_sign_in_is_told_so(client: Client, owner: User) -> None:
    User.objects.update(is_active=False)
    response = sign_in(client)
    assert response["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_who_is_switched_off_is_out_with_the_next_page(client: Client, owner: User) -> None:
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.get("/settings/gateways/")["Location"].startswith(SIGN_IN)


def test_the_session_changes_its_name_at_the_sign_in(client: Client, seller: Seller) -> None:
    """A session that somebody planted before is worth nothing after."""
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != planted


def test_signing_out_ends_the_session_and_wants_a_post(client: Client, seller: Seller) -> None:
    sign_in(client)
    stolen = client.cookies["sessionid"].value
    client.get("/accounts/logout/")
    assert is_in(client)
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/settings/gateways/").status_code == 302


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_after_the_sign_in_nobody_is_led_away(
    client: Client, seller: Seller, next_url: str
) -> None:
    assert sign_in(client, next=next_url)["Location"] == "/"


def test_it_wants_a_csrf_token(seller: Seller) -> None:
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_after_five_wrong_passwords_even_the_right_one_waits(
    client: Client, seller: Seller
) -> None:
    for _ in range(5):
        sign_in(client, password="wrong")
    assert WAIT in said(sign_in(client))
    assert not is_in(client)


def test_other_letters_do_not_begin_a_new_count(client: Client, seller: Seller) -> None:
    for email in ("meera@example.com", "Meera@example.com", "MEERA@EXAMPLE.COM") * 2:
        sign_in(client, email, "wrong")
    assert WAIT in said(sign_in(client))


def test_an_address_that_is_unknown_is_counted_alike(client: Client, seller: Seller) -> None:
    for _ in range(5):
        sign_in(client, "nobody@example.com", "wrong")
    assert WAIT in said(sign_in(client, "nobody@example.com", "wrong"))


def guess_many_from(client: Client, via: str) -> None:
    for number in range(11):
        sign_in(client, f"guess{number}@example.com", "wrong", via=via)


def test_one_visitor_behind_the_proxy_does_not_lock_out_the_others(
    client: Client, seller: Seller, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # what BEHIND_PROXY sets
    guess_many_from(client, "198.51.100.7")
    assert WAIT in said(sign_in(client, via="198.51.100.7"))
    sign_in(client, via="203.0.113.9")
    assert is_in(client)


def test_an_address_that_the_visitor_makes_up_does_not_begin_a_new_count(
    client: Client, seller: Seller, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    guess_many_from(client, "198.51.100.7")
    assert WAIT in said(sign_in(client, via="203.0.113.9, 198.51.100.7"))


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    form = {"email": "new@example.com", "password1": "tamarind-42", "password2": "tamarind-42"}
    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", form)):
        assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.exists()
    assert mail.outbox == []
