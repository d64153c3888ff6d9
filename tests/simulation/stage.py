"""One run: time goes from one moment at which something is due to the next, and there everybody has
their turn - Razorpay, its webhooks, buyers and sellers, then our tasks, several at once."""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from sandbox import timetable
from sandbox.answers import Answer
from sandbox.books import Doc
from sandbox.sent import Request
from sandbox.switches import door as switches
from sandbox.world import World
from tests.simulation import faults as faults_
from tests.simulation import wire
from tests.simulation.cases import Case, Purchase, Shop
from tests.simulation.clock import DAY, START, Clock
from tests.simulation.options import Plan
from tests.simulation.post import Post

DEBIT = "/payments/create/recurring"
Deed = Callable[[], None]


class Stage:
    """What everybody in a run shares."""

    def __init__(self, plan: Plan, clock: Clock, world: World) -> None:
        self.plan, self.clock, self.world = plan, clock, world
        clock.world = world
        self.faults = faults_.planned(plan, shops=4)
        self.post = Post(plan, clock)
        self.shops: list[Shop] = []
        self.cases: list[Case] = []
        self.agenda: list[tuple[int, int, Deed]] = []
        self.numbers = itertools.count()
        # By Razorpay's ids of orders and subscriptions, and by our ids of orders.
        self.known: dict[str, Purchase] = {}
        self.wire = wire.Wire(world, self.draw)
        self.last_moment = 0
        self.opened = False  # nothing goes wrong while the cast is made
        self.browser = Client(SERVER_NAME="localhost")
        self.wire.noted = self.note_call
        self.before_debit: Callable[[Stage, Purchase, str], None] = lambda *_: None

    def later(self, moment: int, deed: Deed) -> None:
        heapq.heappush(self.agenda, (moment, next(self.numbers), deed))

    def act(self) -> None:
        """What people do by now."""
        while self.agenda and self.agenda[0][0] <= self.clock.now:
            heapq.heappop(self.agenda)[2]()

    def press(self, path: str, **body: Any) -> Doc | None:
        """A switch of the sandbox; None where it says that this is not possible now."""
        raw = json.dumps(body).encode()
        request = Request("POST", f"/sandbox/{path}", {}, _JSON, raw)
        answer = switches.answer(self.world, request)
        if answer.status != 200:
            return None
        found: Doc = json.loads(answer.body)
        return found

    @contextmanager
    def calmly(self) -> Iterator[None]:
        """Nothing goes wrong: what is not proved here."""
        was, self.opened = self.opened, False
        try:
            yield
        finally:
            self.opened = was

    def sells(self, case: Case) -> bool:
        """While a shop's keys are revoked nothing is sold there, and its buyers wait."""
        return not self.doc(case.shop.key_id)["revoked"]

    def doc(self, razorpay_id: str) -> Doc:
        with self.world.turn():
            return self.world.books.the(razorpay_id)

    def next_due_at_razorpay(self, until: int) -> int | None:
        with self.world.turn():
            due = self.world.books.next_due(until)
        return due[1] if due else None

    def march(self) -> None:
        """Razorpay does what is due there."""
        timetable.march(self.world, self.clock.now)

    def knows(self, razorpay_id: str, purchase: Purchase) -> None:
        self.known[razorpay_id] = purchase

    def purchase_of(self, entities: dict[str, Any]) -> Purchase | None:
        """Whose event this is: by the subscription, else by the order of the payment."""
        subscription = entities.get("subscription")
        if subscription:
            return self.known.get(subscription["id"])
        for name in ("payment", "order", "invoice"):
            order_id = (entities.get(name) or {}).get("id" if name == "order" else "order_id")
            if order_id:
                return self.of_order(order_id)
        token = entities.get("token")
        return self.known.get(token["id"]) if token else None

    def of_order(self, order_id: str) -> Purchase | None:
        """A Razorpay order's purchase: our note in it, or the subscription that it bills."""
        if order_id not in self.known:
            with self.world.turn():
                found = self.resolve(self.world.books.the(order_id))
            if found is None:
                return None
            self.known[order_id] = found
        return self.known[order_id]

    def resolve(self, order: Doc) -> Purchase | None:
        notes = order["notes"] if isinstance(order["notes"], dict) else {}
        if notes.get("raseed_order") in self.known:
            return self.known[notes["raseed_order"]]
        pays = order.get("_pays") or ""
        if pays.startswith("inv_"):
            pays = self.world.books.the(pays)["subscription_id"] or ""
        return self.known.get(pays)

    def draw(self, request: Request) -> str:
        """How a call of ours fails, if it does. Each draw is the case's own."""
        if not self.opened:
            return wire.FINE
        purchase = self.asked_about(request)
        if purchase is None:
            return wire.FINE
        if request.path.endswith(DEBIT):
            self.before_debit(self, purchase, request.fields()["order_id"])
            # How long its bank takes, too, is the case's own.
            self.world.chance.seed(purchase.case.draw("bank").random())
        chance = purchase.case.draw(f"{request.method} {request.path.count('/')}")
        return self.faults.of_call(purchase.case.shop.number, self.clock.now, chance)

    def note_call(self, request: Request, answer: Answer, heard: bool) -> None:
        self.note_debit(request, answer, heard)
        if heard and b'"error_reason":"' in answer.body:
            for payment_id, order_id, reason in wire.failures_in(json.loads(answer.body)):
                purchase = self.of_order(order_id)
                if purchase is not None:
                    purchase.reasons[payment_id] = reason

    def note_debit(self, request: Request, answer: Answer, heard: bool) -> None:
        """The sandbox keeps no book of what it refused."""
        if request.path.endswith(DEBIT):
            order_id, told = request.fields()["order_id"], json.loads(answer.body)
            purchase = self.of_order(order_id)
            if purchase is not None:
                reason = (told.get("error") or {}).get("reason") or ""
                call = {"at": self.clock.now, "order_id": order_id, "heard": heard,
                        "token": request.fields()["token"]}  # fmt: skip
                purchase.debits.append({**call, "status": answer.status, "reason": reason})
                said = told.get("razorpay_payment_id") or reason
                lost = "" if heard else ", and the answer is lost"
                purchase.case.tell(self.clock.now, f"debit on {order_id}: {said}{lost}")

    def asked_about(self, request: Request) -> Purchase | None:
        """Which purchase a call is about: by an id in its path, or in what it sends."""
        words = [*request.path.split("/"), *request.query.values()]
        for word in words:
            if word in self.known:
                return self.known[word]
            if word.startswith("order_"):
                return self.of_order(word)
            if word.startswith(("pay_", "inv_", "token_")):
                return self.of_document(word)
        if request.body.startswith(b"{"):
            sent = request.fields()
            order_id = sent.get("order_id")
            notes = sent.get("notes") or {}
            named = notes.get("raseed_order") if isinstance(notes, dict) else None
            return self.of_order(order_id) if order_id else self.known.get(named or "")
        return None

    def of_document(self, razorpay_id: str) -> Purchase | None:
        with self.world.turn():
            doc = self.world.books.get(razorpay_id)
        if doc is None:
            return None
        found = self.known.get(doc.get("subscription_id") or "")
        order_id = doc.get("order_id")
        return found or (self.of_order(order_id) if order_id else None)

    @property
    def ends(self) -> int:
        return START + self.plan.days * DAY


def _headers() -> Any:
    from email.message import Message

    made: Message[str, str] = Message()
    made["Content-Type"] = "application/json"
    return made


_JSON = _headers()
