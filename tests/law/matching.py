"""Which facts are about our orders (spec.md 4, Matching): the ids in one body belong together."""

from collections.abc import Iterable, Iterator, Sequence

from tests.law.facts import Entity, Fact
from tests.law.shapes import OurOrder

NAMES = ("payment", "order", "invoice", "subscription", "refund", "dispute")

Ids = frozenset[str]


def ids_in(fact: Fact) -> Ids:
    """Every id by which a body can be about one of our orders."""
    return frozenset(_ids(fact))


def _ids(fact: Fact) -> Iterator[str]:
    for name in NAMES:
        entity = fact.entity(name)
        for key in ("id", *(f"{other}_id" for other in NAMES)):
            if entity.get(key):
                yield str(entity[key])
        yield from _note(entity)


def _note(entity: Entity) -> Iterator[str]:
    notes = entity.get("notes")
    if isinstance(notes, dict) and notes.get("raseed_order"):
        yield f"note {notes['raseed_order']}"


class Ties:
    """Which of our orders every id belongs to, as far as the facts tie them together."""

    def __init__(self, facts: Sequence[Fact], orders: Iterable[OurOrder]) -> None:
        self._owner: dict[str, OurOrder] = {}
        for order in orders:
            # Our note counts where the answer that named Razorpay's own id was lost.
            named = order.order_id or order.subscription_id or f"note {order.name}"
            self._owner[named] = order
        groups = [ids_in(fact) for fact in facts]
        while self._spread(groups):
            pass

    def _spread(self, groups: Iterable[Ids]) -> bool:
        news = False
        for ids in groups:
            owner = self.owner(ids)
            for one in ids if owner else ():
                if owner and one not in self._owner:
                    self._owner[one] = owner
                    news = True
        return news

    def owner(self, ids: Iterable[str]) -> OurOrder | None:
        """The order of ours that one of these ids belongs to."""
        found = [self._owner[one] for one in sorted(ids) if one in self._owner]
        return found[0] if found else None

    def of(self, fact: Fact) -> OurOrder | None:
        """The order of ours that a fact is about."""
        return self.owner(ids_in(fact))


def statuses(
    facts: Sequence[Fact], ties: Ties, acted_on: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """What becomes of every delivery: (digest, word)."""
    known = set(acted_on)
    account = next((f.body.get("account_id") for f in facts if ties.of(f)), None)
    for fact in facts:
        if not fact.event:
            yield fact.digest, "unreadable"
        elif fact.event not in known:
            yield fact.digest, "ignored"
        elif ties.of(fact):
            yield fact.digest, "processed"
        else:
            theirs = fact.body.get("account_id")
            strange = account and theirs and theirs != account
            yield fact.digest, "foreign" if strange else "unmatched"
