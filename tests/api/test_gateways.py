"""GET gateways and problems: to look at, and without a secret."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from accounts.models import Account
from gateways import problems
from gateways.models import Gateway
from tests.api.caller import ISO, Caller, problem, shape
from tests.conftest import KEY_SECRET, make_gateway


def test_a_gateway_is_shown_with_its_address_and_without_a_secret(
    script: Caller, gateway: Gateway
) -> None:
    shown = script.one("gateways")
    assert shown == {
        "id": gateway.uid, "razorpay_account_id": None, "mode": "test", "key_id": gateway.key_id,
        "webhook_url": gateway.webhook_url, "connected_at": shown["connected_at"],
        "disconnected_at": None,
    }  # fmt: skip
    assert ISO.fullmatch(shown["connected_at"])
    for secret in (KEY_SECRET, gateway.webhook_secrets.get().secret):
        assert secret not in json.dumps(shown)
    assert script.get(f"gateways/{gateway.uid}") == shown


def test_gateways_are_found_by_mode_and_disconnected_ones_stay(
    script: Caller, account: Account, gateway: Gateway
) -> None:
    live = make_gateway(account, "live")
    live.disconnected_at, live.razorpay_account_id = timezone.now(), "acc_RsdLiveAcc0001"
    live.save()
    shown = script.one("gateways", mode="live")
    shape(shown, id=live.uid, razorpay_account_id="acc_RsdLiveAcc0001")
    assert ISO.fullmatch(shown["disconnected_at"])
    assert script.one("gateways", mode="test")["id"] == gateway.uid


@pytest.mark.parametrize("path", ["gateways", "problems"])
def test_nothing_is_connected_or_mended_through_the_api(
    script: Caller, gateway: Gateway, path: str
) -> None:
    script.refused(path, {}, "method_not_allowed", 405)
    problem(script.client.delete(f"/api/v1/{path}/{gateway.uid}/"), "method_not_allowed", 405)


def test_a_problem_is_shown_until_it_is_mended(script: Caller, gateway: Gateway) -> None:
    problems.report_new_secret(gateway)
    shown = script.one("problems", gateway=gateway.uid, mode="test", kind="new_secret")
    shape(
        shown, gateway=gateway.uid, mode="test", kind="new_secret", subject="", count=1,
        mend="Paste the new secret into the webhook's settings at Razorpay.",
    )  # fmt: skip
    assert shown["what"]
    assert ISO.fullmatch(shown["since"])
    assert ISO.fullmatch(shown["last_seen_at"])
    gateway.problems.update(cleared_at=timezone.now())
    assert script.get("problems")["results"] == []
    problem(script.ask(f"problems/{shown['id']}/"), "not_found", 404)
