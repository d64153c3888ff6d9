"""One line of an export, read with suspicion: whoever holds the file may have changed it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from gateways.razorpay import deliveries, entities, events
from gateways.razorpay.deliveries import Delivery
from gateways.razorpay.entities import Entity
from webhooks import routes, views
from webhooks.keeping import exporting, packing
from webhooks.models import Event

# A body of 256 KiB of which every byte is written as six characters, and the rest of the line.
LONGEST = 6 * views.LARGEST_BODY + 16 * 1024
# What is in every line; what tells only readers something and is not taken over; the body.
NEEDED = {"version", "mode", "kind", "received_at", "sha256"}
TOLD = {"gateway", "event_id", "type", "account_ref", "status", "body_dropped_at"}
CONTENT = {"body", "body_base64", "kept"}


class BadLine(ValueError):
    """What is wrong with a line, in one sentence."""


@dataclass(frozen=True)
class Line:
    """An event that can be stored; of which gateway and mode it says it was."""

    gateway: str
    mode: str
    event: Event


def read(raw: bytes) -> Line:
    """Raises BadLine."""
    said = loaded(raw)
    check_keys(said)
    body, kept, digest = content(said)
    told = packing.load(kept) if kept is not None else packing.told_by(body)
    kind = one_of(said, "kind", Event.Kind.values)
    event = Event(
        kind=kind,
        event_id=event_id(said),
        type=told.get("type", ""),
        account_ref=told.get("account_id", ""),
        body=body,
        kept=kept,
        body_dropped_at=None if kept is None else moment(said, "body_dropped_at"),
        body_sha256=digest,
        received_at=moment(said, "received_at"),
        status=status_of(kind, told),
        imported=True,
        replayed=True,
    )
    return Line(str(said.get("gateway", "")), one_of(said, "mode", ["test", "live"]), event)


def loaded(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST:
        raise BadLine(f"It is longer than {LONGEST} bytes.")
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise BadLine("It is not a JSON object.")
    if said.get("version") != exporting.VERSION or said["version"] is True:
        raise BadLine(f"Its version is {said.get('version')!r}; this Raseed reads version 1.")
    return said


def check_keys(said: dict[str, Any]) -> None:
    """Nothing is missing, and nothing is there that would be passed over in silence."""
    missing = sorted(NEEDED - set(said))
    if missing:
        raise BadLine(f"It says no {', '.join(missing)}.")
    unknown = sorted(set(said) - NEEDED - TOLD - CONTENT)
    if unknown:
        raise BadLine(f"Version 1 knows no {', '.join(unknown)[:80]}.")
    if len(CONTENT & set(said)) != 1:
        raise BadLine("It has to have one of body, body_base64 and kept.")


def content(said: dict[str, Any]) -> tuple[bytes, bytes | None, bytes]:
    """The body, what was kept in its place, and the SHA-256 of the body."""
    claimed = said["sha256"]
    try:
        digest = bytes.fromhex(claimed)
    except (ValueError, TypeError):
        digest = b""
    if len(digest) != hashlib.sha256().digest_size or digest.hex() != claimed:
        raise BadLine("Its sha256 is not 64 digits of lower-case hex.")
    if "kept" in said:
        return b"", checked(said["kept"]), digest
    body = raw_body(said)
    if len(body) > views.LARGEST_BODY:
        raise BadLine("Its body is over 256 KiB.")
    if hashlib.sha256(body).digest() != digest:
        raise BadLine("Its sha256 is not that of its body: one of them was changed.")
    return body, None, digest


def raw_body(said: dict[str, Any]) -> bytes:
    try:
        if "body" in said:
            return str(said["body"]).encode() if isinstance(said["body"], str) else no_text()
        return base64.b64decode(said["body_base64"], validate=True)
    except (UnicodeEncodeError, binascii.Error, TypeError, ValueError) as error:
        raise BadLine("Its body cannot be read.") from error


def no_text() -> bytes:
    raise TypeError


def checked(told: Any) -> bytes:
    """What was kept, if Raseed could have written it. There is no body to hold it against."""
    wrong = BadLine("What was kept of its body is not as Raseed writes it.")
    try:
        if isinstance(told, dict) and set(told) == {packing.UNREADABLE}:
            clean = {packing.UNREADABLE: entities.text(told[packing.UNREADABLE])}
        else:
            clean = packing.plain(cleaned(told))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise wrong from error
    if clean != told:
        raise wrong
    return packing.compress(clean)


def cleaned(told: Any) -> Delivery:
    """As it would be read from a body. Raises all kinds of errors where it is something else."""
    found = {kind: entities.read(kind, raw) for kind, raw in told["entities"].items()}
    as_of = told["as_of"]
    return Delivery(
        type=deliveries.name_of({"event": told["type"]}),
        account_id=deliveries.account_of(told),
        as_of=entities.moment(as_of) if as_of != 0 else 0,
        digest="",
        entities={kind: entity for kind, entity in found.items() if isinstance(entity, Entity)},
        is_dated=bool(told["is_dated"]),
    )


def status_of(kind: str, told: packing.Told) -> str:
    """What waits for the event: as when it came."""
    if packing.UNREADABLE in told:
        return Event.Status.UNREADABLE
    known = routes.ANSWERS if kind == Event.Kind.API else events.ACTED_ON
    return Event.Status.RECEIVED if told["type"] in known else Event.Status.IGNORED


def event_id(said: dict[str, Any]) -> str | None:
    found = said.get("event_id")
    if found is None:
        return None
    if not isinstance(found, str) or views.label(found) != found:
        raise BadLine("Its event_id is none.")
    return found


def one_of(said: dict[str, Any], name: str, known: list[str]) -> str:
    if said[name] not in known:
        raise BadLine(f"Its {name} is none of {', '.join(known)}.")
    return str(said[name])


def moment(said: dict[str, Any], name: str) -> datetime:
    """A time of the past, with a zone."""
    try:
        found = datetime.fromisoformat(said.get(name, ""))
        if found.tzinfo is None:
            raise ValueError(found)
        found = found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadLine(f"Its {name} is no time with a zone.") from error
    if found > timezone.now():
        raise BadLine(f"Its {name} lies in the future.")
    return found
