"""Pages show times in the account's zone; rows keep UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Account, check_time_zone
from accounts.sellers import Seller
from accounts.templatetags.raseed import state, when, zone_name
from gateways.models import Gateway

NOW = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # 23 November, 02:00 in India


@pytest.fixture
def india() -> object:
    with timezone.override("Asia/Kolkata"), time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("india")
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "today, 02:00"),
        (datetime(2026, 11, 22, 18, 29, tzinfo=UTC), "yesterday, 23:59"),
        (datetime(2026, 11, 22, 18, 30, tzinfo=UTC), "today, 00:00"),
        (datetime(2026, 11, 20, 3, 35, tzinfo=UTC), "20 Nov, 09:05"),
        (datetime(2025, 11, 22, 3, 35, tzinfo=UTC), "22 Nov 2025, 09:05"),
        (datetime(2026, 11, 24, 3, 35, tzinfo=UTC), "tomorrow, 09:05"),
        (int(NOW.timestamp()), "today, 02:00"),
    ],
)
def test_a_day_begins_at_the_readers_midnight(moment: datetime | int, text: str) -> None:
    assert f">{text}</time>" in when(moment)


@pytest.mark.usefixtures("india")
def test_scripts_find_the_moment_beside_the_words() -> None:
    assert 'datetime="2026-11-23T02:00:00+05:30"' in when(NOW)


def test_no_moment_is_nothing() -> None:
    assert when(None) == ""


def test_a_zone_has_a_name_in_the_language_of_the_page() -> None:
    assert zone_name("Asia/Kolkata").startswith("India")
    with translation.override("hi"):
        assert zone_name("Asia/Kolkata").startswith("भारत")


def test_what_a_status_word_says_is_escaped() -> None:
    assert "&lt;b&gt;" in state("parked", "<b>")


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("zone", "clock"), [("Asia/Kolkata", "02:00"), ("Europe/Lisbon", "20:30")])
def test_a_page_speaks_the_accounts_time(
    client: Client, seller: Seller, gateway: Gateway, zone: str, clock: str
) -> None:
    Account.objects.update(time_zone=zone)
    Gateway.objects.update(connected_at=NOW, keys_saved_at=NOW)
    client.force_login(seller.user)
    page = client.get(f"/settings/gateways/{gateway.uid}/").content.decode()
    assert f"today, {clock}" in page
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "asia/kolkata "])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        check_time_zone(name)
