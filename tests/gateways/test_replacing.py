"""New keys in place of the old: only those of the same Razorpay account and mode."""

from __future__ import annotations

import pytest

from accounts.models import Account, AuditEntry, User
from accounts.sentences import say
from gateways import connecting, problems
from gateways.models import Gateway, Problem
from tests.gateways.stand_in import (
    FAILURES,
    LIVE_KEYS,
    TEST_KEYS,
    WRONG,
    Desk,
    connect,
    not_replaced,
    other_keys,
    with_a_witness,
)


def test_keys_are_replaced_and_nothing_else(desk: Desk, account: Account, owner: User) -> None:
    gateway = connect(account)
    url, secret = gateway.webhook_url, gateway.webhook_secrets.get()
    problems.report(gateway, Problem.Kind.KEYS_REFUSED, what=say("x"), mend=say("y"))
    keys = other_keys(desk, "acc_SandboxShop001")
    connecting.replace_keys(gateway, *keys, user=owner)
    gateway.refresh_from_db()
    assert (gateway.key_id, gateway.key_secret) == keys
    assert (gateway.webhook_url, gateway.webhook_secrets.get()) == (url, secret)
    assert not Problem.objects.standing().exists()
    assert str(AuditEntry.objects.order_by("-pk")[0].what) == (
        f"Replaced the API keys: now {keys[0]}."
    )


def test_keys_of_the_other_mode_do_not_replace(desk: Desk, account: Account) -> None:
    error = not_replaced(connect(account), LIVE_KEYS)
    assert "other mode" in error.summary
    assert error.field == "key_id"


def test_keys_of_another_razorpay_account_do_not_replace(desk: Desk, account: Account) -> None:
    error = not_replaced(with_a_witness(desk, account), other_keys(desk))
    assert "another Razorpay account" in error.summary


@pytest.mark.parametrize("fail", FAILURES)
def test_keys_that_cannot_be_checked_do_not_replace(
    desk: Desk, account: Account, fail: str
) -> None:
    gateway = connect(account)
    desk.press("api", fail=fail)
    error = not_replaced(gateway, TEST_KEYS)
    assert FAILURES[fail][1] in error.summary
    assert FAILURES[fail][2] in error.mend


def test_keys_of_a_disconnected_gateway_are_not_replaced(desk: Desk, account: Account) -> None:
    gateway = connect(account)
    connecting.disconnect(gateway, None)
    with pytest.raises(Gateway.DoesNotExist):
        connecting.replace_keys(gateway, *other_keys(desk, "acc_SandboxShop001"), user=None)
    gateway.refresh_from_db()
    assert (gateway.key_id, gateway.key_secret) == TEST_KEYS


def test_a_wrong_secret_does_not_replace_the_right_one(desk: Desk, account: Account) -> None:
    error = not_replaced(connect(account), WRONG)
    assert error.field == "key_secret"
