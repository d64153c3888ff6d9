"""The page: what is paid, by whom and how, and buttons that say what they do."""

from sandbox.books import Doc
from sandbox.checkout import deeds, reasons
from sandbox.checkout.ask import ABROAD, Ask
from sandbox.checkout.bill import Bill
from sandbox.checkout.icons import icon
from sandbox.markup import Markup, el, join
from sandbox.money import shown

TITLE = "Sandbox checkout - no real money"
METHODS = {
    "upi": ("UPI", "meera.pillai@okbank"),
    "card": ("Card", "Visa, ends in 1007"),
    "netbanking": ("Netbanking", "ICICI Bank"),
    ABROAD: ("Card from abroad", "MasterCard, ends in 5558"),
    "emandate": ("E-mandate", "ICICI Bank"),
}
OF_ORDERS = ("upi", "card", "netbanking")
OF_SUBSCRIPTIONS = ("upi", "card", ABROAD, "emandate")
OF_MANDATES = ("upi", "card", ABROAD)


def whole(ask: Ask | None, *inside: object, message: str | None = None) -> str:
    """In a frame the script tells the page around it; elsewhere there is no script at all."""
    framed = ask is not None and ask.place == "frame"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", TITLE),
        el("link", rel="stylesheet", href="/v1/checkout/page.css"),
        el("script", src="/v1/checkout/page.js", defer=True) if framed else None,
    )
    main = el(
        "main",
        _banner(framed=framed),
        *inside,
        data_parent=ask.parent if ask and framed else None,
        data_color=ask.color if ask else None,
        data_message=message if framed else None,
    )
    body = el("body", main, class_="framed" if framed else None)
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _banner(*, framed: bool) -> Markup:
    label = "Close without paying"
    # Only the script can close, so it is the script that shows the button.
    about = {"data_close": True, "hidden": True, "aria_label": label}
    close = el("button", icon("close"), type="button", **about)
    said = el("strong", icon("flask"), TITLE)
    return el("div", said, close if framed else None, class_="banner")


def heading(ask: Ask, bill: Bill, mode: str) -> Markup:
    badge = el("span", f"{mode.capitalize()} mode", class_=f"mode {mode}")
    terms = [el("li", term) for term in bill.terms]
    return el(
        "header",
        el("p", el("span", ask.name or "A shop at this desk"), badge, class_="shop"),
        el("h1", ask.description or bill.title),
        el("p", shown(bill.amount, bill.currency), class_="amount"),
        el("ul", *terms, class_="terms") if terms else None,
    )


def form(ask: Ask, bill: Bill) -> Markup:
    hidden = ask.carried() | {"try": deeds.new_try(), "kind": bill.kind}
    return el(
        "form",
        *(el("input", type="hidden", name=name, value=value) for name, value in hidden.items()),
        _buyer(ask),
        _methods(ask, bill),
        _button(bill, "pay", "primary"),
        _button(bill, "change", "plain"),
        _mishaps(bill),
        method="post",
        action="/v1/checkout/pay",
    )


def _buyer(ask: Ask) -> Markup:
    return el(
        "fieldset",
        el("legend", "Buyer"),
        el("p", ask.buyer, class_="name") if ask.buyer else None,
        _box("E-mail", "prefill[email]", ask.payer.email, type="email", maxlength=254),
        _box("Phone", "prefill[contact]", ask.payer.contact, type="tel", maxlength=15),
        class_="buyer",
    )


def _box(label: str, name: str, value: object, **more: object) -> Markup:
    box = el("input", name=name, value=value, placeholder="not given", autocomplete="off", **more)
    return el("label", el("span", label), box)


def _methods(ask: Ask, bill: Bill) -> Markup:
    offered = _offered(bill)
    wished = ABROAD if ask.payer.international else ask.payer.method
    chosen = wished if wished in offered else offered[0]
    tiles = [_tile(name, chosen=name == chosen) for name in offered]
    legend = el("legend", "Pay by")
    return el("fieldset", legend, el("div", *tiles, class_="tiles"), class_="methods")


def _offered(bill: Bill) -> tuple[str, ...]:
    """Only what can be debited again, where that is wanted."""
    if bill.kind == "order":
        return OF_ORDERS
    if bill.kind != "mandate":
        return OF_SUBSCRIPTIONS
    wanted = bill.thing.get("method")
    return tuple(name for name in OF_MANDATES if wanted in (None, name.removesuffix("_abroad")))


def _tile(name: str, *, chosen: bool) -> Markup:
    word, detail = METHODS[name]
    radio = el("input", type="radio", name="prefill[method]", value=name, checked=chosen)
    return el("label", radio, el("span", word, el("small", detail)))


def _button(bill: Bill, deed: str, look: str) -> Markup | None:
    if deed not in bill.deeds:
        return None
    return el("button", bill.deeds[deed], name="deed", value=deed, class_=look)


def _mishaps(bill: Bill) -> Markup:
    options = [el("option", w, value=r) for r, w in reasons.choices(bill.kind).items()]
    reason = el("label", el("span", "Reason to fail"), el("select", *options, name="reason"))
    fail = el("div", reason, _button(bill, "fail", "plain danger"), class_="fail")
    late = _button(bill, "late", "plain")
    legend = el("legend", "Or let something go wrong")
    return el("fieldset", legend, late, fail, class_="mishaps")


def alert(tone: str, said: str, more: object = None) -> Markup:
    name = {"good": "check", "wait": "clock", "bad": "alert"}[tone]
    role = "status" if tone == "good" else "alert"
    text = el("div", el("strong", said), el("p", more) if more else None)
    return el("div", icon(name), text, class_=f"alert {tone}", role=role)


def facts(payment: Doc) -> Markup:
    found = {
        "Payment": el("code", payment["id"]),
        "Amount": shown(payment["amount"], payment["currency"]),
        "Method": METHODS.get(payment["method"], (payment["method"], ""))[0],
        "State": payment["status"],
    }
    pairs = [join(el("dt", name), el("dd", value)) for name, value in found.items()]
    return el("dl", *pairs)


def way_back(ask: Ask, label: str = "Cancel and go back to the shop") -> Markup | None:
    href, label = ("/", "Back to the sandbox") if ask.place == "link" else (ask.cancel_url, label)
    return el("p", el("a", label, href=href), class_="way") if href else None


def way_on(ask: Ask, proof: Doc) -> Markup | None:
    """Without a script it is the buyer who carries the answer to the shop."""
    if not ask.callback_url:
        return None
    fields = [el("input", type="hidden", name=name, value=value) for name, value in proof.items()]
    button = el("button", "Go back to the shop", class_="primary")
    return el("form", *fields, button, method="post", action=ask.callback_url)


def close_button(label: str) -> Markup:
    return el("button", label, type="button", data_close=True, hidden=True, class_="plain")
