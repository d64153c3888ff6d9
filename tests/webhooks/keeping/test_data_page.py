"""Settings > Data, the export for owners, and how an event whose body was dropped is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.models import Account, AuditEntry, User
from gateways.models import Gateway
from tests.conftest import Razorpay
from tests.gateways.people import Who
from tests.samples import sample
from tests.scripts import Api
from tests.webhooks.keeping.conftest import age, has_body, place
from webhooks.keeping import dropping
from webhooks.models import Event

URL = "/settings/data/"
EXPORT = "/events/export/"


def logged() -> list[str]:
    entries = [str(entry.what) for entry in AuditEntry.objects.order_by("pk")]
    return [what for what in entries if "Account made" not in what]


def days(account: Account) -> int:
    account.refresh_from_db()
    return account.keep_bodies_days


class TestPeriod:
    def test_an_owner_changes_it_and_the_log_says_so(self, meera: Client, account: Account) -> None:
        shown = meera.get(URL).content.decode()
        assert 'value="180"' in shown
        assert "What is dropped then:" in shown
        assert "What stays:" in shown
        assert meera.post(URL, {"days": "30"})["Location"] == URL
        assert days(account) == 30
        assert logged() == ["Raw events are now kept for 30 days (before: 180)."]
        assert "Saved." in meera.get(URL).content.decode()
        meera.post(URL, {"days": "30"})
        assert len(logged()) == 1

    @pytest.mark.parametrize("sent", ["", "29", "3651", "-1", "0", "1e3", "soon", "99999999999"])
    def test_what_is_no_period_is_refused_in_words(
        self, meera: Client, account: Account, sent: str
    ) -> None:
        shown = meera.post(URL, {"days": sent}).content.decode()
        assert "Give a whole number of days, from 30 to 3650." in shown
        assert (days(account), logged()) == (180, [])

    @pytest.mark.parametrize("sent", ["30", "3650"])
    def test_both_ends_are_allowed(self, meera: Client, account: Account, sent: str) -> None:
        meera.post(URL, {"days": sent})
        assert days(account) == int(sent)

    @pytest.mark.parametrize("who", ["staff", "read_only"])
    def test_others_look_and_do_not_change(
        self, signed_in: Who, account: Account, who: str
    ) -> None:
        client = signed_in(who)
        shown = client.get(URL).content.decode()
        assert "Only an owner of the account may do this." in shown
        assert EXPORT not in shown
        assert client.post(URL, {"days": "30"}).status_code == 403
        assert days(account) == 180

    def test_a_stranger_changes_only_what_is_theirs(self, signed_in: Who, account: Account) -> None:
        assert signed_in("stranger").post(URL, {"days": "30"}).status_code == 302
        assert days(account) == 180

    def test_a_longer_one_brings_nothing_back_and_forgets_no_open_event(
        self, meera: Client, razorpay: Razorpay, gateway: Gateway, account: Account
    ) -> None:
        razorpay.tell(sample("payment.captured"))
        razorpay.post(sample("order.paid"))
        age()
        dropping.drop()
        assert has_body() == [False, True]
        meera.post(URL, {"days": "3650"})
        assert has_body() == [False, True]
        assert place(gateway) == 0, "the walk passed an open event that is young now"
        meera.post(URL, {"days": "365"})
        dropping.drop()
        assert has_body() == [False, True]

    @pytest.mark.parametrize("language", ["en", "hi"])
    def test_it_opens_in_both_languages(self, meera: Client, language: str) -> None:
        response = meera.get(URL, headers={"Accept-Language": language})
        assert (response.status_code, response["Content-Language"]) == (200, language)

    def test_the_settings_lead_here(self, meera: Client, gateway: Gateway) -> None:
        for url in ("/settings/selling/", "/settings/gateways/"):
            assert f'href="{URL}"' in meera.get(url).content.decode()


class TestExport:
    def test_an_owner_gets_all_of_it_and_the_log_says_so(
        self, meera: Client, razorpay: Razorpay, their_gateway: Gateway
    ) -> None:
        razorpay.tell(sample("payment.captured"))
        Razorpay(their_gateway).tell(sample("order.paid"))
        assert f'href="{EXPORT}"' in meera.get("/events/?status=not_ours").content.decode()
        response: Any = meera.get(EXPORT)
        assert isinstance(response, StreamingHttpResponse)
        assert response["Content-Type"] == "application/jsonl"
        assert "raseed-inbox-" in response["Content-Disposition"]
        (line,) = response.getvalue().splitlines()
        assert json.loads(line)["gateway"] == razorpay.gateway.uid
        assert logged() == ["The inbox was downloaded."]

    @pytest.mark.parametrize("who", ["staff", "read_only"])
    def test_nobody_else_does(self, signed_in: Who, razorpay: Razorpay, who: str) -> None:
        razorpay.tell(sample("payment.captured"))
        client = signed_in(who)
        assert client.get(EXPORT).status_code == 403
        assert EXPORT not in client.get("/events/?status=not_ours").content.decode()
        assert logged() == []

    def test_a_stranger_gets_what_is_theirs(self, signed_in: Who, razorpay: Razorpay) -> None:
        razorpay.tell(sample("payment.captured"))
        response: Any = signed_in("stranger").get(EXPORT)
        assert response.getvalue() == b""

    def test_it_is_not_posted(self, meera: Client) -> None:
        assert meera.post(EXPORT).status_code == 405


class TestDropped:
    @pytest.fixture
    def dropped(self, razorpay: Razorpay) -> Event:
        told = {"card": {"name": "Ananya Iyer", "last4": "1111"}}
        razorpay.tell(sample("payment.captured.card", payment=told))
        age()
        dropping.drop()
        return Event.objects.get()

    def test_the_page_says_so_and_shows_what_was_read(self, meera: Client, dropped: Event) -> None:
        shown = meera.get(dropped.get_absolute_url()).content.decode()
        assert "The raw body was dropped (" in shown
        assert "What Raseed read of it is shown." in shown
        assert "&quot;amount&quot;: 49900" in shown
        assert "Ananya Iyer" not in shown
        assert "As Razorpay sent it" not in shown

    def test_so_does_the_admin(self, dropped: Event) -> None:
        operator = Client()
        operator.force_login(User.objects.create_superuser("operator@example.com", "pw"))
        shown = operator.get(f"/admin/webhooks/event/{dropped.pk}/change/").content.decode()
        assert "&quot;amount&quot;: 49900" in shown
        assert operator.get("/admin/webhooks/event/").status_code == 200

    def test_and_scripts_see_no_difference(self, dropped: Event, api: Api) -> None:
        (found,) = api.get("events")["results"]
        assert found["type"] == "payment.captured"

    def test_one_that_could_not_be_read_is_shown_too(
        self, meera: Client, razorpay: Razorpay
    ) -> None:
        razorpay.post(b"")
        razorpay.post(b"payload=1")
        age(Event.objects.order_by("pk")[1])
        for event in Event.objects.all():
            assert meera.get(event.get_absolute_url()).status_code == 200
