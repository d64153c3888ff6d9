"""dumpdata and loaddata: secrets go as ciphertext, and nothing else comes back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.serializers.base import DeserializationError

from gateways import sealing
from gateways.fields import Sealed
from gateways.models import Gateway
from gateways.sealing import SealBroken
from tests.conftest import KEY_SECRET


def dump() -> str:
    out = io.StringIO()
    call_command("dumpdata", "accounts", "gateways", stdout=out)
    return out.getvalue()


def test_a_dump_carries_ciphertext(gateway: Gateway) -> None:
    unsaved = gateway.webhook_secrets.get()
    dumped = dump()
    assert KEY_SECRET not in dumped
    assert unsaved.secret not in dumped
    (row,) = (r for r in json.loads(dumped) if r["model"] == "gateways.gateway")
    assert sealing.unseal(row["fields"]["key_secret"], f"gateways_gateway.key_secret:{gateway.uid}")


def test_a_dump_can_be_loaded_again(gateway: Gateway, tmp_path: Path) -> None:
    dumped = tmp_path / "dump.json"
    dumped.write_text(dump())
    Gateway.objects.all().delete()
    call_command("loaddata", str(dumped), verbosity=0)
    assert Gateway.objects.get(uid=gateway.uid).key_secret == KEY_SECRET


def load(tmp_path: Path, key_secret: str) -> None:
    """Load a dump in which one gateway's key secret is this."""
    rows = json.loads(dump())
    for row in rows:
        if row["model"] == "gateways.gateway":
            row["fields"]["key_secret"] = key_secret
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(rows))
    call_command("loaddata", str(changed), verbosity=0)


@pytest.mark.parametrize("clear", ["in-clear", "", "00000000.short", KEY_SECRET, "sealed.in.clear"])
def test_a_secret_in_clear_is_not_loaded(gateway: Gateway, tmp_path: Path, clear: str) -> None:
    with pytest.raises(DeserializationError, match="ciphertext only"):
        load(tmp_path, clear)
    assert Gateway.objects.get().key_secret == KEY_SECRET


@pytest.mark.parametrize("elsewhere", ["gateways_gateway.key_secret:gw_x", "x"])
def test_a_secret_of_another_row_is_not_loaded(
    gateway: Gateway, tmp_path: Path, elsewhere: str
) -> None:
    with pytest.raises(SealBroken):
        load(tmp_path, sealing.seal("a strangers secret", elsewhere))
    assert Gateway.objects.get().key_secret == KEY_SECRET


def test_a_secret_of_an_unknown_key_is_not_loaded(gateway: Gateway, tmp_path: Path) -> None:
    with pytest.raises(SealBroken, match="does not hold"):
        load(tmp_path, "00000000." + "A" * 56)


@pytest.mark.parametrize("looks_sealed", [True, False])
def test_what_a_person_gives_is_clear_text_whatever_it_looks_like(
    gateway: Gateway, looks_sealed: bool
) -> None:
    given = str(sealing.seal("x", "y")) if looks_sealed else "given"
    gateway.key_secret = given
    gateway.full_clean()
    gateway.save()
    assert Gateway.objects.get().key_secret == given


def test_looking_for_a_secret_finds_nothing(gateway: Gateway) -> None:
    assert not Gateway.objects.filter(key_secret=KEY_SECRET).exists()
    (sealed,) = Gateway.objects.values_list("key_secret", flat=True)
    assert isinstance(sealed, Sealed)
    found: Any = Gateway.objects.get(key_secret=sealed)
    assert found == gateway
