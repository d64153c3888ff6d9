"""Secrets at rest: what the database holds, and who can read it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from gateways import sealing
from gateways.fields import Sealed
from gateways.models import Gateway, WebhookSecret
from gateways.sealing import SealBroken
from tests.conftest import KEY_SECRET

HERE = "gateways_gateway.key_secret:gw_1"


def new_key(letter: bytes) -> str:
    return base64.urlsafe_b64encode(letter * 32).decode()


OLD, NEW = new_key(b"a"), new_key(b"b")


def stored(gateway: Gateway) -> str:
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_secret FROM gateways_gateway WHERE id = %s", [gateway.pk])
        return str(cursor.fetchone()[0])


@given(text=st.text(st.characters(exclude_categories=["Cs"])), identity=st.text(max_size=60))
def test_what_is_sealed_is_unsealed(text: str, identity: str) -> None:
    identity = identity.encode("utf-8", "ignore").decode()
    sealed = sealing.seal(text, identity)
    assert sealing.unseal(sealed, identity) == text
    assert sealed.isascii()


def test_the_same_secret_is_never_sealed_the_same_way() -> None:
    assert sealing.seal(KEY_SECRET, HERE) != sealing.seal(KEY_SECRET, HERE)


@pytest.mark.parametrize(
    "elsewhere",
    ["gateways_gateway.key_secret:gw_2", "gateways_webhooksecret.secret:gw_1", "", HERE + " "],
)
def test_a_secret_that_was_moved_does_not_open(elsewhere: str) -> None:
    sealed = sealing.seal(KEY_SECRET, HERE)
    with pytest.raises(SealBroken):
        sealing.unseal(sealed, elsewhere)


@pytest.mark.parametrize(
    "broken", ["", ".", "no seal", "00000000.AAAA", "{id}.", "{id}.AAAA", "{id}.%%%%", "{id}.é"]
)
def test_what_was_never_sealed_does_not_open(broken: str) -> None:
    writer = next(iter(sealing.keys()))
    with pytest.raises(SealBroken):
        sealing.unseal(broken.replace("{id}", writer), HERE)


@given(place=st.integers(0, 200), bit=st.integers(0, 7))
def test_no_bit_can_be_changed(place: int, bit: int) -> None:
    writer, _, box = sealing.seal(KEY_SECRET, HERE).partition(".")
    raw = bytearray(base64.urlsafe_b64decode(box))
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(SealBroken):
        sealing.unseal(f"{writer}.{base64.urlsafe_b64encode(raw).decode()}", HERE)


def test_the_first_key_writes_and_all_of_them_read(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    before = sealing.seal("before", HERE)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    after = sealing.seal("after", HERE)
    assert before.partition(".")[0] != after.partition(".")[0]
    assert (sealing.unseal(before, HERE), sealing.unseal(after, HERE)) == ("before", "after")
    settings.ENCRYPTION_KEYS = [OLD, NEW]
    assert sealing.seal("x", HERE).partition(".")[0] == before.partition(".")[0]
    settings.ENCRYPTION_KEYS = [NEW]
    assert sealing.unseal(after, HERE) == "after"
    with pytest.raises(SealBroken, match="does not hold"):
        sealing.unseal(before, HERE)


def test_a_wrong_key_is_told_without_quoting_anything(settings: Any) -> None:
    sealed = sealing.seal(KEY_SECRET, HERE)
    settings.ENCRYPTION_KEYS = [OLD]
    with pytest.raises(SealBroken) as caught:
        sealing.unseal(sealed, HERE)
    assert KEY_SECRET not in str(caught.value)
    assert OLD not in str(caught.value)
    assert sealed.partition(".")[2] not in str(caught.value)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [""],
        ["change-me"],
        ["x" * 43],
        [base64.urlsafe_b64encode(b"a" * 16).decode()],
        [base64.urlsafe_b64encode(b"a" * 33).decode()],
        [OLD, "not a key"],
        ["ключ"],
    ],
)
def test_a_malformed_key_stops_everything(settings: Any, keys: list[str]) -> None:
    settings.ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="32 bytes in base64"):
        sealing.seal(KEY_SECRET, HERE)


def test_both_alphabets_of_base64_name_the_same_key() -> None:
    raw = b"\xfb\xff" * 16
    plain, safe = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()
    assert plain != safe
    assert sealing.ring((plain,)) == sealing.ring((safe,))


def test_a_keys_name_does_not_reveal_it() -> None:
    name = sealing.key_id(b"a" * 32)
    assert len(name) == 8
    assert name != sealing.key_id(b"b" * 32)


def test_the_database_holds_ciphertext_and_the_instance_the_secret(gateway: Gateway) -> None:
    assert KEY_SECRET not in stored(gateway)
    assert Gateway.objects.get(pk=gateway.pk).key_secret == KEY_SECRET
    gateway.refresh_from_db()
    assert gateway.key_secret == KEY_SECRET
    assert Gateway.objects.only("mode").get(pk=gateway.pk).key_secret == KEY_SECRET


def test_saving_a_row_does_not_seal_it_twice(gateway: Gateway) -> None:
    before = stored(gateway)
    loaded = Gateway.objects.get(pk=gateway.pk)
    loaded.save()
    assert stored(gateway) == before, "an untouched secret is written back as it was"
    loaded.key_secret = "another-secret-entirely"
    loaded.save(update_fields=["key_secret"])
    assert stored(gateway) != before
    assert Gateway.objects.get(pk=gateway.pk).key_secret == "another-secret-entirely"


def test_update_cannot_write_plaintext(gateway: Gateway) -> None:
    before = stored(gateway)
    with pytest.raises(TypeError, match="only written by save"), transaction.atomic():
        Gateway.objects.filter(pk=gateway.pk).update(key_secret="in clear")
    gateway.key_secret = "in clear"
    with pytest.raises(TypeError, match="only written by save"), transaction.atomic():
        Gateway.objects.bulk_update([gateway], ["key_secret"])
    assert stored(gateway) == before


def test_bulk_create_seals(gateway: Gateway) -> None:
    made = WebhookSecret(gateway=gateway)
    clear = made.secret
    WebhookSecret.objects.bulk_create([made])
    assert WebhookSecret.objects.get(uid=made.uid).secret == clear
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM gateways_webhooksecret")
        assert not any(clear in row[0] for row in cursor.fetchall())


def test_ciphertext_copied_into_another_row_does_not_open(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE gateways_gateway SET key_secret = %s WHERE id = %s",
            [stored(gateway), their_gateway.pk],
        )
    moved = Gateway.objects.get(pk=their_gateway.pk)
    with pytest.raises(SealBroken):
        _ = moved.key_secret


def test_values_give_ciphertext_only(gateway: Gateway) -> None:
    (found,) = Gateway.objects.values_list("key_secret", flat=True)
    assert isinstance(found, Sealed)
    assert KEY_SECRET not in found


def test_neither_a_gateway_nor_its_secret_shows_it(gateway: Gateway) -> None:
    secret = gateway.webhook_secrets.get()
    for shown in (str(gateway), repr(gateway), str(secret), repr(secret)):
        assert KEY_SECRET not in shown
        assert secret.secret not in shown
    assert str(gateway).startswith("Razorpay rzp_test_…")
    assert gateway.key_id not in str(gateway)
