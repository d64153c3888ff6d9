"""Does the webhook work? What came, what was refused, what was never seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateways.models import Gateway, Refusal, Sighting
from gateways.razorpay.events import EVENTS, GROUPS


@dataclass(frozen=True)
class Group:
    """One of the groups in which Razorpay's dashboard lists events."""

    name: str
    events: list[tuple[str, datetime | None]]

    @property
    def seen(self) -> int:
        return sum(last is not None for _name, last in self.events)


@dataclass(frozen=True)
class Health:
    """What one gateway's page says about its webhook."""

    groups: list[Group]
    last_type: str
    last_at: datetime | None
    refused: int
    last_refusal: Refusal | None

    @classmethod
    def of(cls, gateway: Gateway) -> Health:
        sightings = {row.type: row.last_at for row in Sighting.objects.filter(gateway=gateway)}
        groups = [
            Group(name, [(event, sightings.get(event)) for event in events])
            for name, events in GROUPS.items()
        ]
        refusals = sorted(Refusal.objects.filter(gateway=gateway), key=lambda r: r.last_at)
        last = max(sightings.items(), key=lambda pair: pair[1], default=("", None))
        return cls(
            groups=groups,
            last_type=last[0],
            last_at=last[1],
            refused=sum(refusal.count for refusal in refusals),
            last_refusal=refusals[-1] if refusals else None,
        )

    @property
    def seen(self) -> int:
        return sum(group.seen for group in self.groups)

    @property
    def total(self) -> int:
        return len(EVENTS)

    @property
    def refused_since(self) -> bool:
        """Whether a refusal is the newest thing that happened."""
        if self.last_refusal is None:
            return False
        return self.last_at is None or self.last_refusal.last_at > self.last_at
