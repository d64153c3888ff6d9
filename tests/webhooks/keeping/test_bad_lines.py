"""A file is read with suspicion: each bad line is named, and the others are taken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gateways.models import Gateway
from tests.samples import sample
from tests.webhooks.keeping.files import Write, kept, line
from webhooks.keeping.lines import LONGEST
from webhooks.models import Event


def complaint(name: str, gateway: Gateway) -> list[str]:
    """What was said of bad lines; the status is 1."""
    told = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(
            "import_inbox", name, "--gateway", gateway.uid, stdout=io.StringIO(), stderr=told
        )
    assert caught.value.returncode == 1
    return told.getvalue().splitlines()


BAD: dict[str, tuple[dict[str, Any] | bytes, str]] = {
    "no JSON": (b"{", "It is not a JSON object."),
    "no object": (b"[]", "It is not a JSON object."),
    "no UTF-8": (b'{"body":"\xff"}', "It is not a JSON object."),
    "too deep": (b"[" * 100_000, "It is not a JSON object."),
    "too long": (b'"' + b"x" * LONGEST + b'"', f"It is longer than {LONGEST} bytes."),
    "no version": (line(version=...), "Its version is None; this Raseed reads version 1."),
    "newer": (line(version=2), "Its version is 2; this Raseed reads version 1."),
    "no hash": (line(sha256=...), "It says no sha256."),
    "half a hash": (line(sha256="ab"), "Its sha256 is not 64 digits of lower-case hex."),
    "no body": (line(body=...), "It has to have one of body, body_base64 and kept."),
    "two bodies": (line(body_base64=""), "It has to have one of body, body_base64 and kept."),
    "changed": (
        line(body='{"event":"order.paid"}'),
        "Its sha256 is not that of its body: one of them was changed.",
    ),
    "a number for a body": (line(body=1), "Its body cannot be read."),
    "half a surrogate": (line(body="\ud800"), "Its body cannot be read."),
    "no base64": (line(body=..., body_base64="?"), "Its body cannot be read."),
    "a large body": (line(b"x" * 262_145), "Its body is over 256 KiB."),
    "no kind": (line(kind="letter"), "Its kind is none of webhook, api."),
    "a list for a mode": (line(mode=[]), "Its mode is none of test, live."),
    "no time": (line(received_at="soon"), "Its received_at is no time with a zone."),
    "no zone": (line(received_at="2026-11-23T10:00:00"), "Its received_at is no time with a zone."),
    "to come": (line(received_at="2126-11-23T10:00:00Z"), "Its received_at lies in the future."),
    "an odd id": (line(event_id="a\nb"), "Its event_id is none."),
    **{
        f"kept {name}": (
            line(body=..., kept=told, body_dropped_at="2026-01-01T00:00:00Z"),
            "What was kept of its body is not as Raseed writes it.",
        )
        for name, told in {
            "text": "x",
            "nothing": {},
            "no event": kept(type=""),
            "an amount in words": kept(entities={"payment": {"id": "pay_1", "amount": "all"}}),
            "more than is read": kept(entities={"payment": {"id": "pay_1", "name": "Ananya"}}),
            "of a strange kind": kept(entities={"gateway": {"id": "gw_1"}}),
            "without an id": kept(entities={"payment": {"amount": 1}}),
            "far away": kept(as_of=10**12),
            "more besides": kept(order=1),
            "two things": {"unreadable": "x", "type": "order.paid"},
        }.items()
    },
    "kept since nobody knows": (
        line(body=..., kept=kept()), "Its body_dropped_at is no time with a zone.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_named_and_the_others_are_taken(
    write: Write, gateway: Gateway, name: str
) -> None:
    bad, words = BAD[name]
    said = complaint(write(line(), b"", bad, line(sample("order.paid"))), gateway)
    assert said == [f"Line 3: {words}"]
    assert Event.objects.count() == 2


def test_too_many_bad_lines_are_counted(write: Write, gateway: Gateway) -> None:
    said = complaint(write(*["{"] * 200), gateway)
    assert (len(said), said[-1]) == (101, "Further bad lines are only counted.")


@pytest.mark.parametrize("name", ["gateway_id", "order", "order_id", "id", "imported"])
def test_a_line_that_says_more_is_refused(
    write: Write, gateway: Gateway, their_gateway: Gateway, name: str
) -> None:
    words = complaint(write(line(**{name: their_gateway.pk})), gateway)
    assert words == [f"Line 1: Version 1 knows no {name}."]
    assert not Event.objects.exists()
