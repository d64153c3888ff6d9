"""Webhooks as in Razorpay's dashboard, and what became of their deliveries."""

import sqlite3

from sandbox import webhooks
from sandbox.books import Doc
from sandbox.desk.view import View, moment, state
from sandbox.markup import Markup, el, join, table

LAST = 20


def _event_boxes(ticked: dict[str, bool] | None) -> Markup:
    every = el("input", type="checkbox", name="events[]", value="all", checked=ticked is None)
    boxes = [el("label", every, el("span", "all events"), class_="tick all")]
    for name in webhooks.EVENTS:
        on = bool(ticked and ticked[name])
        box = el("input", type="checkbox", name="events[]", value=name, checked=on)
        boxes.append(el("label", box, el("span", name), class_="tick"))
    return el("fieldset", el("legend", "Active events"), *boxes, class_="events")


def _fields(webhook: Doc | None) -> list[Markup]:
    url = webhook["url"] if webhook else None
    hint = "leave empty to keep the old one" if webhook else "the one your program shows you"
    ticked = webhook["events"] if webhook else None
    return [
        el("label", "Webhook URL", el("input", name="url", value=url, required=True, size=40)),
        el("label", "Secret", el("input", name="secret", placeholder=hint, autocomplete="off")),
        _event_boxes(ticked),
    ]


def add_form(view: View) -> Markup:
    key = el("input", type="hidden", name="key_id", value=view.key_id)
    button = el("button", "Create webhook", class_="main")
    form = view.form("webhooks", key, *_fields(None), button, class_="stack")
    return el("details", el("summary", "Add New Webhook"), form)


def listed(view: View) -> Markup:
    found = webhooks.of_merchant(view.world, view.merchant)
    heads = ["Webhook", "Events", "State", "Switches"]
    rows = [_row(view, hook) for hook in found]
    known = table(heads, rows, "No webhook yet: add the address that your program shows you.")
    return join(known, *(_edit_form(view, hook) for hook in found))


def _row(view: View, hook: Doc) -> list[object]:
    ticked = sum(hook["events"].values())
    word, verb = ("on", "disable") if hook["active"] else ("disabled", "enable")
    failing = hook["_failing_since"]
    switches = [view.button(each, f"webhooks/{hook['id']}/{each}") for each in (verb, "remove")]
    return [
        join(el("code", hook["url"]), el("small", "" if hook["_secret"] else "without a secret")),
        f"{ticked} of {len(webhooks.EVENTS)}",
        join(state(word), el("small", f"failing since {moment(failing)}" if failing else "")),
        el("div", *switches, class_="buttons"),
    ]


def _edit_form(view: View, hook: Doc) -> Markup:
    button = el("button", "Save", class_="main")
    form = view.form(f"webhooks/{hook['id']}/edit", *_fields(hook), button, class_="stack")
    return el("details", el("summary", f"Edit {hook['url']}"), form)


def deliveries(view: View) -> Markup:
    hooks = [hook["id"] for hook in webhooks.of_merchant(view.world, view.merchant)]
    marks = ", ".join("?" * len(hooks))
    sql = f"SELECT * FROM deliveries WHERE webhook_id IN ({marks}) ORDER BY seq DESC LIMIT {LAST}"
    rows = [_delivery(view, row) for row in view.world.books.run(sql, *hooks)]
    heads = ["Event", "State", "Tries", "Answer", "Switches"]
    return table(heads, rows, "Nothing was sent yet.")


def _delivery(view: View, row: sqlite3.Row) -> list[object]:
    answer = " ".join(str(part) for part in (row["answered"], row["answer"]) if part)
    return [
        join(row["type"], el("small", el("code", row["event_id"]))),
        state(row["status"]),
        join(row["tries"], el("small", _next_try(row))),
        el("span", answer or "-", class_="answer"),
        view.button("replay", f"events/{row['event_id']}/replay"),
    ]


def _next_try(row: sqlite3.Row) -> str:
    return f"again {moment(row['due_at'])}" if row["tries"] and row["due_at"] else ""
