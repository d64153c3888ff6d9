"""What the pages show, what they never show, and what showing them costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, User
from accounts.sellers import Seller
from accounts.sentences import say
from gateways.models import Gateway, Problem, Sighting, WebhookSecret
from tests.conftest import KEY_SECRET
from tests.gateways.pages import GETS, url
from tests.gateways.people import Role, Who


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
        response = meera.get(url(name, busy), headers={"Accept-Language": language}, follow=True)
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
