"""A new encryption key: every secret comes under it, and then the old key can go."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from gateways import resealing, sealing
from gateways.fields import SealedTextField
from gateways.models import Gateway, WebhookSecret
from tests.conftest import KEY_SECRET

NEW = base64.urlsafe_b64encode(b"n" * 32).decode()


def rotate() -> str:
    out = io.StringIO()
    call_command("rotate_encryption_key", stdout=out)
    return out.getvalue()


def writers() -> set[str]:
    sealed = [
        *Gateway.objects.values_list("key_secret", flat=True),
        *WebhookSecret.objects.values_list("secret", flat=True),
    ]
    return {sealing.writer_of(text) for text in sealed}


@pytest.fixture
def old_keys() -> list[str]:
    return list(settings.ENCRYPTION_KEYS)


def test_every_secret_comes_under_the_new_key_and_the_old_one_can_go(
    gateway: Gateway, their_gateway: Gateway, settings: Any, old_keys: list[str]
) -> None:
    secret = gateway.webhook_secrets.get().secret
    settings.ENCRYPTION_KEYS = [NEW, *old_keys]
    assert rotate() == "Sealed anew: 4.\n"
    settings.ENCRYPTION_KEYS = [NEW]
    assert writers() == set(sealing.keys())
    assert Gateway.objects.get(pk=gateway.pk).key_secret == KEY_SECRET
    assert gateway.webhook_secrets.get().secret == secret


def test_what_is_under_the_new_key_is_left_alone(gateway: Gateway) -> None:
    before = list(Gateway.objects.values_list("key_secret", flat=True))
    assert rotate() == "Sealed anew: 0.\n"
    assert list(Gateway.objects.values_list("key_secret", flat=True)) == before


def test_a_secret_that_no_key_opens_is_named_and_stops_nothing(
    gateway: Gateway, their_gateway: Gateway, settings: Any, old_keys: list[str]
) -> None:
    settings.ENCRYPTION_KEYS = [NEW]
    lost = Gateway.objects.get(pk=gateway.pk)
    lost.key_secret = "lost"
    lost.save()
    third = base64.urlsafe_b64encode(b"t" * 32).decode()
    settings.ENCRYPTION_KEYS = [third, *old_keys]
    with pytest.raises(CommandError, match=rf"gateways.Gateway {gateway.pk}: sealed with key"):
        rotate()
    assert Gateway.objects.get(pk=their_gateway.pk).key_secret == KEY_SECRET
    with pytest.raises(CommandError):
        rotate()


def test_every_sealed_column_is_found() -> None:
    found = {(model.__name__, column.name) for model, column in resealing.sealed_columns()}
    assert found == {("Gateway", "key_secret"), ("WebhookSecret", "secret")}
    assert all(isinstance(column, SealedTextField) for _m, column in resealing.sealed_columns())


def test_a_row_that_went_meanwhile_is_no_failure(gateway: Gateway) -> None:
    model, column = next(resealing.sealed_columns())
    resealing.reseal_one(model, column, 10**9)
