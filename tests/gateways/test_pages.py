"""Settings > Payment gateways: who may see which page, and what it may never show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Membership, User
from accounts.sellers import Seller
from accounts.sentences import say
from gateways import problems, rotation
from gateways.models import Gateway, Problem, Refusal, Sighting, WebhookSecret
from tests.conftest import KEY_SECRET, make_gateway

Role = Membership.Role
Who = Callable[[str], Client]

# name: (methods, for owners only)
ABOUT_ALL = {
    "list": ("GET", False),
    "add": ("GET", False),
    "problems": ("GET", False),
    "connect": ("GET POST", True),
}
ABOUT_ONE = {
    "change": ("GET", False),
    "health": ("GET", False),
    "replace_keys": ("GET POST", True),
    "secret": ("POST", True),
    "rotate": ("GET POST", True),
    "end_secret": ("POST", True),
    "disconnect": ("GET POST", True),
}
PAGES = ABOUT_ALL | ABOUT_ONE
GETS = [name for name, (methods, _owner) in PAGES.items() if "GET" in methods]
POSTS = [name for name, (methods, _owner) in PAGES.items() if "POST" in methods]
OWNERS = [name for name, (_methods, owner) in PAGES.items() if owner]


def url(name: str, gateway: Gateway) -> str:
    return reverse(f"gateways:{name}", args=[gateway.uid] if name in ABOUT_ONE else [])


@pytest.fixture
def signed_in(seller: Seller, stranger: Seller) -> Who:
    """A browser of Meera, of her staff, of her bookkeeper, or of a stranger."""

    def sign_in(who: str) -> Client:
        client = Client()
        if who == "owner":
            client.force_login(seller.user)
        elif who == "stranger":
            client.force_login(stranger.user)
        else:
            person = User.objects.create_user(f"{who}@example.com", "pw", name=who)
            Membership.objects.create(account=seller.account, user=person, role=who)
            client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def meera(signed_in: Who) -> Client:
    return signed_in("owner")


def test_the_tables_above_name_every_address_of_this_room() -> None:
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


# Pages that show or take keys and secrets are kept by no cache and by no back button.
KEPT_BY_BROWSERS = {
    "list": "the list", "add": "the kinds", "problems": "what to mend", "rotate": "a question",
    "disconnect": "a question", "end_secret": "a redirect",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(PAGES) - set(KEPT_BY_BROWSERS)))
def test_pages_of_keys_and_secrets_are_stored_nowhere(
    meera: Client, gateway: Gateway, name: str
) -> None:
    send = meera.get if name in GETS else meera.post
    response = send(url(name, gateway), {"secret": gateway.webhook_secrets.get().uid})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


@pytest.mark.xfail(strict=True, reason="these settings pages lack never_cache")
@pytest.mark.parametrize("name", ["list", "rotate", "disconnect"])
def test_no_settings_page_is_stored_anywhere(meera: Client, gateway: Gateway, name: str) -> None:
    response = meera.get(url(name, gateway))
    assert "no-store" in response.headers.get("Cache-Control", "")


@pytest.fixture
def busy(gateway: Gateway) -> Gateway:
    """A gateway of which every part of the page has something to say."""
    now = timezone.now()
    rotation.rotate(gateway, None)
    Sighting.objects.create(gateway=gateway, type="order.paid", first_at=now, last_at=now)
    for reason in Refusal.Reason.values:
        Refusal.objects.create(gateway=gateway, reason=reason, count=2, first_at=now, last_at=now)
    for kind in Problem.Kind.values:
        problems.report(
            gateway, Problem.Kind(kind), what=say("What."), mend=say("Mend."), subject="7"
        )
    make_gateway(gateway.account, "live")
    return gateway


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("who", ["owner", Role.STAFF, Role.READ_ONLY])
def test_no_page_holds_a_secret(signed_in: Who, busy: Gateway, who: str, language: str) -> None:
    canaries = [KEY_SECRET, *(secret.secret for secret in WebhookSecret.objects.all())]
    client = signed_in(who)
    for name in GETS:
        response = client.get(url(name, busy), headers={"Accept-Language": language})
        page = response.content.decode()
        assert f'<html lang="{language}"' in page or name == "health"
        assert "•••" in page or name != "change"
        for canary in canaries:
            assert canary not in page
            assert canary not in str(response.headers)


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("connected", [True, False])
def test_every_page_opens_in_both_languages(
    meera: Client, busy: Gateway, language: str, connected: bool
) -> None:
    if not connected:
        Gateway.objects.filter(pk=busy.pk).update(disconnected_at=timezone.now())
    for name in GETS:
        response = meera.get(url(name, busy), headers={"Accept-Language": language})
        assert response.status_code == 200
        assert response["Content-Language"] == language


def test_what_a_seller_types_is_shown_as_text(meera: Client, busy: Gateway) -> None:
    attack = "<script>alert(1)</script>"
    Account.objects.update(name=attack)
    User.objects.update(name=attack)
    Sighting.objects.update(type=attack)
    Problem.objects.update(what=say("%(x)s", x=attack))
    for name in GETS:
        assert attack not in meera.get(url(name, busy)).content.decode()


def test_the_number_of_problems_stands_in_the_menu(meera: Client, busy: Gateway) -> None:
    page = meera.get(url("problems", busy)).content.decode()
    assert f'<span class="count">{len(Problem.Kind.values) + 1}</span>' in page


def test_nothing_to_mend_is_said_in_words(meera: Client, gateway: Gateway) -> None:
    assert "Nothing to mend." in meera.get(url("problems", gateway)).content.decode()


def test_a_new_seller_is_led_to_the_keys(meera: Client, seller: Seller) -> None:
    page = meera.get(reverse("gateways:list")).content.decode()
    assert "Connect your Razorpay account" in page
    assert reverse("gateways:connect") in page


def test_the_start_is_the_list(meera: Client, gateway: Gateway) -> None:
    response = meera.get("/", follow=True)
    assert response.redirect_chain == [("/settings/gateways/", 302)]


class TestQueries:
    """Session and user, membership, gateways, then what is shown of each."""

    @pytest.fixture
    def browser(self, meera: Client, busy: Gateway) -> Client:
        meera.get(url("list", busy))  # what a process reads once
        return meera

    def test_of_the_list(
        self, browser: Client, busy: Gateway, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(4 + 2 * 2 + 1):
            browser.get(url("list", busy))

    def test_of_a_gateways_page(
        self, browser: Client, busy: Gateway, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(9):
            browser.get(url("change", busy))

    def test_of_the_part_that_is_asked_for_every_few_seconds(
        self, browser: Client, busy: Gateway, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(8):
            browser.get(url("health", busy))

    def test_of_the_problems(
        self, browser: Client, busy: Gateway, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(5):
            browser.get(url("problems", busy))
