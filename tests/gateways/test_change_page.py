"""A gateway's page: what to paste, what to tick, how; a new secret; the end."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gateways import rotation
from gateways.models import Gateway, Problem, Sighting
from gateways.razorpay.events import EVENTS
from tests.conftest import KEY_SECRET, make_gateway
from tests.gateways.people import Role, Who

TICK_ALL = "Tick every one in Razorpay. A missing event leaves a gap in your books."
DASHBOARD = ["Payment", "Order", "Invoice", "Subscription", "Refund"]


def look(client: Client, gateway: Gateway) -> str:
    return unescape(client.get(gateway.get_absolute_url()).content.decode())


def address(name: str, gateway: Gateway) -> str:
    return reverse(f"gateways:{name}", args=[gateway.uid])


def test_where_we_are(meera: Client, gateway: Gateway) -> None:
    crumbs = look(meera, gateway).partition('class="crumbs"')[2].partition("</ol>")[0]
    said = [re.sub(r"<[^>]*>", "", item).strip() for item in re.findall(r"<li.*?</li>", crumbs)]
    assert said == ["Settings", "Payment gateways", "Razorpay"]


def test_the_webhook_url_and_secret_each_have_a_copy_button(
    meera: Client, gateway: Gateway
) -> None:
    card = look(meera, gateway).partition('id="webhook"')[2].partition("</section>")[0]
    assert gateway.webhook_url in card
    assert card.count("data-copy") == 2
    assert f'action="{address("secret", gateway)}"' in card


def test_the_events_are_grouped_as_at_razorpay_with_the_warning_on_top(
    meera: Client, gateway: Gateway
) -> None:
    card = look(meera, gateway).partition('id="events-to-tick"')[2].partition("</section>")[0]
    assert card.index(TICK_ALL) < card.index("<h3>")
    assert "note wait" in card
    groups = card.split("<h3>")[1:]
    shown = [re.findall(r"<code>(.*?)</code>", group) for group in groups]
    assert [len(names) for names in shown] == [3, 1, 1, 10, 2]
    assert [name for names in shown for name in names] == list(EVENTS)
    assert [re.findall(r"<span>(.*?)</span>", group)[0] for group in groups] == DASHBOARD


def test_once_every_event_was_seen_the_warning_is_quiet(meera: Client, gateway: Gateway) -> None:
    now = timezone.now()
    for name in EVENTS:
        Sighting.objects.create(gateway=gateway, type=name, first_at=now, last_at=now)
    card = look(meera, gateway).partition('id="events-to-tick"')[2].partition("</section>")[0]
    assert "17 of 17 seen" in card
    assert TICK_ALL in card
    assert "note wait" not in card


@pytest.mark.parametrize("mode", ["test", "live"])
def test_the_steps_are_numbered_and_of_the_gateways_mode(
    meera: Client, gateway: Gateway, mode: str
) -> None:
    shown = gateway if mode == "test" else make_gateway(gateway.account, "live")
    page = look(meera, shown)
    steps = page.partition('<ol class="steps-list">')[2].partition("</ol>")[0]
    assert steps.count("<li>") == 6
    assert f"switch to <b>{mode.capitalize()} mode</b>" in steps
    assert ("754081" in steps) is (mode == "test")
    assert "Add New Webhook" in steps


def test_the_key_secret_is_held_and_not_shown(meera: Client, gateway: Gateway) -> None:
    page = look(meera, gateway)
    assert "It is encrypted and never shown again." in page
    assert "stored, not shown" in page
    assert KEY_SECRET not in page


def test_the_secret_is_given_to_the_copy_button_and_as_a_page(
    meera: Client, gateway: Gateway
) -> None:
    secret = gateway.webhook_secrets.get()
    asked = {"secret": secret.uid}
    copied = meera.post(address("secret", gateway), asked, headers={"Accept": "text/plain"})
    assert copied.content.decode() == secret.secret
    assert copied["Content-Type"] == "text/plain; charset=utf-8"
    assert copied["X-Content-Type-Options"] == "nosniff"
    page = meera.post(address("secret", gateway), asked, headers={"Accept": "text/html,*/*"})
    assert f"<output>{secret.secret}</output>" in page.content.decode()


def test_a_secret_of_another_gateway_is_not_given(meera: Client, gateway: Gateway) -> None:
    live = make_gateway(gateway.account, "live")
    for asked in ({"secret": live.webhook_secrets.get().uid}, {"secret": "x"}, {}):
        for name in ("secret", "end_secret"):
            assert meera.post(address(name, gateway), asked).status_code == 404


def test_a_new_secret_is_made_and_the_old_one_ended_by_hand(
    meera: Client, gateway: Gateway
) -> None:
    old = gateway.webhook_secrets.get()
    page = meera.post(address("rotate", gateway), follow=True).content.decode()
    assert "A new webhook secret was made." in page
    assert "Still works; ends 7 days after" in page
    new = gateway.webhook_secrets.exclude(pk=old.pk).get()
    assert Problem.objects.standing().get().kind == "new_secret"

    def end(uid: str) -> str:
        answer = meera.post(address("end_secret", gateway), {"secret": uid}, follow=True)
        return answer.content.decode()

    assert "This is the newest secret. Make a new one first." in end(new.uid)
    assert "The old secret no longer works." in end(old.uid)
    assert list(gateway.webhook_secrets.all().live()) == [new]


def test_asking_alone_makes_and_ends_nothing(meera: Client, gateway: Gateway) -> None:
    assert "Make a new webhook secret?" in meera.get(address("rotate", gateway)).content.decode()
    assert "Disconnect Razorpay?" in meera.get(address("disconnect", gateway)).content.decode()
    assert gateway.webhook_secrets.count() == 1
    assert Gateway.objects.get().is_connected


def test_disconnecting_leads_to_the_list_and_stays_there(meera: Client, gateway: Gateway) -> None:
    response = meera.post(address("disconnect", gateway), follow=True)
    assert response.redirect_chain == [(reverse("gateways:list"), 302)]
    said = "Razorpay was disconnected. Books and paid access stay as they are."
    assert said in response.content.decode()
    page = look(meera, gateway)
    assert "Disconnected" in page
    for name in ("disconnect", "replace_keys", "rotate"):
        assert address(name, gateway) not in page


@pytest.mark.parametrize("who", [Role.STAFF, Role.READ_ONLY])
def test_who_may_not_is_not_led_to_what_is_forbidden(
    signed_in: Who, gateway: Gateway, who: str
) -> None:
    rotation.rotate(gateway, None)
    client = signed_in(who)
    pages = [look(client, gateway)]
    pages += [client.get(reverse(f"gateways:{name}")).content.decode() for name in ("list", "add")]
    Gateway.objects.all().delete()
    pages.append(client.get(reverse("gateways:list")).content.decode())
    for page in pages:
        assert reverse("gateways:connect") not in page
        for name in ("disconnect", "replace_keys", "rotate"):
            assert address(name, gateway) not in page
        assert "data-reveal" not in page
        assert "End it now" not in page
    assert reverse("gateways:add") not in pages[1]
    assert "Only an owner of the account may do this." in pages[2]
    assert "Only an owner of the account may do this." in pages[3]
