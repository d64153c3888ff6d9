from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from accounts import sellers
from accounts.models import Account, AuditEntry, Membership
from accounts.sellers import Seller
from gateways.models import Gateway, WebhookSecret
from tests.commands.terminal import refused, run, run_json
from tests.sandbox.desk import LIVE_KEYS, TEST_KEYS, Desk

KEY_ID, SECRET = TEST_KEYS


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, SECRET)


def give(monkeypatch: pytest.MonkeyPatch, secret: str, typed: str = "") -> None:
    """In the environment, or on standard input."""
    monkeypatch.setenv("RAZORPAY_KEY_SECRET", secret)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))


def connect(account: str, key_id: str = KEY_ID) -> tuple[str, ...]:
    return "connect_razorpay", account, "--key-id", key_id


def nothing_saved() -> bool:
    return not (
        Gateway.objects.exists()
        or WebhookSecret.objects.exists()
        or AuditEntry.objects.filter(what__text__startswith="Connected").exists()
    )


def test_it_prints_the_gateway_its_mode_and_what_to_paste(seller: Seller, desk: Desk) -> None:
    said = run_json(*connect(seller.account.uid))
    gateway = Gateway.objects.get()
    assert said == {
        "gateway": gateway.uid,
        "mode": "test",
        "webhook_url": gateway.webhook_url,
        "webhook_secret": WebhookSecret.objects.get().secret,
    }
    assert (gateway.account, gateway.key_secret) == (seller.account, SECRET)


def test_what_it_prints_takes_signed_events(seller: Seller, desk: Desk, client: Any) -> None:
    from tests.conftest import sign

    said = run_json(*connect(seller.account.uid))
    path = "/" + said["webhook_url"].split("/", 3)[3]
    signed = {"X-Razorpay-Signature": sign(b"{}", said["webhook_secret"])}
    answer = client.post(path, b"{}", "application/json", headers=signed)
    assert answer.status_code == 200


def test_the_mode_is_read_from_the_key(seller: Seller, desk: Desk, monkeypatch: Any) -> None:
    give(monkeypatch, LIVE_KEYS[1])
    assert run_json(*connect(seller.account.uid, LIVE_KEYS[0]))["mode"] == "live"


@pytest.mark.parametrize("name", ["meera@example.com", "Meera@Example.com"])
def test_the_account_may_be_named_by_its_owner(seller: Seller, desk: Desk, name: str) -> None:
    run_json(*connect(name))
    assert Gateway.objects.get().account == seller.account


def test_the_secret_may_come_on_standard_input(
    seller: Seller, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, "", typed=f" {SECRET}\n")
    run_json(*connect(seller.account.uid))
    assert Gateway.objects.get().key_secret == SECRET


@pytest.mark.parametrize("as_json", [["--json"], []], ids=["json", "lines"])
def test_the_key_secret_is_never_printed(seller: Seller, desk: Desk, as_json: list[str]) -> None:
    assert SECRET not in run(*connect(seller.account.uid), *as_json)


def test_without_a_secret_nothing_is_asked(
    seller: Seller, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, " ", typed="")
    assert refused(*connect(seller.account.uid)).startswith("No key secret:")
    assert nothing_saved()


@pytest.mark.parametrize("name", ["act_nobody", "nobody@example.com"])
def test_an_account_that_is_not_there(seller: Seller, desk: Desk, name: str) -> None:
    assert refused(*connect(name)) == f"There is no account “{name}”."


def test_who_only_works_in_an_account_does_not_name_it(seller: Seller, desk: Desk) -> None:
    Membership.objects.update(role=Membership.Role.STAFF)
    assert refused(*connect("meera@example.com")) == "There is no account “meera@example.com”."


def test_an_owner_of_two_accounts_has_to_say_which(seller: Seller, desk: Desk) -> None:
    second = Account.objects.create(name="Second")
    Membership.objects.create(account=second, user=seller.user, role=Membership.Role.OWNER)
    said = refused(*connect("meera@example.com"))
    assert seller.account.uid in said
    assert second.uid in said
    assert nothing_saved()


@pytest.mark.parametrize(
    ("key_id", "mood", "words"),
    [
        ("rzp_other_abc", None, "This is not a Razorpay key ID"),
        (KEY_ID, "401", "Razorpay refused these keys"),
        (KEY_ID, "429", "could not be checked"),
        (KEY_ID, "502", "could not be checked"),
        (KEY_ID, "junk", "could not be checked"),
        (KEY_ID, "lost", "could not be checked"),
    ],
)
def test_each_refusal_is_a_sentence_and_nothing_is_saved(
    seller: Seller, desk: Desk, key_id: str, mood: str | None, words: str
) -> None:
    if mood:
        desk.press("api", fail=mood)
    said = refused(*connect(seller.account.uid, key_id))
    assert words in said
    assert "nothing was saved" in said
    assert SECRET not in said
    assert nothing_saved()


def test_a_wrong_secret_is_refused_and_not_repeated(
    seller: Seller, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, "not-the-secret")
    said = refused(*connect(seller.account.uid))
    assert "Razorpay refused these keys" in said
    assert "not-the-secret" not in said
    assert nothing_saved()


def test_a_second_gateway_of_one_mode_is_refused(seller: Seller, desk: Desk) -> None:
    run_json(*connect(seller.account.uid))
    said = refused(*connect(seller.account.uid))
    assert "connected in test mode already" in said
    assert Gateway.objects.count() == 1


def test_another_account_may_connect_the_same_keys(seller: Seller, desk: Desk) -> None:
    other = sellers.create(email="charlie@example.com", business="Elsewhere", password="pw")
    first, second = run_json(*connect(seller.account.uid)), run_json(*connect(other.account.uid))
    assert first["webhook_url"] != second["webhook_url"]
    assert first["webhook_secret"] != second["webhook_secret"]
