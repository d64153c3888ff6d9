"""Which public addresses Razorpay would refuse, and that each is told by its own sentence."""

from __future__ import annotations

from typing import Any

import pytest

from gateways import addresses
from gateways.models import Gateway

PATH = "/webhooks/razorpay/x/"
REFUSED = "Razorpay does not deliver to {}."
PRIVATE = "Razorpay does not deliver to private addresses like {}."
PORT = "Razorpay delivers to ports 80 and 443 only."
NAME = "Razorpay refuses addresses whose host name contains “razorpay”."

ADDRESSES = [
    ("https://books.example.com", ""),
    ("http://books.example.com", ""),  # advised against, not refused
    ("https://books.example.com:443", ""),
    ("http://books.example.com:80", ""),
    ("https://books.example.com:8443", PORT),
    ("http://books.example.com:8000", PORT),
    ("https://raseed.zrok.io", ""),
    ("https://shop.localhost.run", ""),
    ("https://8.8.8.8", ""),
    ("https://[2606:4700::1111]", ""),
    ("http://localhost", REFUSED.format("localhost")),
    ("http://LOCALHOST:8000", REFUSED.format("localhost")),
    ("https://shop.localhost", REFUSED.format("shop.localhost")),
    ("https://ngrok.io", REFUSED.format("ngrok.io")),
    ("https://a1b2.ngrok.io", REFUSED.format("a1b2.ngrok.io")),
    ("https://notngrok.io", ""),
    ("https://webhook.site", REFUSED.format("webhook.site")),
    ("https://shop.loca.lt", REFUSED.format("shop.loca.lt")),
    ("https://x.beeceptor.com", REFUSED.format("x.beeceptor.com")),
    ("https://raseed.local", REFUSED.format("raseed.local")),
    ("https://raseed.internal", REFUSED.format("raseed.internal")),
    ("https://raseed.corp", REFUSED.format("raseed.corp")),
    ("https://abcdef.onion", REFUSED.format("abcdef.onion")),
    ("https://metadata.google.internal", REFUSED.format("metadata.google.internal")),
    ("http://127.0.0.1:8000", PRIVATE.format("127.0.0.1")),
    ("http://10.1.2.3", PRIVATE.format("10.1.2.3")),
    ("http://192.168.1.5", PRIVATE.format("192.168.1.5")),
    ("http://172.16.0.1", PRIVATE.format("172.16.0.1")),
    ("http://169.254.169.254", PRIVATE.format("169.254.169.254")),
    ("http://100.64.0.1", PRIVATE.format("100.64.0.1")),
    ("http://0.0.0.0", PRIVATE.format("0.0.0.0")),
    ("http://[::1]", PRIVATE.format("::1")),
    ("http://[fd00::1]", PRIVATE.format("fd00::1")),
    ("http://[::ffff:127.0.0.1]", PRIVATE.format("::ffff:127.0.0.1")),
    ("http://raseed", PRIVATE.format("raseed")),
    ("https://razorpay.example.com", NAME),
    ("https://myRazorPayshop.com", NAME),
]


@pytest.mark.parametrize(("public", "said"), ADDRESSES)
def test_each_address(public: str, said: str) -> None:
    assert addresses.objection(public + PATH) == said


def test_a_path_may_contain_the_word_that_a_host_may_not() -> None:
    assert addresses.objection("https://books.example.com/razorpay/") == ""


def test_an_address_that_is_too_long() -> None:
    url = "https://books.example.com/"
    assert addresses.objection(url + "x" * (255 - len(url))) == ""
    assert "at most 255 characters" in addresses.objection(url + "x" * (256 - len(url)))


def test_the_address_we_make_is_fit(settings: Any, gateway: Gateway) -> None:
    settings.PUBLIC_URL = "https://books.example.com"
    assert addresses.objection(gateway.webhook_url) == ""
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert addresses.objection(gateway.webhook_url) == PRIVATE.format("127.0.0.1")


@pytest.mark.parametrize(
    ("api", "desk"),
    [
        ("https://api.razorpay.com", False),
        ("https://API.razorpay.com:443", False),
        ("http://127.0.0.1:8001", True),
        ("https://api.razorpay.com.evil.example", True),
    ],
)
def test_whether_a_stand_in_takes_razorpays_place(settings: Any, api: str, desk: bool) -> None:
    settings.RAZORPAY_API_URL = api
    assert addresses.at_the_desk() is desk
