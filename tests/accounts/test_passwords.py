"""Changing a password, and getting a new one by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User

CHANGE, RESET = "/accounts/password/change/", "/accounts/password/reset/"
NEW = "tamarind-42"
TWICE = {"password1": NEW, "password2": NEW}

pytestmark = pytest.mark.usefixtures("_fresh_counts")


@pytest.fixture
def _fresh_counts(owner: User) -> None:
    cache.clear()


@pytest.fixture
def meera(owner: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": "meera@example.com", "password": "pw"})
    return client


def opens(password: str) -> bool:
    return User.objects.get(email="meera@example.com").check_password(password)


def link(client: Client, email: str = "meera@example.com") -> str:
    """The link of the mail, as far as the form that it leads to."""
    client.post(RESET, {"email": email})
    found = re.search(r"http://testserver(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(client: Client, path: str, **form: str) -> None:
    form_path = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form_path, {**TWICE, **form})


def test_a_password_is_changed_by_who_knows_the_old_one(meera: Client) -> None:
    assert meera.post(CHANGE, {"oldpassword": "pw", **TWICE}).status_code == 302
    assert opens(NEW)
    assert mail.outbox[-1].to == ["meera@example.com"]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"oldpassword": "wrong", **TWICE}, "This is not your current password."),
        ({"oldpassword": "pw", "password1": NEW, "password2": "x"}, "the same password each"),
        ({"oldpassword": "pw", "password1": "short", "password2": "short"}, "too short"),
        ({"oldpassword": "pw", "password1": "12345678", "password2": "12345678"}, "numeric"),
        ({"oldpassword": "pw", "password1": "password1", "password2": "password1"}, "too common"),
        (
            {"oldpassword": "pw", "password1": "meera@example", "password2": "meera@example"},
            "too similar",
        ),
    ],
)
def test_a_change_that_is_refused_says_why(
    meera: Client, form: dict[str, str], message: str
) -> None:
    assert message in meera.post(CHANGE, form).content.decode()
    assert opens("pw")
    assert mail.outbox == []


def test_a_change_signs_out_every_other_device(meera: Client, owner: User) -> None:
    other = Client()
    other.force_login(owner)
    meera.post(CHANGE, {"oldpassword": "pw", **TWICE})
    assert meera.get("/settings/gateways/").status_code == 200
    assert other.get("/settings/gateways/").status_code == 302


def test_the_link_of_the_mail_sets_a_new_password_once(client: Client) -> None:
    path = link(client)
    choose(client, path)
    assert opens(NEW)
    page = Client().get(path, follow=True).content.decode()
    assert "This link was used already or is too old." in page


def test_the_letters_of_the_address_do_not_matter(client: Client) -> None:
    choose(client, link(client, "MEERA@Example.com"))
    assert opens(NEW)
    assert mail.outbox[0].to == ["meera@example.com"]


def test_a_reset_signs_out_every_device(meera: Client, client: Client) -> None:
    choose(client, link(client))
    assert meera.get("/settings/gateways/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_link_is_too_old_after_three_days(client: Client) -> None:
    path = link(client)
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        assert "too old" in client.get(path, follow=True).content.decode()


def test_a_made_up_link_opens_nothing(client: Client) -> None:
    path = re.sub(r"key/([^-]+)-.*", r"key/\1-abc123-0123456789abcdef/", link(client))
    assert "too old" in client.get(path, follow=True).content.decode()
    assert opens("pw")


def test_an_unknown_address_gets_the_same_page_and_no_mail(client: Client) -> None:
    known = client.post(RESET, {"email": "meera@example.com"}, follow=True)
    unknown = client.post(RESET, {"email": "nobody@example.com"}, follow=True)
    assert unknown.redirect_chain == known.redirect_chain
    pages = [re.sub(rb'value="\w{64}"', b"", page.content) for page in (known, unknown)]
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [["meera@example.com"]]


def test_a_link_is_not_sent_on_and_on(client: Client) -> None:
    for _ in range(7):
        client.post(RESET, {"email": "meera@example.com"})
    assert len(mail.outbox) == 5


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil"])
def test_a_made_up_host_gets_no_link_sent(client: Client, host: str) -> None:
    response = client.post(RESET, {"email": "meera@example.com"}, headers={"Host": host})
    assert response.status_code == 400
    assert mail.outbox == []
