"""Settings > Payment gateways: who may open which address, and what it may do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem, WebhookSecret
from tests.gateways.pages import ABOUT_ALL, ABOUT_ONE, GETS, PAGES, POSTS, url
from tests.gateways.people import Role, Who


def test_the_tables_name_every_address_of_this_room() -> None:
    from gateways import urls

    assert {pattern.name for pattern in urls.urlpatterns} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_signed_out_every_address_leads_to_the_sign_in(gateway: Gateway, name: str) -> None:
    for method in PAGES[name][0].split():
        response = Client().generic(method, url(name, gateway))
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["owner", Role.STAFF, Role.READ_ONLY])
def test_keys_and_secrets_are_the_owners(
    signed_in: Who, gateway: Gateway, who: str, name: str
) -> None:
    client, (methods, owners) = signed_in(who), PAGES[name]
    if "GET" in methods:
        expected = 403 if owners and who != "owner" else 200
        assert client.get(url(name, gateway)).status_code == expected
    if "POST" in methods and who != "owner":
        assert client.post(url(name, gateway)).status_code == 403
        gateway.refresh_from_db()
        assert gateway.is_connected
        assert gateway.webhook_secrets.count() == 1


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_a_stranger_finds_nothing_at_any_address(
    signed_in: Who, gateway: Gateway, name: str
) -> None:
    charlie, secret = signed_in("stranger"), gateway.webhook_secrets.get()
    for method in ABOUT_ONE[name][0].split():
        send = charlie.get if method == "GET" else charlie.post
        response = send(url(name, gateway), {"secret": secret.uid})
        assert response.status_code == 404
        assert gateway.key_id not in response.content.decode()
    gateway.refresh_from_db()
    secret.refresh_from_db()
    assert gateway.is_connected
    assert (gateway.webhook_secrets.count(), secret.expires_at) == (1, None)


def test_a_stranger_sees_none_of_ours_in_the_lists(signed_in: Who, gateway: Gateway) -> None:
    problems.report(gateway, Problem.Kind.UNREADABLE, what=say("Ours."), mend=say("Mend."))
    charlie = signed_in("stranger")
    for name in ABOUT_ALL:
        page = charlie.get(url(name, gateway)).content.decode()
        assert gateway.key_id not in page
        assert gateway.uid not in page
        assert "Ours." not in page


@pytest.mark.parametrize("uid", ["gw_0000000000000000", "x", "..", "%2e", "' OR 1=1", "गेटवे"])
def test_an_address_that_never_was_is_404(meera: Client, uid: str) -> None:
    for name in ABOUT_ONE:
        if "GET" in ABOUT_ONE[name][0]:
            assert meera.get(reverse(f"gateways:{name}", args=[uid])).status_code == 404


@pytest.mark.parametrize("name", sorted(set(PAGES) - set(GETS)))
def test_what_changes_or_reveals_something_is_not_asked_by_get(
    meera: Client, gateway: Gateway, name: str
) -> None:
    assert meera.get(url(name, gateway)).status_code == 405


@pytest.mark.parametrize("name", sorted(set(PAGES) - set(POSTS)))
def test_what_is_only_shown_takes_no_post(meera: Client, gateway: Gateway, name: str) -> None:
    assert meera.post(url(name, gateway)).status_code == 405


@pytest.mark.parametrize("name", POSTS)
def test_another_site_cannot_post_in_the_sellers_name(
    owner: User, gateway: Gateway, name: str
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    browser.get(url("change", gateway))
    answers = [
        browser.post(url(name, gateway), {"secret": gateway.webhook_secrets.get().uid}),
        browser.post(
            url(name, gateway),
            {"csrfmiddlewaretoken": "x" * 64},
            headers={"Origin": "https://evil.example"},
        ),
    ]
    for response in answers:
        assert response.status_code == 403
        assert "The page was open for too long" in response.content.decode()
    gateway.refresh_from_db()
    assert gateway.is_connected
    assert gateway.webhook_secrets.count() == 1


@pytest.mark.parametrize("name", GETS)
def test_looking_changes_nothing(meera: Client, gateway: Gateway, name: str) -> None:
    before = list(Gateway.objects.values()), list(WebhookSecret.objects.values())
    meera.get(url(name, gateway))
    assert (list(Gateway.objects.values()), list(WebhookSecret.objects.values())) == before


@pytest.mark.parametrize("name", PAGES)
def test_no_answer_of_this_room_is_stored_anywhere(
    meera: Client, gateway: Gateway, name: str
) -> None:
    """By no cache, and by no back button after signing out."""
    sent = {"secret": gateway.webhook_secrets.get().uid}
    for method in PAGES[name][0].split():
        response = (meera.get if method == "GET" else meera.post)(url(name, gateway), sent)
        assert response.status_code in {200, 302}
        assert "no-store" in response.headers.get("Cache-Control", "")
        assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["replace_keys", "rotate", "disconnect"])
def test_a_gateway_that_is_disconnected_is_shown_and_not_changed(
    meera: Client, gateway: Gateway, name: str
) -> None:
    Gateway.objects.update(disconnected_at=timezone.now())
    before = list(Gateway.objects.values()), list(WebhookSecret.objects.values())
    for send in (meera.get, meera.post):
        response = send(url(name, gateway))
        assert response.status_code == 302
        assert response["Location"] == gateway.get_absolute_url()
    assert (list(Gateway.objects.values()), list(WebhookSecret.objects.values())) == before
    assert not Problem.objects.standing().exists()


@pytest.mark.parametrize("name", ["rotate", "disconnect"])
def test_somebody_else_may_disconnect_it_between_the_page_and_the_press(
    meera: Client, gateway: Gateway, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page has read says connected; the row no longer does."""
    Gateway.objects.update(disconnected_at=timezone.now())
    monkeypatch.setattr(Gateway, "is_connected", True)
    response = meera.post(url(name, gateway))
    assert (response.status_code, response["Location"]) == (302, gateway.get_absolute_url())
    assert gateway.webhook_secrets.count() == 1
