"""The clock, the keys, and the moods of wire and API."""

from sandbox import debit_rules, deliveries, merchants, tokens
from sandbox.api import failures
from sandbox.desk.view import View, moment, state
from sandbox.markup import Markup, el, join, table
from sandbox.oddities import ODDITIES

STEPS = [
    ("+1 minute", {"minutes": 1}),
    ("+1 hour", {"hours": 1}),
    ("+1 day", {"days": 1}),
    ("+4 days", {"days": 4}),
    ("+31 days", {"days": 31}),
]


def clock(view: View) -> Markup:
    ahead = int(view.world.clock.offset)
    days, hours = ahead // 86_400, ahead % 86_400 / 3_600
    lead = f"{days} d {hours:.1f} h ahead of real time" if ahead else "which is real time"
    steps = [view.button(label, "clock", **step) for label, step in STEPS]
    return join(
        el("p", el("strong", moment(view.world.now)), f" in India, {lead}."),
        el("div", *steps, class_="buttons"),
    )


def keys(view: View) -> Markup:
    rows: list[list[object]] = [
        [
            el("code", key["key_id"]),
            el("code", key["key_secret"]),
            join(key["mode"], el("small", key["account"])),
            state("revoked") if key["revoked"] else _revoke(view, key["key_id"]),
        ]
        for key in merchants.all_keys(view.world)
    ]
    account = view.merchant.account
    more = [
        view.button("new account, test keys", "keys", mode="test"),
        view.button("new account, live keys", "keys", mode="live"),
        view.button("more test keys of this account", "keys", mode="test", account=account),
        view.button("more live keys of this account", "keys", mode="live", account=account),
    ]
    heads = ["Key id", "Key secret", "Mode, account", "Switches"]
    return join(table(heads, rows, ""), el("div", *more, class_="buttons"))


def _revoke(view: View, key_id: str) -> Markup:
    return view.button("revoke", f"keys/{key_id}/revoke")


def _number(name: str, label: str, value: object) -> Markup:
    box = el("input", type="number", name=name, value=value, step="any", min=0)
    return el("label", label, box)


def _tick(name: str, label: object, *, on: bool) -> Markup:
    # An empty box sends nothing, so the hidden one before it says no.
    off = el("input", type="hidden", name=name, value=0)
    box = el("input", type="checkbox", name=name, value=1, checked=on)
    return el("label", off, box, el("span", label), class_="tick")


def delivery(view: View) -> Markup:
    now = deliveries.manners(view.world)
    return view.form(
        "delivery",
        _number("duplicate", "Share sent twice", now["duplicate"]),
        _number("drop", "Share never sent", now["drop"]),
        _number("delay", "Seconds of delay", now["delay"]),
        _number("parallel", "At a time", now["parallel"]),
        _tick("shuffle", "in random order", on=now["shuffle"]),
        el("button", "Set"),
        class_="inline",
    )


def api(view: View) -> Markup:
    now = failures.plan(view.world)
    kinds = [el("option", kind, selected=kind == now["fail"]) for kind in failures.KINDS]
    return view.form(
        "api",
        el("label", "Calls fail with", el("select", *kinds, name="fail")),
        _number("share", "Share of calls", now["share"]),
        el("label", "Paths beginning with", el("input", name="paths", value=now["paths"])),
        _number("count", "So many times", now["count"]),
        el("button", "Set"),
        class_="inline",
    )


def oddities(view: View) -> Markup:
    boxes = [
        _tick(name, join(el("code", name), " ", about), on=view.world.odd(name))
        for name, about in ODDITIES.items()
    ]
    return view.form("oddities", *boxes, el("button", "Set"), class_="ticks")


def debits(view: View) -> Markup:
    """No minutes: as in life."""
    now = debit_rules.preferences(view.world)
    at_once = tokens.confirms_at_once(view.world)
    return join(
        view.form(
            "debits/speed",
            _number("minutes", "Minutes to a result", now["minutes"]),
            el("button", "Set"),
            class_="inline",
        ),
        el(
            "div",
            _flip(view, "one debit for each order", "debits/refuse-reuse", on=now["refuse_reuse"]),
            _flip(
                view, "36 hours between debits by domestic card", "debits/rules", on=now["rules"]
            ),
            _flip(view, "mandates confirmed at once", "tokens", "confirm", on=at_once),
            class_="buttons",
        ),
    )


def _flip(view: View, label: str, action: str, name: str = "on", *, on: bool) -> Markup:
    word = "yes" if on else "no"
    return view.button(f"{label}: {word}", action, **{name: 0 if on else 1})


def others(view: View) -> Markup:
    return el(
        "div",
        view.button("3 payments that are not ours", "strangers", n=3, key_id=view.key_id),
        view.button("begin again, keep keys and webhooks", "reset", keep_setup=1),
        view.button("begin again from nothing", "reset"),
        class_="buttons",
    )
