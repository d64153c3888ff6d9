"""Connect and disconnect: against the sandbox, with its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, AuditEntry, User
from accounts.sellers import Seller
from gateways import checking, connecting, rotation
from gateways.checking import Checked
from gateways.models import Gateway, Problem, WebhookSecret
from tests.gateways.stand_in import (
    FAILURES,
    LIVE_KEYS,
    TEST_KEYS,
    WRONG,
    Desk,
    connect,
    other_keys,
    refusal,
)


@pytest.mark.parametrize(("keys", "mode"), [(TEST_KEYS, "test"), (LIVE_KEYS, "live")])
def test_keys_that_razorpay_accepts_are_connected_in_the_mode_they_say(
    desk: Desk, account: Account, owner: User, keys: tuple[str, str], mode: str
) -> None:
    gateway = connecting.connect(account, *keys, user=owner)
    gateway.refresh_from_db()
    assert (gateway.mode, gateway.key_id, gateway.key_secret) == (mode, *keys)
    assert (gateway.connected_by, gateway.is_connected) == (owner, True)
    assert len(gateway.token) >= 22, "128 bits at least"
    secret = gateway.webhook_secrets.get()
    assert len(secret.secret) >= 32
    assert secret.expires_at is None
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.account, entry.user) == (account, owner)
    assert str(entry.what) == f"Connected Razorpay with key {keys[0]}."


@pytest.mark.parametrize(
    "key_id",
    [
        "",
        "rzp_test_",
        "rzp_prod_RsdKey00000001",
        "RZP_TEST_RsdKey00000001",
        "rzp_test_RsdKey 0000001",
        " rzp_test_RsdKey0000001",
        "rzp_test_RsdKey00000001\n",
        "rzp_test_कुंजी",
        "rzp_test_../v1",
        "sandbox-secret",
    ],
)
def test_what_is_no_key_id_never_reaches_razorpay(account: Account, key_id: str) -> None:
    error = refusal(account, (key_id, "secret"))
    assert error.field == "key_id"
    assert "rzp_test_ or rzp_live_" in error.mend
    assert not Gateway.objects.exists()


@pytest.mark.parametrize("fail", FAILURES)
def test_each_failure_of_the_check_is_a_sentence_of_its_own_and_saves_nothing(
    desk: Desk, account: Account, fail: str
) -> None:
    before = AuditEntry.objects.count()
    desk.press("api", fail=fail)
    error = refusal(account)
    field, summary, mend = FAILURES[fail]
    assert error.field == field
    assert summary in error.summary
    assert mend in error.mend
    assert "nothing was saved" in error.summary
    assert not Gateway.objects.exists()
    assert not WebhookSecret.objects.exists()
    assert AuditEntry.objects.count() == before


def test_a_sandbox_that_is_off_cannot_be_checked(settings: Any, account: Account) -> None:
    settings.RAZORPAY_API_URL = "http://127.0.0.1:9"
    error = refusal(account)
    assert "could not be checked" in error.summary
    assert "secret" not in error.summary + error.mend, "only what is known"


def test_a_wrong_secret_is_told_without_repeating_it(desk: Desk, account: Account) -> None:
    error = refusal(account, WRONG)
    assert error.field == "key_secret"
    assert WRONG[1] not in error.summary + error.mend


def test_one_gateway_per_mode(desk: Desk, account: Account) -> None:
    connect(account)
    error = refusal(account, other_keys(desk))
    assert error.summary == "A Razorpay account is connected in test mode already."
    assert "Replace its keys" in error.mend
    connect(account, LIVE_KEYS)
    error = refusal(account, other_keys(desk, mode="live"))
    assert error.summary == "A Razorpay account is connected in live mode already."
    assert Gateway.objects.count() == 2


def meanwhile(monkeypatch: pytest.MonkeyPatch, somebody: Callable[[], object]) -> None:
    """While the next keys are checked, somebody does this."""
    check = checking.check

    def overtaken(*asked: Any) -> Checked:
        monkeypatch.setattr(checking, "check", check)
        somebody()
        return check(*asked)

    monkeypatch.setattr(checking, "check", overtaken)


def test_two_who_connect_at_once_make_one_gateway(
    desk: Desk, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = other_keys(desk)
    meanwhile(monkeypatch, lambda: connect(account, elsewhere))
    assert "already" in refusal(account).summary
    assert Gateway.objects.get().key_id == elsewhere[0]
    assert WebhookSecret.objects.count() == 1


def test_two_accounts_may_connect_the_same_keys(
    desk: Desk, account: Account, stranger: Seller
) -> None:
    ours, theirs = connect(account), connect(stranger.account)
    assert ours.token != theirs.token
    assert ours.webhook_secrets.get().secret != theirs.webhook_secrets.get().secret
    assert connecting.shares_keys(ours)
    assert connecting.shares_keys(theirs)
    connecting.disconnect(theirs, None)
    assert not connecting.shares_keys(ours)


def test_an_account_does_not_share_keys_with_itself(desk: Desk, account: Account) -> None:
    assert not connecting.shares_keys(connect(account))


def test_disconnecting_keeps_the_row(desk: Desk, account: Account, owner: User) -> None:
    gateway = connect(account)
    connecting.disconnect(gateway, owner)
    gateway.refresh_from_db()
    assert not gateway.is_connected
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.user, str(entry.what)) == (
        owner,
        f"Disconnected Razorpay key {TEST_KEYS[0]}.",
    )


def test_disconnecting_clears_what_is_about_the_connection_and_nothing_else(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    for one in (gateway, their_gateway):
        for kind in Problem.Kind:
            Problem.objects.create(account=one.account, gateway=one, kind=kind)
    connecting.disconnect(gateway, None)
    left = Problem.objects.standing().filter(gateway=gateway).values_list("kind", flat=True)
    assert set(left) == {
        "books_differ", "dispute", "late_twin", "odd_money", "partial_refund", "unknown_plan",
        "unreadable_event", "parked_event",
    }  # fmt: skip
    assert Problem.objects.standing().filter(gateway=their_gateway).count() == len(Problem.Kind)


def test_what_stays_says_that_nothing_is_heard_meanwhile(meera: Client, gateway: Gateway) -> None:
    plan = {"kind": Problem.Kind.UNKNOWN_PLAN, "subject": "plan_RsdUnknown001"}
    Problem.objects.create(account=gateway.account, gateway=gateway, **plan)
    shown = meera.get("/problems/").content.decode()
    assert "is disconnected" not in shown
    assert "plan=plan_RsdUnknown001" in shown
    connecting.disconnect(gateway, None)
    shown = meera.get("/problems/").content.decode()
    assert "what changes there is not heard until it is connected again" in shown
    assert "plan=plan_RsdUnknown001" not in shown, "Razorpay cannot be asked what it is"


def test_two_who_take_up_a_former_gateway_at_once_do_not_replace_each_others_keys(
    desk: Desk, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.order()
    desk.wait_out_the_lag()
    connecting.disconnect(connect(account), None)
    meanwhile(monkeypatch, lambda: connect(account))
    assert "already" in refusal(account, other_keys(desk, "acc_SandboxShop001")).summary
    assert Gateway.objects.get().key_id == TEST_KEYS[0]


def test_what_was_learnt_while_the_keys_were_checked_is_kept(
    desk: Desk, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may still be applying events of the former gateway."""
    connecting.disconnect(connect(account), None)
    rows = Gateway.objects.filter(account=account)
    meanwhile(monkeypatch, lambda: rows.update(razorpay_account_id="acc_SandboxShop001"))
    connect(account)
    assert rows.get().razorpay_account_id == "acc_SandboxShop001"


def test_a_gateway_is_disconnected_once(desk: Desk, account: Account, owner: User) -> None:
    gateway = connect(account)
    stale = Gateway.objects.get(pk=gateway.pk)
    connecting.disconnect(gateway, owner)
    since, entries = gateway.disconnected_at, AuditEntry.objects.count()
    with pytest.raises(Gateway.DoesNotExist):
        connecting.disconnect(stale, None)
    gateway.refresh_from_db()
    assert (gateway.disconnected_at, AuditEntry.objects.count()) == (since, entries)


def test_a_gateway_that_is_disconnected_gets_no_new_secret(desk: Desk, account: Account) -> None:
    gateway = connect(account)
    connecting.disconnect(gateway, None)
    with pytest.raises(Gateway.DoesNotExist):
        rotation.rotate(gateway, None)
    assert gateway.webhook_secrets.count() == 1
    assert not Problem.objects.standing().exists(), "it would never be mended"


def test_a_new_secret_that_was_never_pasted_is_told_again(desk: Desk, account: Account) -> None:
    gateway = connect(account)
    rotation.rotate(gateway, None)
    connecting.disconnect(gateway, None)
    assert not Problem.objects.standing().exists()
    connect(account)
    assert Problem.objects.standing().get().kind == Problem.Kind.NEW_SECRET


def test_a_gateway_whose_newest_secret_runs_out_gets_a_lasting_one(
    desk: Desk, account: Account
) -> None:
    gateway = connect(account)
    connecting.disconnect(gateway, None)
    week = timezone.now() + rotation.OVERLAP
    WebhookSecret.objects.update(expires_at=week)
    again = connect(account)
    assert [secret.expires_at for secret in again.webhook_secrets.order_by("pk")] == [week, None]
    assert Problem.objects.standing().get().kind == Problem.Kind.NEW_SECRET
