"""The list of all switches: what the page at / shows, and what answers."""

from collections.abc import Callable
from typing import Any

from sandbox.routing import Route
from sandbox.switches import disputes, orders, payments, records, surroundings, tokens, webhooks
from sandbox.switches import subscriptions as subs

Handler = Callable[[Any], Any]


def get(path: str, handler: Handler, about: str) -> Route:
    return Route("GET", f"/sandbox/{path}", handler, about)


def post(path: str, handler: Handler, about: str, **example: Any) -> Route:
    return Route("POST", f"/sandbox/{path}", handler, about, example)


ORDERS = [
    post("orders/<id>/pay", orders.pay, "a buyer pays", method="upi"),
    post("orders/<id>/fail", orders.fail, "a payment fails", reason="insufficient_funds"),
    post("orders/<id>/start", orders.start, "the buyer is at the bank, and nothing is heard"),
    post("orders/<id>/authorise-late", orders.authorise_late, "the failed payment goes through"),
    post("orders/<id>/refund", orders.refund, "the captured payment is refunded", amount=100),
]
PAYMENTS = [
    post("payments/<id>/pay", payments.pay, "a failed one is paid in the UPI app: same id"),
    post("payments/<id>/fail", payments.fail, "one that was started fails"),
    post("payments/<id>/authorise-late", payments.authorise_late, "a failed one goes through"),
    post("payments/<id>/capture", payments.capture, "an authorised one is captured by hand"),
    post("payments/<id>/refund", payments.refund, "refunded", amount=100, status="processed"),
    post("refunds/<id>/process", payments.process_refund, "a pending refund succeeds"),
    post("refunds/<id>/fail", payments.fail_refund, "a pending refund fails"),
    post("refunds", surroundings.refund_outcome, "what becomes of API refunds", outcome="pending"),
]
DISPUTES = [
    post(
        "payments/<id>/dispute",
        disputes.begin,
        "the buyer's bank questions a captured one",
        amount=100,
        phase="chargeback",
        reason_code="credit_not_processed",
        days=7,
    ),
    post("disputes/<id>/review", disputes.review, "the seller sent evidence, the bank reads it"),
    post("disputes/<id>/ask", disputes.ask, "the bank asks for more: it is open again"),
    post("disputes/<id>/win", disputes.win, "the seller keeps the money"),
    post("disputes/<id>/lose", disputes.lose, "the amount is deducted"),
    post("disputes/<id>/close", disputes.close, "closed: it was a warning only, or was refunded"),
]
MANDATES = [
    post("tokens/<id>/confirm", tokens.confirm, "the bank confirms the mandate"),
    post("tokens/<id>/reject", tokens.reject, "the bank says no", reason="bank_account_invalid"),
    post("tokens/<id>/pause", tokens.pause, "the buyer pauses it in the UPI app"),
    post("tokens/<id>/resume", tokens.resume, "and resumes it"),
    post("tokens/<id>/cancel", tokens.cancel, "the buyer ends it at the bank"),
    post("tokens/<id>/expire", tokens.expire, "its time is over; no event tells"),
    post(
        "tokens/<id>/fail-next",
        tokens.fail_next,
        "so many coming debits fail",
        n=4,
        reason="insufficient_funds",
    ),
    post("tokens", tokens.confirming, "whether banks confirm new mandates at once", confirm=False),
    post("debits/speed", tokens.speed, "when debits are known; empty: as in life", minutes=5),
    post("debits/refuse-reuse", tokens.refuse_reuse, "one debit for each order", on=True),
    post("debits/rules", tokens.rules, "the 36 hours between debits by domestic card", on=False),
    get("debits", tokens.read, "how debits go now"),
]
SUBSCRIPTIONS = [
    post("subscriptions/<id>/pay", subs.pay, "the buyer authenticates, or pays what is open"),
    post("subscriptions/<id>/change-method", subs.change_method, "another method", method="upi"),
    post("subscriptions/<id>/authorise-late", subs.authorise_late, "its failed payment succeeds"),
    post("subscriptions/<id>/charge", subs.charge, "the due cycle is charged; it revives"),
    post(
        "subscriptions/<id>/attempt-charge",
        subs.attempt_charge,
        "the seller's button in the dashboard; it does not count",
        outcome="fail",
        reason="card_declined",
    ),
    post("subscriptions/<id>/fail", subs.fail, "an automatic charge fails; the 4th time it halts"),
    post("subscriptions/<id>/fail-next", subs.fail_next, "so many coming charges fail", n=4),
    post("subscriptions/<id>/halt", subs.halt, "halted at once"),
    post("subscriptions/<id>/pause", subs.pause, "paused", at_cycle_end=False),
    post("subscriptions/<id>/resume", subs.resume, "resumed"),
    post("subscriptions/<id>/cancel", subs.cancel, "cancelled", at_cycle_end=True),
    post("subscriptions/<id>/refund", subs.refund, "its last captured payment is refunded"),
    post("invoices/<id>/pay", subs.pay_invoice, "the buyer pays an open invoice"),
    post("invoices/<id>/fail", subs.fail_invoice, "a try by hand fails; it does not count"),
]
MOVE_CLOCK = Route(
    "POST",
    "/sandbox/clock",
    surroundings.move_clock,
    "forward, through all that falls due",
    {"days": 1},
    many_turns=True,
)
MOODS = {"fail": "lost", "share": 0.3, "paths": "/v1/orders", "count": 5}
MANNERS = {"duplicate": 0.2, "shuffle": True, "delay": 1, "drop": 0.1, "parallel": 4}
SURROUNDINGS = [
    get("clock", surroundings.read_clock, "what time it is here"),
    MOVE_CLOCK,
    get("delivery", surroundings.read_delivery, "how webhooks arrive"),
    post("delivery", surroundings.delivery, "change that: shares, and seconds", **MANNERS),
    get("api", surroundings.read_api, "how the API fails"),
    post("api", surroundings.api, "make it fail: timeout, lost, junk, 401 ... or none", **MOODS),
    post("strangers", surroundings.bring_strangers, "payments that are not ours", n=3),
    get("oddities", surroundings.read_oddities, "which oddities are on"),
    post("oddities", surroundings.set_oddities, "all, or one by name", on=False, void_email=True),
    get("keys", surroundings.read_keys, "all API keys"),
    post("keys", surroundings.make_key, "keys of a new account, or of a named one", mode="live"),
    post("keys/<id>/revoke", surroundings.revoke_key, "keys go bad"),
]
HOOK = {"url": "http://127.0.0.1:8000/hook/", "secret": "a long secret", "events": "all"}
WEBHOOKS = [
    get("webhooks", webhooks.listed, "all webhooks"),
    post("webhooks", webhooks.add, "add new webhook, as in the dashboard", **HOOK),
    post("webhooks/<id>/edit", webhooks.edit, "its URL, secret or events", active=True),
    post("webhooks/<id>/enable", webhooks.enable, "after it was disabled"),
    post("webhooks/<id>/disable", webhooks.disable, "switch it off"),
    post("webhooks/<id>/remove", webhooks.remove, "and forget its deliveries"),
]
RECORDS = [
    get("books", records.books, "everything as JSON; ?account= ?mode="),
    get("charges", records.tries, "each try to charge: by whom, when, and what became of it"),
    get("events", records.events, "all events; ?after= ?type= ?count="),
    get("deliveries", records.log, "what was sent; ?event_id= ?webhook_id= ?status= ?count="),
    post("events/<id>/replay", records.replay, "the same body, signed with the current secret"),
    post("reset", records.reset, "begin again; may keep keys and webhooks", keep_setup=True),
]

GROUPS = {
    "An order": ORDERS,
    "A payment or refund": PAYMENTS,
    "A dispute": DISPUTES,
    "A mandate": MANDATES,
    "A subscription": SUBSCRIPTIONS,
    "Time, wire, moods": SURROUNDINGS,
    "Webhooks": WEBHOOKS,
    "Records": RECORDS,
}
ROUTES = [route for group in GROUPS.values() for route in group]
