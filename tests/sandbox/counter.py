"""A buyer without a script: opens checkout pages, reads their forms, presses their buttons."""

import json
from html.parser import HTMLParser
from typing import Any

import requests

from tests.sandbox.desk import TEST_KEYS, Desk, Doc

KEY = TEST_KEYS[0]
PARENT = "https://shop.example"


class Page(HTMLParser):
    """What a browser would find: the text, the hidden fields, the buttons, where forms lead."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__()
        self.answer = answer
        self.text = answer.text
        self.fields: dict[str, str] = {}
        self.deeds: list[str] = []
        self.links: list[str] = []
        self.actions: list[str] = []
        self.tags: set[str] = set()
        self.message: Any = None
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "input" and given.get("type") != "radio":
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "input" and "checked" in given:
            self.fields[given["name"]] = given["value"]
        elif tag == "button" and "value" in given:
            self.deeds.append(given["value"])
        elif tag == "a":
            self.links.append(given["href"])
        elif tag == "form":
            self.actions.append(given["action"])
        elif tag == "main" and "data-message" in given:
            self.message = json.loads(given["data-message"])

    @property
    def policy(self) -> str:
        return self.answer.headers["Content-Security-Policy"]


class Counter:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def frame(self, status: int = 200, **fields: Any) -> Page:
        """As checkout.js opens it."""
        wanted: Doc = {"key_id": KEY, "parent": PARENT} | fields
        url = f"{self.desk.url}/v1/checkout/frame"
        return _page(self.desk.session.get(url, params=_flat(wanted), timeout=5), status)

    def embedded(self, status: int = 200, **fields: Any) -> Page:
        """As a form in the shop's page opens it."""
        wanted = _flat({"key_id": KEY} | fields)
        return self.post("/v1/checkout/embedded", wanted, status=status, origin=PARENT)

    def link(self, thing_id: str, status: int = 200) -> Page:
        answer = self.desk.session.get(f"{self.desk.url}/l/{thing_id}", timeout=5)
        return _page(answer, status)

    def press(
        self, page: Page, deed: str, changed: dict[str, str] | None = None, *, status: int = 200
    ) -> Page:
        fields = page.fields | {"deed": deed} | (changed or {})
        return self.post("/v1/checkout/pay", fields, status=status, origin=self.desk.url)

    def post(self, path: str, fields: dict[str, str], *, status: int, origin: str) -> Page:
        url, headers = f"{self.desk.url}{path}", {"Origin": origin}
        answer = self.desk.session.post(url, data=fields, headers=headers, timeout=5)
        return _page(answer, status)

    def events(self) -> list[str]:
        return [event["type"] for event in self.desk.all_events()]

    def payments(self) -> list[Doc]:
        found: list[Doc] = self.desk.read("books")["payments"]
        return found


def _page(answer: requests.Response, status: int) -> Page:
    assert answer.status_code == status, answer.text
    return Page(answer)


def _flat(fields: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            found |= {f"{name}[{inner}]": str(each) for inner, each in value.items()}
        else:
            found[name] = str(value)
    return found
