"""Post a signed event to a gateway's own webhook URL, as Razorpay would."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path
from typing import Any

import requests
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F

from gateways.models import Gateway, WebhookSecret
from gateways.razorpay import events, signature
from webhooks import specimens

TIMEOUT = 10  # seconds
MOST_SHOWN = 500  # characters of an answer; a proxy's may be a whole page


class Command(BaseCommand):
    help = (
        "Post a signed event to a gateway's webhook URL over HTTP, through proxies, time limits "
        "and all, and print the answer; anything but a 200 is a failure. The body is a specimen of "
        "the event, changed with --set; or any body, with --file (- for standard input). With "
        "--times 2 the same bytes go twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gateway", help="the gateway's id (gw_...) or key id (rzp_...)")
        parser.add_argument("event", nargs="?", help="one of: " + ", ".join(events.EVENTS))
        parser.add_argument("--order", help="the Razorpay order it is about (order_...)")
        parser.add_argument(
            "--subscription", help="the Razorpay subscription it is about (sub_...)"
        )
        parser.add_argument("--payment", help="the Razorpay payment it is about (pay_...)")
        parser.add_argument("--amount", type=int, help="the amount, in the smallest unit")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="ENTITY.FIELD=JSON",
            help='change a field, for example payment.method="card"; may be repeated',
        )
        parser.add_argument("--file", help="send this file as it is instead of a specimen")
        parser.add_argument("--times", type=times, default=1, help="how often the same bytes go")
        parser.add_argument("--url", help="post here instead of the gateway's own URL")
        parser.add_argument("--print", action="store_true", help="print the body, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        gateway = find_gateway(options["gateway"])
        body = body_from(options)
        if options["print"]:
            self.stdout.write(body.decode("utf-8", "replace"))
            return
        secret = WebhookSecret.objects.filter(gateway=gateway).live().first()
        if secret is None:
            raise CommandError("This gateway has no webhook secret that works.")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "raseed-simulate-webhook",
            "X-Razorpay-Signature": signature.sign(body, secret.secret),
            "x-razorpay-event-id": secrets.token_hex(7),
        }
        for _turn in range(options["times"]):
            self.send(options["url"] or gateway.webhook_url, body, headers)

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Post once and print the answer; anything but a 200 would make Razorpay send again."""
        try:
            response = requests.post(
                url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise CommandError(why(url, error)) from error
        answer = f"{response.status_code} {response.text.strip()[:MOST_SHOWN]}"
        if response.status_code != 200:
            raise CommandError(f"{url} answered {answer}")
        self.stdout.write(answer)


def why(url: str, error: requests.RequestException) -> str:
    """No answer came; in words instead of the libraries' nested ones."""
    if isinstance(error, requests.Timeout):
        return f"{url} did not answer within {TIMEOUT} seconds."
    if isinstance(error, requests.ConnectionError):
        return f"{url} cannot be reached. Does Raseed run there?"
    return f"{url} cannot be posted to: {error}"


def find_gateway(name: str) -> Gateway:
    column = "key_id" if name.startswith("rzp_") else "uid"
    connected_first = F("disconnected_at").asc(nulls_first=True)
    found = Gateway.objects.filter(**{column: name}).order_by(connected_first, "-pk").first()
    if found is None:
        raise CommandError(f"There is no gateway “{name}”.")
    return found


def body_from(options: dict[str, Any]) -> bytes:
    """The bytes to send."""
    if options["file"]:
        if options["file"] == "-":
            return sys.stdin.buffer.read()
        try:
            return Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
    if options["event"] not in events.EVENTS:
        asked = (
            f"There is no specimen of “{options['event']}”." if options["event"] else "Which event?"
        )
        raise CommandError(f"{asked} One of: {', '.join(events.EVENTS)}")
    ids = {kind: options[kind] for kind in ("order", "subscription", "payment") if options[kind]}
    specimen = specimens.make(options["event"], amount=options["amount"], **ids)
    for change in options["set"]:
        specimens.change(specimen, *parse(change))
    return json.dumps(specimen, ensure_ascii=False, separators=(",", ":")).encode()


def times(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} times is never")
    return number


def parse(change: str) -> tuple[str, str, Any]:
    """`payment.method="card"` as (entity, field, value)."""
    path, equals, text = change.partition("=")
    entity, dot, field = path.partition(".")
    if not (equals and entity and dot and field):
        raise CommandError(f"“{change}” is not ENTITY.FIELD=JSON.")
    try:
        return entity, field, json.loads(text)
    except ValueError:
        return entity, field, text
