"""Our verifier against published vectors, and against every kind of wrong signature."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.razorpay.signature import SHORTEST_SECRET, is_authentic, proves_payment, sign

SECRET = "whs_a-secret-that-is-long-enough"
OURS = '{"entity":"event","event":"payment.captured","note":"रसीद ₹499.00"}'.encode()
OUR_SIGNATURE = "827c50b40f6ead5d7971497b2f0dbcae3c430e813b4dae565d118bb47f9870ba"

# The one body that Razorpay published together with its secret and signature
# (https://razorpay.com/docs/payments/server-integration/go/integration-steps/).
PUBLISHED_SECRET = "123456"
PUBLISHED_SIGNATURE = "56df260ab4647b07b729b0b48d2a95b71de42f109884949e5ec387a2bb8b6919"
PUBLISHED = (
    b'{"entity":"event","account_id":"acc_HVFD0PFnHPAzKj","event":"payment.authorized",'
    b'"contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_JUEM4c0pSLpFEW",'
    b'"entity":"payment","amount":12300,"currency":"INR","status":"authorized",'
    b'"order_id":"order_JUELuT6cFaHkvd","invoice_id":null,"international":false,'
    b'"method":"netbanking","amount_refunded":0,"refund_status":null,"captured":false,'
    b'"description":"#JUELZ1z1EC0pwi","card_id":null,"bank":"SBIN","wallet":null,"vpa":null,'
    b'"email":"gaurav.kumar@example.com","contact":"+919999999999","notes":[],"fee":null,'
    b'"tax":null,"error_code":null,"error_description":null,"error_source":null,'
    b'"error_step":null,"error_reason":null,"acquirer_data":{"bank_transaction_id":"6416615"},'
    b'"created_at":1652339804}}},"created_at":1652339806}'
)


class Octets(str):
    """A key of the RFC that is no text: `encode` gives its octets."""

    octets: bytes

    def encode(self, *args: Any) -> bytes:
        return self.octets


def key(octets: bytes) -> str:
    made = Octets("key")
    made.octets = octets
    return made


# RFC 4231, section 4: (key, data, HMAC-SHA256). Case 5 is published truncated to 128 bits.
RFC_4231 = {
    "1": (
        b"\x0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    "2, a short key": (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    "3, key and data longer than 64 octets together": (
        b"\xaa" * 20,
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    "4": (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    "5, truncated": (b"\x0c" * 20, b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    "6, a key longer than a block": (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    "7, key and data longer than a block": (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
}


@pytest.mark.parametrize("case", RFC_4231)
def test_the_vectors_of_rfc_4231(case: str) -> None:
    octets, data, digest = RFC_4231[case]
    assert sign(data, key(octets))[: len(digest)] == digest


def test_the_body_that_razorpay_published() -> None:
    assert sign(PUBLISHED, PUBLISHED_SECRET) == PUBLISHED_SIGNATURE
    by_hand = hmac.new(PUBLISHED_SECRET.encode(), PUBLISHED, hashlib.sha256)
    assert by_hand.hexdigest() == PUBLISHED_SIGNATURE


def test_a_body_of_our_own_with_literal_devanagari() -> None:
    assert hmac.new(SECRET.encode(), OURS, hashlib.sha256).hexdigest() == OUR_SIGNATURE
    assert sign(OURS, SECRET) == OUR_SIGNATURE
    assert is_authentic(OURS, OUR_SIGNATURE, SECRET)


@pytest.mark.parametrize(
    "secret", ["", " ", "\t" * 40, PUBLISHED_SECRET, "x" * (SHORTEST_SECRET - 1), " " * 99 + "x"]
)
def test_a_missing_or_short_secret_verifies_nothing(secret: str) -> None:
    assert not is_authentic(OURS, sign(OURS, secret), secret)
    assert not is_authentic(OURS, sign(OURS, ""), secret)


def test_the_shortest_secret_that_is_enough() -> None:
    secret = "x" * SHORTEST_SECRET
    assert is_authentic(OURS, sign(OURS, secret), secret)


@pytest.mark.parametrize(
    "given",
    [
        "",
        OUR_SIGNATURE.upper(),
        OUR_SIGNATURE[:-1],
        OUR_SIGNATURE + "0",
        OUR_SIGNATURE + "\n",
        " " + OUR_SIGNATURE,
        f"sha256={OUR_SIGNATURE}",
        f"0x{OUR_SIGNATURE}",
        f"{OUR_SIGNATURE},{OUR_SIGNATURE}",
        "gnxQtA9urV15cUl7Lw28rjxDDoE7Ta5WXRGLtH+YcLo=",
        "हस्ताक्षर",
        "\x80\xff" * 32,
        "\ud800" * 64,
        "a" * 100_000,
        sign(OURS, SECRET + "x"),
        sign(OURS, ""),
        sign(OURS + b"\n", SECRET),
        sign(b"\xef\xbb\xbf" + OURS, SECRET),
        sign(OURS.decode().encode("utf-16"), SECRET),
    ],
)
def test_nothing_but_the_lower_case_hex_of_these_bytes_is_let_in(given: str) -> None:
    assert not is_authentic(OURS, given, SECRET)


bodies = st.binary(min_size=1, max_size=400)
printable = st.characters(exclude_categories=["C", "Z"])
secrets = st.text(printable, min_size=SHORTEST_SECRET, max_size=60)


@given(body=bodies, secret=secrets)
def test_what_the_standard_library_signs_is_authentic(body: bytes, secret: str) -> None:
    assert is_authentic(body, hmac.new(secret.encode(), body, "sha256").hexdigest(), secret)


@given(body=bodies, place=st.integers(min_value=0), other=st.integers(1, 255))
def test_any_other_byte_in_the_body_is_refused(body: bytes, place: int, other: int) -> None:
    changed = bytearray(body)
    changed[place % len(body)] ^= other
    assert not is_authentic(bytes(changed), sign(body, SECRET), SECRET)


@given(body=bodies, place=st.integers(0, 63), other=st.characters(exclude_categories=()))
def test_any_other_character_in_the_signature_is_refused(
    body: bytes, place: int, other: str
) -> None:
    right = sign(body, SECRET)
    changed = right[:place] + other + right[place + 1 :]
    assert is_authentic(body, changed, SECRET) == (other == right[place])


@given(body=bodies, cut=st.integers(0, 399))
def test_a_body_that_was_cut_or_grew_is_refused(body: bytes, cut: int) -> None:
    signature = sign(body, SECRET)
    if cut < len(body):
        assert not is_authentic(body[:cut], signature, SECRET)
    assert not is_authentic(body + body[:1], signature, SECRET)


@given(body=bodies, secret=secrets, other=secrets)
def test_another_secret_does_not_open(body: bytes, secret: str, other: str) -> None:
    assert is_authentic(body, sign(body, secret), other) == (secret == other)


class TestCheckout:
    """What Checkout reports: order|payment, and for subscriptions payment|subscription."""

    # Published with the official package: tests/test_client_utility.py
    KEY = "key_secret"
    OF_ORDER = "b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89"

    def test_the_published_vector(self) -> None:
        proven = proves_payment(
            self.OF_ORDER, self.KEY, order_id="fake_order_id", payment_id="fake_payment_id"
        )
        assert proven is True

    def test_of_a_subscription_the_ids_are_in_the_other_order(self) -> None:
        given = sign(b"pay_1|sub_1", self.KEY)
        swapped = sign(b"sub_1|pay_1", self.KEY)
        ids = {"payment_id": "pay_1", "subscription_id": "sub_1"}
        assert proves_payment(given, self.KEY, **ids) is True
        assert proves_payment(swapped, self.KEY, **ids) is False

    @pytest.mark.parametrize(
        "changed",
        [
            {"order_id": "another"}, {"payment_id": "another"}, {"payment_id": ""},
            {"order_id": ""}, {"given": ""}, {"given": "é"}, {"key_secret": ""},
        ],
        ids=str,
    )  # fmt: skip
    def test_anything_else_proves_nothing(self, changed: dict[str, str]) -> None:
        asked = {
            "given": self.OF_ORDER, "key_secret": self.KEY, "order_id": "fake_order_id",
            "payment_id": "fake_payment_id", **changed,
        }  # fmt: skip
        assert proves_payment(**asked) is False
