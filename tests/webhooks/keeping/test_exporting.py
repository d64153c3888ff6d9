"""The inbox as JSON lines: everything that came, and nothing that is secret."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Membership
from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Order
from tests.commands.terminal import refused, run
from tests.conftest import KEY_SECRET, Razorpay, make_gateway
from tests.samples import as_bytes, sample
from tests.webhooks.keeping.conftest import age
from webhooks import work
from webhooks.keeping import dropping, exporting
from webhooks.models import Event


def exported(*options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("export_inbox", *options).splitlines()]


def test_a_line_says_what_came(razorpay: Razorpay, gateway: Gateway, order: Order) -> None:
    body = as_bytes(sample("payment.captured", payment={"bank": "स्टेट"}))
    razorpay.post(body, event_id="evt1")
    work.work()
    Event.objects.update(received_at=datetime(2026, 11, 23, 5, 6, 7, 89, UTC))
    (line,) = exported("--gateway", gateway.uid)
    assert line == {
        "version": 1,
        "gateway": gateway.uid,
        "mode": "test",
        "event_id": "evt1",
        "kind": "webhook",
        "type": "payment.captured",
        "account_ref": "acc_RsdTestAcc0001",
        "received_at": "2026-11-23T05:06:07.000089Z",
        "status": "processed",
        "sha256": hashlib.sha256(body).hexdigest(),
        "body": body.decode(),
    }


def test_what_is_no_text_has_another_name(razorpay: Razorpay, gateway: Gateway) -> None:
    razorpay.post(b"\xff\x00")
    (line,) = exported("--gateway", gateway.uid)
    assert "body" not in line
    assert base64.b64decode(line["body_base64"]) == b"\xff\x00"


def test_of_a_dropped_body_comes_what_was_kept(razorpay: Razorpay, gateway: Gateway) -> None:
    razorpay.tell(sample("payment.captured"))
    age()
    dropping.drop()
    (line,) = exported("--gateway", gateway.uid)
    assert not {"body", "body_base64"} & set(line)
    assert line["kept"]["entities"]["payment"]["amount"] == 49900
    assert line["body_dropped_at"].endswith("Z")


def test_no_secret_and_no_token_is_in_it(razorpay: Razorpay, seller: Seller) -> None:
    razorpay.tell(sample("payment.captured"))
    text = run("export_inbox", seller.account.uid)
    secret = razorpay.gateway.webhook_secrets.get().secret
    for hidden in (KEY_SECRET, secret, razorpay.gateway.token, seller.api_token):
        assert hidden not in text
    assert razorpay.gateway.key_id not in text


def test_an_account_is_exported_whole_and_alone(
    gateway: Gateway, their_gateway: Gateway, seller: Seller
) -> None:
    live = make_gateway(gateway.account, "live")
    for each in (gateway, live, their_gateway):
        Razorpay(each).post(sample("payment.captured"))
    for name in (gateway.account.uid, seller.user.email):
        assert [line["gateway"] for line in exported(name)] == [gateway.uid, live.uid]


def test_a_span_of_time(razorpay: Razorpay, gateway: Gateway) -> None:
    for number in range(3):
        razorpay.post(sample("payment.captured", created_at=1_700_000_000 + number))
    first, second, third = Event.objects.order_by("pk")
    age(first, by=timedelta(days=2))
    age(second, by=timedelta(days=1))
    border = third.received_at - timedelta(hours=36)
    end = third.received_at - timedelta(hours=12)
    found = exported(
        "--gateway", gateway.uid, "--since", border.isoformat(), "--until", end.isoformat()
    )
    assert [line["sha256"] for line in found] == [bytes(second.body_sha256).hex()]


def test_it_is_read_a_batch_at_a_time(
    razorpay: Razorpay, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 2)
    for number in range(5):
        razorpay.post(sample("payment.captured", created_at=1_700_000_000 + number))
    lines = exporting.of_gateway(gateway)
    with CaptureQueriesContext(connection) as queries:
        next(lines)
        next(lines)
        assert len(queries) == 1
        assert len(list(lines)) == 3
    assert len(queries) == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Whose inbox?"),
        (["act_nobody", "--gateway", "gw_nobody"], "Whose inbox?"),
        (["act_nobody"], "There is no account “act_nobody”"),
        (["--gateway", "gw_nobody"], "There is no gateway “gw_nobody” here."),
        (["act_nobody", "--since", "yesterday"], "is no time with a zone"),
    ],
)
def test_who_is_not_there_is_not_exported(db: None, options: list[str], words: str) -> None:
    assert words in refused("export_inbox", *options)


def test_staff_is_no_owner(account: Account, seller: Seller) -> None:
    Membership.objects.update(role=Membership.Role.STAFF)
    assert "There is no account" in refused("export_inbox", seller.user.email)
