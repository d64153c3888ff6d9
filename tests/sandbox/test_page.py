"""The page at /: it shows, escapes, and presses the same switches."""

import re
from html.parser import HTMLParser

import pytest
import requests

from tests.sandbox.desk import LIVE_KEYS, TEST_KEYS, Desk, Doc
from tests.sandbox.mandates import Seller
from tests.sandbox.receiver import Receiver

EVIL = "<script>alert(1)</script>"


class Forms(HTMLParser):
    """Every form's action, and every tag that was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.actions: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "form":
            self.actions.append(str(dict(attrs)["action"]))


def page(desk: Desk, **query: str) -> str:
    answer = desk.session.get(f"{desk.url}/", params=query, timeout=5)
    assert answer.status_code == 200
    return answer.text


def submit(desk: Desk, action: str, **fields: object) -> requests.Response:
    """As a browser does: a form, and then the page it leads to."""
    headers = {"Origin": desk.url, "Content-Type": "application/x-www-form-urlencoded"}
    return desk.session.post(f"{desk.url}{action}", data=fields, headers=headers, timeout=5)


def test_an_empty_desk(desk: Desk) -> None:
    text = page(desk)
    assert "This is not Razorpay." in text
    assert all(part in text for part in (*TEST_KEYS, *LIVE_KEYS, "Add New Webhook"))
    assert "No orders yet" in text
    assert "script" not in Forms(text).tags


def test_every_switch_is_listed_with_an_example(desk: Desk) -> None:
    text = page(desk)
    for path in ("orders/&lt;id&gt;/pay", "subscriptions/&lt;id&gt;/fail-next", "clock", "api"):
        assert f"curl {desk.url}/sandbox/{path}" in text
    assert "&quot;days&quot;: 1" in text


def test_everything_is_escaped(desk: Desk, receiver: Receiver) -> None:
    desk.press("webhooks", url=f'{receiver.url}?"{EVIL}', secret=EVIL, events="all")
    order = desk.order(receipt=EVIL)
    desk.press(f"orders/{order['id']}/pay", email=f"{EVIL}@example.com", contact=EVIL[:15])
    plan = {"period": "monthly", "interval": 1}
    item = {"name": EVIL, "amount": 500, "currency": "INR"}
    desk.active_subscription(plan=plan | {"item": item})
    receiver.wait(1)
    text = page(desk, said=EVIL, key=EVIL)
    assert EVIL not in text
    assert "&lt;script&gt;" in text
    assert "script" not in Forms(text).tags


def test_its_buttons_press_the_switches(desk: Desk) -> None:
    order = desk.order()
    (action,) = [a for a in Forms(page(desk)).actions if f"{order['id']}/pay" in a]
    answer = submit(desk, action)
    assert [step.status_code for step in answer.history] == [303]
    assert "Done: payment.authorized, payment.captured, order.paid." in answer.text
    assert desk.client.order.fetch(order["id"])["status"] == "paid"
    again = submit(desk, f"/sandbox/orders/{order['id']}/authorise-late")
    assert "Not done. No payment of this order has failed." in again.text


def test_every_form_on_a_full_page_leads_to_a_switch(desk: Desk) -> None:
    desk.active_subscription()
    desk.press("webhooks", url="http://127.0.0.1:9/", events=["order.paid"])
    desk.press(f"subscriptions/{desk.active_subscription()['id']}/halt")
    desk.press(f"orders/{desk.order()['id']}/fail")
    desk.press(f"payments/{desk.paid_order()[1]['id']}/dispute")
    Seller(desk).token()
    actions = Forms(page(desk)).actions
    assert len(actions) > 30
    for action in actions:
        # The other method of an existing switch is refused as such, and nothing is pressed.
        path = action.partition("?")[0]
        assert desk.call("PUT", path).status_code == 405, path


def test_a_webhook_is_added_by_its_form(desk: Desk, receiver: Receiver) -> None:
    fields = {"url": receiver.url, "secret": "s", "key_id": TEST_KEYS[0]}
    events = {"events[]": ["order.paid", "payment.failed"]}
    assert "Done." in submit(desk, "/sandbox/webhooks", **fields, **events).text
    desk.paid_order()
    assert receiver.wait(1)[0].name == "order.paid"
    both = {"events[]": ["all", "order.paid"]}
    submit(desk, "/sandbox/webhooks", **fields, **both)
    ticked = [sum(hook["events"].values()) for hook in desk.read("webhooks")["webhooks"]]
    assert ticked[0] == 2 < ticked[1]
    assert "url format is invalid" in submit(desk, "/sandbox/webhooks", url="x", key_id="").text


def test_the_clock_and_the_moods_have_forms(desk: Desk) -> None:
    before = desk.now()
    submit(desk, "/sandbox/clock", days="1")
    assert desk.now() - before >= 86_400
    submit(desk, "/sandbox/delivery", duplicate="0.5", shuffle=["0", "1"], delay="", drop="0.0")
    assert desk.read("delivery")["delivery"]["shuffle"] is True
    submit(desk, "/sandbox/delivery", duplicate="0.5", shuffle=["0"])
    assert desk.read("delivery")["delivery"]["shuffle"] is False
    submit(desk, "/sandbox/api", fail="429", share="0.5", paths="/v1/", count="")
    assert desk.read("api")["api"] == {"fail": "429", "share": 0.5, "paths": "/v1/", "count": None}


def test_a_mandate_has_its_switches(desk: Desk) -> None:
    token = Seller(desk).token(international=True)
    text = page(desk)
    assert "<small>card from abroad</small>" in text
    assert all(f"{token['id']}/{verb}" in text for verb in ("fail-next", "pause", "cancel"))
    submit(desk, f"/sandbox/tokens/{token['id']}/fail-next")
    assert "the next 1 will fail" in page(desk)
    assert "<button>resume</button>" in submit(desk, f"/sandbox/tokens/{token['id']}/pause").text


def test_a_payment_is_disputed_at_the_desk(desk: Desk) -> None:
    _, payment = desk.paid_order()
    assert "Answer by" not in page(desk)
    (action,) = [a for a in Forms(page(desk)).actions if f"{payment['id']}/dispute" in a]
    text = submit(desk, action).text
    assert "Done: payment.dispute.created." in text
    (dispute,) = desk.read("books")["disputes"]
    assert f'id="{dispute["id"]}"' in text
    assert "Answer by" in text
    assert verbs(text, dispute["id"]) == ["review", "win", "lose", "close"]
    text = submit(desk, action_of(dispute, "review")).text
    assert '<span class="state wait">under_review</span>' in text
    assert verbs(text, dispute["id"]) == ["ask", "win", "lose", "close"]
    text = submit(desk, action_of(dispute, "lose")).text
    assert '<span class="state bad">lost</span>' in text
    assert verbs(text, dispute["id"]) == []
    assert "Not done. This dispute is lost" in submit(desk, action_of(dispute, "win")).text


def action_of(dispute: Doc, verb: str) -> str:
    return f"/sandbox/disputes/{dispute['id']}/{verb}"


def verbs(text: str, dispute_id: str) -> list[str]:
    """What the page offers to do with a dispute."""
    paths = [action.partition("?")[0] for action in Forms(text).actions]
    return [path.rpartition("/")[2] for path in paths if f"/disputes/{dispute_id}/" in path]


def test_only_captured_payments_have_a_dispute_button(desk: Desk) -> None:
    failed = desk.press(f"orders/{desk.order()['id']}/fail")["payment"]
    held = desk.press(f"orders/{desk.order(payment_capture=0)['id']}/pay")["payment"]
    actions = Forms(page(desk)).actions
    assert all(f"{payment['id']}/" in " ".join(actions) for payment in (failed, held))
    assert not [action for action in actions if "/dispute" in action]


def test_how_debits_go_has_forms(desk: Desk) -> None:
    submit(desk, "/sandbox/debits/speed", minutes="5")
    submit(desk, "/sandbox/debits/refuse-reuse", on="1")
    submit(desk, "/sandbox/debits/rules", on="0")
    now = {"minutes": 5.0, "refuse_reuse": True, "rules": False}
    assert desk.read("debits")["debits"] == now
    submit(desk, "/sandbox/debits/speed", minutes="")
    assert desk.read("debits")["debits"]["minutes"] is None
    assert "mandates confirmed at once: yes" in page(desk)
    submit(desk, "/sandbox/tokens", confirm="0")
    assert "mandates confirmed at once: no" in page(desk)


def test_an_order_stays_in_sight_among_those_of_invoices(desk: Desk) -> None:
    order, _ = desk.paid_order()
    path = f"subscriptions/{desk.active_subscription()['id']}"
    for _ in range(11):
        desk.press(f"{path}/charge")
    text = page(desk)
    assert f'id="{order["id"]}"' in text
    assert "<button>pay again</button>" in text
    assert f'id="{desk.read("books")["orders"][-1]["id"]}"' not in text


def test_coming_failures_and_strangers_are_told_apart(desk: Desk) -> None:
    subscription = desk.active_subscription()
    (action,) = [a for a in Forms(page(desk)).actions if f"{subscription['id']}/fail-next" in a]
    assert "the next 4 will fail" in submit(desk, action).text
    desk.press("strangers", n=1)
    assert "<small>card, void@razorpay.com, not ours</small>" in page(desk)


def test_test_and_live_have_pages_of_their_own(desk: Desk) -> None:
    order = desk.order()
    assert order["id"] in page(desk, key=TEST_KEYS[0])
    assert order["id"] not in page(desk, key=LIVE_KEYS[0])


def test_another_site_cannot_press_a_switch(desk: Desk) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = desk.session.post(f"{desk.url}/sandbox/clock", json={"days": 1}, headers=headers)
    assert answer.status_code == 403
    assert desk.read("clock")["ahead_of_real_time"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/style.css", 200),
        ("HEAD", "/", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/favicon.ico", 404),
        ("POST", "/", 405),
    ],
)
def test_other_addresses(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.call(method, path)
    assert answer.status_code == status
    assert int(answer.headers["Content-Length"]) > 0


def test_the_page_needs_nothing_from_elsewhere(desk: Desk) -> None:
    answer = desk.call("GET", "/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert re.findall(r"https?://(?!127\.0\.0\.1)", answer.text) == []
