"""Make a seller: a business account, its owner, and the account's API token."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model

from accounts import sellers
from accounts.models import Account, User, normal_email


class Command(BaseCommand):
    help = (
        "Make a seller: a business account, its owner and the account's API token. The password "
        "and the token are printed this once and stored only as digests."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the owner's e-mail address, used to sign in")
        parser.add_argument("--business", required=True, help="the name of the business")
        parser.add_argument("--name", default="", help="the owner's name")
        parser.add_argument(
            "--operator", action="store_true", help="the owner may also use /admin/"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        email = normal_email(options["email"])
        check(User, "email", email, f"“{email}”")
        check(User, "name", options["name"], "--name")
        check(Account, "name", options["business"].strip(), "--business")
        password = secrets.token_urlsafe(12)
        try:
            seller = sellers.create(
                email=email,
                business=options["business"].strip(),
                password=password,
                name=options["name"],
                operator=options["operator"],
            )
        except sellers.EmailTaken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.report(seller, password, options["json"]))

    def report(self, seller: sellers.Seller, password: str, as_json: bool) -> str:
        user: User = seller.user
        facts = {
            "account": seller.account.uid,
            "email": user.email,
            "password": password,
            "api_token": seller.api_token,
        }
        if as_json:
            return json.dumps(facts)
        return "\n".join(f"{name:<10}{value}" for name, value in facts.items())


def check(model: type[Model], field: str, value: str, said: str) -> None:
    """What a page's form would check."""
    try:
        model._meta.get_field(field).clean(value, None)  # type: ignore[union-attr]
    except ValidationError as error:
        raise CommandError(f"{said}: {' '.join(error.messages)}") from error
