"""Tokens as the official client reads and ends them, and what the bank and the buyer do."""

import json

import pytest

from tests.sandbox.desk import LIVE_KEYS, Desk, Doc
from tests.sandbox.mandates import UPI, Seller, unknown


@pytest.fixture
def seller(desk: Desk) -> Seller:
    return Seller(desk)


def status(seller: Seller, token: Doc) -> str:
    found = seller.desk.client.token.fetch(seller.customer["id"], token["id"])
    return str(found["recurring_details"]["status"])


def test_tokens_of_a_customer(seller: Seller) -> None:
    first, second = seller.token(), seller.token(**UPI)
    assert seller.desk.client.token.all(seller.customer["id"])["items"] == []
    seller.desk.wait_out_the_lag()
    found = seller.desk.client.token.all(seller.customer["id"])
    assert (found["entity"], found["count"]) == ("collection", 2)
    assert [token["id"] for token in found["items"]] == [second["id"], first["id"]]
    assert seller.desk.client.token.fetch(seller.customer["id"], first["id"]) == first


def test_a_token_is_found_under_its_own_customer_only(seller: Seller) -> None:
    token = seller.token()
    client = seller.desk.client
    other = client.customer.create({"name": "Anil Rao", "email": "anil@example.com"})
    with unknown():
        client.token.fetch(other["id"], token["id"])
    with unknown():
        seller.desk.client_with(LIVE_KEYS).token.fetch(seller.customer["id"], token["id"])
    assert client.token.all(other["id"])["items"] == []


def test_a_deleted_token_is_gone(seller: Seller) -> None:
    token, client = seller.token(), seller.desk.client
    seller.desk.wait_out_the_lag()
    before = len(seller.desk.all_events())
    assert client.token.delete(seller.customer["id"], token["id"]) == {"deleted": True}
    assert client.token.all(seller.customer["id"])["count"] == 0
    for call in (client.token.fetch, client.token.delete, client.token.cancel):
        with unknown():
            call(seller.customer["id"], token["id"])
    assert seller.refused(seller.bill(), token)["description"] == "The id provided does not exist"
    assert len(seller.desk.all_events()) == before


def test_a_cancelled_token_is_told_a_minute_later(seller: Seller) -> None:
    token, client = seller.token(**UPI), seller.desk.client
    answer = client.token.cancel(seller.customer["id"], token["id"])
    assert answer == {"status": "cancellation_initiated"}
    assert status(seller, token) == "confirmed"
    assert seller.go(minutes=2) == ["token.cancelled"]
    assert status(seller, token) == "cancelled"
    path = f"/v1/customers/{seller.customer['id']}/tokens/{token['id']}/cancel"
    assert "already cancelled" in seller.desk.error("PUT", path)["description"]


def test_the_bank_may_think_it_over(seller: Seller) -> None:
    seller.desk.press("tokens", confirm=False)
    done = seller.desk.press(f"orders/{seller.authorisation()['id']}/pay")
    assert "token.confirmed" not in [event["event"] for event in done["events"]]
    token = done["token"]
    assert status(seller, token) == "initiated"
    assert seller.desk.happens(f"tokens/{token['id']}/confirm") == ["token.confirmed"]
    assert status(seller, token) == "confirmed"


def test_and_say_no(seller: Seller) -> None:
    seller.desk.press("tokens", confirm=False)
    token = seller.token()
    (event,) = seller.desk.bodies(f"tokens/{token['id']}/reject", reason="bank_account_invalid")
    body = json.loads(event["body"])
    assert body["event"] == "token.rejected"
    details = body["payload"]["token"]["entity"]["recurring_details"]
    assert details == {"status": "rejected", "failure_reason": "bank_account_invalid"}
    assert "cannot become confirmed" in seller.desk.refused(f"tokens/{token['id']}/confirm")


def test_the_buyer_pauses_resumes_and_ends_it(seller: Seller) -> None:
    path = f"tokens/{seller.token(**UPI)['id']}"
    assert seller.desk.happens(f"{path}/pause") == ["token.paused"]
    assert "cannot become paused" in seller.desk.refused(f"{path}/pause")
    assert seller.desk.happens(f"{path}/resume") == ["token.confirmed"]
    assert seller.desk.happens(f"{path}/cancel") == ["token.cancelled"]
    assert "cannot become confirmed" in seller.desk.refused(f"{path}/resume")


def test_an_expired_one_is_not_listed(seller: Seller) -> None:
    token = seller.token()
    seller.desk.wait_out_the_lag()
    assert seller.desk.client.token.all(seller.customer["id"])["count"] == 1
    assert seller.desk.happens(f"tokens/{token['id']}/expire") == []
    assert seller.desk.client.token.all(seller.customer["id"])["count"] == 0
    assert status(seller, token) == "confirmed"


def test_an_unknown_token_has_no_switches(desk: Desk) -> None:
    assert "no token" in desk.refused("tokens/token_12345678901234/pause", code=404)
