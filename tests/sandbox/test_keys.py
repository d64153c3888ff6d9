"""Whose call it is: keys, accounts, modes."""

import pytest
import razorpay

from tests.sandbox.desk import LIVE_KEYS, TEST_KEYS, Desk


@pytest.mark.parametrize(
    "keys",
    [
        (TEST_KEYS[0], "wrong"),
        (TEST_KEYS[0], ""),
        ("rzp_test_nobody00000000", TEST_KEYS[1]),
        (TEST_KEYS[0], LIVE_KEYS[1]),
        ("", ""),
    ],
)
def test_wrong_keys_are_refused_in_razorpays_words(desk: Desk, keys: tuple[str, str]) -> None:
    answer = desk.call("GET", "/v1/orders", auth=keys)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    error = answer.json()["error"]
    assert (error["code"], error["description"]) == ("BAD_REQUEST_ERROR", "Authentication failed")
    with pytest.raises(razorpay.errors.BadRequestError, match="Authentication failed"):
        desk.client_with(keys).order.all()


@pytest.mark.parametrize(
    "header", ["basic cnpwOng=", "Bearer x", "Basic", "Basic %%%", "Basic /w=="]
)
def test_only_a_readable_basic_header_is_let_in(desk: Desk, header: str) -> None:
    headers = {"Authorization": header}
    error = desk.error("GET", "/v1/orders", 401, auth=lambda r: r, headers=headers)
    assert error["description"] == "Authentication failed"


def test_no_header_is_asked_for_keys(desk: Desk) -> None:
    error = desk.error("GET", "/v1/orders", 401, auth=lambda r: r)
    assert "provide your api key" in error["description"]


def test_test_and_live_never_see_each_other(desk: Desk) -> None:
    order = desk.order()
    live = desk.client_with(LIVE_KEYS)
    with pytest.raises(razorpay.errors.BadRequestError, match="does not exist"):
        live.order.fetch(order["id"])
    desk.wait_out_the_lag()
    assert desk.client.order.all()["count"] == 1
    assert live.order.all()["count"] == 0


def test_accounts_never_see_each_other(desk: Desk) -> None:
    order = desk.order()
    other = desk.press("keys", mode="test")
    theirs = desk.client_with((other["key_id"], other["key_secret"]))
    with pytest.raises(razorpay.errors.BadRequestError, match="does not exist"):
        theirs.order.fetch(order["id"])


def test_two_keys_of_one_account_see_the_same(desk: Desk) -> None:
    order = desk.order()
    more = desk.press("keys", mode="test", account="acc_SandboxShop001")
    assert more["key_id"].startswith("rzp_test_")
    assert len(more["key_id"]) == len(TEST_KEYS[0])
    same = desk.client_with((more["key_id"], more["key_secret"]))
    assert same.order.fetch(order["id"]) == order


def test_revoked_keys_are_refused(desk: Desk) -> None:
    assert desk.press(f"keys/{TEST_KEYS[0]}/revoke")["revoked"] is True
    assert desk.call("GET", "/v1/orders").status_code == 401
    assert desk.call("GET", "/v1/orders", auth=LIVE_KEYS).status_code == 200


def test_the_list_of_keys_shows_all(desk: Desk) -> None:
    desk.press("keys", mode="live")
    keys = desk.read("keys")["keys"]
    assert [key["mode"] for key in keys] == ["test", "live", "live"]
    assert (keys[0]["key_id"], keys[0]["key_secret"]) == TEST_KEYS


def test_unreadable_wishes_for_keys(desk: Desk) -> None:
    assert "mode" in desk.refused("keys", mode="other")
    assert "account" in desk.refused("keys", mode="test", account="<b>")
    assert "no key" in desk.refused("keys/rzp_test_x/revoke", 404)
