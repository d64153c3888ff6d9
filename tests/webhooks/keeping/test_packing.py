"""What is kept of a body says exactly what the body said, and nothing else."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.razorpay.deliveries import Delivery, Unreadable
from gateways.razorpay.entities import Entity
from tests.samples import as_bytes, sample
from tests.webhooks.keeping import oddities
from webhooks import bodies
from webhooks.keeping import packing
from webhooks.models import Event


def read(**columns: Any) -> Delivery | str:
    """What the event says; why it says nothing."""
    try:
        return bodies.read(Event(**columns))
    except Unreadable as error:
        return f"unreadable: {error}"


def check(body: bytes) -> Delivery | str:
    """The law."""
    digest = hashlib.sha256(body).digest()
    kept = packing.pack(body, digest)
    from_body = read(body=body, body_sha256=digest)
    from_kept = read(body=b"", kept=kept, body_sha256=digest)
    # repr as well: True is no 1, and what came first stays first.
    assert (from_kept, repr(from_kept)) == (from_body, repr(from_body))
    return from_kept


@pytest.mark.parametrize("name", oddities.READABLE)
def test_what_is_kept_reads_as_the_body_did(name: str) -> None:
    body = oddities.READABLE[name]
    read = check(body)
    assert isinstance(read, Delivery)
    assert read.digest == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("name", oddities.UNREADABLE)
def test_what_could_not_be_read_stays_unreadable(name: str) -> None:
    assert isinstance(check(oddities.UNREADABLE[name]), str)


@settings(max_examples=100)
@given(body=oddities.bodies())
def test_any_event_at_all(body: bytes) -> None:
    check(body)


@given(body=st.binary(max_size=200))
def test_any_bytes_at_all(body: bytes) -> None:
    check(body)


def test_a_delivery_without_a_time_of_its_own_stays_without_one() -> None:
    read = check(oddities.READABLE["without created_at"])
    assert isinstance(read, Delivery)
    assert (read.is_dated, read.as_of > 0) == (False, True)


def test_what_is_not_merged_is_gone() -> None:
    """A card's name, an address, whatever Razorpay thinks of next year."""
    secret = {"card": {"name": "Ananya Iyer", "last4": "1111"}, "billing_address": "12 MG Road"}
    body = as_bytes(sample("payment.captured.card", payment={**secret, "new": "novelty"}))
    kept = packing.load(packing.pack(body, hashlib.sha256(body).digest()))
    text = str(kept)
    assert "1111" in text
    for gone in ("Ananya Iyer", "MG Road", "novelty", "billing_address"):
        assert gone not in text


def test_a_body_that_is_not_the_one_that_came_is_not_replaced() -> None:
    body = as_bytes(sample("order.paid"))
    with pytest.raises(packing.NotFaithful):
        packing.pack(body + b" ", hashlib.sha256(body).digest())


def test_what_would_not_read_back_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    body = as_bytes(sample("order.paid"))
    monkeypatch.setattr(packing, "load", lambda kept: {})
    with pytest.raises(packing.NotFaithful):
        packing.pack(body, hashlib.sha256(body).digest())


# What version 1 looks like; never to be changed, because rows like this are read for ever.
FIRST = bytes.fromhex(
    "0178da3dcd4d0ac2301005e0bbbc75100b82349709a18d1048d3d24e16a508e225bc400497e2013ccb1cc589b5be"
    "d5fc30df2ca07970d018ecdcb948bbc60e9446d742c1364d9f2219dfca5e1a5395e164fa137475dcffa2e027d35a"
    "92134d63720ac278f26e825e36b6945f46fa95e90a0d7da8eb42fcbf6e44677d808e290485d8d38a717e72be72be"
    "09c4f9c1f70be717e737ce920fb48a49e2"
)


def test_the_first_version_is_read_for_ever() -> None:
    payment = {
        "amount": 49900, "captured": True, "email": None, "notes": {"रंग": "नीला"},
    }  # fmt: skip
    read = packing.unpack(FIRST, b"\x01")
    assert read == Delivery(
        type="payment.captured",
        account_id="acc_1",
        as_of=1700000000,
        digest="01",
        entities={"payment": Entity("pay_1", payment)},
        is_dated=True,
    )


def test_another_version_is_said_to_be_one() -> None:
    with pytest.raises(ValueError, match="newer Raseed"):
        packing.load(b"\x02whatever")
