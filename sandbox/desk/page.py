"""The page as a whole."""

import json

from sandbox.books import owner
from sandbox.desk import controls, hooks, things
from sandbox.desk.view import View, key_of
from sandbox.markup import Markup, el, join
from sandbox.routing import Route
from sandbox.switches.routes import GROUPS

SECTIONS = {
    "orders": "Orders",
    "payments": "Payments",
    "subscriptions": "Subscriptions",
    "mandates": "Mandates",
    "webhooks": "Webhooks",
    "deliveries": "Deliveries",
    "moods": "Wire and moods",
    "switches": "All switches",
}


def whole(view: View, said: str | None) -> str:
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", "Razorpay sandbox"),
        el("link", rel="stylesheet", href="/style.css"),
    )
    body = el("body", _top(view), el("main", _notice(said), *_cards(view)))
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _top(view: View) -> Markup:
    links = [el("a", title, href=f"#{name}") for name, title in SECTIONS.items()]
    return el(
        "header",
        el("h1", "Razorpay sandbox"),
        el("p", el("strong", "This is not Razorpay."), " No money moves here. ", WHAT_IT_IS),
        el("nav", *_books(view), class_="books", aria_label="Whose books"),
        el("nav", *links, aria_label="On this page"),
    )


WHAT_IT_IS = (
    "It stands in for Razorpay's API, dashboard, buyers and banks at a desk without internet."
)


def _books(view: View) -> list[Markup]:
    merchants = dict.fromkeys(owner(key) for key in view.world.books.all("key"))
    return [
        el(
            "a",
            f"{merchant.mode} ",
            el("code", merchant.account),
            href=f"/?key={key_of(view.world, merchant)}",
            aria_current="page" if merchant == view.merchant else None,
        )
        for merchant in merchants
    ]


def _notice(said: str | None) -> Markup | None:
    return el("p", said, class_="notice", role="status") if said else None


def _cards(view: View) -> list[Markup]:
    return [
        el("div", _card("clock", "Clock", controls.clock(view)), _keys(view), class_="pair"),
        _section("orders", things.orders(view)),
        _section("payments", things.payments(view), things.disputes(view)),
        _section("subscriptions", things.subscriptions(view), things.open_invoices(view)),
        _section("mandates", things.mandates(view), *_debits(view)),
        _section("webhooks", hooks.listed(view), hooks.add_form(view)),
        _section("deliveries", hooks.deliveries(view)),
        _section("moods", *_moods(view)),
        _section("switches", _all_switches(view)),
    ]


def _card(name: str, title: str, *inside: object) -> Markup:
    return el("section", el("h2", title), *inside, id=name)


def _section(name: str, *inside: object) -> Markup:
    return _card(name, SECTIONS[name], *inside)


def _keys(view: View) -> Markup:
    url = el("p", "API address ", el("code", view.world.address), class_="quiet")
    return _card("keys", "API keys", url, controls.keys(view))


def _debits(view: View) -> list[Markup]:
    return [el("h3", "How debits go"), controls.debits(view)]


def _moods(view: View) -> list[Markup]:
    return [
        el("h3", "How webhooks arrive"),
        controls.delivery(view),
        el("h3", "How the API fails"),
        controls.api(view),
        el("h3", "Oddities"),
        controls.oddities(view),
        el("h3", "Others, and a new beginning"),
        controls.others(view),
    ]


def _all_switches(view: View) -> Markup:
    intro = el("p", "Each answers in JSON what changed and which events it caused.", class_="quiet")
    groups = [_group(view, title, routes) for title, routes in GROUPS.items()]
    return join(intro, *groups)


def _group(view: View, title: str, routes: list[Route]) -> Markup:
    lines = [
        el("li", el("span", route.about), el("pre", _curl(view.world.address, route)))
        for route in routes
    ]
    return el("details", el("summary", title), el("ul", *lines, class_="curls"))


def _curl(address: str, route: Route) -> str:
    if route.method == "GET":
        return f"curl {address}{route.path}"
    return f"curl {address}{route.path} -d '{json.dumps(route.example)}'"
