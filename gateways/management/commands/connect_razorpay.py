"""Connect an account to Razorpay from the command line."""

from __future__ import annotations

import json
import os
import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Account, Membership, normal_email
from gateways import connecting
from gateways.checking import NotConnected
from gateways.models import Gateway, WebhookSecret


class Command(BaseCommand):
    help = (
        "Connect an account to Razorpay. The key secret is read from RAZORPAY_KEY_SECRET or from "
        "standard input, never from an argument, which other users of the machine could see. "
        "The keys are checked with Razorpay; nothing is saved unless it accepts them. Prints the "
        "webhook URL and secret to paste into Razorpay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", help="the account's id (act_...) or its owner's e-mail")
        parser.add_argument("--key-id", required=True, help="rzp_test_... or rzp_live_...")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        account = find_account(options["account"])
        secret = os.environ.get("RAZORPAY_KEY_SECRET") or asked()
        if not secret.strip():
            raise CommandError(
                "No key secret: set RAZORPAY_KEY_SECRET or give it on standard input."
            )
        try:
            gateway = connecting.connect(account, options["key_id"], secret.strip(), user=None)
        except NotConnected as error:
            raise CommandError(f"{error.summary} {error.mend}") from error
        facts = facts_of(gateway)
        self.stdout.write(
            json.dumps(facts)
            if options["json"]
            else "\n".join(f"{name:<16}{value}" for name, value in facts.items())
        )


def asked() -> str:
    """From a pipe, or from a person, unseen."""
    return getpass("Key secret: ") if sys.stdin.isatty() else sys.stdin.readline()


def find_account(name: str) -> Account:
    """By id, or by its owner's e-mail where that names one account."""
    if "@" not in name:
        found = list(Account.objects.filter(uid=name))
    else:
        owned = Membership.objects.filter(
            role=Membership.Role.OWNER, user__email=normal_email(name)
        )
        found = [membership.account for membership in owned.select_related("account")]
    if not found:
        raise CommandError(f"There is no account “{name}”.")
    if len(found) > 1:
        ids = ", ".join(account.uid for account in found)
        raise CommandError(f"{name} owns several accounts: {ids}. Name one by its id.")
    return found[0]


def facts_of(gateway: Gateway) -> dict[str, str]:
    newest = WebhookSecret.objects.filter(gateway=gateway).live()[0]
    return {
        "gateway": gateway.uid,
        "mode": gateway.mode,
        "webhook_url": gateway.webhook_url,
        "webhook_secret": newest.secret,
    }
