"""What happened here - orders, payments, disputes ... - with the switches that fit its state."""

from sandbox import tokens
from sandbox.billing import TRIES
from sandbox.books import Doc
from sandbox.desk.view import SHOWN, View, ident, moment, state
from sandbox.markup import Markup, el, join, table
from sandbox.money import shown as money

OF_ORDER = {"created": ["pay", "fail"], "attempted": ["pay", "fail", "authorise-late"]}
OF_PAYMENT = {
    "created": ["pay", "fail"],
    "authorized": ["capture"],
    "captured": ["refund", "dispute"],
    "failed": ["pay", "authorise-late"],
}
OF_DISPUTE = {
    "open": ["review", "win", "lose", "close"],
    "under_review": ["ask", "win", "lose", "close"],
}
OF_SUBSCRIPTION = {
    "created": ["pay", "fail", "cancel"],
    "authenticated": ["charge", "fail", "fail-next", "cancel"],
    "active": ["charge", "fail", "fail-next", "halt", "pause", "cancel", "refund"],
    "pending": ["charge", "fail", "attempt-charge", "authorise-late", "halt", "cancel"],
    "halted": ["charge", "attempt-charge", "change-method", "authorise-late", "cancel"],
    "paused": ["resume", "cancel"],
}
OF_TOKEN = {
    "initiated": ["confirm", "reject", "cancel"],
    "confirmed": ["fail-next", "pause", "cancel", "expire"],
    "paused": ["resume", "cancel"],
}
WITH_PAGE = ("created", "authenticated", "active", "pending", "halted")


def _buttons(view: View, kind: str, doc: Doc, verbs: list[str]) -> Markup:
    again = {"pay": "pay again"} if doc.get("status") == "paid" else {}
    pressed = [
        view.button(again.get(verb, verb.replace("-", " ")), f"{kind}/{doc['id']}/{verb}")
        for verb in verbs
    ]
    return el("div", *pressed, class_="buttons")


def _with_page(doc: Doc, label: str, switches: Markup) -> Markup:
    """Where the buyer would be, beside the switches that do without."""
    return join(el("a", label, href=f"/l/{doc['id']}", class_="page"), switches)


def _name(doc: Doc, detail: str | None) -> Markup:
    stranger = "not ours" if doc.get("_stranger") else None
    said = ", ".join(part for part in (detail, stranger) if part)
    return join(ident(doc["id"]), el("small", said))


def orders(view: View) -> Markup:
    rows: list[list[object]] = []
    # Those of invoices have no switches, and would soon leave no room for the others.
    own = [order for order in view.recent("order", 200) if "_pays" not in order]
    for order in own[:SHOWN]:
        verbs = OF_ORDER.get(order["status"], ["pay", "refund"])
        switches = _buttons(view, "orders", order, verbs)
        if order["status"] in OF_ORDER:
            switches = _with_page(order, "open checkout", switches)
        rows.append(
            [
                _name(order, order["receipt"]),
                money(order["amount"], order["currency"]),
                state(order["status"]),
                moment(order["created_at"]),
                switches,
            ]
        )
    heads = ["Order", "Amount", "State", "Created", "Switches"]
    return table(heads, rows, "No orders yet: your program makes them with POST /v1/orders.")


def payments(view: View) -> Markup:
    rows: list[list[object]] = []
    for payment in view.recent("payment"):
        verbs = OF_PAYMENT.get(payment["status"], [])
        rows.append(
            [
                _name(payment, f"{payment['method']}, {payment['email']}"),
                money(payment["amount"], payment["currency"]),
                join(state(payment["status"]), el("small", payment["error_reason"])),
                moment(payment["created_at"]),
                _buttons(view, "payments", payment, verbs),
            ]
        )
    heads = ["Payment", "Amount", "State", "Created", "Switches"]
    return table(heads, rows, "No payments yet: press pay or fail at an order.")


def disputes(view: View) -> Markup | None:
    rows: list[list[object]] = [
        [
            _name(dispute, dispute["payment_id"]),
            join(
                money(dispute["amount"], dispute["currency"]),
                el("small", dispute["phase"].replace("_", " ")),
            ),
            join(state(dispute["status"]), el("small", dispute["reason_description"])),
            moment(dispute["respond_by"]),
            _buttons(view, "disputes", dispute, OF_DISPUTE.get(dispute["status"], [])),
        ]
        for dispute in view.recent("dispute")
    ]
    heads = ["Dispute", "Amount", "State", "Answer by", "Switches"]
    return table(heads, rows, "") if rows else None


def subscriptions(view: View) -> Markup:
    rows: list[list[object]] = []
    for subscription in view.recent("subscription"):
        plan = view.world.books.the(subscription["plan_id"])
        item, counts = plan["item"], f"{subscription['paid_count']}/{subscription['total_count']}"
        price = money(item["amount"] * subscription["quantity"], item["currency"])
        verbs = OF_SUBSCRIPTION.get(subscription["status"], [])
        switches = _buttons(view, "subscriptions", subscription, verbs)
        if subscription["status"] in WITH_PAGE:
            switches = _with_page(subscription, "open hosted page", switches)
        rows.append(
            [
                _name(subscription, f"{item['name']}, {plan['period']}, {price}"),
                join(counts, " paid", el("small", _tries(subscription))),
                state(subscription["status"]),
                moment(subscription["charge_at"]),
                switches,
            ]
        )
    heads = ["Subscription", "Cycles", "State", "Next charge", "Switches"]
    return table(heads, rows, "No subscriptions yet: your program makes them by API.")


def mandates(view: View) -> Markup | None:
    rows: list[list[object]] = []
    for token in view.recent("token"):
        status = tokens.status(token)
        coming = f"the next {token['_fail_next']} will fail" if token["_fail_next"] else None
        verbs = [] if token["_deleted"] else OF_TOKEN.get(status, [])
        rows.append(
            [
                _name(token, _means(token)),
                money(token["max_amount"], "INR"),
                join(state("deleted" if token["_deleted"] else status), el("small", coming)),
                moment(token["expired_at"]),
                _buttons(view, "tokens", token, verbs),
            ]
        )
    heads = ["Mandate", "Debits up to", "State", "Ends", "Switches"]
    return table(heads, rows, "") if rows else None


def _means(token: Doc) -> str:
    abroad = token["method"] == "card" and token["card"]["international"]
    return "card from abroad" if abroad else str(token["method"])


def _tries(subscription: Doc) -> str:
    tries, coming = subscription["auth_attempts"], subscription["_fail_next"]
    said = [
        f"{tries} of {TRIES} tries failed" if tries else "",
        f"the next {coming} will fail" if coming else "",
    ]
    return ", ".join(part for part in said if part)


def open_invoices(view: View) -> Markup | None:
    found = [i for i in view.recent("invoice", 50) if i["status"] == "issued"]
    rows: list[list[object]] = [
        [
            _name(invoice, invoice["subscription_id"]),
            money(invoice["amount"], invoice["currency"]),
            f"{moment(invoice['billing_start'])} to {moment(invoice['billing_end'])}",
            _invoice_switches(view, invoice),
        ]
        for invoice in found[:12]
    ]
    heads = ["Open invoice", "Amount", "Cycle", "Switches"]
    return table(heads, rows, "") if rows else None


def _invoice_switches(view: View, invoice: Doc) -> Markup:
    switches = _buttons(view, "invoices", invoice, ["pay", "fail"])
    return _with_page(invoice, "open hosted page", switches)
