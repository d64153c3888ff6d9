"""Whose books the page shows, and how it writes money, time and state."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sandbox import merchants
from sandbox.books import Doc, Merchant, owner
from sandbox.cycles import INDIA
from sandbox.markup import Markup, el
from sandbox.world import World

SHOWN = 12
GOOD = ["paid", "captured", "active", "delivered", "processed", "on", "confirmed", "won"]
WAIT = [
    *("attempted", "authorized", "pending", "authenticated", "paused", "initiated"),
    *("open", "under_review"),
]
BAD = ["failed", "halted", "stopped", "revoked", "disabled", "rejected", "lost"]
TONES = {
    **dict.fromkeys(GOOD, "good"),
    **dict.fromkeys(WAIT, "wait"),
    **dict.fromkeys(BAD, "bad"),
}


@dataclass(frozen=True)
class View:
    world: World
    key_id: str
    merchant: Merchant

    def recent(self, kind: str, count: int = SHOWN) -> list[Doc]:
        books, until = self.world.books, self.world.now
        return books.page(kind, self.merchant, since=0, until=until, count=count, skip=0)

    def form(self, action: str, *inside: object, **attributes: object) -> Markup:
        target = f"/sandbox/{action}?{urlencode({'key': self.key_id})}"
        return el("form", *inside, method="post", action=target, **attributes)

    def button(self, label: str, action: str, **fields: object) -> Markup:
        hidden = [el("input", type="hidden", name=n, value=v) for n, v in fields.items()]
        return self.form(action, *hidden, el("button", label), class_="one")


def of(world: World, key_id: str | None) -> View:
    known: list[str] = [key["id"] for key in world.books.all("key")]
    chosen = key_id if key_id is not None and key_id in known else known[0]
    return View(world, chosen, merchants.of_key(world, chosen))


def key_of(world: World, merchant: Merchant) -> str:
    mine: list[str] = [key["id"] for key in world.books.all("key") if owner(key) == merchant]
    return mine[0]


def moment(at: float | None) -> str:
    return datetime.fromtimestamp(at, INDIA).strftime("%d %b %Y, %H:%M") if at else "-"


def state(word: str) -> Markup:
    return el("span", word, class_=f"state {TONES.get(word, 'plain')}")


def ident(doc_id: str) -> Markup:
    return el("code", doc_id, id=doc_id)
