"""Hindi and English, chosen by the visitor."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth import account
from babel.messages.pofile import read_po
from django.test import Client

from accounts.sellers import Seller
from accounts.wording import OF_ALLAUTH
from config import catalogues

SIGN_IN = "/accounts/login/"


def choose(client: Client, language: str, next_url: str = SIGN_IN) -> str:
    response = client.post("/language/", {"language": language, "next": next_url})
    return response["Location"]


def test_a_visitor_chooses_the_language_before_the_sign_in(client: Client, db: None) -> None:
    assert '<html lang="en">' in client.get(SIGN_IN).content.decode()
    assert choose(client, "hi") == SIGN_IN
    page = client.get(SIGN_IN).content.decode()
    assert '<html lang="hi">' in page
    assert "पासवर्ड" in page


def test_the_choice_stays_after_the_sign_in(client: Client, seller: Seller) -> None:
    choose(client, "hi")
    client.post(SIGN_IN, {"login": "meera@example.com", "password": "pw"})
    assert '<html lang="hi">' in client.get("/settings/gateways/").content.decode()


def test_without_a_choice_the_browser_is_asked(client: Client, db: None) -> None:
    page = client.get(SIGN_IN, headers={"Accept-Language": "hi-IN,en;q=0.5"}).content.decode()
    assert '<html lang="hi">' in page


@pytest.mark.parametrize("language", ["fr", "xx", "", "<script>"])
def test_a_language_that_we_do_not_speak_changes_nothing(
    client: Client, db: None, language: str
) -> None:
    choose(client, language)
    assert '<html lang="en">' in client.get(SIGN_IN).content.decode()


def test_following_a_link_changes_nothing(client: Client, db: None) -> None:
    client.get("/language/", {"language": "hi"})
    assert '<html lang="en">' in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example"])
def test_the_choice_leads_nobody_away(client: Client, db: None, next_url: str) -> None:
    assert choose(client, "hi", next_url) == "/"


def test_what_allauth_says_is_still_worded_so() -> None:
    source = Path(str(account.__file__)).parent.parent / "locale/en/LC_MESSAGES/django.po"
    with source.open("rb") as file:
        theirs = {message.id for message in read_po(file)}
    assert [text for text in OF_ALLAUTH if text not in theirs] == []


def test_what_allauth_says_is_gathered_for_the_translators() -> None:
    assert set(OF_ALLAUTH) <= {message.id for message in catalogues.template()}
