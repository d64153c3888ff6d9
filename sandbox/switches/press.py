"""A pressed switch: what it finds and how it reads its few fields."""

from dataclasses import dataclass

from sandbox import asked
from sandbox.books import Doc, public
from sandbox.entities import instruments, mishaps
from sandbox.payments import Payer
from sandbox.refusals import NotHere, Refused
from sandbox.routing import Call

PAYER = ("method", "email", "contact", "international")


@dataclass(frozen=True)
class Press(Call):
    def the(self, kind: str) -> Doc:
        doc = self.world.books.get(self.names["id"])
        if doc is None or doc["entity"] != kind:
            raise NotHere(kind, self.names["id"])
        return doc

    def only(self, *known: str) -> None:
        asked.only(self.body, *known)

    def payer(self, *more: str, default: str = "card") -> Payer:
        method = asked.choice(self.body, "method", [*instruments.METHODS, *more], default)
        abroad = asked.flag(self.body, "international")
        if abroad and method != "card":
            raise Refused("Only a card can be international.", field="international")
        email = asked.text(self.body, "email", longest=254)
        contact = asked.text(self.body, "contact", longest=15)
        return Payer(method, email, contact, international=abroad)

    def reason(self) -> str:
        return asked.text(self.body, "reason", longest=60) or mishaps.DEFAULT

    def amount(self, default: int) -> int:
        # Odd amounts are the point here, so none of the API's limits.
        return asked.integer(self.body, "amount", least=1) or default

    def changed(self, **docs: Doc | None) -> Doc:
        """The objects as they are now: other functions may have worked on fresh copies."""
        books = self.world.books
        return {name: public(books.the(doc["id"])) for name, doc in docs.items() if doc}
