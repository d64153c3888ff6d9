"""Settings > Selling: owners change what holds for all that is sold, and the log says so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, AuditEntry
from tests.gateways.people import Who, signed_in

__all__ = ["signed_in"]

URL = "/settings/selling/"
AS_IT_IS = {"buyers_may_cancel": "on", "language": "en", "time_zone": "Asia/Kolkata"}


def send(client: Client, **changed: Any) -> Any:
    """The page's form with some of it changed; None leaves a box unticked."""
    sent = {**AS_IT_IS, **changed}
    return client.post(URL, {name: value for name, value in sent.items() if value is not None})


def logged(account: Account) -> list[str]:
    entries = AuditEntry.objects.filter(account=account).order_by("pk")
    return [str(entry.what) for entry in entries if "Account made" not in str(entry.what)]


@pytest.mark.parametrize(
    ("changed", "field", "value", "said"),
    [
        ({"access_on_form": "on"}, "access_on_form", True,
         "Access now starts as soon as the order form is sent."),
        ({"buyers_may_cancel": None}, "buyers_may_cancel", False,
         "Buyers may no longer cancel their subscriptions."),
        ({"razorpay_mails_buyers": "on"}, "razorpay_mails_buyers", True,
         "Razorpay, too, now writes to buyers of new subscriptions about failed charges."),
        ({"language": "hi"}, "language", "hi", "Language of mails changed from en to hi."),
        ({"time_zone": "Asia/Dubai"}, "time_zone", "Asia/Dubai",
         "Time zone changed from Asia/Kolkata to Asia/Dubai."),
    ],
)  # fmt: skip
def test_each_change_is_kept_and_logged(
    signed_in: Who, account: Account, changed: Any, field: str, value: Any, said: str
) -> None:
    meera = signed_in("owner")
    assert send(meera, **changed)["Location"] == URL
    account.refresh_from_db()
    assert getattr(account, field) == value
    assert logged(account) == [said]
    assert str(AuditEntry.objects.latest("pk").user) == "Meera Joshi"
    assert "Saved." in meera.get(URL).content.decode()


def test_what_was_not_changed_is_not_logged(signed_in: Who, account: Account) -> None:
    send(signed_in("owner"))
    assert logged(account) == []


def test_it_shows_what_holds(signed_in: Who, account: Account) -> None:
    account.access_on_form, account.time_zone = True, "Asia/Dubai"
    account.save()
    shown = signed_in("owner").get(URL).content.decode()
    assert shown.count("checked") == 3  # the two switches, and who writes
    assert '<option value="Asia/Dubai" selected>' in shown


def test_who_writes_about_failed_charges_is_a_plain_choice(
    signed_in: Who, account: Account
) -> None:
    meera = signed_in("owner")
    assert not account.razorpay_mails_buyers
    assert re.search(r'value=""[^>]*checked', meera.get(URL).content.decode())
    send(meera, razorpay_mails_buyers="on")
    shown = meera.get(URL).content.decode()
    assert re.search(r'value="on"[^>]*checked', shown)
    send(meera, razorpay_mails_buyers="")
    account.refresh_from_db()
    assert not account.razorpay_mails_buyers
    assert "Only Raseed now writes" in logged(account)[-1]


@pytest.mark.parametrize("sent", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}])
def test_what_does_not_exist_is_not_kept(
    signed_in: Who, account: Account, sent: dict[str, str]
) -> None:
    response = send(signed_in("owner"), **sent)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    account.refresh_from_db()
    assert (account.time_zone, account.language) == ("Asia/Kolkata", "en")


@pytest.mark.parametrize("who", ["staff", "read_only"])
def test_others_look_and_do_not_change(signed_in: Who, account: Account, who: str) -> None:
    client = signed_in(who)
    shown = client.get(URL).content.decode()
    assert "Only an owner of the account may do this." in shown
    assert "disabled" in shown
    assert send(client, buyers_may_cancel=None).status_code == 403
    account.refresh_from_db()
    assert account.buyers_may_cancel
    assert logged(account) == []


def test_a_stranger_changes_only_what_is_theirs(signed_in: Who, account: Account) -> None:
    assert send(signed_in("stranger"), buyers_may_cancel=None).status_code == 302
    account.refresh_from_db()
    assert account.buyers_may_cancel


def test_nobody_without_signing_in(client: Client, account: Account) -> None:
    assert client.get(URL).status_code == 302
    assert send(client, buyers_may_cancel=None).status_code == 302
    account.refresh_from_db()
    assert account.buyers_may_cancel


def test_the_settings_lead_to_each_other(signed_in: Who, gateway: Any) -> None:
    meera = signed_in("owner")
    for url in (URL, "/settings/gateways/"):
        shown = meera.get(url).content.decode()
        assert f'href="{URL}"' in shown
        assert 'href="/settings/gateways/"' in shown


@pytest.mark.parametrize("language", ["en", "hi"])
def test_it_opens_in_both_languages(signed_in: Who, account: Account, language: str) -> None:
    response = signed_in("owner").get(URL, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response["Content-Language"] == language
    assert "no-cache" in response["Cache-Control"]
