"""Whom and what a run is about: sellers in several time zones, buyers, and what they bought."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from gateways.models import Gateway
from orders.models import Product
from tests.simulation.clock import shown


@dataclass
class Shop:
    """A seller with one gateway."""

    number: int
    gateway: Gateway
    products: dict[str, list[Product]] = field(default_factory=dict)
    key_id: str = ""
    secret: str = ""  # of the webhook


@dataclass
class Purchase:
    """One order of a case, with the ids that both sides know it by."""

    case: Case
    order_id: int
    uid: str
    product_id: int
    email: str
    made_at: int
    subscription_id: int = 0
    # At Razorpay: the subscription that it charges, or the order of a one-time purchase.
    razorpay_id: str = ""
    # Payments that a person made at Razorpay: by its dashboard or its hosted pages.
    by_hand: set[str] = field(default_factory=set)
    # Until then Raseed may know less than Razorpay: something is on its way, or was dropped.
    unsure_until: int = 0
    facts: list[dict[str, Any]] = field(default_factory=list)
    declined_at: int | None = None
    token_id: str = ""  # the mandate that is charged
    # Of one that we charge: how often, and the state in which a person put an end to it.
    authorising: set[str] = field(default_factory=set)
    period: str = ""
    interval: int = 1
    ended: str | None = None
    resumed: list[int] = field(default_factory=list)
    mandate_ended_at: int | None = None
    ended_mandates: dict[str, int] = field(default_factory=dict)  # when, by their ids
    # The buyer paused the mandate: which slots pass meanwhile is not modelled.
    was_paused: bool = False
    folded: Any = None
    in_series: bool = False
    debits: list[dict[str, Any]] = field(default_factory=list)  # each call of ours, as it went
    # Why payments failed, as answers told that reached us: webhooks may leave it out.
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass
class Case:
    """One buyer of one kind of product, who buys it again when it is over."""

    number: int
    kind: str
    shop: Shop
    chance: random.Random
    seed: int = 0
    heard: int = 0  # events so far: each is delivered by a draw of its own
    story: list[str] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    plans: dict[str, Any] = field(default_factory=dict)

    @property
    def purchase(self) -> Purchase:
        return self.purchases[-1]

    def draw(self, what: str) -> random.Random:
        """Chance of its own for one thing, so that nothing else that happens changes it."""
        self.heard += 1
        return random.Random(f"{self.seed}/{self.number}/{self.heard}/{what}")

    def tell(self, moment: float, what: str) -> None:
        self.story.append(f"{shown(moment)}  {what}")
