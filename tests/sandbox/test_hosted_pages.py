"""Where short_url leads: pages that pay, revive, or change the method of a subscription."""

import pytest

from tests.sandbox.counter import Counter
from tests.sandbox.desk import Desk, Doc

CHARGED = ["payment.authorized", "payment.captured", "order.paid", "invoice.paid"]


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)


def failed(desk: Desk, times: int) -> Doc:
    subscription = desk.active_subscription()
    for _ in range(times):
        desk.press(f"subscriptions/{subscription['id']}/fail")
    return subscription


def status(desk: Desk, subscription: Doc) -> str:
    return str(desk.client.subscription.fetch(subscription["id"])["status"])


def open_invoice(desk: Desk) -> Doc:
    return next(i for i in desk.read("books")["invoices"] if i["status"] == "issued")


def caused(counter: Counter, before: list[str]) -> list[str]:
    return counter.events()[len(before) :]


def test_the_short_url_of_a_new_one_pays_it(counter: Counter) -> None:
    subscription = counter.desk.subscription()
    code = subscription["short_url"].removeprefix(f"{counter.desk.url}/l/")
    assert "/" not in code
    page = counter.link(code)
    assert "₹999.00 every month, 12 times." in page.text
    assert "Paid. Thank you." in counter.press(page, "pay").text
    assert status(counter.desk, subscription) == "active"


def test_old_short_links_lead_here(desk: Desk) -> None:
    answer = desk.session.get(f"{desk.url}/i/Ab3", allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == "/l/Ab3"
    assert Counter(desk).link("Ab3", 404).links == ["/"]
    away = desk.session.get(f"{desk.url}/i//evil.example", allow_redirects=False, timeout=5)
    assert away.headers["Location"] == "/l/%2Fevil.example"


@pytest.mark.parametrize("times", [1, 4])
def test_an_unpaid_one_is_paid_by_another_method(counter: Counter, times: int) -> None:
    subscription = failed(counter.desk, times)
    page, before = counter.link(subscription["id"]), counter.events()
    assert "its invoice is open" in page.text
    counter.press(page, "pay", {"prefill[method]": "netbanking"})
    assert caused(counter, before)[:4] == CHARGED
    found = counter.desk.client.subscription.fetch(subscription["id"])
    assert (found["status"], found["payment_method"]) == ("active", "netbanking")


def test_a_failed_try_by_hand_does_not_count(counter: Counter) -> None:
    subscription = failed(counter.desk, 1)
    before = counter.events()
    told = counter.press(counter.link(subscription["id"]), "fail", {"prefill[method]": "upi"})
    assert caused(counter, before) == ["payment.failed"]
    assert told.message is None
    assert counter.payments()[-1]["method"] == "upi"
    found = counter.desk.client.subscription.fetch(subscription["id"])
    assert (found["auth_attempts"], found["payment_method"]) == (1, "card")
    # The next automatic try is by the old means again.
    counter.desk.press("clock", days=40)
    assert counter.payments()[-1]["method"] == "card"


def test_an_unpaid_one_is_paid_late(counter: Counter) -> None:
    subscription = failed(counter.desk, 4)
    counter.press(counter.link(subscription["id"]), "late")
    assert status(counter.desk, subscription) == "halted"
    done = counter.desk.press("clock", seconds=61)
    assert [event["event"] for event in done["events"]][:4] == CHARGED
    assert status(counter.desk, subscription) == "active"


def test_a_halted_one_may_only_change_its_method(counter: Counter) -> None:
    subscription = failed(counter.desk, 4)
    page, before = counter.link(subscription["id"]), counter.events()
    assert page.deeds == ["pay", "change", "late", "fail"]
    counter.press(page, "change", {"prefill[method]": "upi"})
    assert caused(counter, before) == [
        *("subscription.activated", "payment.authorized", "refund.created", "refund.processed"),
    ]
    assert open_invoice(counter.desk)["subscription_id"] == subscription["id"]


def test_a_pending_one_has_no_button_that_leaves_it_unpaid(counter: Counter) -> None:
    subscription = failed(counter.desk, 1)
    assert counter.link(subscription["id"]).deeds == ["pay", "late", "fail"]


def test_an_active_one_changes_its_method_here(counter: Counter) -> None:
    subscription = counter.desk.active_subscription()
    page = counter.link(subscription["id"])
    assert "Use this method from now on" in page.text
    counter.press(page, "pay", {"prefill[method]": "upi"})
    found = counter.desk.client.subscription.fetch(subscription["id"])
    assert found["payment_method"] == "upi"


def test_an_old_invoice_is_paid_at_its_own_page(counter: Counter) -> None:
    subscription = failed(counter.desk, 4)
    old = open_invoice(counter.desk)
    counter.desk.press("clock", days=70)
    page, before = counter.link(old["id"]), counter.events()
    counter.press(page, "pay", {"prefill[method]": "upi"})
    assert caused(counter, before) == [*CHARGED, "subscription.activated"]
    assert counter.desk.client.subscription.fetch(subscription["id"])["payment_method"] == "card"
    assert "This invoice is paid" in counter.link(old["short_url"].rpartition("/")[2]).text


@pytest.mark.parametrize("verb", ["cancel", "pause"])
def test_one_that_is_over_says_so(counter: Counter, verb: str) -> None:
    subscription = counter.desk.active_subscription()
    counter.desk.press(f"subscriptions/{subscription['id']}/{verb}")
    page = counter.link(subscription["id"])
    assert "there is nothing to pay" in page.text
    assert page.deeds == []


def test_an_order_has_a_page_too(counter: Counter) -> None:
    order = counter.desk.order()
    done = counter.press(counter.link(order["id"]), "pay")
    assert "Paid. Thank you." in done.text
    # Nothing is signed where no shop waits for it.
    assert "razorpay_signature" not in done.text
    assert counter.link(counter.payments()[0]["id"], 404).deeds == []


def test_webhooks_keep_the_short_url_to_themselves(counter: Counter) -> None:
    counter.press(counter.link(counter.desk.subscription()["id"]), "pay")
    told = [e["body"] for e in counter.desk.all_events() if e["type"].startswith("subscription.")]
    assert told
    assert all('"short_url":null' in body for body in told)
