"""A call by a merchant, and the two ways to find things: by id at once, in lists with a lag."""

from dataclasses import dataclass

from sandbox import asked, ids
from sandbox.books import Doc, Merchant, owner, public
from sandbox.refusals import Refused
from sandbox.routing import Call

LAG = 120
EARLIEST, LATEST = 946_684_800, 4_765_046_400


@dataclass(frozen=True)
class ApiCall(Call):
    merchant: Merchant

    def find(self, kind: str, doc_id: str) -> Doc:
        if not ids.is_well_formed(doc_id):
            raise Refused(f"{doc_id} is not a valid id")
        doc = self.world.books.get(doc_id)
        if doc is None or doc["entity"] != kind or owner(doc) != self.merchant:
            raise Refused("The id provided does not exist")
        return doc

    def the(self, kind: str) -> Doc:
        return self.find(kind, self.names["id"])

    def listed(self, kind: str, **links: str | None) -> Doc:
        """Every answer that is a collection comes from Razorpay's lagging index.

        That holds for ?receipt=, for invoices of a subscription and for payments of an order too:
        only reads by an object's own id are known to be immediate.
        """
        filters = {name: value for name, value in links.items() if value}
        skip, count = self.paging()
        docs = self.world.books.page(
            kind,
            self.merchant,
            since=self._time("from", EARLIEST),
            until=min(self._time("to", LATEST), self.world.now - self.lag),
            count=count,
            skip=skip,
            **filters,
        )
        return collection([public(doc) for doc in docs])

    @property
    def lag(self) -> int:
        return LAG if self.world.odd("lists_lag") else 0

    def paging(self) -> tuple[int, int]:
        skip = asked.integer(self.query, "skip", most=10**9) or 0
        return skip, asked.integer(self.query, "count", least=1, most=100) or 10

    def _time(self, name: str, default: int) -> int:
        found = asked.integer(self.query, name, least=-LATEST, most=10 * LATEST)
        if found is not None and not EARLIEST <= found <= LATEST:
            raise Refused(f"{name} must be between {EARLIEST} and {LATEST}", field=name)
        return default if found is None else found


def collection(items: list[Doc]) -> Doc:
    return {"entity": "collection", "count": len(items), "items": items}
