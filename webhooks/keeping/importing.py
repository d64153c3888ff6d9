"""Take an export back in: the same rows, stored once, for the worker to apply quietly.

Nobody checked a signature here; an operator vouches for the file. So it can only fill the one
gateway that the operator names. An imported event never mails (`Story.of`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from gateways.models import Gateway
from webhooks.keeping import lines
from webhooks.keeping.lines import BadLine
from webhooks.models import Event

BATCH = 100


@dataclass
class Tally:
    """How many lines became what."""

    stored: int = 0
    known: int = 0
    left_out: int = 0
    bad: int = 0


@dataclass
class Import:
    """One file into one gateway. `only`: lines of this gateway of the file; "" takes all.

    `say` is told of each bad line.
    """

    gateway: Gateway
    say: Callable[[str], None]
    only: str = ""
    is_rehearsal: bool = False

    def take(self, file: BinaryIO) -> Tally:
        """Store what is new. May be stopped at any time and started again."""
        tally, batch = Tally(), {}
        for number, raw in numbered(file):
            event = self.event_of(number, raw, tally)
            if event is None:
                continue
            if event.body_sha256 in batch:
                tally.known += 1
                continue
            batch[bytes(event.body_sha256)] = event
            if len(batch) == BATCH:
                self.store(batch, tally)
                batch = {}
        self.store(batch, tally)
        return tally

    def event_of(self, number: int, raw: bytes, tally: Tally) -> Event | None:
        """None if the line is bad, of the other mode or of a gateway that was not asked for."""
        try:
            line = lines.read(raw)
        except BadLine as error:
            tally.bad += 1
            self.say(f"Line {number}: {error}")
            return None
        if line.mode != self.gateway.mode or (self.only and line.gateway != self.only):
            tally.left_out += 1
            return None
        return line.event

    @transaction.atomic
    def store(self, batch: dict[bytes, Event], tally: Tally) -> None:
        """A row that exists stays as it is, also one whose body was dropped since."""
        known = Event.objects.filter(gateway=self.gateway, body_sha256__in=list(batch))
        held = {bytes(digest) for digest in known.values_list("body_sha256", flat=True)}
        new = [event for digest, event in batch.items() if digest not in held]
        tally.known += len(batch) - len(new)
        tally.stored += len(new)
        if self.is_rehearsal:
            return
        for event in new:
            # Whatever Razorpay tells meanwhile goes first.
            event.gateway, event.not_before = self.gateway, timezone.now()
        Event.objects.bulk_create(new, ignore_conflicts=True)


def numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers. A longer one than is read is cut."""
    number = 0
    while raw := file.readline(lines.LONGEST + 2):
        number += 1
        rest = raw
        while not rest.endswith(b"\n") and len(rest) == lines.LONGEST + 2:
            rest = file.readline(lines.LONGEST + 2)
        if raw.strip():
            yield number, raw.rstrip(b"\r\n")
