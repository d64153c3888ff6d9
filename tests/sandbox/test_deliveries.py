"""Webhooks on the wire: what is sent, to whom, how often, signed with what."""

import re
import threading
from collections.abc import Callable

import pytest

from sandbox import deliveries, sending
from tests.sandbox.desk import LIVE_KEYS, Desk, Doc
from tests.sandbox.receiver import SECRET, Receiver

PAID = {"payment.authorized", "payment.captured", "order.paid"}

Until = Callable[[Callable[[], object]], None]


def log(desk: Desk, query: str = "") -> list[Doc]:
    found: list[Doc] = desk.read(f"deliveries?{query}")["deliveries"]
    return found


def states(desk: Desk) -> list[str]:
    return [delivery["status"] for delivery in log(desk)]


@pytest.mark.usefixtures("hook")
def test_what_arrives(desk: Desk, receiver: Receiver) -> None:
    order = desk.order()
    caused = desk.press(f"orders/{order['id']}/pay", email="मीरा@example.com")["events"]
    got = receiver.wait(3)
    assert {delivery.event_id for delivery in got} == {event["id"] for event in caused}
    for delivery in got:
        headers = delivery.headers
        assert delivery.path == "/hook/"
        assert delivery.is_signed_with(SECRET)
        assert re.fullmatch(r"[0-9A-Za-z]{14}", delivery.event_id)
        assert headers["Request-Id"] == delivery.event_id
        assert headers["User-Agent"] == "Razorpay-Webhook/v1"
        assert headers["Content-Type"] == "application/json"
        # Compact, and UTF-8 as it is: who encodes it anew breaks the signature.
        assert "मीरा@example.com".encode() in delivery.body
        assert b'": ' not in delivery.body


@pytest.mark.usefixtures("hook")
def test_the_log_tells_what_became_of_it(desk: Desk, receiver: Receiver, until: Until) -> None:
    desk.paid_order()
    until(lambda: states(desk) == ["delivered"] * 3)
    first = log(desk, f"event_id={receiver.got[0].event_id}")[0]
    assert (first["tries"], first["answered"], first["next"]) == (1, 200, None)
    assert (first["url"], first["answer"]) == (receiver.url, "answer of the test")
    assert log(desk, "status=pending") == []


def test_only_what_is_ticked_in_the_same_mode(desk: Desk, receiver: Receiver) -> None:
    hook = {"url": receiver.url, "secret": SECRET}
    desk.client.webhook.create(hook | {"events": ["order.paid"]})
    desk.client_with(LIVE_KEYS).webhook.create(hook | {"events": ["payment.captured"]})
    off = desk.client.webhook.create(hook | {"events": ["payment.failed"], "active": False})
    desk.press(f"orders/{desk.order()['id']}/fail")
    desk.paid_order()
    assert [delivery.name for delivery in receiver.wait(1)] == ["order.paid"]
    assert len(log(desk)) == 1
    assert log(desk, f"webhook_id={off['id']}") == []


@pytest.mark.usefixtures("hook")
def test_every_webhook_gets_the_same_event_id(desk: Desk, receiver: Receiver) -> None:
    desk.press("webhooks", url=f"{receiver.url}two/", secret="other", events=["order.paid"])
    desk.paid_order()
    paid = [delivery for delivery in receiver.wait(4) if delivery.name == "order.paid"]
    assert len({delivery.event_id for delivery in paid}) == 1
    assert {delivery.path for delivery in paid} == {"/hook/", "/hook/two/"}
    assert [d.is_signed_with("other") for d in sorted(paid, key=lambda d: d.path)] == [False, True]


def test_without_a_secret_there_is_no_signature(desk: Desk, receiver: Receiver) -> None:
    desk.press("webhooks", url=receiver.url, events=["order.paid"])
    desk.paid_order()
    assert "X-Razorpay-Signature" not in receiver.wait(1)[0].headers


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize("status", [500, 400, 302, 410])
def test_anything_but_2xx_is_sent_again(desk: Desk, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda delivery: status if len(receiver.got) <= 3 else 204
    desk.paid_order()
    got = receiver.wait(6)
    # The quick second try, 0.2 s later: same id, same bytes, same signature.
    ids = [delivery.event_id for delivery in got]
    assert sorted(ids[:3]) == sorted(ids[3:])
    assert len({delivery.body for delivery in got}) == 3
    assert all(delivery.is_signed_with(SECRET) for delivery in got)


@pytest.mark.usefixtures("hook")
def test_the_measured_schedule(desk: Desk, receiver: Receiver, until: Until) -> None:
    receiver.answer = lambda delivery: 500
    desk.press("delivery", parallel=1)
    order = desk.order()
    desk.press(f"orders/{order['id']}/fail")
    for tries, gap in enumerate(deliveries.GAPS[1:], start=1):
        until(lambda tries=tries: log(desk)[0]["tries"] == tries)  # type: ignore[misc]
        assert log(desk)[0]["next"] - desk.now() == pytest.approx(gap, abs=3)
        desk.press("clock", seconds=gap + 1)
    until(lambda: states(desk) == ["failed"])
    assert log(desk)[0]["tries"] == 15


@pytest.mark.usefixtures("hook")
def test_a_day_of_failure_disables_the_webhook(
    desk: Desk, receiver: Receiver, hook: str, until: Until
) -> None:
    receiver.answer = lambda delivery: 503
    desk.paid_order()
    receiver.wait(6)
    desk.press("clock", hours=25)
    until(lambda: not desk.read("webhooks")["webhooks"][0]["active"])
    until(lambda: set(states(desk)) <= {"failed", "stopped"})
    before = len(receiver.got)
    desk.paid_order()
    assert len(log(desk)) == 3
    receiver.answer = lambda delivery: 200
    assert desk.press(f"webhooks/{hook}/enable")["webhook"]["active"] is True
    desk.paid_order()
    receiver.wait(before + 3)


@pytest.mark.usefixtures("hook")
def test_nothing_is_sent_again_after_a_day(desk: Desk, receiver: Receiver, until: Until) -> None:
    receiver.answer = lambda delivery: 500
    desk.paid_order()
    receiver.wait(6)
    desk.press("clock", hours=23, minutes=59, seconds=50)
    until(lambda: states(desk) == ["failed"] * 3)
    assert {delivery["tries"] for delivery in log(desk)} == {3}
    assert desk.read("webhooks")["webhooks"][0]["active"] is True
    desk.press("clock", seconds=20)
    until(lambda: desk.read("webhooks")["webhooks"][0]["active"] is False)


def test_a_healthy_neighbour_stays_up(
    desk: Desk, receiver: Receiver, make_receiver: Callable[[], Receiver], until: Until
) -> None:
    well = make_receiver()
    for url in (receiver.url, well.url):
        desk.press("webhooks", url=url, secret=SECRET, events="all")
    receiver.answer = lambda delivery: 500
    desk.paid_order()
    receiver.wait(6)
    desk.press("clock", hours=25)
    until(lambda: [hook["active"] for hook in desk.read("webhooks")["webhooks"]] == [False, True])
    assert len(well.got) == 3


def test_after_a_rotation_old_events_keep_the_old_secret(
    desk: Desk, receiver: Receiver, hook: str
) -> None:
    receiver.answer = lambda delivery: 500 if len(receiver.got) <= 6 else 200
    desk.paid_order()
    receiver.wait(6)
    desk.press(f"webhooks/{hook}/edit", secret="the new secret")
    desk.press("clock", seconds=10)
    again = receiver.wait(9)[6:]
    assert all(delivery.is_signed_with(SECRET) for delivery in again)
    desk.paid_order()
    new = receiver.wait(12)[9:]
    assert all(delivery.is_signed_with("the new secret") for delivery in new)


def test_a_replay_is_signed_with_the_current_secret(
    desk: Desk, receiver: Receiver, hook: str
) -> None:
    desk.paid_order()
    first = receiver.wait(3)[0]
    desk.press(f"webhooks/{hook}/edit", secret="the new secret")
    desk.press(f"webhooks/{hook}/disable")
    assert desk.press(f"events/{first.event_id}/replay")["webhooks"] == 1
    again = receiver.wait(4)[3]
    assert (again.event_id, again.body) == (first.event_id, first.body)
    assert again.is_signed_with("the new secret")
    assert desk.read("webhooks")["webhooks"][0]["active"] is True
    assert "no event" in desk.refused("events/nonsense/replay", 404)


@pytest.mark.usefixtures("hook")
def test_duplicates(desk: Desk, receiver: Receiver) -> None:
    desk.press("delivery", duplicate=1)
    desk.paid_order()
    got = receiver.wait(6)
    assert {delivery.name for delivery in got} == PAID
    assert len({delivery.event_id for delivery in got}) == 3


def test_shares_are_numbers_and_also_yes_and_no(desk: Desk) -> None:
    now = desk.press("delivery", duplicate=True, drop=False, delay=0)["delivery"]
    assert (now["duplicate"], now["drop"]) == (1.0, 0.0)
    now = desk.press("delivery", duplicate=0.25)["delivery"]
    assert (now["duplicate"], now["drop"], now["shuffle"]) == (0.25, 0.0, False)
    assert "from 0 to 1." in desk.refused("delivery", drop=1.5)
    assert desk.press("api", fail="429", share=False)["api"]["share"] == 0.0


@pytest.mark.usefixtures("hook")
def test_dropped_ones_are_never_sent(desk: Desk, receiver: Receiver) -> None:
    desk.press("delivery", drop=1)
    lost = desk.press(f"orders/{desk.order()['id']}/pay")["events"][0]
    assert states(desk) == ["dropped"] * 3
    desk.press("delivery", drop=0)
    desk.paid_order()
    receiver.wait(3)
    assert lost["id"] not in {delivery.event_id for delivery in receiver.got}
    desk.press(f"events/{lost['id']}/replay")
    assert receiver.wait(4)[3].event_id == lost["id"]


@pytest.mark.usefixtures("hook")
def test_in_order_one_at_a_time_and_shuffled(desk: Desk, receiver: Receiver) -> None:
    desk.press("delivery", parallel=1)
    caused = desk.press("strangers", n=6)["events"]
    made = [event["id"] for event in caused]
    assert [delivery.event_id for delivery in receiver.wait(len(made))] == made
    desk.press("delivery", shuffle=True)
    more = [event["id"] for event in desk.press("strangers", n=6)["events"]]
    arrived = [delivery.event_id for delivery in receiver.wait(len(made) + len(more))]
    assert sorted(arrived[len(made) :]) == sorted(more)
    assert arrived[len(made) :] != more


@pytest.mark.usefixtures("hook")
def test_delayed_ones_come_when_it_is_time(desk: Desk, receiver: Receiver) -> None:
    desk.press("delivery", delay=3_600)
    desk.paid_order()
    assert set(states(desk)) == {"pending"}
    assert log(desk)[0]["next"] == pytest.approx(desk.now() + 3_600, abs=5)
    desk.press("clock", hours=1)
    receiver.wait(3)


def test_a_slow_receiver_delays_nobody_else(
    desk: Desk, make_receiver: Callable[[], Receiver], monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    monkeypatch.setattr(sending, "TIME_LIMIT", 1.0)
    slow, quick = make_receiver(), make_receiver()
    enough = threading.Event()

    def dawdle(delivery: object) -> int:
        enough.wait(10)
        return 200

    slow.answer = dawdle
    for receiver in (slow, quick):
        desk.press("webhooks", url=receiver.url, secret=SECRET, events="all")
    for _ in range(4):
        desk.paid_order()
    # One after the other the slow ones would take twelve seconds.
    quick.wait(12)
    # Late answers are failures, whatever they say.
    until(lambda: any("5 seconds" in (d["answer"] or "") for d in log(desk)))
    enough.set()


def test_nobody_listening_is_a_failure_like_others(desk: Desk, until: Until) -> None:
    desk.press("webhooks", url="http://127.0.0.1:9/", secret=SECRET, events=["order.paid"])
    desk.paid_order()
    until(lambda: log(desk)[0]["tries"] >= 1)
    entry = log(desk)[0]
    assert (entry["status"], entry["answered"]) == ("pending", None)
    assert "refused" in entry["answer"]


def test_removing_a_webhook_forgets_its_deliveries(
    desk: Desk, receiver: Receiver, hook: str
) -> None:
    desk.press("delivery", delay=60)
    desk.paid_order()
    assert desk.press(f"webhooks/{hook}/remove")["removed"] == hook
    assert log(desk) == []
    desk.press("clock", seconds=61)
    assert receiver.got == []


@pytest.mark.parametrize(
    "body", [{"duplicate": 2}, {"drop": "x"}, {"delay": -1}, {"parallel": 0}, {"speed": 1}]
)
def test_unreadable_wishes_for_delivery(desk: Desk, body: Doc) -> None:
    assert desk.refused("delivery", **body)
    assert desk.read("delivery")["delivery"] == deliveries.MANNERS
